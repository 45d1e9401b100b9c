"""The formulation of the optimiser, from the docstrings of its constraint functions."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from itertools import product
from typing import get_args

from generated import library
from generated.markdown import block, code, codes, joined, plain, table


def symbols() -> str:
    """Return the symbols that the module of the formulation explains."""
    parts: list[str] = []
    for name in ("least_cost", "build_rows"):
        text = " ".join((inspect.getdoc(library.optimiser(name)) or "").split())
        stated = text.partition("Symbols:")[2].strip().rstrip(".")
        parts += re.split(r"; | and (?=\w+\[)", stated)
    return table(["symbol", "meaning", "unit"], [_symbol(part) for part in parts if part])


def _symbol(text: str) -> tuple[str, str, str]:
    found = re.match(r"(\w+(?:\[[^\]]*\])?)\s+(.*?)(?: \(([^()]*)\))?$", text)
    return (
        (code(found[1]), plain(found[2]), plain(found[3] or "")) if found else ("", plain(text), "")
    )


def limits() -> str:
    """Return the families of limits that a diagnosis lets give, with what of them gives."""
    rows = [
        (plain(family.words.en), family.words.zh, codes([family.name]), way)
        for family in library.optimiser("limit_families").ROW_FAMILIES
        if family.limit is not None
        for way in ["falls" if family.floor else "rises"]
    ]
    return table(["limit", "中文", "`family`", "gives when it"], rows)


def families() -> str:
    """Return the objective and every family of constraints in the order they are added."""
    every = (
        *library.optimiser("least_cost").FAMILIES,
        *library.optimiser("build_rows").BUILD_FAMILIES,
    )
    parts = ["### Objective", block(_objective(), name="formula"), *_paragraphs(_cost_words())]
    parts += [part for family in every for part in _stated(family)]
    return joined(parts)


def shapes() -> str:
    """Return the rows that targets over several years or numerators become."""
    module = library.optimiser("shapes")
    kinds = (
        module.budget,
        module.share,
        module.peak_by,
        module.any_of,
        module.no_rise_after,
        module.plateau,
    )
    return joined([part for kind in kinds for part in _stated(kind)])


def gauges() -> str:
    """Return the rows that fronts, curves and alternatives add to the formulation."""
    module = library.optimiser("answers.gauges")
    added = (module.measure_total, module.measure_height, module.hold_peak, module.limit_spending)
    return joined([part for one in added for part in _stated(one)])


def futures() -> str:
    """Return the rows that keep one choice of builds in many futures."""
    module = library.optimiser("futures")
    added = (
        module.price_misses,
        module.keep_in_futures,
        module.keep_in_share,
        module.keep_in_tail,
        module.sum_future_changes,
        module.aim_at,
    )
    said = (inspect.getdoc(module) or "").partition("\n\n")[2]
    return joined([*_paragraphs(said), *(part for one in added for part in _stated(one))])


def _stated(function: Callable[..., object]) -> list[str]:
    """Return heading, sentence, formula and further words of a docstring."""
    first, *rest = _split(inspect.getdoc(function) or "")
    sentence, _, formula = re.sub(r":\s{2,}", "\0", first, count=1).partition("\0")
    parts = [f"### {function.__name__.replace('_', ' ').capitalize()}", f"{plain(sentence)}."]
    parts += [block(formula.strip().rstrip("."), name="formula")] if formula else []
    return parts + [plain(text) for text in rest]


def _objective() -> str:
    return next(
        text
        for text in _split(inspect.getdoc(library.optimiser("least_cost").formulate) or "")
        if text.startswith("Minimise")
    )


def _cost_words() -> str:
    return (inspect.getdoc(library.optimiser("costs")) or "").partition("\n\n")[2]


def _split(text: str) -> list[str]:
    return [part.replace("\n", " ").strip() for part in text.split("\n\n")]


def _paragraphs(text: str) -> list[str]:
    return [plain(part) for part in _split(text)]


def numerators() -> str:
    """Return which yearly amount each kind of target bounds, by what the target says it counts."""
    goal = library.attribute("planning.goals:Goal")
    indicators = library.attribute("planning.bounds:OPTIMISED")
    counted = get_args(goal.model_fields["numerator"].annotation)
    words: dict[tuple[str, str], list[str]] = {}
    for indicator, numerator in product(indicators, counted):
        amount = goal.model_construct(indicator=indicator, numerator=numerator).amount
        words.setdefault((indicator, amount), []).append(numerator)
    units = library.optimiser("region.amounts").UNITS
    rows = [
        (
            code(indicator),
            codes(named) if len(named) < len(counted) else "",
            code(amount),
            code(units[amount] if amount == "planted_area" else f"{units[amount]}/year"),
        )
        for (indicator, amount), named in words.items()
    ]
    return table(["indicator of the target", "numerator", "amount bounded", "unit"], rows)


def problem() -> str:
    """Return the arrays of a problem with their shapes and units."""
    rows = [
        (codes(name.split(", ")), plain(shape), plain(meaning))
        for name, shape, meaning in library.attributes(
            library.optimiser("problem").LeastCostProblem
        )
    ]
    return table(["name", "shape", "meaning and unit"], rows)
