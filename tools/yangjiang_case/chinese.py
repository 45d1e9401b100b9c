"""Chinese of the places and notes of the case, part by part from `chinese.csv`.

A text is taken apart where the scripts put it together. It has a translation when all of its
parts have one; else its Chinese stays empty, and the text serves readers of both languages.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

PLACE: Final = re.compile(r"topic '(?P<topic>[^']+)', item '(?P<item>[^']+)'(?:: (?P<rest>.+))?")
NOTE: Final = re.compile(r"(?P<note>.+?)(?: \[(?P<remark>.+)\])?")
NUMBERS: Final = (
    (re.compile(r"standard error ([\d.]+)(?: \((\d+ %)\))?"), r"标准误差\1（\2）"),
    (
        re.compile(r"coal-equivalent (\S+), calorific (\S+) x 10\^4 tce"),
        r"等价值\1万吨标准煤、当量值\2万吨标准煤",
    ),
    (re.compile(r"(20\d\d)-(20\d\d)"), r"\1—\2年"),
)
"""Parts that differ by their numbers alone."""


@cache
def parts() -> Mapping[str, str]:
    """Return the Chinese of each part."""
    path = Path(__file__).with_name("chinese.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["english"]: row["chinese"] for row in csv.DictReader(file)}


def place(text: str) -> str:
    """Return the Chinese of a place; empty where a part of it has none."""
    found = PLACE.fullmatch(text)
    if found is None:
        return _said(text)
    topic, item, rest = (found[name] for name in ("topic", "item", "rest"))
    items = [_said(part) for part in item.split(" | ")]
    said = [_said(topic), *items, *([] if rest is None else [_said(rest)])]
    if not all(said):
        return ""
    return f"专题“{said[0]}”，条目“{'｜'.join(items)}”" + ("" if rest is None else f"：{said[-1]}")


def note(text: str) -> str:
    """Return the Chinese of a note; empty where a part of it has none."""
    found = NOTE.fullmatch(text)
    if found is None:
        return ""
    said = [_said(part) for part in (found["note"], found["remark"]) if part is not None]
    return "".join([said[0], *(f"〔{part}〕" for part in said[1:])]) if all(said) else ""


def _said(text: str) -> str:
    """Return the Chinese of a text, or of all its parts between semicolons."""
    if text in parts():
        return parts()[text]
    said = [_part(part) for part in text.split("; ")]
    return "；".join(said) if all(said) else ""


def _part(text: str) -> str:
    if text in parts():
        return parts()[text]
    for pattern, chinese in NUMBERS:
        if pattern.fullmatch(text):
            return pattern.sub(chinese, text).replace("（）", "")
    return ""
