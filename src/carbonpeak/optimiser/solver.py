"""One live HiGHS object: pass the arrays once, change bounds or costs, run again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from numbers import Integral, Real
from pathlib import Path
from typing import Any

import highspy
import numpy as np

from carbonpeak.errors import ArgumentError, SolverError, suggestion
from carbonpeak.optimiser.blocks import BoolArray, FloatArray, IntArray
from carbonpeak.optimiser.matrix import Matrix


class Status(StrEnum):
    """How a run of the solver ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    TIME_LIMIT = "time_limit"
    NUMERICAL = "numerical"


MANY = 1000
"""Threads beyond which a machine may refuse to start them, which ends the whole process."""


def _within(number: Any, most: float = np.inf, *, whole: bool = False) -> bool:
    """Tell whether something is a number from 0 to `most`."""
    return isinstance(number, Integral if whole else Real) and bool(0.0 <= float(number) <= most)


@dataclass(frozen=True)
class SolverSettings:
    """How to run the solver.

    Attributes
    ----------
    time_limit : float, optional
        Seconds of one run.
    threads, seed : int
        The same pair gives the same answer.
    gap : float
        Relative distance to the proven bound at which an integer program is called solved. Below
        a millionth of the unit of the objective HiGHS makes no difference, whatever is asked for.
    log_file : str or Path, optional
        Where HiGHS adds its log, one part a run; nothing is printed.
    options : mapping
        Any further HiGHS options by name.
    """

    time_limit: float | None = None
    threads: int = 1
    seed: int = 0
    gap: float = 1e-6
    log_file: Path | str | None = None
    options: Mapping[str, bool | int | float | str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what HiGHS would take for something else, or would not survive."""
        expected = {
            "time_limit": (self.time_limit is None or _within(self.time_limit), "seconds from 0"),
            "threads": (
                _within(self.threads, MANY, whole=True),
                f"a whole number to {MANY}, or 0 for as many as HiGHS likes",
            ),
            "seed": (_within(self.seed, 2**31 - 1, whole=True), "a whole number from 0"),
            "gap": (_within(self.gap, 1.0), "a share from 0 to 1, such as 0.01 for 1 %"),
            "log_file": (isinstance(self.log_file, str | Path | None), "a path"),
            "options": (isinstance(self.options, Mapping), "a mapping, such as {'presolve': 'on'}"),
        }
        for name, (fits, words) in expected.items():
            if not fits:
                found = getattr(self, name)
                raise ArgumentError(f"SolverSettings: '{name}' is {found!r}; expected {words}")


@dataclass(frozen=True, eq=False)
class Answer:
    """Bare arrays of one run, each copied from the solver's lists when it is first asked for.

    Attributes
    ----------
    found : bool
        Whether there are values.
    priced : bool
        Whether there are duals too.
    held : HighsSolution
        All of them; the next run of the solver does not change it.
    """

    status: Status
    objective: float
    bound: float
    pivots: int
    found: bool
    priced: bool
    held: highspy.HighsSolution

    @cached_property
    def values(self) -> FloatArray | None:
        """Value of each column; None where the solver has none, as in those below."""
        return np.array(self.held.col_value) if self.found else None

    @cached_property
    def row_values(self) -> FloatArray | None:
        """Left-hand side of each row."""
        return np.array(self.held.row_value) if self.found else None

    @cached_property
    def duals(self) -> FloatArray | None:
        """Change of the objective per unit of each row's bound."""
        return np.array(self.held.row_dual) if self.priced else None

    @cached_property
    def reduced_costs(self) -> FloatArray | None:
        """Change of the objective per unit of each column's bound."""
        return np.array(self.held.col_dual) if self.priced else None


@dataclass(frozen=True, eq=False)
class Basis:
    """What an answer rests on: which columns and rows are basic, and which stand at their top."""

    columns: BoolArray
    rows: BoolArray
    columns_up: BoolArray
    rows_up: BoolArray

    def grown(self, columns: int, rows: int) -> Basis:
        """Return the same point in a program with more columns, at their bottom, and more rows."""
        more, below = columns - len(self.columns), rows - len(self.rows)
        if not more and not below:
            return self
        return Basis(
            np.append(self.columns, np.zeros(more, dtype=bool)),
            np.append(self.rows, np.ones(below, dtype=bool)),
            np.append(self.columns_up, np.zeros(more, dtype=bool)),
            np.append(self.rows_up, np.zeros(below, dtype=bool)),
        )

    def with_rows_for_bounds(self, columns: IntArray, rows: IntArray) -> Basis:
        """Return the same point where `rows` stand for the upper bounds of `columns`."""
        held, status = self.columns_up[columns], [part.copy() for part in self]
        for part, at, value in zip(
            status,
            (columns[held], rows[held], columns[held], rows[held]),
            (True, False, False, True),
            strict=True,
        ):
            part[at] = value
        return Basis(*status)

    def __iter__(self) -> Iterator[BoolArray]:
        return iter((self.columns, self.rows, self.columns_up, self.rows_up))


def _statuses(basic: BoolArray, up: BoolArray) -> list[highspy.HighsBasisStatus]:
    listed: list[highspy.HighsBasisStatus] = _STATUSES[
        np.where(basic, 1, np.where(up, 2, 0))
    ].tolist()
    return listed


_STATUSES = np.array(
    [
        highspy.HighsBasisStatus.kLower,
        highspy.HighsBasisStatus.kBasic,
        highspy.HighsBasisStatus.kUpper,
    ],
    dtype=object,
)
_BASIC = int(highspy.HighsBasisStatus.kBasic)
_UPPER = int(highspy.HighsBasisStatus.kUpper)
_PRIMAL_SIMPLEX = 4
# With what rows define worked out at the start, presolve takes longer than the pivots left. Devex
# and scaling by the largest value make a pivot cheaper, mostly by a tenth.
LINEAR_OPTIONS: Mapping[str, bool | int | float | str] = {
    "presolve": "off",
    "simplex_dual_edge_weight_strategy": 1,
    "simplex_scale_strategy": 4,
}
_OPTIONS = [name for name in dir(highspy.HighsOptions) if not name.startswith("_")]


_MEANING = {
    highspy.HighsModelStatus.kOptimal: Status.OPTIMAL,
    highspy.HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kIterationLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kSolutionLimit: Status.TIME_LIMIT,
    highspy.HighsModelStatus.kInterrupt: Status.TIME_LIMIT,
}
_TO_RECHECK = (
    highspy.HighsModelStatus.kInfeasible,
    highspy.HighsModelStatus.kUnboundedOrInfeasible,
)


class _Quiet(highspy.Highs):  # type: ignore[misc, unused-ignore]
    """HiGHS without its callbacks, whose start prints a banner."""

    def enableCallbacks(self) -> None:  # noqa: N802
        """Leave them off."""


class Solver:
    """A HiGHS object that holds one program."""

    def __init__(self, matrix: Matrix) -> None:
        self._highs = _Quiet()  # type: ignore[no-untyped-call, unused-ignore]
        self._highs.setOptionValue("output_flag", False)
        self._usual: dict[str, bool | int | float | str] = {}
        self._stored: tuple[Basis, highspy.HighsBasis] | None = None
        self._integer = bool(matrix.integer.any())
        self._empty = len(matrix.cost) == 0
        self._origin = _origin(matrix)
        self._pass(matrix)

    def run(
        self, settings: SolverSettings, *, relaxed: bool = False, primal: bool = False
    ) -> Answer:
        """Run; say that nothing is feasible only from the origin and without presolve.

        `primal` is for a basis that is feasible but no longer best: new columns, new costs.
        """
        self._configure(settings, relaxed=relaxed, primal=primal)
        plain = self._highs.getOptionValue("presolve")[1] == "off" and not self.warm
        origin = self._origin if relaxed or not self._integer else None
        if plain and origin is not None:
            self.set_basis(origin)
        self._start()
        if self._highs.getModelStatus() in _TO_RECHECK and not plain:
            self._highs.clearSolver()
            self._set("presolve", "off")
            if origin is not None:
                self.set_basis(origin)
            self._start()
        return self._answer(integer=self._integer and not relaxed)

    def set_row_bounds(self, rows: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Change row bounds; the basis stays."""
        for row, low, high in zip(rows.tolist(), lower.tolist(), upper.tolist(), strict=True):
            self._highs.changeRowBounds(row, low, high)

    def set_column_bounds(self, columns: IntArray, lower: FloatArray, upper: FloatArray) -> None:
        """Change variable bounds; the basis stays."""
        if len(columns):
            index = columns.astype(np.int32)
            self._highs.changeColsBounds(len(index), index, lower, upper)

    def set_cost(self, columns: IntArray, cost: FloatArray, *, keep_basis: bool = False) -> None:
        """Change costs; the old basis is mostly slower than none, so it is dropped unless kept."""
        self._highs.changeColsCost(len(columns), columns.astype(np.int32), cost)
        if not keep_basis:
            self._highs.clearSolver()

    @property
    def warm(self) -> bool:
        """Whether the last run left a basis."""
        return bool(self._highs.getBasis().valid)

    def basis(self) -> Basis:
        """Return which columns and rows the last run rests on."""
        held = self._highs.getBasis()
        if not held.valid:
            raise SolverError("the last run of HiGHS left no basis; solve without integers first")
        at = [
            np.array([int(status) for status in part], dtype=np.int64)
            for part in (held.col_status, held.row_status)
        ]
        return Basis(*(part == _BASIC for part in at), *(part == _UPPER for part in at))

    def set_basis(self, basis: Basis) -> None:
        """Let the next run go on from `basis`."""
        if self._stored is None or self._stored[0] is not basis:
            held = highspy.HighsBasis()
            held.col_status = _statuses(basis.columns, basis.columns_up)
            held.row_status = _statuses(basis.rows, basis.rows_up)
            held.valid, held.alien = True, False
            self._stored = basis, held
        if self._highs.setBasis(self._stored[1]) == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused the basis to go on from")

    def _pass(self, matrix: Matrix) -> None:
        held = matrix.entries
        status = self._highs.passModel(
            len(matrix.cost),
            len(matrix.row_lower),
            held.nnz,
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMinimize),
            0.0,
            matrix.cost,
            matrix.lower,
            matrix.upper,
            matrix.row_lower,
            matrix.row_upper,
            held.indptr.astype(np.int32),
            held.indices.astype(np.int32),
            held.data,
            matrix.integer.astype(np.int32),
        )
        if status == highspy.HighsStatus.kError:
            raise SolverError("HiGHS refused the program: a bound or coefficient is out of range")

    def _configure(self, settings: SolverSettings, *, relaxed: bool, primal: bool) -> None:
        self._reset()
        if settings.time_limit is not None:
            # The clock of HiGHS runs on from one run to the next.
            self._set("time_limit", self._highs.getRunTime() + float(settings.time_limit))
        self._set("threads", settings.threads)
        self._set("random_seed", settings.seed)
        self._set("mip_rel_gap", settings.gap)
        self._set("solve_relaxation", relaxed)
        if settings.log_file is not None:
            log = Path(settings.log_file)
            if log.is_dir() or not log.parent.is_dir():
                raise SolverError(f"'{log}' is no file for a log; name one in a folder that exists")
            self._set("output_flag", True)
            self._set("log_to_console", False)
            self._set("log_file", str(log))
        if relaxed or not self._integer:
            for name, value in LINEAR_OPTIONS.items():
                self._set(name, value)
        if primal:
            self._set("simplex_strategy", _PRIMAL_SIMPLEX)
        for name, value in settings.options.items():
            self._set(name, value)

    def _reset(self) -> None:
        """Forget the options of the run before."""
        for name, value in self._usual.items():
            self._highs.setOptionValue(name, value)

    def _set(self, name: str, value: bool | int | float | str) -> None:
        known, usual = self._highs.getOptionValue(name)
        if known == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS has no option '{name}'; {suggestion(name, _OPTIONS)}")
        self._usual.setdefault(name, usual)
        if self._highs.setOptionValue(name, value) == highspy.HighsStatus.kError:
            raise SolverError(f"the option '{name}' of HiGHS does not take {value!r}")

    def _start(self) -> None:
        # HiGHS shares its threads within a process and refuses another number until reset.
        if self._highs.run() == highspy.HighsStatus.kError:
            highspy.Highs.resetGlobalScheduler(True)
            self._highs.run()

    def _answer(self, *, integer: bool) -> Answer:
        highs, info = self._highs, self._highs.getInfo()
        status = _MEANING.get(highs.getModelStatus(), Status.NUMERICAL)
        solution = highs.getSolution()
        usable = status in (Status.OPTIMAL, Status.TIME_LIMIT)
        valid = solution.value_valid and info.primal_solution_status == _FEASIBLE
        found = usable and (valid or self._empty)
        objective = highs.getObjectiveValue() if found else np.nan
        bound = self._bound(status, objective, integer=integer)
        return Answer(
            status=status,
            objective=objective,
            bound=bound,
            pivots=int(info.simplex_iteration_count),
            found=found,
            priced=found and (solution.dual_valid or self._empty) and not integer,
            held=solution,
        )

    def _bound(self, status: Status, objective: float, *, integer: bool) -> float:
        """Return what no solution costs less than.

        A search over whole numbers passes over what is better by less than its gap, or than its
        tolerance; when nothing else is left HiGHS takes the objective itself for the bound.
        """
        if not integer:
            return objective if status == Status.OPTIMAL else -np.inf
        proven = float(self._highs.getInfo().mip_dual_bound)
        if np.isnan(objective):
            return proven
        gap, *least = (
            float(self._highs.getOptionValue(name)[1])
            for name in ("mip_rel_gap", "mip_abs_gap", "mip_feasibility_tolerance")
        )
        return min(proven, objective - max(gap * abs(objective), *least))


def _origin(matrix: Matrix) -> Basis | None:
    """Return where nothing is chosen: what rows define is worked out, which takes no pivots."""
    columns, rows = matrix.defined
    if not len(columns):
        return None
    known, loose = np.zeros(len(matrix.cost), bool), np.ones(len(matrix.row_lower), bool)
    known[columns], loose[rows] = True, False
    return Basis(known, loose, np.zeros_like(known), np.zeros_like(loose))


_FEASIBLE = int(highspy.SolutionStatus.kSolutionStatusFeasible)
