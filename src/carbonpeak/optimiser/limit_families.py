"""Every family of limits: its words, its rows, and how it may give when no plan exists.

A family of rows joins the answer and the diagnosis with one entry of `ROW_FAMILIES`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.model import LeastCostModel, lowered_years
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence

OfModel = Callable[[LeastCostModel], FloatArray]


@dataclass(frozen=True)
class RowFamily:
    """Limits that stand as rows of the program.

    Attributes
    ----------
    name : str
        Own name, as limits and remedies carry it.
    words : Sentence
        What it is called.
    rows : str
        Name of its rows.
    along : str
        First dim of the rows: what each limit belongs to. Another dim is the year.
    scale : callable
        Native units per unit of the rows, by subject.
    limit : callable, optional
        The present limits in native units, by subject; not finite where there is none. Without it
        the family never gives: it is arithmetic, or what is asked for.
    unit : callable
        Unit of the limit of a subject.
    floor : bool
        The limit is a least amount, which gives by falling.
    priced : bool
        Whether the duals of the rows are told under this name.
    bounds : bool
        The limits are lower bounds of the variables that the rows define, named as they are.
    added : callable, optional
        The most that a build adds to each limit, in units of both. Needed where the rows hold
        builds through other variables; else it is their largest coefficient.
    """

    name: str
    words: Sentence
    rows: str
    along: str
    scale: OfModel
    limit: OfModel | None = None
    unit: Callable[[LeastCostProblem, str], Sentence] = LeastCostProblem.unit
    floor: bool = False
    priced: bool = True
    bounds: bool = False
    added: OfModel | None = None

    def subjects(self, model: LeastCostModel) -> list[str]:
        """Return what the limits belong to."""
        return [str(label) for label in model.program.rows[self.rows].coords[self.along]]


def _builds(model: LeastCostModel) -> FloatArray:
    return model.scale.builds


def _present(name: str) -> OfModel:
    return lambda model: np.asarray(getattr(model.problem, name), dtype=float)


def _each(held: str, name: str) -> OfModel:
    return lambda model: np.array([getattr(one, name) for one in getattr(model.problem, held)])


def _minimum(model: LeastCostModel) -> FloatArray:
    return model.problem.minimum_build[model.problem.lumpy]


def _most_moved(model: LeastCostModel) -> FloatArray:
    """Return the most that a build moves of each line that rows hold, (lowered, year)."""
    moves, scale = model.problem.moves, model.scale
    most = np.abs(moves.response).max(axis=1) * scale.builds[moves.measure][:, None]
    moved = np.zeros((len(scale.lines), most.shape[1]))
    np.maximum.at(moved, moves.line, most)
    return (moved / scale.lines[:, None])[_lowered(model)]


def _lowered(model: LeastCostModel) -> BoolArray:
    return np.asarray(lowered_years(model.problem).any(axis=1))


def _stated_unit(held: str) -> Callable[[LeastCostProblem, str], Sentence]:
    """Return the unit in words, or as the pool or row states it."""

    def unit(problem: LeastCostProblem, name: str) -> Sentence:
        stated = {one.name: one.unit for one in getattr(problem, held)}
        return problem.units.get(name, Sentence(stated[name], stated[name]))

    return unit


def _money(_problem: LeastCostProblem, _name: str) -> Sentence:
    return Sentence("CNY2020", "元（2020 年价）")


ROW_FAMILIES: Sequence[RowFamily] = (
    RowFamily(
        "ramp", Sentence("ramp", "增速限制"), "ramp", "measure", _builds, _present("ramp_seed")
    ),
    RowFamily(
        "potential",
        Sentence("potential", "总潜力"),
        "potential",
        "measure",
        _builds,
        _present("potential"),
    ),
    RowFamily(
        "yearly_limit",
        Sentence("yearly limit", "年度建设上限"),
        "yearly_limit",
        "measure",
        _builds,
        _present("yearly_limit"),
    ),
    RowFamily(
        "window",
        Sentence("window", "建设时段"),
        "window",
        "measure",
        _builds,
        lambda model: np.zeros(len(model.problem.measures)),
    ),
    RowFamily(
        "pool",
        Sentence("shared potential", "共享潜力"),
        "pools",
        "pool",
        lambda model: model.scale.pools,
        _each("pools", "amount"),
        _stated_unit("pools"),
    ),
    RowFamily(
        "budget",
        Sentence("budget", "投资预算"),
        "budgets",
        "budget",
        lambda model: model.scale.budgets,
        _each("budgets", "amount"),
        _money,
    ),
    RowFamily(
        "minimum_build",
        Sentence("minimum size", "最小建设规模"),
        "build_at_least",
        "lumpy",
        _minimum,
        _minimum,
        floor=True,
        priced=False,
    ),
    RowFamily(
        "row",
        Sentence("own row", "自定约束"),
        "rows",
        "row",
        lambda model: model.scale.rows,
        _each("rows", "at_most"),
        _stated_unit("rows"),
    ),
    RowFamily(
        "row_floor",
        Sentence("own row", "自定约束"),
        "rows",
        "row",
        lambda model: model.scale.rows,
        _each("rows", "at_least"),
        _stated_unit("rows"),
        floor=True,
        priced=False,
    ),
    RowFamily(
        "activity",
        Sentence("remaining activity", "剩余活动量"),
        "activity",
        "lowered",
        lambda model: model.scale.lines[_lowered(model)],
        bounds=True,
        added=_most_moved,
    ),
    RowFamily(
        "target",
        Sentence("target", "目标"),
        "targets",
        "target",
        lambda model: model.scale.targets,
        added=lambda model: np.abs(model.target_effect()).max(axis=(1, 2), initial=0.0),
    ),
)
"""In a plan yearly limits and windows are bounds of variables; rows only in a diagnosis."""

SEVERAL = "several"
"""Where no single family closes a gap, but all together do."""

FAMILY_WORDS = {family.name: family.words for family in ROW_FAMILIES} | {
    "committed": Sentence("committed builds", "已定建设量"),
    "exclusion": Sentence("exclusion by another measure", "互斥限制"),
    "need": Sentence("need of another measure", "配套要求"),
    "once": Sentence("single building year", "一次性建设限制"),
    SEVERAL: Sentence("all together", "各类限制同时放宽"),
}
