"""The producer and the consumer in a folder of their own, and the consumer mended."""

from __future__ import annotations

import json
import shutil

import pytest
from cdk_pair import CDK, CONSUMER, KEY, PRODUCER, edited, statements


@pytest.fixture(autouse=True)
def _outside_github(monkeypatch):
    """A test that wants GitHub's environment says so."""
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def pair(tmp_path, monkeypatch):
    """A folder with the two templates and the boundary's text, which is also the current one."""
    for name in (CONSUMER, PRODUCER):
        shutil.copy(CDK / name, tmp_path)
    allow = {"Effect": "Allow", "Action": ["secretsmanager:*", "kms:*"], "Resource": "*"}
    boundary = {"Version": "2012-10-17", "Statement": [allow]}
    (tmp_path / "boundary.json").write_text(json.dumps(boundary), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mended(pair):
    """The same with the statement that the consumer lacks."""
    decrypt = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": KEY}
    edited(pair / CONSUMER, lambda template: statements(template).append(decrypt))
    return pair
