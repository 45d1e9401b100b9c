"""What measures of a region ask of each other, share and may cost, as conditions of a problem."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.conditions import Budget, Exclusion, Need, Pool
from carbonpeak.scenario.limits import meant
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.measures.payers import SpendingLimit, load_budgets
from carbonpeak.scenario.pathway import Outlook


def needs(outlook: Outlook) -> tuple[Need, ...]:
    """Return what measures need: one native unit of another, or all of it where less may stand."""
    names, measures = list(outlook.measures), outlook.measures
    found = {}
    for name, measure in measures.items():
        for other in measure.entry.needs:
            room = {
                names[at]: measures[names[at]].numbers["potential"]
                for at in meant(measures, other)
                if names[at] != name
            }
            able = {one: min(1.0, amount) for one, amount in room.items() if amount > 0}
            need = Need(name, tuple(able), tuple(able.values()))
            found[need.name] = need
    return tuple(found.values())


def unmet_needs(measures: Mapping[str, Measure]) -> list[str]:
    """Return the measures that can never stand among those given, because of what they need."""
    left, lacking = dict(measures), [""]
    while lacking:
        lacking = [
            name
            for name, measure in left.items()
            for other in measure.entry.needs
            if not [at for at in meant(left, other) if list(left)[at] != name]
        ]
        left = {name: measure for name, measure in left.items() if name not in lacking}
    return [name for name in measures if name not in left]


def exclusions(outlook: Outlook) -> tuple[Exclusion, ...]:
    """Return each pair of measures of which one excludes the other, once."""
    names = list(outlook.measures)
    pairs = {
        tuple(sorted((row, at)))
        for row, measure in enumerate(outlook.measures.values())
        for other in measure.entry.excludes
        for at in meant(outlook.measures, other)
        if at != row
    }
    return tuple(Exclusion(names[one], names[other]) for one, other in sorted(pairs))


def pools(outlook: Outlook) -> tuple[Pool, ...]:
    """Return the pools that some of the measures share, with what a unit of each takes."""
    shares = [measure.shares for measure in outlook.measures.values()]
    return tuple(
        Pool(
            pool.name,
            np.array([one.get(pool.name, 0.0) for one in shares]),
            pool.amount,
            pool.unit,
        )
        for pool in outlook.pools.values()
        if any(pool.name in one for one in shares)
    )


def budgets(outlook: Outlook) -> tuple[Budget, ...]:
    """Return the budgets of the region for the measures at hand.

    One that lies wholly outside the horizon, or whose actor pays for none of them, holds nothing.

    Raises
    ------
    ScenarioError
        When a budget lies partly outside the horizon: how much of it is for the years inside?
    """
    first, last = outlook.years[0], outlook.years[-1]
    found, faults = [], []
    for budget in load_budgets(outlook.scenario.region).values():
        paid = np.array([one.actor == budget.actor for one in outlook.measures.values()], bool)
        outside = budget.last_year < first or budget.first_year > last
        if outside or not paid.any():
            continue
        if budget.first_year < first or budget.last_year > last:
            faults.append(_partly_outside(budget, first, last))
        years = tuple(range(budget.first_year, budget.last_year + 1))
        found.append(Budget(budget.name, paid, years, budget.amount))
    if faults:
        raise ScenarioError("\n".join(faults))
    return tuple(found)


def _partly_outside(budget: SpendingLimit, first: int, last: int) -> str:
    return (
        f"{budget.row.place}: budget '{budget.name}' is for {budget.first_year} to "
        f"{budget.last_year}, partly outside the horizon {first}-{last}; state the part inside"
    )
