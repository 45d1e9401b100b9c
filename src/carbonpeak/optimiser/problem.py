"""The least-cost problem as bare arrays and labels; it knows no region and no file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.conditions import (
    UNSTATED,
    Budget,
    Exclusion,
    LinearRow,
    Need,
    Pool,
    Retirements,
)
from carbonpeak.optimiser.faults import condition_faults, measure_faults
from carbonpeak.optimiser.targets import Numerator, Target, target_faults


class Sentence(NamedTuple):
    """The same words in English and in Chinese."""

    en: str
    zh: str

    def text(self, lang: str) -> str:
        """Return the words in `"en"` or `"zh"`."""
        return self.zh if lang == "zh" else self.en


def span(first: int, last: int) -> Sentence:
    """Return the first and the last of years as each language writes it."""
    if first == last:
        return Sentence(str(first), str(first))
    return Sentence(f"{first}–{last}", f"{first}—{last}")


def counted(number: str, unit: str) -> str:
    """Return a printed number with its unit in English, whose plural of one loses its ending.

    ``1 unit`` and ``2 units``, both of ``units``; a symbol such as ha has no plural.
    """
    words = re.sub(r"(?<=[a-z]{3})s$", "", unit) if number == "1" else unit
    return f"{number} {words}".rstrip()


@dataclass(frozen=True, eq=False)
class Moves:
    """Activity that builds move, one entry per pair of measure and line.

    Attributes
    ----------
    measure, line : (move,)
        Positions in the measures and lines of the problem.
    response : (move, build year, year)
        Change of the line's activity per native unit built.
    """

    measure: IntArray
    line: IntArray
    response: FloatArray

    @classmethod
    def none(cls, years: int = 0) -> Moves:
        """Return moves of nothing."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, years, years)))

    @classmethod
    def from_dense(cls, moved: FloatArray) -> Moves:
        """Return the moves of a full array (measure, build year, line, year)."""
        measure, line = np.nonzero((moved != 0).any(axis=(1, 3)))
        return cls(measure, line, np.asarray(moved, dtype=float)[measure, :, line, :])


def _empty() -> FloatArray:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class LeastCostProblem:
    """Which builds meet the targets at least cost.

    A build made in year τ serves from τ to τ + lifetime - 1. Arrays are in native units of each
    measure and CNY2020; M measures, T consecutive years, L lines. Arrays left empty take their
    default.

    Attributes
    ----------
    measures, years : tuple
        Labels.
    unit_size : (M,)
        Native units of one whole project, where `integer`.
    integer : (M,) of bool
        Builds are whole projects.
    first_year, last_year : (M,)
        Window of the builds, both included.
    soonest : (M,), default the first year
        Before it nothing can be in service, as works take their time: the window never opens there.
    potential : (M,)
        Native units in all, those `existing` included; may be infinite.
    yearly_limit : (M,)
        Native units built in a year at most; may be infinite.
    lifetime : (M,)
        Whole years of service.
    capex, fixed_opex : (M, T)
        CNY2020 per native unit built in the year; per unit in service and year.
    running_cost : (M, T, T)
        CNY2020 in a year per native unit, by build year and year: energy bought less saved.
    discount_rate : float
        Share a year.
    discount_to : int
        Year to which costs are discounted.
    numerators : mapping of Numerator
        What targets may bound.
    targets : tuple of Target
        Ceilings and floors, one row each.
    lines, baseline_activity, moves
        Labels (L,), activity without measures (L, T), and what builds move.
    existing : (M,), default 0
        Native units in place before the first year.
    ramp_rate, ramp_seed : (M,), default none
        Builds of a year are at most `ramp_rate` × those of the year before + `ramp_seed`; NaN for
        a measure without ramp.
    committed : (M, T), default 0
        Least builds.
    once : (M,) of bool, default False
        Builds fall into at most one year.
    minimum_build : (M,), default 0
        Least native units of a year in which anything is built.
    needs, excludes : tuple of Need, tuple of Exclusion
        What stands only beside others, and what never stands beside another.
    pools : tuple of Pool
        What standing units share.
    actors : tuple of str
        Who pays for each measure.
    budgets : tuple of Budget
        Capex of some measures in some years at most.
    retire_cost : (M,), default NaN
        CNY2020 per native unit retired before its time; NaN where nothing is retired early.
    rows : tuple of LinearRow
        The user's own.
    titles : mapping of Sentence
        Names of measures, lines, targets, pools, budgets and rows in sentences; without one the
        label itself.
    units : mapping of Sentence
        Native units of measures, and units of numerators, in sentences, English words in the
        plural; without one amounts of a measure stand alone.
    stated_ranges : mapping of (float, float)
        Least and most that the source of a limit thinks possible, in the unit of the limit, by
        family and subject; NaN where it states no such end. Of a window there are two, those of
        `first_year` and of `last_year`.
    """

    measures: tuple[str, ...]
    years: tuple[int, ...]
    unit_size: FloatArray
    integer: npt.NDArray[np.bool_]
    first_year: IntArray
    last_year: IntArray
    potential: FloatArray
    yearly_limit: FloatArray
    lifetime: FloatArray
    capex: FloatArray
    fixed_opex: FloatArray
    running_cost: FloatArray
    discount_rate: float
    discount_to: int
    numerators: Mapping[str, Numerator]
    targets: tuple[Target, ...] = ()
    lines: tuple[str, ...] = ()
    baseline_activity: FloatArray = field(default_factory=_empty)
    moves: Moves = field(default_factory=Moves.none)
    existing: FloatArray = field(default_factory=_empty)
    ramp_rate: FloatArray = field(default_factory=_empty)
    ramp_seed: FloatArray = field(default_factory=_empty)
    committed: FloatArray = field(default_factory=_empty)
    soonest: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    titles: Mapping[str, Sentence] = field(default_factory=dict)
    once: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    minimum_build: FloatArray = field(default_factory=_empty)
    needs: tuple[Need, ...] = ()
    excludes: tuple[Exclusion, ...] = ()
    pools: tuple[Pool, ...] = ()
    actors: tuple[str, ...] = ()
    budgets: tuple[Budget, ...] = ()
    retire_cost: FloatArray = field(default_factory=_empty)
    rows: tuple[LinearRow, ...] = ()
    units: Mapping[str, Sentence] = field(default_factory=dict)
    stated_ranges: Mapping[tuple[str, str], tuple[float, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fill in defaults and refuse arrays that do not fit.

        Raises
        ------
        ScenarioError
            Lists everything that is wrong.
        """
        measures, years, lines = len(self.measures), len(self.years), len(self.lines)
        self._default("existing", np.zeros(measures))
        self._default("ramp_rate", np.full(measures, np.nan))
        self._default("ramp_seed", np.where(np.isnan(self.ramp_rate), np.nan, 0.0))
        self._default("committed", np.zeros((measures, years)))
        self._default("soonest", np.full(measures, self.years[0] if years else 0))
        self._default("baseline_activity", np.zeros((lines, years)))
        self._default("once", np.zeros(measures, dtype=bool))
        self._default("minimum_build", np.zeros(measures))
        self._default("retire_cost", np.full(measures, np.nan))
        if not self.actors:
            object.__setattr__(self, "actors", (UNSTATED,) * measures)
        if not len(self.moves.measure):
            object.__setattr__(self, "moves", Moves.none(years))
        faults = list(_shape_faults(self)) or list(_value_faults(self))
        if faults:
            raise ScenarioError("\n".join(faults))

    def _default(self, name: str, value: FloatArray | BoolArray) -> None:
        if np.size(getattr(self, name)) == 0:
            object.__setattr__(self, name, value)

    @property
    def discount(self) -> FloatArray:
        """Value in the year discounted to of 1 CNY2020 of each year, (T,)."""
        return self.discount_at(np.asarray(self.years, dtype=float))

    def discount_at(self, year: FloatArray) -> FloatArray:
        """Value in the year discounted to of 1 CNY2020 of `year`."""
        factor: FloatArray = np.power(1.0 + self.discount_rate, self.discount_to - year)
        return factor

    @cached_property
    def in_service(self) -> FloatArray:
        """1 where a build of the second axis serves in the year of the third, (M, T, T)."""
        year = np.asarray(self.years)
        age = year[None, None, :] - year[None, :, None]
        serves = (age >= 0) & (age < np.asarray(self.lifetime)[:, None, None])
        return np.asarray(serves, dtype=np.float64)

    @property
    def window(self) -> npt.NDArray[np.bool_]:
        """Whether a measure may be built in a year, (M, T)."""
        year = np.asarray(self.years)[None, :]
        first, last = np.asarray(self.first_year), np.asarray(self.last_year)
        return (year >= first[:, None]) & (year <= last[:, None])

    @property
    def without_measures(self) -> dict[str, FloatArray]:
        """Each numerator while nothing is built, (T,)."""
        return {name: held.baseline for name, held in self.numerators.items()}

    @property
    def lumpy(self) -> IntArray:
        """Positions of the measures that are built once, or with a least amount."""
        return np.flatnonzero(self.once | (self.minimum_build > 0))

    @cached_property
    def dependent(self) -> IntArray:
        """Positions of the measures that need or exclude others, or are excluded."""
        names = {need.measure for need in self.needs}
        names |= {name for pair in self.excludes for name in (pair.one, pair.other)}
        return np.flatnonzero([name in names for name in self.measures])

    @cached_property
    def retirements(self) -> Retirements:
        """Every measure, year built and later year of its service in which it may be retired."""
        able = np.flatnonzero(~np.isnan(self.retire_cost))
        if not able.size:
            return Retirements(*np.zeros((3, 0), dtype=np.int64))
        alive = (self.in_service[able] > 0) & self.window[able][:, :, None]
        row, built, left = np.nonzero(np.triu(alive, 1))
        return Retirements(able[row], built, left)

    def retired_response(self, response: FloatArray) -> FloatArray:
        """Return what retiring changes of a response (measure, build year, year).

        Returns
        -------
        (retirement, year)
            All that the unit would still have done, with its sign turned.
        """
        measure, built, left = self.retirements
        gone = np.arange(len(self.years)) >= left[:, None]
        return np.where(gone, -response[measure, built], 0.0)

    def retired_effect(self, name: str) -> FloatArray:
        """Return the change of a numerator per native unit retired, (retirement, year)."""
        held = self.numerators[name]
        return held.retired if held.retired.size else self.retired_response(held.effect)

    def paid_by(self, budget: Budget) -> BoolArray:
        """Return the measures whose capex a budget holds, (M,)."""
        if isinstance(budget.measures, str):
            return np.array([actor == budget.measures for actor in self.actors], dtype=bool)
        return budget.measures

    def undone(self, target: Target) -> FloatArray:
        """Return the change of a target's sum per native unit retired, (retirement,)."""
        years, total = self.years, np.zeros(self.retirements.left.size)
        for name, year, weight in target.parts:
            total += weight * self.retired_effect(name)[:, years.index(year)]
        return total

    def title(self, name: str) -> Sentence:
        """Return the title of a measure, line, target, pool, budget or row.

        Of a target's row it is that of its statement.
        """
        groups = {target.name: target.group for target in self.targets}
        known = name if name in self.titles else groups.get(name, name)
        return self.titles[known] if known in self.titles else Sentence(known, known)

    def unit(self, name: str) -> Sentence:
        """Return the unit of the amounts of a measure, empty where none is stated."""
        return self.units[name] if name in self.units else Sentence("", "")


_PER_MEASURE = (
    "unit_size",
    "potential",
    "yearly_limit",
    "lifetime",
    "existing",
    "ramp_rate",
    "ramp_seed",
    "once",
    "minimum_build",
    "retire_cost",
)


def _shape_faults(problem: LeastCostProblem) -> Iterator[str]:
    M, T, L = len(problem.measures), len(problem.years), len(problem.lines)
    expected: dict[str, tuple[int, ...]] = dict.fromkeys(
        (*_PER_MEASURE, "first_year", "last_year", "soonest", "integer"),
        (M,),
    )
    expected |= dict.fromkeys(("capex", "fixed_opex", "committed"), (M, T))
    expected |= {"running_cost": (M, T, T), "baseline_activity": (L, T)}
    found = {name: np.shape(getattr(problem, name)) for name in expected}
    for name, numerator in problem.numerators.items():
        expected |= {f"{name}.baseline": (T,), f"{name}.effect": (M, T, T)}
        found[f"{name}.baseline"] = np.shape(numerator.baseline)
        found[f"{name}.effect"] = np.shape(numerator.effect)
        if numerator.retired.size:
            expected[f"{name}.retired"] = (len(problem.retirements.measure), T)
            found[f"{name}.retired"] = np.shape(numerator.retired)
    expected["actors"], found["actors"] = (M,), (len(problem.actors),)
    expected["moves.response"] = (len(problem.moves.measure), T, T)
    found["moves.response"] = np.shape(problem.moves.response)
    for name, shape in expected.items():
        if found[name] != shape:
            yield f"{name} has shape {found[name]}; expected {shape}"
    if T == 0 or any(b - a != 1 for a, b in zip(problem.years, problem.years[1:], strict=False)):
        yield f"years must follow each other without a gap; found {problem.years}"


def _value_faults(problem: LeastCostProblem) -> Iterator[str]:
    for name in (
        "unit_size",
        "lifetime",
        "capex",
        "fixed_opex",
        "running_cost",
        "existing",
        "committed",
        "baseline_activity",
    ):
        if not np.isfinite(np.asarray(getattr(problem, name), dtype=float)).all():
            yield f"{name} holds a value that is not a finite number"
    for name, numerator in problem.numerators.items():
        if not np.isfinite(numerator.baseline).all():
            yield f"{name}: its baseline holds a value that is not a finite number"
    yield from measure_faults(problem)
    yield from target_faults(problem.targets, problem.numerators, problem.years)
    yield from condition_faults(problem)
    negative = np.argwhere(problem.baseline_activity < 0)
    for line, year in negative[:5]:
        value = problem.baseline_activity[line, year]
        yield (
            f"activity of line '{problem.lines[line]}' without measures is {value:g} in "
            f"{problem.years[year]}; expected at least 0"
        )
    responses = [("running_cost", problem.running_cost), ("moves", problem.moves.response)]
    responses += [(name, held.effect) for name, held in problem.numerators.items()]
    for name, response in responses:
        if np.tril(response, -1).any():
            yield f"{name}: a build acts before the year it is made"
        if not np.isfinite(response).all():
            yield f"{name}: holds a value that is not a finite number"
