"""`python -m iamsim` is `iamsim`."""

from __future__ import annotations

import sys

from iamsim.cli import main

if __name__ == "__main__":
    sys.exit(main())
