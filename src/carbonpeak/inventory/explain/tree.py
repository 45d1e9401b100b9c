"""Sums explained: from a total to sectors, categories and lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from carbonpeak import vocabulary
from carbonpeak.errors import ResultError
from carbonpeak.inventory.explain.explanation import Explanation, Kind
from carbonpeak.inventory.explain.line import explain_line, line_results
from carbonpeak.inventory.explain.question import ROLES_OF, Account, Lines, Question
from carbonpeak.vocabulary import label

LEVELS: tuple[Kind, ...] = ("sector", "category", "line")


def explain_lines(question: Question, chosen: Lines, title: str) -> Explanation:
    """Explain lines: what counts in the direct total first, the rest apart beside it."""
    if not chosen.any():
        raise ResultError(f"no line is all of this: {title}")
    pieces = _pieces(question, chosen)
    if not pieces:
        names = question.dataset["line"].values[chosen].tolist()
        given = list(dict.fromkeys(gas for name in names for gas, _, _ in line_results(name)))
        raise ResultError(f"{title} has no {question.gas}; it has {', '.join(given)}")
    (name, lines, account), *rest = pieces
    words = label(f"origin.{name}", question.lang)
    first = explain_sum(question, lines, account, f"{title}: {words}")
    beside = [
        replace(
            explain_sum(question, lines, account, label(f"origin.{name}", question.lang)),
            apart=True,
        )
        for name, lines, account in rest
    ]
    return replace(first, parts=(*first.parts, *beside))


def explain_sum(question: Question, lines: Lines, account: Account, title: str) -> Explanation:
    """Explain the sum of an account over lines, split where they differ."""
    return _node(question, lines, account, "total", title, LEVELS)


def _node(
    question: Question,
    lines: Lines,
    account: Account,
    kind: Kind,
    title: str,
    levels: Sequence[Kind],
) -> Explanation:
    level, below = levels[0], levels[1:]
    parts = [
        explain_line(question, name, account)
        if level == "line"
        else _node(question, members, account, level, _title(question, level, name), below)
        for name, members in _split(question, lines, level).items()
    ]
    if len(parts) == 1 and kind == "total" and level != "line":
        parts = list(parts[0].parts)
    return Explanation(
        kind,
        title,
        float(question.amounts(account)[lines].sum()),
        question.unit,
        parts=tuple(sorted(parts, key=lambda part: -abs(np.nan_to_num(part.value)))),
        lang=question.lang,
    )


def _split(question: Question, lines: Lines, level: str) -> Mapping[str, Lines]:
    values = question.dataset[level].values
    return {str(name): lines & (values == name) for name in dict.fromkeys(values[lines].tolist())}


def _title(question: Question, level: Kind, name: str) -> str:
    if level == "sector":
        return label(f"sector.{name}", question.lang)
    return f"{name} {vocabulary.categories()[name].title(question.lang)}"


def giving(question: Question, account: Account) -> Lines:
    """Return which lines give the gas that is asked for to an account."""
    names = question.dataset["line"].values.tolist()
    roles = ROLES_OF[account]
    found = [
        any(role in roles and question.asks(gas) for gas, role, _ in line_results(name))
        for name in names
    ]
    return np.array(found, dtype=bool)


def line_sets(question: Question) -> Mapping[str, Lines]:
    """Return the sets of lines that the totals of an inventory are taken over."""
    dataset = question.dataset
    land = dataset["sector"].values == "land"
    indirect = dataset["sector"].values == "indirect"
    direct = (dataset["scope"].values == 1) & ~land
    return {
        "all": np.ones(len(land), dtype=bool),
        "total": direct,
        "total_with_land": direct | land,
        "land": land,
        "indirect": indirect,
        "total_with_indirect": direct | indirect,
        "energy_related": dataset["sector"].isin(["energy", "indirect"]).values,
    }


def _pieces(question: Question, chosen: Lines) -> list[tuple[str, Lines, Account]]:
    """Return what must stay apart: the direct total, land use, bought power, memo items."""
    sets = line_sets(question)
    counted = chosen & giving(question, "net")
    pieces: list[tuple[str, Lines, Account]] = [
        (name, sets[name] & counted, "net") for name in ("total", "land", "indirect")
    ]
    pieces.append(("memo", chosen & giving(question, "memo"), "memo"))
    return [piece for piece in pieces if piece[1].any()]
