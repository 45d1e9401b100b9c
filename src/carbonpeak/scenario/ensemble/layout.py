"""A scenario laid out for many draws: what varies, and every sum folded into one small matrix.

Lines that share their driver, their efficiency trends and their factor paths rise and fall
together. Their gases and standard coal are added up before the years are laid out, so that the
work grows with the number of drivers, not of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.evidence.region import CONVENTIONS, Region
from carbonpeak.inventory.activity import feeders, region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.inventory.model import ENERGY, Integers, Model
from carbonpeak.inventory.uncertainty.declaration import (
    Correlation,
    Input,
    activity_input,
    declared,
    factor_input,
)
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.inventory.uncertainty.exact_totals import Step, steps_of
from carbonpeak.inventory.uncertainty.terms import SIGNS, Terms, terms_of
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.ensemble.costs import Costing, costing_of, price_paths
from carbonpeak.scenario.ensemble.fold import Fold, fold_lines
from carbonpeak.scenario.ensemble.inputs import Inputs, Path, gathered
from carbonpeak.scenario.ensemble.measures import Plans, measure_inputs, plans_of
from carbonpeak.scenario.ensemble.rates import Paths, Rates, rates_of
from carbonpeak.scenario.ensemble.weights import COST, Weights, amounts_of, weights_of
from carbonpeak.scenario.pathway import Outlook, factor_index, lay_out, walk
from carbonpeak.scenario.scenario import Efficiency, Scenario
from carbonpeak.scenario.series import Series
from carbonpeak.scenario.spread import Spread, spread_of


@dataclass(frozen=True)
class Profile:
    """What moves the activity of some lines over the years.

    Attributes
    ----------
    terms : tuple of (series, exponent)
        The product of the powers of these; none for lines that stand still or follow.
    follows : str
        The source whose use they follow, or nothing.
    efficiency : tuple of str
        Names of trends.
    """

    terms: tuple[tuple[str, float], ...]
    follows: str
    efficiency: tuple[str, ...]


@dataclass(frozen=True)
class Course:
    """A factor path: what its factor is multiplied by over the years.

    Attributes
    ----------
    base : float
        The factor of the base year, in `unit`.
    """

    series: str
    unit: str
    base: float


@dataclass(frozen=True)
class Layout:
    """Everything that stays the same from draw to draw."""

    scenario: Scenario
    outlook: Outlook
    model: Model
    names: tuple[str, ...]
    weights: Weights
    inputs: Inputs
    terms: Terms
    steps: tuple[Step, ...]
    series: Mapping[str, Spread]
    courses: Mapping[str, Course]
    profiles: tuple[Profile, ...]
    profile_of: Integers
    own: tuple[str, ...]
    cell_of: Integers
    past: Mapping[int, tuple[tuple[int, int], ...]]
    rates: Rates
    fold: Fold
    plans: Plans
    plan_fold: Fold
    costing: Costing | None
    gdp: float
    include: frozenset[str]


def lay_out_draws(
    region: Region,
    scenario: Scenario,
    *,
    of: Sequence[str],
    include: Collection[str],
    plan: Callable[[Outlook], Plans] = plans_of,
) -> Layout:
    """Lay a scenario out for draws.

    Parameters
    ----------
    of : sequence of str
        Indicators.
    include : collection of str
        Kinds of inputs that vary.
    plan : callable
        What is built; by default what the scenario builds.
    """
    outlook = lay_out(region, scenario)
    lines, base = outlook.model.lines, region.record.base_year
    model = bind(region, lines, [base])
    attributes = walk(outlook, np.zeros((len(outlook.measures), len(outlook.years)))).attrs
    weights = weights_of(model, amounts_of(of), attributes)
    stated = read_series(scenario)
    series = {name: spread_of(one, scenario.years) for name, one in stated.items()}
    courses, followed = _courses(scenario, model, stated)
    rates = rates_of(model, weights, followed)
    profiles, profile_of = _profiles(scenario, model)
    plans = plan(outlook)
    full = bind(region, region_lines(region), region.record.years)
    terms = terms_of(full, compile_inventory(region))
    steps, cells = _steps(terms, base)
    own = [model.ids[at] for at in feeders(lines)]
    cell_of, past = _places(terms, own, base, rates)
    numbers = _activity_inputs(terms, cells, region) if "activity" in include else []
    if "factors" in include:
        taken_over = _on_course(scenario, model) if "drivers" in include else set()
        numbers += _factor_inputs(model, taken_over)
    if "drivers" in include:
        numbers += _trend_inputs(scenario)
    numbers += measure_inputs(plans, include)
    paths = _driver_paths(scenario, series, courses, profiles) if "drivers" in include else []
    paths += price_paths(outlook, plans, own) if "prices" in include else []
    return Layout(
        scenario=scenario,
        outlook=outlook,
        model=model,
        names=tuple(of),
        include=frozenset(include),
        weights=weights,
        inputs=gathered(numbers, paths, _correlations(region)),
        terms=terms,
        steps=steps,
        series=series,
        courses=courses,
        profiles=profiles,
        profile_of=profile_of,
        own=tuple(own),
        cell_of=cell_of,
        past=past,
        rates=rates,
        fold=fold_lines(model, weights, rates, followed, _by_profile(profile_of)),
        plans=plans,
        plan_fold=fold_lines(model, weights, rates, followed, _by_measure(plans, own)),
        costing=costing_of(outlook, plans, own) if COST in of else None,
        gdp=region.indicator("gdp", base, unit="CNY2020"),
    )


def _places(
    terms: Terms, own: Sequence[str], base: int, rates: Rates
) -> tuple[Integers, dict[int, tuple[tuple[int, int], ...]]]:
    """Return where the activity of each line stands, -1 for none, and that of earlier years."""
    places = {(cell.line, cell.year): at for at, cell in enumerate(terms.cells)}
    past = {
        one.line: tuple(
            (year, at)
            for (line, year), at in places.items()
            if line == own[one.line] and year < base
        )
        for one in rates.ageing
    }
    return np.array([places.get((name, base), -1) for name in own], dtype=np.int64), past


def _profiles(scenario: Scenario, model: Model) -> tuple[tuple[Profile, ...], Integers]:
    """Return the distinct profiles, and the one of each line."""
    found: dict[Profile, int] = {}
    places = []
    for at in feeders(model.lines):
        line, record = model.lines[at], scenario.record
        driver = next((one for one in record.activity.values() if one.selects(line)), None)
        trends = tuple(name for name, one in record.efficiency.items() if one.selects(line))
        terms = driver.terms(record.shares) if driver is not None and not driver.follows else ()
        follows = driver.follows if driver is not None and driver.follows else ""
        places.append(found.setdefault(Profile(terms, follows, trends), len(found)))
    return tuple(found), np.array(places, dtype=np.int64)


def _courses(
    scenario: Scenario, model: Model, series: Mapping[str, Series]
) -> tuple[dict[str, Course], dict[tuple[str, str], Paths]]:
    """Return the factor paths, and which of them each line's gas or standard coal follows."""
    courses: dict[str, Course] = {}
    followed: dict[tuple[str, str], Paths] = {}
    for name, path in scenario.record.factors.items():
        _, users = factor_index(model, scenario, path, series, f"{scenario.name}: factors.{name}")
        factor = next(
            use.factor
            for use in model.uses
            if (use.line, use.gas) == users[0]
            and use.parameter == path.parameter
            and path.condition in (None, use.factor.condition)
        )
        courses[name] = Course(path.series, factor.unit, factor.value)
        for line, gas in users:
            wanted = [""] if gas != ENERGY else [path.condition] if path.condition else CONVENTIONS
            for convention in wanted:
                key = (line, gas + convention)
                followed[key] = (*followed.get(key, ()), name)
    return courses, followed


def _steps(terms: Terms, base: int) -> tuple[tuple[Step, ...], list[int]]:
    """Return what keeps the totals of the base year, and the cells that an ensemble needs."""
    given = declared([activity_input(at, cell) for at, cell in enumerate(terms.cells)])
    deviations = np.zeros(len(terms.cells))
    here, there = given.places("activity")
    deviations[there] = given.deviations[here]
    years = np.array([cell.year for cell in terms.cells])
    every = steps_of(terms, deviations)
    kept = tuple(step for step in every if (years[step.cells] == base).all())
    if any(step.rows[:, years != base].any() for step in kept):
        return every, list(range(len(years)))
    early = np.flatnonzero(years <= base).tolist()
    return kept, [at for at in early if _acts(terms, at, base)]


def _acts(terms: Terms, at: int, base: int) -> bool:
    """Tell whether an activity is one of the base year, or one that still acts after it."""
    cell = terms.cells[at]
    method = terms.model.methods[terms.model.ids.index(cell.line)]
    return cell.year == base or method.by_age


def _activity_inputs(terms: Terms, cells: Sequence[int], region: Region) -> list[Input]:
    numbers = [activity_input(at, terms.cells[at]) for at in cells]
    return [*numbers, _gdp_input(region)]


def _factor_inputs(model: Model, taken_over: set[int]) -> list[Input]:
    """Return the factors of every gas that counts somewhere, whichever indicators are asked for."""
    used = {
        int(at)
        for group in model.groups
        if group.role in SIGNS
        for part in group.factors.values()
        for at in part.ravel()
    }
    return [factor_input(at, model.factors[at]) for at in sorted(used - taken_over)]


def _trend_inputs(scenario: Scenario) -> list[Input]:
    return [
        Input(f"efficiency|{name}", "efficiency", at, _trend_law(one))
        for at, (name, one) in enumerate(scenario.record.efficiency.items())
    ]


def _driver_paths(
    scenario: Scenario,
    series: Mapping[str, Spread],
    courses: Mapping[str, Course],
    profiles: Sequence[Profile],
) -> list[Path]:
    asked = {name for profile in profiles for name, _ in profile.terms} | {scenario.record.gdp}
    asked |= {course.series for course in courses.values()}
    return [
        Path(f"driver|{name}", series[name].laws, series[name].ends)
        for name in sorted(asked - _parts(scenario))
    ]


def _parts(scenario: Scenario) -> set[str]:
    """Return the series that are parts of a whole: they sum to 1, so that none varies alone."""
    return {name for group in scenario.record.shares.values() for name in group.parts}


def _correlations(region: Region) -> list[Correlation]:
    stated = region.record.correlations.items()
    return [Correlation(name, one.inputs, one.coefficient) for name, one in stated]


def _trend_law(trend: Efficiency) -> Distribution:
    return distribution_of(trend.change, trend.low, trend.high)


def _gdp_input(region: Region) -> Input:
    rows = [
        row.record
        for row in region.indicators
        if row.record.indicator == "gdp" and row.record.year == region.record.base_year
    ]
    scale = region.money_factor(rows[0].unit, "CNY2020")
    ends = [None if end is None else end * scale for end in (rows[0].low, rows[0].high)]
    law = distribution_of(rows[0].value * scale, ends[0], ends[1])
    return Input(f"indicator|gdp|{region.record.base_year}", "indicator", 0, law)


def _on_course(scenario: Scenario, model: Model) -> set[int]:
    """Return the factors that a path takes over: they are drawn with its series."""
    places = {factor: at for at, factor in enumerate(model.factors)}
    return {
        places[use.factor]
        for path in scenario.record.factors.values()
        for use in model.uses
        if use.parameter == path.parameter
        and use.factor.subject == path.subject
        and path.gas in ("none", use.gas)
        and path.condition in (None, use.factor.condition)
    }


def _by_profile(profile_of: Integers) -> list[tuple[int, int, int]]:
    return [(line, line, profile) for line, profile in enumerate(profile_of.tolist())]


def _by_measure(plans: Plans, own: Sequence[str]) -> list[tuple[int, int, int]]:
    return [(line, place, measure) for line, (place, measure) in plans.pairs(own)]
