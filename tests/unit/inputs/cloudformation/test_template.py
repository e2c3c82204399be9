"""Reading a template file: short tags with their places, what is refused.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.cloudformation.template import TAGS, template_of
from iamsim.language.errors import InputError
from iamsim.language.json_document import MAX_DEPTH

RESOURCES = "Resources: {}\n"


def value(text):
    return template_of("t.yaml", RESOURCES + f"V: {text}\n").document["V"]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("!Ref x", {"Ref": "x"}),
        ("!Ref 12", {"Ref": "12"}),
        ("!GetAtt a.b.c", {"Fn::GetAtt": "a.b.c"}),
        ("!Sub '${x}'", {"Fn::Sub": "${x}"}),
        ("!Condition C", {"Condition": "C"}),
        ("!Join [',', [a, !Ref b]]", {"Fn::Join": [",", ["a", {"Ref": "b"}]]}),
        ("!Transform {Name: M}", {"Fn::Transform": {"Name": "M"}}),
        ("!Sub ['${x}', {x: !If [C, !Ref a, 1]}]", {"Fn::Sub": ["${x}", {"x": {"Fn::If": ["C", {"Ref": "a"}, 1]}}]}),
        ("[&a !Ref x, *a]", [{"Ref": "x"}, {"Ref": "x"}]),
        ("!Base64\n    Fn::Sub: x", {"Fn::Base64": {"Fn::Sub": "x"}}),
        ("2012-10-17", "2012-10-17"),
    ],
)
def test_a_short_tag_is_its_function(written, read):
    assert value(written) == read


def test_yaml_and_json_say_the_same():
    document = {"Resources": {"A": {"Type": "T", "Properties": {"P": {"Fn::Join": ["", ["a", {"Ref": "B"}]]}}}}}
    yaml = "Resources:\n  A:\n    Type: T\n    Properties:\n      P: !Join ['', [a, !Ref B]]\n"
    assert template_of("t.yaml", yaml).document == template_of("t.json", json.dumps(document)).document == document


def test_the_parts_of_a_short_tag_have_their_places():
    text = RESOURCES + "V: !Join\n  - ','\n  - [a, !Ref b]\n"
    spans = template_of("t.yaml", text).spans.values
    shown = {pointer: text[span.start : span.end] for pointer, span in spans.items()}
    assert shown["V", "Fn::Join", 0] == "','"
    assert shown["V", "Fn::Join", 1, 1, "Ref"] == "b"
    assert shown["V",] == shown["V", "Fn::Join"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("!Nonsense x", "yaml-tag"),
        ("!!python/object:os.system x", "yaml-tag"),
        ("{!Ref x: 1}", "yaml-key"),
        ("!Sub " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, "nested-too-deeply"),
        ("&a !Join [*a]", "yaml-alias"),
        ("{a: 1, a: 2}", "duplicate-key"),
    ],
)
def test_what_is_refused(written, code):
    with pytest.raises(InputError) as caught:
        value(written)
    assert code in {d.code for d in caught.value.diagnostics}


def test_nested_short_tags_count_as_levels():
    deep = "x"
    for _ in range(MAX_DEPTH):
        deep = f"[!Join {deep}]" if deep.startswith("[") else f"[{deep}]"
    with pytest.raises(InputError) as caught:
        value(deep)
    assert caught.value.diagnostics[0].code == "nested-too-deeply"


def test_every_tag_is_the_name_of_its_function():
    assert {tag.removeprefix("!") for tag in TAGS} == {name.removeprefix("Fn::") for name in TAGS.values()}
