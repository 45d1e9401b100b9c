"""The answer of the optimiser, in native units and CNY2020."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.blocks import FloatArray, Labels
from carbonpeak.optimiser.costs import (
    cost_table,
    discount_by_kind,
    kinds_of,
    over_years,
    stock_of,
    units_left,
)
from carbonpeak.optimiser.diagnosis import Diagnosis, amount_words, when
from carbonpeak.optimiser.limits import Limit, binding_limits
from carbonpeak.optimiser.model import MONEY, Choice, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution, Status

Variables = dict[str, xr.Variable]


@dataclass(frozen=True, eq=False, repr=False)
class LeastCostPlan:
    """What to build, what it costs and what a tonne is worth, or why there is no plan.

    Attributes
    ----------
    status : Status
        `optimal infeasible unbounded time_limit numerical`.
    message : Sentence
        The outcome in English and Chinese.
    cost : float
        Discounted CNY2020 above the path without measures; NaN without a plan.
    penalty : float
        Discounted CNY2020 of soft targets missed; not part of `cost`.
    bound : float
        Proven lower bound of `cost + penalty`.
    gap : float
        Relative distance between the two; where they are below 10^4 CNY2020, in 10^4 CNY2020.
    conditional : bool
        Prices hold only for the whole projects and the alternatives chosen: they were fixed and
        the rest solved again; or, with short sight, for what earlier windows had built.
    result : Dataset
        Empty without a plan. `builds`, `stock` (measure, year) native units, and `retired`
        (measure, build_year, year) where a measure may be retired early; `cost`,
        `cost_discounted` (kind, measure, year) CNY2020 and the same by who pays, `cost_by_actor`
        (kind, actor, year); `cash_flow` (actor, year) CNY2020 received less paid, without the
        rest at the end, which nobody pays out; `achieved`, `without_measures`
        (numerator, year); `activity` (line, year); and by `target`, a row each: `cap`, `value`,
        `slack`, `shortfall`, `binding`, `price` (positive, undiscounted CNY2020 of the row's last
        year per unit of its numerators), `target_year` (the last), `target_numerator` (of the
        first part), `hard`, and the coordinate `target_group`, the statement it belongs to. Rows
        of an alternative that was not chosen are left out; `attrs["alternatives"]` names those
        that were.
    limits : tuple of Limit
        What binds beside or behind the prices, dearest first; empty, too, where this was not
        worked out (`limits_unknown`).
    diagnosis : Diagnosis, optional
        Why there is no plan.
    """

    status: Status
    message: Sentence
    cost: float
    penalty: float
    bound: float
    gap: float
    conditional: bool
    result: xr.Dataset
    limits: tuple[Limit, ...] = ()
    diagnosis: Diagnosis | None = None

    def __repr__(self) -> str:
        return f"LeastCostPlan({self.status.value}: {self.message.en})"

    @property
    def found(self) -> bool:
        """Whether there is a plan, proven best or not."""
        return bool(self.result.data_vars)

    @property
    def builds(self) -> xr.DataArray:
        """Native units built, (measure, year).

        Raises
        ------
        ResultError
            When there is no plan; it says why.
        """
        return self._held("builds")

    @property
    def prices(self) -> xr.DataArray:
        """Undiscounted CNY2020 per unit of the numerator, (target,); never negative.

        Raises
        ------
        ResultError
            When there is no plan; it says why.
        """
        return self._held("price")

    def _held(self, name: str) -> xr.DataArray:
        if not self.found:
            raise ResultError(f"a plan that was not found has no {name}: {self.message.en}")
        return self.result[name]

    @property
    def price_condition(self) -> Sentence:
        """On what the prices rest."""
        held = self.result.attrs
        years = self.conditional and bool(held["alternatives"])
        windows = self.conditional and "windows" in held and "," in held["windows"]
        return price_condition(self.conditional, years=years, windows=windows)

    @property
    def limits_unknown(self) -> Sentence | None:
        """Why `limits` tells nothing though some may bind; None where it tells all."""
        if not self.found:
            return None
        if "windows" in self.result.attrs:
            return Sentence(
                "not worked out for a plan decided in windows", "按时段逐步决策的方案未求解约束条件"
            )
        if self.result["price"].isnull().any():
            return Sentence(
                "not worked out, as the plan has no prices", "方案无价格，未求解约束条件"
            )
        return None


def price_condition(conditional: bool, *, years: bool = False, windows: bool = False) -> Sentence:
    """Say on what prices rest: nothing, whole projects, years taken for targets, short sight."""
    if windows:
        return Sentence(
            "conditional on the builds of earlier windows", "以此前时段已定的建设量为条件"
        )
    if years:
        return Sentence(
            "conditional on the builds and the years chosen", "以所选整数项目和年份为条件"
        )
    if conditional:
        return Sentence("conditional on the builds chosen", "以所选整数项目为条件")
    return Sentence("unconditional", "无附加条件")


def read_plan(model: LeastCostModel, solution: Solution, priced: Solution) -> LeastCostPlan:
    """Read a plan off a solution, and its prices off the one with duals."""
    problem, whole = model.problem, model.program.whole
    # With its whole numbers held, a plan is clear of the tolerance that they were found with.
    chosen = priced if priced.found else solution
    found = replace(solution, objective=chosen.objective)
    choice = model.choice(chosen)
    variables = {
        **_build_data(model, choice),
        **(amounts := _value_data(model, choice)),
        **_target_data(model, priced),
        **_missed(model, amounts["achieved"].to_numpy()),
    }
    attrs = {"discount_year": problem.discount_to, "alternatives": ", ".join(model.taken(chosen))}
    coords = _coords(problem)
    if "retired" in variables:
        coords["build_year"] = coords["year"]
    held = model.held(chosen)
    result = xr.Dataset(variables, coords=coords, attrs=attrs).isel(target=held)
    # By what is reached: a window of short sight no longer holds the targets of earlier ones.
    short = np.zeros(len(problem.targets))
    short[held] = result["shortfall"].to_numpy() / model.scale.targets[held]
    penalty = float(model.penalty(short))
    cost = float(result["cost_discounted"].sum())
    return LeastCostPlan(
        status=solution.status,
        message=_outcome(problem, found, result, cost, penalty),
        cost=cost,
        penalty=penalty,
        bound=found.bound * MONEY,
        gap=found.gap,
        conditional=whole,
        result=result,
        limits=binding_limits(model, priced, fixed=whole),
    )


def stopped_plan(
    solution: Solution, message: Sentence, diagnosis: Diagnosis | None = None
) -> LeastCostPlan:
    """Return the answer that says why there is no plan."""
    nothing = xr.Dataset()
    bound = solution.bound * MONEY
    return LeastCostPlan(
        solution.status, message, np.nan, np.nan, bound, np.inf, False, nothing, (), diagnosis
    )


def _coords(problem: LeastCostProblem) -> dict[str, object]:
    numerators = list(problem.numerators)
    units = [problem.numerators[name].unit for name in numerators]
    return {
        "kind": list(kinds_of(problem)),
        "measure": np.asarray(problem.measures, dtype=str),
        "year": np.asarray(problem.years),
        "payer": ("measure", np.asarray(problem.actors, dtype=str)),
        "actor": np.unique(np.asarray(problem.actors, dtype=str)),
        "line": np.asarray(problem.lines, dtype=str),
        "numerator": np.asarray(numerators, dtype=str),
        "numerator_unit": ("numerator", np.asarray(units, dtype=str)),
        "target": np.asarray([target.name for target in problem.targets], dtype=str),
        "target_group": ("target", np.asarray([it.group for it in problem.targets], dtype=str)),
    }


def _build_data(model: LeastCostModel, choice: Choice) -> Variables:
    problem = model.problem
    table, dims = cost_table(problem, *choice), ("kind", "measure", "year")
    money = {"units": "CNY2020"}
    discounted = table * discount_by_kind(problem)[:, None, :]
    payers = np.unique(np.asarray(problem.actors, dtype=str))
    pays = (payers[:, None] == np.asarray(problem.actors, dtype=str)).astype(float)
    by_actor = pays @ table
    paid = by_actor[[kind != "salvage" for kind in kinds_of(problem)]].sum(axis=0)
    return {
        "builds": xr.Variable(dims[1:], choice.builds),
        "stock": xr.Variable(dims[1:], stock_of(problem, *choice)),
        **_retired_data(problem, choice),
        "cost": xr.Variable(dims, table, money),
        "cost_discounted": xr.Variable(dims, discounted, money),
        "cost_by_actor": xr.Variable(("kind", "actor", "year"), by_actor, money),
        "cash_flow": xr.Variable(("actor", "year"), 0.0 - paid, money),
    }


def _retired_data(problem: LeastCostProblem, choice: Choice) -> Variables:
    if np.isnan(problem.retire_cost).all():
        return {}
    return {"retired": xr.Variable(("measure", "build_year", "year"), _by_year(problem, choice))}


def retired_of(problem: LeastCostProblem, choices: Sequence[Choice], dim: str) -> xr.Dataset:
    """Return what each choice retires, (`dim`, measure, build_year, year); empty without any."""
    if np.isnan(problem.retire_cost).all():
        return xr.Dataset()
    retired = np.stack([_by_year(problem, choice) for choice in choices])
    dims = (dim, "measure", "build_year", "year")
    return xr.Dataset({"retired": (dims, retired)}, {"build_year": np.asarray(problem.years)})


def _by_year(problem: LeastCostProblem, choice: Choice) -> FloatArray:
    """Return what a choice retires, (measure, build year, year)."""
    retired = np.zeros((*choice.builds.shape, len(problem.years)))
    np.add.at(retired, tuple(problem.retirements), choice.retired)
    return retired


def _value_data(model: LeastCostModel, choice: Choice) -> Variables:
    problem, moves = model.problem, model.problem.moves
    held = problem.numerators.values()
    shape = (len(held), len(problem.years))
    before = np.array([part.baseline for part in held], dtype=float).reshape(shape)
    change = [change_of(problem, name, choice) for name in problem.numerators]
    moved = over_years(units_left(problem, *choice)[moves.measure], moves.response)
    activity = np.array(problem.baseline_activity, dtype=float)
    np.add.at(activity, moves.line, moved)
    return {
        "achieved": xr.Variable(("numerator", "year"), before + np.reshape(change, shape)),
        "without_measures": xr.Variable(("numerator", "year"), before),
        "activity": xr.Variable(("line", "year"), activity),
    }


def change_of(problem: LeastCostProblem, name: str, choice: Choice) -> FloatArray:
    """Return what a choice changes of a numerator, (year,)."""
    built = np.tensordot(choice.builds, problem.numerators[name].effect, axes=2)
    return (
        built if not choice.retired.size else built + choice.retired @ problem.retired_effect(name)
    )


def _target_data(model: LeastCostModel, priced: Solution) -> Variables:
    targets = model.problem.targets
    return {
        "cap": _by_target(np.array([target.cap for target in targets], dtype=float)),
        "price": _by_target(model.prices(priced)),
        "target_year": _by_target(np.array([target.year for target in targets], dtype=int)),
        "target_numerator": _by_target(
            np.array([target.numerator for target in targets], dtype=str)
        ),
        "hard": _by_target(~model.soft()),
    }


def _by_target(values: Labels) -> xr.Variable:
    return xr.Variable(("target",), values)


def _missed(model: LeastCostModel, achieved: FloatArray) -> Variables:
    problem, targets = model.problem, model.problem.targets
    reached = dict(zip(problem.numerators, achieved, strict=True))
    value = np.array([target.value(reached, problem.years) for target in targets], dtype=float)
    sign = np.array([1.0 if target.sense == "at_most" else -1.0 for target in targets])
    slack = sign * (np.array([target.cap for target in targets], dtype=float) - value)
    tight = 1e-6 * model.scale.targets
    return {
        "value": _by_target(value),
        "slack": _by_target(slack),
        "shortfall": _by_target(np.where(slack < -tight, -slack, 0.0)),
        "binding": _by_target(slack <= tight),
    }


def money_text(cost: float) -> str:
    """Return money in 10^4 CNY."""
    return f"{cost / MONEY:,.1f}".replace("-", "−")


def _outcome(
    problem: LeastCostProblem,
    solution: Solution,
    result: xr.Dataset,
    cost: float,
    penalty: float,
) -> Sentence:
    missed = [str(name) for name in result["target"].to_numpy()[result["shortfall"] > 0]]
    if solution.status == Status.TIME_LIMIT:
        return _stopped_early(solution, cost)
    if missed:
        said = [_missed_by(problem, result, name) for name in missed]
        return Sentence(
            f"missed at their price: {', '.join(one.en for one in said)}; the builds cost "
            f"{money_text(cost)} × 10⁴ CNY discounted to {problem.discount_to}, the misses "
            f"{money_text(penalty)}",
            f"按罚价未达成的目标：{'、'.join(one.zh for one in said)}；折现至 "
            f"{problem.discount_to} 年的措施成本为 {money_text(cost)} 万元，罚价 "
            f"{money_text(penalty)} 万元",
        )
    if not problem.targets:
        return Sentence(
            f"no target is held; the least cost is {money_text(cost)} × 10⁴ CNY discounted to "
            f"{problem.discount_to}",
            f"未设任何目标；折现至 {problem.discount_to} 年的最低成本为 {money_text(cost)} 万元",
        )
    if not problem.measures:
        return Sentence(
            "there are no measures; every target is met without them",
            "没有可选措施；各项目标无需措施即可达成",
        )
    if not result["builds"].to_numpy().any():
        return Sentence("every target is met without measures", "各项目标无需措施即可达成")
    return Sentence(
        f"every target is met at {money_text(cost)} × 10⁴ CNY discounted to {problem.discount_to}",
        f"各项目标均可达成，折现至 {problem.discount_to} 年的成本为 {money_text(cost)} 万元",
    )


def _missed_by(problem: LeastCostProblem, result: xr.Dataset, name: str) -> Sentence:
    (target,) = (one for one in problem.targets if one.name == name)
    short = float(result["shortfall"].sel(target=name))
    amount = amount_words(problem, short, problem.numerators[target.numerator].unit)
    title, years = problem.title(name), when(target)
    return Sentence(
        f"{title.en} by {amount.en} {years.en}", f"{title.zh}（{years.zh}差 {amount.zh}）"
    )


def _stopped_early(solution: Solution, cost: float) -> Sentence:
    """Say how far the best plan so far may be from the best possible."""
    said = Sentence(
        f"the time limit was reached; the best plan so far costs {money_text(cost)} × 10⁴ CNY",
        f"达到时间上限；目前最优方案成本 {money_text(cost)} 万元",
    )
    if not np.isfinite(solution.bound):
        return Sentence(
            f"{said.en}; how much less is possible is not known", f"{said.zh}，尚无法判断距最优多远"
        )
    bound = money_text(solution.bound * MONEY)
    return Sentence(
        f"{said.en}, at most {solution.gap:.2%} above the best possible; no plan with its "
        f"penalties costs less than {bound} × 10⁴ CNY",
        f"{said.zh}，与理论最优相差不超过 {solution.gap:.2%}；"
        f"任何方案连同罚价的成本不低于 {bound} 万元",
    )
