"""Names of condition operators.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from iamsim.language.errors import LanguageError
from iamsim.language.grammar import load_grammar


class Quantifier(StrEnum):
    """The set operators, for keys with several values."""

    FOR_ALL_VALUES = "ForAllValues"
    FOR_ANY_VALUE = "ForAnyValue"


class OperatorName(NamedTuple):
    """`ForAllValues:StringNotLikeIfExists` is (FOR_ALL_VALUES, "stringnotlike", True). The base is in lower case."""

    quantifier: Quantifier | None
    base: str
    if_exists: bool


_QUANTIFIERS = {quantifier.value.lower(): quantifier for quantifier in Quantifier}


@lru_cache(maxsize=512)
def parse_operator(text: str) -> OperatorName:
    """Read an operator name.

    Raises:
        LanguageError: AWS has no such operator.
    """
    from lark.exceptions import UnexpectedInput

    try:
        found = load_grammar("operator").parse(text).children
    except UnexpectedInput as error:
        start = max(getattr(error, "pos_in_stream", 0) or 0, 0)
        help_ = "write one of AWS's operators, such as `StringEquals`, `ArnLike` or `ForAnyValue:StringLike`"
        raise LanguageError(f"`{text[:100]}` is no condition operator", text, start, None, help_) from None
    quantifier, base, if_exists = (token and str(token).lower() for token in found)
    return OperatorName(_QUANTIFIERS[quantifier] if quantifier else None, str(base), bool(if_exists))
