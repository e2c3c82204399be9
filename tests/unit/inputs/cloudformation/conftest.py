"""Templates as the tests write them: mappings or YAML texts, by the name of their stack."""

from __future__ import annotations

import json

import pytest

from iamsim.inputs.cloudformation import Settings, read_stacks, world_of_stacks


@pytest.fixture
def stacks(tmp_path):
    """Reads templates; the name of each is the stem of its file."""

    def read(settings=None, **templates):
        paths = []
        for name, template in templates.items():
            ending, text = (".template.yaml", template) if isinstance(template, str) else (".template.json", None)
            path = tmp_path / f"{name}{ending}"
            path.write_text(text if text is not None else json.dumps(template, indent=1), encoding="utf-8")
            paths.append(path)
        return read_stacks(paths, settings)

    return read


@pytest.fixture
def world(stacks):
    """The world of templates that stand in account 111111111111 and Region us-east-1, unless settings say otherwise."""

    def read(settings=None, **templates):
        here = Settings(
            accounts=dict.fromkeys(templates, "111111111111"), regions=dict.fromkeys(templates, "us-east-1")
        )
        return world_of_stacks(stacks(settings or here, **templates))

    return read
