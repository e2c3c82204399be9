"""Amazon Resource Names. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from iamsim.language.errors import LanguageError
from iamsim.language.grammar import load_grammar


class Arn(NamedTuple):
    """The six parts of an ARN after `arn`; a part that is left empty is an empty string."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """The ARN as AWS writes it."""
        return ":".join(("arn", *self))

    @property
    def resource_type(self) -> str:
        """What stands before the first `/` or `:` of the resource: `role` of `role/app`."""
        return self.resource.partition("/")[0].partition(":")[0]

    @property
    def name(self) -> str:
        """What stands after the last `/` of the resource: `app` of `role/path/app`."""
        return self.resource.rpartition("/")[2]


@lru_cache(maxsize=2048)
def parse_arn(text: str) -> Arn:
    """Read an ARN.

    Raises:
        LanguageError: the text has no six colon-separated fields that begin with `arn`.
    """
    fields = text.split(":", len(Arn._fields))
    if len(fields) == len(Arn._fields) + 1 and fields[0] == "arn":
        return Arn(*fields[1:])
    return parse_arn_by_grammar(text)


def parse_arn_by_grammar(text: str) -> Arn:
    """Read an ARN by `grammars/arn.lark`, which says what an ARN is and where a text fails to be one.

    One split reads a good ARN just as well and a hundred times as fast, so this is for the others.

    Raises:
        LanguageError: see `parse_arn`.
    """
    from lark.exceptions import UnexpectedInput

    try:
        fields = load_grammar("arn").parse(text).children
    except UnexpectedInput as error:
        start = getattr(error, "pos_in_stream", None)
        help_ = "write `arn:partition:service:region:account:resource`"
        raise LanguageError(f"`{text[:100]}` is not an ARN", text, 0 if start is None else start, None, help_) from None
    return Arn(*(str(field or "") for field in fields))
