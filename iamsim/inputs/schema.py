"""The JSON Schema of scenario and assertion files, for editors. The classes of the formats are the only source.

https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from iamsim.inputs.assertion_file import AssertionFile
from iamsim.inputs.scenario_file import ScenarioFile

if TYPE_CHECKING:
    from iamsim.inputs.shape import Part

FORMATS: dict[str, type[Part]] = {"scenario": ScenarioFile, "assertions": AssertionFile}
"""The classes of the formats, by the name of their schema."""


def json_schema(format: str) -> dict[str, Any]:
    """The schema of a format."""
    made = FORMATS[format].model_json_schema()
    head = {"$schema": GenerateJsonSchema.schema_dialect, "title": f"iamsim {format} file"}
    schema: dict[str, Any] = {**head, **_plainer(made)}
    return schema


def _plainer(value: Any) -> Any:
    """The schema without the titles that pydantic makes of names; a mapping whose keys have a form has no others."""
    if isinstance(value, list):
        return [_plainer(item) for item in value]
    if not isinstance(value, dict):
        return value
    closed = {"additionalProperties": False} if "patternProperties" in value else {}
    return {**{k: _plainer(v) for k, v in value.items() if not (k == "title" and isinstance(v, str))}, **closed}
