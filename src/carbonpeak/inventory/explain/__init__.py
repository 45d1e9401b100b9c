"""Say how a number came about: from a total to lines, their equations, factors and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.explain.explanation import Explanation
from carbonpeak.inventory.explain.line import evaluate, explain_line
from carbonpeak.inventory.explain.question import LABELS, ROLES_OF, Lines, Question, ask
from carbonpeak.inventory.explain.tree import explain_lines, explain_sum, giving, line_sets
from carbonpeak.vocabulary import Language, label

__all__ = ["Explanation", "evaluate", "explain", "named_part"]

TOTAL = "total"


@checked
def explain(
    result: xr.Dataset | xr.DataArray,
    line: str | None = None,
    *,
    year: int | None = None,
    gas: str | None = None,
    metric: str | None = None,
    inventory: xr.Dataset | None = None,
    depth: int = 2,
    lang: Language = "en",
    **where: str | int,
) -> Explanation:
    """Explain a number of an inventory: its parts down to activity, factors and sources.

    Parameters
    ----------
    result : xr.Dataset or xr.DataArray
        Inventory, fresh or loaded. Or one number made from it by `co2e`, `group`, `net`,
        `summary` or by selecting, together with `inventory`.
    line : str, optional
        Id such as ``1.A.2.a/iron_works/coke``; by default the grand total.
    year : int, optional
        By default the base year.
    gas : str, optional
        One gas, in its mass; by default all of them, weighed by the metric.
    metric : str, optional
        By default the one that the region states.
    inventory : xr.Dataset, optional
        Where a summed number came from.
    depth : int
        How many levels are printed; all are there for `Explanation.frame` and in a notebook.
    lang : {'en', 'zh'}
        Language of the words.
    **where : str or int
        Labels of the lines to explain: ``sector``, ``category`` (with all below it), ``site``,
        ``source``, ``carrier``, ``scope``.

    Returns
    -------
    Explanation
        What counts in the direct total is summed; land use, bought electricity and heat, and
        memo items stand apart beside it.

    Raises
    ------
    ResultError
        When the result does not hold what was asked, or the number does not come from the
        inventory.
    """
    if isinstance(result, xr.DataArray):
        found = _of_number(result, inventory, year, metric, lang)
        return replace(found, depth=depth)
    question = ask(result, year, gas, metric, lang)
    asked = where if line is None else {**where, "line": line}
    chosen = _chosen(question, asked)
    if line is not None:
        found = _of_line(question, line)
    else:
        found = explain_lines(question, chosen, _named(question, asked))
    return replace(found, depth=depth)


def named_part(dataset: xr.Dataset, name: str) -> dict[str, Any]:
    """Return what a word names: a line, a category, a sector, or ``total`` for everything."""
    if name == TOTAL:
        return {}
    if "/" in name:
        return {"line": name}
    sectors = [str(sector) for sector in np.unique(dataset["sector"].values)]
    return {"sector" if name in sectors or not name[:1].isdigit() else "category": name}


def _of_line(question: Question, line: str) -> Explanation:
    found = explain_line(question, line, None)
    if len(found.parts) == 1:
        everything = explain_line(replace(question, gas=None), line, None)
        known = [part.title for part in everything.parts[1:]]
        raise ResultError(f"'{line}' has no {question.gas}; {suggestion(str(question.gas), known)}")
    return found


def _chosen(question: Question, where: Mapping[str, str | int], *, below: bool = True) -> Lines:
    chosen = line_sets(question)["all"]
    for name, value in where.items():
        if name not in LABELS:
            raise ResultError(f"lines have no '{name}'; {suggestion(name, LABELS)}")
        chosen = chosen & question.where(name, value, below=below)
    return chosen


def _named(question: Question, where: Mapping[str, str | int]) -> str:
    attrs = question.dataset.attrs
    parts = [str(attrs[f"title_{question.lang}"]), str(question.year)]
    parts += [str(value) for value in where.values()]
    parts.append(question.metric if question.weighed else str(question.gas))
    return ", ".join(parts)


def _of_number(
    number: xr.DataArray,
    inventory: xr.Dataset | None,
    year: int | None,
    metric: str | None,
    lang: Language,
) -> Explanation:
    """Explain a sum by the lines that it was taken over."""
    if inventory is None:
        raise ResultError("a sum carries no factors; give the inventory: explain(…, inventory=…)")
    if number.size != 1:
        dims = ", ".join(f"{name}=…" for name, size in number.sizes.items() if size != 1)
        raise ResultError(f"explain one number; choose it by .sel({dims})")
    labels = {str(name): part.item() for name, part in number.coords.items() if part.size == 1}
    unit = str(number.attrs["units"]) if "units" in number.attrs else "none"
    question = ask(
        inventory,
        labels.get("year", year),
        labels["gas"] if "gas" in labels else _gas_of(unit),
        metric or labels.get("metric"),
        lang,
        weighed=unit == "t CO2e/year",
    )
    where = {name: labels[name] for name in LABELS if name in labels}
    if "line" in where:
        where = {"line": where["line"]}
    return _reading(
        question, _chosen(question, where, below=False), number.item(), _named(question, where)
    )


def _gas_of(unit: str) -> str | None:
    """Return the gas that a unit names; None for gases weighed together."""
    name = unit.removeprefix("t ").removesuffix("/year")
    if name == "CO2e":
        return None
    if name != "CO2":
        raise ResultError(
            f"cannot explain a number in '{unit}'; weigh it by co2e or choose a gas by .sel(gas=…)"
        )
    return name


def _reading(question: Question, chosen: Lines, value: float, title: str) -> Explanation:
    """Explain a number by the first account and set of lines whose sum it is."""
    for account in ROLES_OF:
        amounts, given = question.amounts(account), chosen & giving(question, account)
        for name, lines in line_sets(question).items():
            kept = lines & given
            if np.isclose(float(amounts[kept].sum()), value, rtol=1e-9, atol=0.0):
                words = f"{title}: {label(f'origin.{name}', question.lang)}"
                return explain_sum(question, kept, account, words)
    raise ResultError(
        f"no sum over the lines of this inventory gives {value:,.6g} {question.unit}; it came from "
        "another inventory, was weighed by another metric, or was computed further"
    )
