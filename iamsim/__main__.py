"""`python -m iamsim` is `iamsim`."""

from __future__ import annotations

from iamsim.cli import main

if __name__ == "__main__":
    main()
