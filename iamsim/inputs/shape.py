"""What the shape of a document is made of: pydantic says what may stand where.

A mapping with fixed keys is a class that derives from `Part`. The other classes are marks of types, in `Annotated`: they
give what pydantic refuses a code and the words that `iamsim.inputs.refusals` makes a message of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Strict, model_validator
from pydantic_core import core_schema

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from iamsim.inputs.spot import Plain


def _or_nothing(schema: dict[str, Any]) -> None:
    """A mapping without a key that it must have may be left empty in YAML: `app:`."""
    if "required" not in schema:
        schema["type"] = ["object", "null"]


class Part(BaseModel):
    """A mapping with fixed keys. A key with nothing behind it is as good as none."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        defer_build=True,
        json_schema_extra=_or_nothing,
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, written: Plain) -> Plain:
        if not isinstance(written, dict):
            return {} if written is None else written
        return {key: value for key, value in written.items() if value is not None or key not in cls.model_fields}


Item = TypeVar("Item")
Many = Annotated[tuple[Item, ...], Strict(strict=False)]
"""A list; pydantic's strict tuples are for Python values, not for what JSON and YAML hold."""


class Form(NamedTuple):
    """The form of a text, as a mark of its type. `what` is what a wrong text is no good as, `help` what to write instead."""

    what: str
    help: str
    pattern: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    code: str = "malformed-text"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text of this form. Only Python's regular expressions know what may not follow: `(?!…)`."""
        text = core_schema.str_schema(
            pattern=self.pattern and f"^(?:{self.pattern})$",
            min_length=self.min_length,
            max_length=self.max_length,
            regex_engine="python-re" if "(?!" in (self.pattern or "") else None,
        )
        return _told(text, self.code, what=self.what, help=self.help)


class Word(NamedTuple):
    """A mark of a list of words: `what` is what a wrong word is not."""

    what: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """One of the words."""
        return _told(handler(source), "unknown-word", what=self.what, words=" ".join(get_args(source)))


class Document:
    """A mark of a policy: the path of a file, or the document itself."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """A path or a mapping, and not an empty one. What it may hold is for the model of policies to say."""
        choices: list[CoreSchema | tuple[CoreSchema, str]] = [
            core_schema.str_schema(min_length=1),
            core_schema.dict_schema(min_length=1),
        ]
        return _told(core_schema.union_schema(choices), "policy-reference")


def _told(schema: CoreSchema, code: str, **context: str) -> CoreSchema:
    """The schema with one error for all that can be wrong; `context` is what its message is made of."""
    return core_schema.custom_error_schema(
        schema, custom_error_type=code, custom_error_message=code, custom_error_context=context
    )
