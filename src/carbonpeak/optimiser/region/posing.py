"""A scenario, its measures and its targets laid out as a least-cost problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import numpy as np

from carbonpeak import units, vocabulary
from carbonpeak.errors import ArgumentError, ScenarioError, UnitError
from carbonpeak.inventory.model import Floats
from carbonpeak.optimiser.blocks import IntArray
from carbonpeak.optimiser.conditions import UNSTATED, LinearRow
from carbonpeak.optimiser.problem import LeastCostProblem, Moves, Sentence
from carbonpeak.optimiser.region.amounts import numerators, with_retirement
from carbonpeak.optimiser.region.partners import budgets, exclusions, needs, pools
from carbonpeak.optimiser.region.ranges import stated_ranges
from carbonpeak.optimiser.region.stating import state
from carbonpeak.planning.goals import Goal
from carbonpeak.scenario.measures.payers import load_budgets
from carbonpeak.scenario.pathway import Outlook, walk
from carbonpeak.scenario.prices import discount_rate, line_prices
from carbonpeak.scenario.titles import title_of
from carbonpeak.vocabulary import Language

SPOKEN: tuple[Language, Language] = ("en", "zh")


def pose(
    outlook: Outlook,
    goals: Mapping[str, Goal],
    *,
    soft: Mapping[str, float] = MappingProxyType({}),
    rows: Sequence[LinearRow] = (),
    amounts: Iterable[str] = (),
) -> LeastCostProblem:
    """Lay a scenario, its measures, its targets and the user's rows out as a least-cost problem.

    `soft` makes targets soft at a price in CNY2020 per unit of the amount that each bounds;
    `amounts` are among its numerators, whether a target bounds them or not.
    """
    names = list(outlook.measures)
    numbers = {key: _numbers(outlook, key) for key in ("capex", "fixed_opex", "lifetime")}
    years, count = outlook.years, len(outlook.years)
    first_year, last_year = _windows(outlook)
    ramp_rate = 1.0 + _numbers(outlook, "ramp_rate", absent=np.nan)
    moves = outlook.moves
    moved = np.any(moves.move != 0, axis=0)
    baseline = walk(outlook, np.zeros((len(names), count)))
    prices = line_prices(outlook.scenario.region, outlook.model, moved)
    amounts_held = numerators(outlook, baseline, goals, amounts)
    problem = LeastCostProblem(
        measures=tuple(names),
        years=years,
        unit_size=np.ones(len(names)),
        integer=np.array([outlook.measures[name].entry.integer for name in names], bool),
        first_year=first_year,
        last_year=last_year,
        soonest=np.array([one.soonest(years[0]) for one in outlook.measures.values()], np.int64),
        potential=_numbers(outlook, "potential"),
        yearly_limit=_numbers(outlook, "yearly_limit"),
        lifetime=numbers["lifetime"],
        ramp_rate=ramp_rate,
        ramp_seed=_numbers(outlook, "ramp_seed", absent=np.nan),
        capex=numbers["capex"][:, None] * _cost_decline(outlook),
        fixed_opex=np.repeat(numbers["fixed_opex"][:, None], count, axis=1),
        running_cost=moves.effect(prices),
        discount_rate=discount_rate(outlook.scenario.region),
        discount_to=years[0],
        numerators=amounts_held,
        lines=tuple(np.asarray(outlook.model.ids)[moved].tolist()),
        baseline_activity=outlook.baseline[moved],
        moves=Moves.from_dense(_dense(outlook, moved)),
        titles=_titles(outlook, goals),
        units={name: _spoken_unit(one.entry.unit) for name, one in outlook.measures.items()}
        | {one.unit: _spoken_unit(one.unit) for one in amounts_held.values()}
        | {one.name: _spoken_unit(one.unit) for one in outlook.pools.values()},
        stated_ranges=stated_ranges(outlook),
        once=np.array([one.entry.once for one in outlook.measures.values()], bool),
        minimum_build=_numbers(outlook, "minimum_build", absent=0.0),
        needs=needs(outlook),
        excludes=exclusions(outlook),
        pools=pools(outlook),
        actors=tuple(one.actor or UNSTATED for one in outlook.measures.values()),
        budgets=budgets(outlook),
        retire_cost=_numbers(outlook, "retire_cost", absent=np.nan),
        rows=_own_rows(outlook, rows),
    )
    problem = with_retirement(outlook, problem)
    return replace(problem, targets=state(problem, outlook, baseline, goals, soft))


def _own_rows(outlook: Outlook, rows: Sequence[LinearRow]) -> tuple[LinearRow, ...]:
    """Return the rows of the user, whose bounds must stand in a unit that their terms can count.

    Raises
    ------
    ArgumentError, ScenarioError
        When one is no row; or when its unit is unknown, or a multiple of that of a measure which a
        coefficient of 1 counts as it is.
    """
    faults = []
    for row in rows:
        if not isinstance(row, LinearRow):
            found = f"'rows' holds a {type(row).__name__}"
            raise ArgumentError(f"{found}; expected LinearRow(name, terms, at_most=…, unit=…)")
        try:
            faults += [f"row '{row.name}': {fault}" for fault in _misread(outlook, row)]
        except UnitError as error:
            faults.append(f"row '{row.name}': {error}")
    if faults:
        raise ScenarioError("\n".join(faults))
    return tuple(rows)


def _misread(outlook: Outlook, row: LinearRow) -> Iterator[str]:
    """Yield where a term counts native units as if they were those of the bounds."""
    if not row.unit:
        return
    unit = units.check(row.unit)
    own = ((it.measure, it.coefficient) for it in row.terms if it.measure in outlook.measures)
    for name, coefficient in dict.fromkeys(own):
        native = outlook.measures[name].entry.unit
        if abs(coefficient) == 1 and units.same_dimension(native, unit):
            factor = units.factor(native, unit)
            if not np.isclose(factor, 1.0):
                yield (
                    f"its bounds are in {unit}, but a coefficient of {coefficient:g} counts "
                    f"'{name}' in {native}; write {coefficient * factor:g}, or bounds in {native}"
                )


def _spoken_unit(unit: str) -> Sentence:
    return Sentence(*(vocabulary.unit_text(unit, lang) for lang in SPOKEN))


def _numbers(outlook: Outlook, parameter: str, *, absent: float | None = None) -> Floats:
    """Return a number of each measure; `absent` where the number is one that may be left out."""
    measures = [measure.numbers for measure in outlook.measures.values()]
    if absent is None:
        return np.array([numbers[parameter] for numbers in measures])
    return np.array([numbers.get(parameter, absent) for numbers in measures])


def _cost_decline(outlook: Outlook) -> Floats:
    """Return the capex of each year over that of the base year, (measure, year)."""
    elapsed = np.arange(len(outlook.years))
    learning = _numbers(outlook, "learning", absent=0.0)
    return np.asarray((1.0 - learning[:, None]) ** elapsed)


def _windows(outlook: Outlook) -> tuple[IntArray, IntArray]:
    """Return the first and the last year of each window; nothing is built in the base year."""
    base = outlook.years[0]
    windows = np.array([one.window(base) for one in outlook.measures.values()], dtype=np.int64)
    first, last = windows.reshape(-1, 2).T
    over = last < first
    return np.where(over, base - 1, first), np.where(over, base - 1, last)


def _dense(outlook: Outlook, moved: np.ndarray) -> Floats:
    """Return activity moved per native unit, (measure, year built, line, year)."""
    moves = outlook.moves
    dense: Floats = np.einsum("ml,mby->mbly", moves.move[:, moved], moves.strength)
    return dense


def _titles(outlook: Outlook, goals: Mapping[str, Goal]) -> dict[str, Sentence]:
    titles = {
        name: Sentence(measure.entry.title_en, measure.entry.title_zh)
        for name, measure in outlook.measures.items()
    }
    region = outlook.scenario.region
    titles |= {
        line.id: Sentence(*(region.line_title(line, lang) for lang in SPOKEN))
        for line in outlook.model.lines
    }
    shared = [*outlook.pools, *load_budgets(region)]
    titles |= {
        name: Sentence(*(title_of(region, name, lang) for lang in SPOKEN)) for name in shared
    }
    if taken := [name for name in goals if name in titles]:
        raise ScenarioError(
            f"target '{taken[0]}' has the name of a measure, line, pool or budget; give it another"
        )
    return titles | {
        name: Sentence(*(goal.called(name, lang) for lang in SPOKEN))
        for name, goal in goals.items()
    }
