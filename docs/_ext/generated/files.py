"""The formats of the files that people write, and the tables that are shipped."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from sphinx.util import logging

from carbonpeak import load_factor_set, locate, units, vocabulary
from carbonpeak.evidence import factor_rows
from carbonpeak.output.tables import OFFICIAL
from carbonpeak.records import VERIFIED
from carbonpeak.workflow import schemas
from generated import library
from generated.markdown import block, code, codes, plain, table

KINDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}
SHOWN_GASES = 8

logger = logging.getLogger(__name__)


def columns(path: str) -> str:
    """Return the columns or keys of a record such as ``evidence.region:ActivityRow``."""
    model: type[BaseModel] = library.attribute(path)
    rows = [
        (
            code(field.alias or name),
            "yes" if field.is_required() else "",
            _kind(field),
            _meaning(model.__name__, name),
        )
        for name, field in model.model_fields.items()
    ]
    return table(["name", "needed", "holds", "meaning"], rows)


def _kind(field: FieldInfo) -> str:
    return " or ".join(dict.fromkeys(_words(field.annotation)))


def _words(kind: Any) -> list[str]:
    """Return what a type allows, in words."""
    if kind in KINDS:
        return [KINDS[kind]]
    if get_origin(kind) is Literal:
        return [code(str(word)) for word in get_args(kind)]
    if get_origin(kind) in (list, tuple):
        return ["list"]
    if get_origin(kind) is dict or hasattr(kind, "model_fields"):
        return ["block"]
    return [word for part in get_args(kind) if part is not NoneType for word in _words(part)]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _meaning(record: str, name: str) -> str:
    meaning = schemas.meaning_of(record, name)
    if not meaning:
        logger.warning("no meaning for %s.%s; add a row to definitions/meanings.csv", record, name)
    return meaning


def factor_sets() -> str:
    """Return the shipped factor sets with how their rows are known."""
    rows = []
    for name in locate.shipped("emission_factors"):
        loaded = load_factor_set(name)
        own = [factor for factor in loaded.rows if factor.set == name]
        known: Counter[str] = Counter(factor.verified for factor in own)
        counts = [str(known[word]) if known[word] else "" for word in VERIFIED]
        record = loaded.record
        fallback = code(loaded.fallback_name or "")
        rows.append((code(name), record.title_en, fallback, str(len(own)), *counts))
    heads = [word.replace("_", " ") for word in VERIFIED]
    return table(["set", "document", "fallback", "rows", *heads], rows)


def parameters() -> str:
    """Return what a factor may state, with the units that fit."""
    rows = [
        (
            code(name),
            parameter.title_en,
            parameter.title_zh,
            codes(parameter.allowed("gas")).replace("`1`", "a share"),
            plain(parameter.note),
        )
        for name, parameter in factor_rows.parameters().items()
    ]
    return table(["parameter", "", "", "units such as", "note"], rows)


def metrics() -> str:
    """Return the weights of the first gases under every metric."""
    names = list(units.metrics())
    weights = {
        (row["metric"], row["gas"]): row["value"]
        for row in _read(locate.definitions("metrics.csv"))
    }
    rows = [
        (gas, *(weights.get((name, gas), "not stated") for name in names))
        for gas in list(vocabulary.gases())[:SHOWN_GASES]
    ]
    return table(["gas", *map(code, names)], rows)


def peak_verdicts() -> str:
    """Return the sentence of each verdict in both languages."""
    rows = [
        (code(verdict.value), plain(label.title_en), plain(label.title_zh))
        for verdict in library.attribute("analysis.peak:Verdict")
        for label in [vocabulary.labels()[f"peak.{verdict.value}"]]
    ]
    return table(["verdict", "sentence", "句子"], rows)


def reporting_tables() -> str:
    """Return number and title of each reporting table in Chinese and English."""
    rows = [
        (number, *(vocabulary.label(f"official.sheet.{number}", lang) for lang in ("zh", "en")))
        for number in OFFICIAL
    ]
    return table(["table", "sheet", "in English"], rows)


def schema(kind: str) -> str:
    """Return the JSON Schema of a kind of YAML file, folded."""
    text = json.dumps(schemas.json_schema(kind), ensure_ascii=False, indent=1)
    return f"<details><summary>{kind}</summary>\n\n{block(text, name='json')}\n\n</details>"
