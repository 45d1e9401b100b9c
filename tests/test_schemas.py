"""The JSON Schema of each kind of file takes the shipped files and refuses wrong keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from carbonpeak.errors import ResultError
from carbonpeak.workflow.schemas import DOCUMENTS, json_schema

ROOT = Path(__file__).parents[1]
KNOWN = {"region": "region", "measures": "measures", "targets": "targets", "set": "factor_set"}
FILES = sorted(
    path
    for folder in ("scenarios", "emission_factors", "tests/regions")
    for pattern in ("*/*.yaml", "*/measures/*.yaml", "*/projects/*.yaml")
    for path in (ROOT / folder).glob(pattern)
)
IN_FOLDERS = {"measures": "measures", "projects": "project"}


def plain(path: Path) -> Any:
    """Return a YAML file as JSON holds it: keys are text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(path.read_text("utf-8"))))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_shipped_files_fit(path: Path) -> None:
    kind = IN_FOLDERS.get(path.parent.name) or KNOWN.get(path.stem, "scenario")
    schema = json_schema(kind)
    jsonschema.Draft202012Validator(schema).validate(plain(path))


@pytest.mark.parametrize("document", sorted(DOCUMENTS))
def test_schemas_are_schemas_and_say_what_keys_mean(document: str) -> None:
    schema = json_schema(document)
    jsonschema.Draft202012Validator.check_schema(schema)
    parts = [schema, *schema.get("$defs", {}).values()]
    keys = [(name, key) for part in parts for name, key in part.get("properties", {}).items()]
    assert keys
    assert [name for name, key in keys if not key.get("description")] == []


@pytest.mark.parametrize(
    ("key", "value"),
    [("horizont", {}), ("measures", {"solar_pv": {"begin": 2021}}), ("gdp", 3)],
)
def test_a_wrong_key_or_type_does_not_fit(key: str, value: Any) -> None:
    baseline = plain(ROOT / "scenarios/yangjiang/baseline.yaml")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(baseline | {key: value}, json_schema("scenario"))


def test_only_a_scenario_that_extends_may_leave_keys_out_and_take_entries_out() -> None:
    schema = json_schema("scenario")
    thin = {
        "schema": "carbonpeak/scenario/1",
        "extends": "plan",
        "title_en": "x",
        "title_zh": "x",
        "measures": {"mangrove": None},
    }
    jsonschema.validate(thin, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(
            {name: part for name, part in thin.items() if name != "extends"}, schema
        )


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ResultError, match="'scenarios'; did you mean 'scenario'"):
        json_schema("scenarios")
