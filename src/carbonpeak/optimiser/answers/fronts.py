"""Pareto fronts: what less in all, a lower peak or an earlier one costs.

The bounded-objective (ε-constraint) method of Haimes, Lasdon and Wismer (1971): cost is minimised
under a cap on the other aim, and the cap is moved between the two ends. A program stays alive; a
cap changes one bound, so that each point starts from the basis of the last. Two programs share the
caps. Where caps are far apart, a price on the other aim goes ahead: under a cap all builds hang
together by its row, while under a price a pivot takes a third of the time.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.gauges import (
    SLACK,
    Gauge,
    hold_peak,
    measure_height,
    measure_total,
    numerator_of,
)
from carbonpeak.optimiser.answers.tables import (
    MONEY_UNIT,
    NATIVE,
    condition_attrs,
    discounted_attrs,
    measure_coords,
    priced,
    require_plan,
    with_units,
)
from carbonpeak.optimiser.least_cost import formulate
from carbonpeak.optimiser.model import MONEY, Choice, LeastCostModel
from carbonpeak.optimiser.plan import change_of, retired_of
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.program import Solution, SolverSettings, Status

AGAINST = ("cumulative", "height", "peak_year")
FAR_APART = 400
"""Pivots from cap to cap, from which on a price goes ahead."""

NEAR = 0.3
"""Of the way from cap to cap: how near to a cap a price has to lead, in `GUESSES` at most."""

GUESSES = 3


@dataclass(frozen=True, eq=False)
class Point:
    """The least-cost plan under one cap."""

    cap: float
    reached: float
    cost: float
    penalty: float
    marginal: float
    choice: Choice
    status: str
    pivots: int

    @property
    def spent(self) -> float:
        """Cost with the penalty of soft targets."""
        return self.cost + self.penalty


def pareto_front(
    problem: LeastCostProblem,
    *,
    numerator: str,
    against: str = "cumulative",
    points: int = 20,
    tightest: float | None = None,
    settings: SolverSettings | None = None,
) -> xr.Dataset:
    """Trade cost against the sum of a numerator over all years, its peak, or the year of its peak.

    Parameters
    ----------
    problem : LeastCostProblem
        Its targets hold at every point.
    numerator : str
        Which of its numerators.
    against : "cumulative", "height" or "peak_year"
        Sum over the years; highest year; year of the highest value.
    points : int
        At least 2, evenly spaced between the least cost and the least possible. Against the year
        of the peak there is one point a year.
    tightest : float, optional
        Last cap, in the unit of what is capped, no higher than what the least-cost plan reaches; by
        default the least that is possible. Against the year of the peak there is none.
    settings : SolverSettings, optional
        Time limit, threads, gap.

    Returns
    -------
    Dataset
        Over `point` from loose to tight: `cap`, `reached`; `cost` and `penalty` of soft targets,
        discounted CNY2020; `marginal_cost`, discounted CNY2020 per unit less; `builds` (point,
        measure, year), `path` (point, year), `status`, and `retired` (point, measure, build_year,
        year) where a measure may be retired early. Where the two ends coincide there is one
        point. Against the year of the peak, over `peak_year`: `cost_in` when no year lies above it,
        and `cost` when it is no later, which never rises with the year.

    Raises
    ------
    ResultError
        When the problem has no plan, or no such numerator or aim; when no plan keeps `tightest`,
        or the least-cost plan does anyway, with the range of what is possible.
    """
    chosen = settings or SolverSettings()
    if against not in AGAINST:
        raise ResultError(f"no front against '{against}'; expected one of {', '.join(AGAINST)}")
    if against == "peak_year":
        if tightest is not None:
            raise ResultError("'tightest' is a cap; against 'peak_year' every year is tried")
        return _peak_years(problem, numerator, chosen)
    model = formulate(problem)
    if against == "height":
        gauge = measure_height(model, numerator)
    else:
        gauge = measure_total(model, numerator, np.ones(len(problem.years)))
    found = sweep(problem, gauge, points, tightest=tightest, settings=chosen)
    unit = problem.numerators[numerator].unit + ("" if against == "cumulative" else "/year")
    require_possible(gauge, found, tightest, unit, settings=chosen)
    return front_table(gauge, numerator, found, unit).assign_attrs(against=against)


def sweep(
    problem: LeastCostProblem,
    gauge: Gauge,
    points: int,
    *,
    tightest: float | None,
    settings: SolverSettings,
) -> list[Point]:
    """Return the least-cost plans under caps from the loosest that binds to the tightest."""
    if points < 2:
        raise ResultError(f"a front of {points} points; it needs at least 2, one for each end")
    if tightest is not None and not np.isfinite(tightest):
        raise ResultError(f"'tightest' is {tightest}; expected a number, or None for the least")
    loosest = require_plan(problem, gauge.model.program.solve(settings), settings)
    first = _point(gauge, gauge.read(loosest), loosest, settings)
    far = gauge.twin()
    end = _least(far, settings) if tightest is None else tightest
    if first.cap - end <= SLACK * gauge.scale:
        return [first]
    caps = np.linspace(first.cap, end, points)[1:].tolist()
    return [first, *_in_two_parts(gauge, far, first, caps, settings, at_least=tightest is None)]


def require_possible(
    gauge: Gauge,
    points: list[Point],
    tightest: float | None,
    unit: str,
    *,
    settings: SolverSettings,
) -> None:
    """Refuse a last cap that no plan keeps, or that the least-cost plan keeps anyway.

    Raises
    ------
    ResultError
        With the least and the most that the cap may be, which is one more solve.
    """
    if tightest is None:
        return
    loosest = points[0].cap
    if tightest - loosest > SLACK * gauge.scale:
        why = "the least-cost plan stays below it anyway"
    elif any(point.status == Status.INFEASIBLE for point in points):
        why = "no plan keeps it"
    else:
        return
    gauge.charge(0.0)
    least = _least(gauge, settings)
    said = f"'tightest' is {tightest:,.12g} {unit}; {why}"
    if loosest - least <= SLACK * gauge.scale:
        raise ResultError(
            f"{said}. The least-cost plan reaches the least possible already, {least:,.12g} {unit}"
        )
    step = 10.0 ** np.floor(np.log10(loosest - least) - 4.0)
    # Rounded inwards, so that what is told can be asked for.
    low, high = np.ceil(least / step) * step, np.floor(loosest / step) * step
    raise ResultError(
        f"{said}. Expected {low:,.12g} {unit}, the least possible, to {high:,.12g} {unit}, what "
        "the least-cost plan reaches"
    )


def _in_two_parts(
    near: Gauge,
    far: Gauge,
    first: Point,
    caps: list[float],
    settings: SolverSettings,
    *,
    at_least: bool,
) -> list[Point]:
    """Solve the looser caps and the tighter ones at once, both from loose to tight.

    A tight cap takes more pivots, so that a third of the caps is as much work as the rest. Which
    program solves which is the same on any machine. `at_least` says that the far one rests at the
    least possible, which is feasible under the last cap, so that this one is solved from there.
    """
    parting = 2 * len(caps) // 3
    step = (first.cap - caps[-1]) / len(caps)
    start = near.model.program.basis() if at_least and not near.model.program.whole else None

    def tight() -> list[Point]:
        if not at_least:
            return _under(far, first, caps[parting:], step, settings)
        last = _point_under(far, caps[-1], settings, primal=True)
        if start is not None:
            far.model.program.go_on_from(start)
        mean = (last.spent - first.spent) / (first.cap - last.cap)
        return [*_under(far, first, caps[parting:-1], step, settings, price=mean), last]

    if settings.log_file is not None:  # which two at once would write into each other's lines
        return [*_under(near, first, caps[:parting], step, settings), *tight()]
    with ThreadPoolExecutor(1) as other:
        found = other.submit(tight)
        return [*_under(near, first, caps[:parting], step, settings), *found.result()]


def _under(
    gauge: Gauge,
    first: Point,
    caps: Sequence[float],
    step: float,
    settings: SolverSettings,
    *,
    price: float = 0.0,
) -> list[Point]:
    """Solve caps, which lie a step apart; a `price` above zero leads to a first one far off.

    A price goes ahead once a cap has taken many pivots. Whole numbers know none.
    """
    found: list[Point] = []
    known, linear = [Mark(first.cap, 0.0)], not gauge.model.program.whole
    ahead = price > 0
    for cap in caps:
        if ahead and linear:
            guess = known[-1].price_on(known[-2], cap) if len(known) > 1 else price
            _lead(gauge, cap, guess, known[-1], settings, within=NEAR * step)
        found.append(_point_under(gauge, cap, settings))
        if np.isfinite(found[-1].marginal):
            known.append(Mark(cap, found[-1].marginal))
        ahead = (ahead or found[-1].pivots >= FAR_APART) and known[-1].value == cap
    return found


class Mark(NamedTuple):
    """What a plan measures, and the price of a unit less at which it is the best one."""

    value: float
    price: float

    def price_on(self, other: Mark, value: float) -> float:
        """Return the price on the line through two marks, from half the lower to twice the higher.

        Where builds jump, two marks can lie so near to each other that their line leads anywhere.
        """
        if self.value == other.value:
            return self.price
        low, high = sorted((self.price, other.price))
        slope = (self.price - other.price) / (self.value - other.value)
        return min(max(self.price + slope * (value - self.value), low / 2), 2 * high)


def _lead(
    gauge: Gauge, cap: float, price: float, known: Mark, settings: SolverSettings, *, within: float
) -> None:
    """Go near a cap by prices, each on the line through the last two plans."""
    for _ in range(GUESSES):
        gauge.charge(price)
        solution = gauge.model.program.solve(settings)
        if not solution.found:
            return
        here = Mark(gauge.above(solution), price)
        if abs(here.value - cap) <= within:
            return
        known, price = here, here.price_on(known, cap)


def _least(gauge: Gauge, settings: SolverSettings) -> float:
    """Return the least that can be measured; the program rests there, with its costs again."""
    program = gauge.model.program
    cost = program.costs()
    aim = np.zeros_like(cost)
    aim[gauge.column] = 1.0
    program.set_costs(aim, keep_basis=True)
    # A peak is lowered by few builds and a sum by most: near and far from where the search starts.
    near = len(gauge.baseline) > 1
    least = program.solve(settings, primal=near)
    if not least.found:
        raise ResultError(f"the search for the least possible ended with '{least.status.value}'")
    program.set_costs(cost, keep_basis=True)
    return gauge.read(least)


def _point_under(
    gauge: Gauge, cap: float, settings: SolverSettings, *, primal: bool = False
) -> Point:
    gauge.cap(cap)
    return _point(gauge, cap, gauge.model.program.solve(settings, primal=primal), settings)


def _point(gauge: Gauge, cap: float, solution: Solution, settings: SolverSettings) -> Point:
    model, status = gauge.model, solution.status.value
    if not solution.found:
        retired = np.zeros(model.problem.retirements.left.size)
        nothing = Choice(np.full(np.shape(model.problem.committed), np.nan), retired)
        lost = np.nan
        return Point(cap, lost, lost, lost, lost, nothing, status, solution.pivots)
    answer = priced(model, solution, settings)
    penalty = float(model.penalty(answer.values["shortfall"].to_numpy()))
    return Point(
        cap=cap,
        reached=gauge.read(answer),
        cost=(answer.objective - gauge.charged(answer)) * MONEY - penalty,
        penalty=penalty,
        marginal=gauge.price(answer),
        choice=model.choice(answer),
        status=status,
        pivots=solution.pivots,
    )


def front_table(gauge: Gauge, numerator: str, points: list[Point], unit: str) -> xr.Dataset:
    """Return the points of a sweep as a Dataset."""
    problem = gauge.model.problem
    result = _table(gauge.model, numerator, "point", points).assign_coords(
        point=np.arange(1, len(points) + 1)
    )
    for name in ("cap", "reached", "marginal_cost"):
        field = name.removesuffix("_cost")
        result[name] = ("point", np.array([getattr(point, field) for point in points]))
    per = unit.removesuffix("/year")
    return with_units(
        result, {"cap": unit, "reached": unit, "marginal_cost": f"{MONEY_UNIT}/{per}"}
    ).assign_attrs(discounted_attrs(problem))


def _table(model: LeastCostModel, numerator: str, dim: str, points: list[Point]) -> xr.Dataset:
    problem = model.problem
    held = problem.numerators[numerator]
    builds = np.stack([point.choice.builds for point in points])
    change = [change_of(problem, numerator, point.choice) for point in points]
    result = xr.Dataset(
        {
            "cost": (dim, np.array([point.cost for point in points])),
            "penalty": (dim, np.array([point.penalty for point in points])),
            "status": (dim, np.array([point.status for point in points])),
            "builds": ((dim, "measure", "year"), builds),
            "path": ((dim, "year"), held.baseline + np.stack(change)),
        },
        coords={**measure_coords(problem), "year": np.asarray(problem.years)},
        attrs={"numerator": numerator, **condition_attrs(model)},
    )
    result = result.assign(retired_of(problem, [point.choice for point in points], dim))
    money = dict.fromkeys(("cost", "penalty"), MONEY_UNIT)
    return with_units(result, {**money, "builds": NATIVE, "path": f"{held.unit}/year"})


def _peak_years(problem: LeastCostProblem, numerator: str, settings: SolverSettings) -> xr.Dataset:
    """Return the least cost with the peak in each year, and no later than each."""
    numerator_of(problem, numerator)
    model = formulate(problem)
    gauge = measure_height(model, numerator)
    require_plan(problem, model.program.solve(settings), settings)
    found = []
    for year in problem.years:
        hold_peak(gauge, year)
        found.append(_point(gauge, np.nan, model.program.solve(settings), settings))
    result = _table(model, numerator, "peak_year", found)
    height = np.array([point.reached for point in found])
    spent = (result["cost"] + result["penalty"]).to_numpy()
    no_later = np.minimum.accumulate(np.where(np.isnan(spent), np.inf, spent))
    return (
        with_units(
            result.rename(cost="cost_in", penalty="penalty_in")
            .assign_coords(peak_year=np.asarray(problem.years))
            .assign(
                cost=("peak_year", np.where(np.isinf(no_later), np.nan, no_later)),
                height=("peak_year", height),
            ),
            {"cost": MONEY_UNIT, "height": f"{problem.numerators[numerator].unit}/year"},
        )
    ).assign_attrs(against="peak_year", **discounted_attrs(problem))
