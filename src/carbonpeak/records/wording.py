"""Findings of pydantic in plain words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from carbonpeak.errors import suggestion


def column_of(detail: Mapping[str, Any]) -> str | None:
    """Return the column that a finding is about."""
    return ".".join(str(part) for part in detail["loc"]) or None


def explain(detail: Mapping[str, Any], model: type[BaseModel]) -> tuple[str, str]:
    """Put one pydantic finding into plain words: the problem and the remedy."""
    found, context = detail.get("input"), detail.get("ctx", {})
    plain: dict[str, Callable[[], tuple[str, str]]] = {
        "missing": lambda: ("is missing", "fill it in; a missing value is not zero"),
        "extra_forbidden": lambda: (
            f"unknown key '{detail['loc'][-1]}'",
            suggestion(str(detail["loc"][-1]), _siblings(model, detail["loc"])),
        ),
        "float_parsing": lambda: (f"'{found}' is not a number", _number_hint(str(found))),
        "float_type": lambda: (f"'{found}' is not a number", _number_hint(str(found))),
        "finite_number": lambda: (f"'{found}' is not a finite number", "give a number"),
        "int_parsing": lambda: (f"'{found}' is not a whole number", "give a whole number"),
        "int_from_float": lambda: (f"'{found}' is not a whole number", "give a whole number"),
        "greater_than_equal": lambda: (
            f"is {found}; expected at least {context['ge']:g}",
            "check the sign",
        ),
        "less_than": lambda: (f"is {found}; expected below {context['lt']:g}", "check the unit"),
        "greater_than": lambda: (f"is {found}; expected above {context['gt']:g}", "check the sign"),
        "int_type": lambda: (f"'{found}' is not a whole number", "give a whole number"),
        "string_type": lambda: (f"'{found}' is no text", "write it as text"),
        "bool_type": lambda: (f"'{found}' is neither true nor false", "write true or false"),
        "bool_parsing": lambda: (f"'{found}' is neither true nor false", "write true or false"),
        "literal_error": lambda: (
            f"'{found}' is not allowed",
            suggestion(str(found), re.findall(r"'([^']*)'", context["expected"])),
        ),
        "value_error": lambda: _problem_and_remedy(str(context["error"])),
    }
    words = plain.get(str(detail["type"]))
    return words() if words else (f"'{found}': {detail['msg']}", "")


def _problem_and_remedy(words: str) -> tuple[str, str]:
    """Return what a record says against its content, and the way out behind its semicolon."""
    problem, _, remedy = words.partition("; ")
    return problem, remedy or "correct the number or its range"


def _siblings(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed where an unknown key was met."""
    current: Any = model
    for part in loc[:-1]:
        field = getattr(current, "model_fields", {}).get(part)
        inner = [field.annotation] if field else list(get_args(current))
        nested = [*inner, *(arg for item in inner for arg in get_args(item))]
        current = next((item for item in nested if hasattr(item, "model_fields")), current)
    return list(getattr(current, "model_fields", {}))


def _number_hint(found: str) -> str:
    plain = unicodedata.normalize("NFKC", found).replace("−", "-").strip()
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        return f"write {plain.replace(',', '')}, without a thousands separator"
    if re.fullmatch(r"-?\d+(\.\d+)?", plain):
        return f"write {plain}"
    multiple = re.fullmatch(r"(-?[\d.,]+)\s*([万亿])\S*", plain)
    if multiple:
        number, word = multiple.groups()
        return f"write {number} and put {word} into the unit, as in {word}吨"
    return "write digits only; the unit has its own column"
