"""JSON Schema of every YAML file that people write, made from the records that read them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from carbonpeak import locate
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.records import Record, read_table

DIALECT = "https://json-schema.org/draft/2020-12/schema"

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "factor_set": "evidence.factors:SetRecord",
        "measures": "scenario.measures.entries:MeasuresRecord",
        "project": "planning.projects:ProjectRecord",
        "region": "evidence.region_rows:RegionRecord",
        "scenario": "scenario.scenario:ScenarioRecord",
        "targets": "planning.targets:GoalsRecord",
    }
)

EVERYWHERE = "any"

# Keys of files that a record has to call otherwise; keys that name what a block takes over.
_NAMES = MappingProxyType({"schema": "schema_name", "from": "inherits"})
_PARENTS = ("extends", "from")


class Meaning(Record):
    """What a column or key of a record means; a row of `definitions/meanings.csv`."""

    record: str
    name: str
    meaning: str


@cache
def meanings() -> Mapping[tuple[str, str], str]:
    """Return the meaning of each column and key, by record and name."""
    rows = read_table(locate.definitions("meanings.csv"), Meaning, key=["record", "name"])
    return {(row.record.record, row.record.name): row.record.meaning for row in rows}


def meaning_of(record: str, name: str) -> str:
    """Return what a key means in a record, or what it means everywhere; "" when not known."""
    return meanings().get((record, name)) or meanings().get((EVERYWHERE, name), "")


@checked
def json_schema(document: str) -> dict[str, Any]:
    """Return the JSON Schema of a kind of YAML file, for editors and other programs.

    Parameters
    ----------
    document : {'factor_set', 'measures', 'project', 'region', 'scenario', 'targets'}
        `set.yaml`, `measures.yaml`, a project, `region.yaml`, a scenario, `targets.yaml`.

    Returns
    -------
    dict
        Of dialect 2020-12; plain data that `json.dumps` takes. A scenario that extends another
        needs none of the keys that it inherits, and may take an entry out with null.

    Raises
    ------
    ResultError
        When there is no such kind of file.
    """
    if document not in DOCUMENTS:
        raise ResultError(
            f"no YAML file of kind '{document}'; {suggestion(document, list(DOCUMENTS))}"
        )
    module, _, name = DOCUMENTS[document].partition(":")
    model: type[BaseModel] = getattr(import_module(f"carbonpeak.{module}"), name)
    schema = model.model_json_schema(by_alias=True)
    for title, part in ((name, schema), *schema.get("$defs", {}).items()):
        _explain(title, part)
        _need_less_of_heirs(part)
    if "extends" in schema.get("properties", {}):
        _allow_taking_out(schema)
    return {"$schema": DIALECT, **schema}


def _explain(record: str, part: dict[str, Any]) -> None:
    for name, key in part.get("properties", {}).items():
        meaning = meaning_of(record, _NAMES.get(name, name))
        if meaning:
            key["description"] = meaning


def _need_less_of_heirs(part: dict[str, Any]) -> None:
    """Let a block that takes over another one hold only what differs."""
    parent = next((key for key in _PARENTS if key in part.get("properties", {})), None)
    if parent is not None:
        part["anyOf"] = [{"required": [parent]}, {"required": part.pop("required", [])}]


def _allow_taking_out(schema: dict[str, Any]) -> None:
    """Let null take an inherited entry out of its group."""
    for key in schema["properties"].values():
        if isinstance(key.get("additionalProperties"), dict):
            key["additionalProperties"] = {"anyOf": [key["additionalProperties"], {"type": "null"}]}
