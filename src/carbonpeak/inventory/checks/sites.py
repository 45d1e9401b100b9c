"""Checks of what a plant says of itself, and of the methods that its lines follow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from carbonpeak import vocabulary
from carbonpeak.inventory.checks.finding import Case, Finding, joined
from carbonpeak.inventory.model import Floats
from carbonpeak.vocabulary import Line

REDUCTANT, BALANCE = "reductant", "carbon_in"


def reductant_switch(case: Case) -> Iterator[Finding]:
    """Find sites whose reductants stand elsewhere than their switch says."""
    amounts = np.nan_to_num(case.activity(), nan=0.0).max(axis=1)
    lines = [vocabulary.parse_line(name) for name in case.lines]
    for name, site in case.region.sites.items():
        own = [line for line, amount in zip(lines, amounts, strict=True) if amount > 0]
        used = [line for line in own if line.site == name]
        reductants = [line.id for line in used if _is_reductant(line)]
        if site.reductant_carbon == "energy" and reductants:
            yield Finding("reductant_switch", "error", name, {"lines": joined(reductants)})
        balanced = any(vocabulary.sources()[line.source].group == BALANCE for line in used)
        if site.reductant_carbon == "ippu" and used and not reductants and not balanced:
            yield Finding("reductant_switch", "warning", name, form="reductant_missing")


def _is_reductant(line: Line) -> bool:
    processes = {pair.process for pair in vocabulary.reductant_pairs()}
    return line.category in processes and line.rule.item == REDUCTANT


def method_changed(case: Case) -> Iterator[Finding]:
    """Find categories of a site that follow one method in one year and others in the next."""
    lines = [vocabulary.parse_line(name) for name in case.lines]
    active = np.nan_to_num(case.activity(), nan=0.0) > 0
    places: dict[str, list[int]] = {}
    for at, line in enumerate(lines):
        if case.counts(at):
            places.setdefault("/".join(filter(None, (line.category, line.site))), []).append(at)
    for place, members in places.items():
        methods = [_methods(lines, active, members, moment) for moment in range(len(case.years))]
        for at in range(1, len(case.years)):
            before, after = methods[at - 1], methods[at]
            if before and after and not before & after:
                values = {
                    "before": joined(sorted(before)),
                    "after": joined(sorted(after)),
                    "last": str(case.years[at - 1]),
                    "since": str(case.years[at]),
                }
                yield Finding("method_changed", "warning", f"{place} {case.years[at]}", values)


def _methods(
    lines: Sequence[Line], active: Floats, members: Sequence[int], moment: int
) -> set[str]:
    return {lines[at].rule.method for at in members if active[at, moment]}
