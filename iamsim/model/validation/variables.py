"""Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from iamsim.language.errors import LanguageError
from iamsim.language.pattern import parse_template
from iamsim.model.validation.report import Flaw

if TYPE_CHECKING:
    from collections.abc import Iterable


def without_variables(texts: Iterable[str]) -> bool:
    """Whether none of these texts holds a variable, nor what looks like one."""
    return "${" not in "".join(texts)


def variable_flaw(text: str) -> Flaw | None:
    """What is wrong with the `${` in a text that may hold variables, if anything."""
    if "${" not in text:
        return None
    try:
        parse_template(text)
    except LanguageError as error:
        return Flaw("malformed-variable", error.message, error.help, (error.start, error.end))
    return None
