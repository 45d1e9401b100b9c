"""Many regions under shared rows, solved apart and brought together by prices.

Minimise Σ_r c_r(x_r)  with  x_r a plan of region r  and  Σ_r e_r(x_r) <= cap  for each shared row.

Dantzig-Wolfe: each region answers prices π of the shared rows with its best plan; a small master
mixes the plans offered so far and returns new prices. Every round proves a bound, the Lagrangian
Σ_r min [c_r + π·e_r] - π·cap. The prices asked are kept close to those of the best bound
(Wentges 1997), without which they would swing. One matrix of all regions is never made.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.diagnosis import amount_words
from carbonpeak.optimiser.least_cost import LeastCostPlan, solve_least_cost
from carbonpeak.optimiser.plan import money_text
from carbonpeak.optimiser.portfolio_master import Mix, Stage, terms_of
from carbonpeak.optimiser.portfolio_pricing import (
    INVESTMENT,
    SharedRow,
    fingerprint,
    pricing_of,
    refuse_misfits,
    with_quota,
)
from carbonpeak.optimiser.portfolio_search import Ending, Search
from carbonpeak.optimiser.portfolio_state import Round, State, load_state, save_state
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence, counted
from carbonpeak.optimiser.solver import SolverSettings
from carbonpeak.workers import Lost, crew

__all__ = ["Ending", "Portfolio", "Round", "SharedRow", "solve_portfolio"]

_TIGHT = 1e-6
"""Share of a row's size within which it binds."""


@dataclass(frozen=True, eq=False, repr=False)
class Portfolio:
    """The answer of `solve_portfolio`.

    Attributes
    ----------
    ending : Ending
        ``solved``: the gap asked for is reached. ``priced``: prices can do no more, what is left
        of the gap is due to whole projects. ``round_limit``, ``time_limit``: stopped with bound
        and gap. ``infeasible``, ``unbounded``, ``lost``: the message says which region or row.
    message : Sentence
        The same in words.
    cost, bound, gap : float
        Cost of the plans, the proven bound, CNY2020 discounted, and their distance over the larger
        of them; NaN and infinite without plans.
    plans : mapping of LeastCostPlan
        Of each region, what it uses of the shared rows among its targets; empty without plans.
    shared : xr.Dataset
        By row: cap, value, slack, shortfall, binding, and its price, positive and undiscounted,
        CNY2020 of the last of its years per unit.
    rounds : tuple of Round
        Bound, best and gap of each round.
    """

    ending: Ending
    message: Sentence
    cost: float
    bound: float
    gap: float
    plans: Mapping[str, LeastCostPlan]
    shared: xr.Dataset
    rounds: tuple[Round, ...]

    def __repr__(self) -> str:
        return f"Portfolio({len(self.plans)} regions: {self.ending}; {self.message.en})"

    @property
    def found(self) -> bool:
        """Whether there are plans that meet the shared rows."""
        return bool(self.plans)


def solve_portfolio(
    problems: Mapping[str, LeastCostProblem],
    shared: Sequence[SharedRow],
    *,
    gap: float = 1e-3,
    rounds: int = 200,
    time_limit: float | None = None,
    settings: SolverSettings | None = None,
    scheduler: Any = "threads",
    state: str | Path | None = None,
    progress: Callable[[Round], None] | None = None,
) -> Portfolio:
    """Find plans of all regions that meet the shared rows together at least cost.

    Experimental.

    Parameters
    ----------
    problems : mapping of LeastCostProblem
        By name of the region; all discounted at one rate to one year.
    shared : sequence of SharedRow
        Ceilings and floors on sums over the regions.
    gap : float
        Distance of best and bound, over the larger of them, at which the search ends.
    rounds : int
        Rounds at most, those of a resumed search counted.
    time_limit : float, optional
        Seconds after which no further round begins, and an unfinished one is dropped.
    settings : SolverSettings, optional
        For each run of the solver.
    scheduler : {"serial", "threads", "processes", "dask"} or distributed.Client
        Where the regions are solved; the answer does not depend on it.
    state : str or Path, optional
        File that keeps the search after each round; where it is there, the search goes on.
    progress : callable, optional
        Is told each `Round`.

    Returns
    -------
    Portfolio
        An impossible row, or a region without an answer, is an answer, not an error.

    Raises
    ------
    ScenarioError
        When rows and regions do not fit, or the file is the state of something else.
    ResultError
        When a limit of the search is out of range.
    """
    refuse_misfits(problems, shared)
    least = {"gap": (gap, 0), "rounds": (rounds, 1), "time_limit": (time_limit or 0, 0)}
    for name, (number, lowest) in least.items():
        if not number >= lowest:
            raise ResultError(f"'{name}' is {number:g}; expected at least {lowest}")
    begun = time.monotonic()
    chosen = settings or SolverSettings()
    last = np.array([float(max(row.years)) for row in shared])
    discount = next(iter(problems.values())).discount_at(last)
    regions = {name: pricing_of(one, shared) for name, one in problems.items()}
    place, mark = (None, "") if state is None else (Path(state), fingerprint(regions, shared))
    known = State.fresh(len(regions), len(shared))
    if place is not None and place.is_file():
        known = load_state(place, mark)
    with crew(scheduler) as workers:
        search = Search(
            shared=shared,
            terms=terms_of(shared, discount),
            regions=regions,
            settings=chosen,
            crew=workers,
            gap=gap,
            deadline=np.inf if time_limit is None else begun + time_limit,
            state=known,
        )
        ending = search.run(
            rounds, progress, lambda: None if place is None else save_state(place, known, mark)
        )
        return _answer(search, problems, ending, discount)


def _answer(
    search: Search,
    problems: Mapping[str, LeastCostProblem],
    ending: Ending,
    discount: FloatArray,
) -> Portfolio:
    """Let each region plan within its share, and add up."""
    best = search.refine() if search.state.stage == Stage.COST and search.mixed else None
    plans = {} if best is None else _plans(search, problems, best)
    if not plans:
        ending = ending if search.stopped is None else search.stopped[0]
        message = _words(search, problems, ending, np.nan, np.inf)
        return Portfolio(
            ending, message, np.nan, search.state.bound, np.inf, {}, xr.Dataset(), _rounds(search)
        )
    table = _table(search, plans, discount)
    missed = float(search.terms.of_missed(table["shortfall"].to_numpy()))
    cost = sum(plan.cost + plan.penalty for plan in plans.values()) + missed
    search.state.best = cost
    distance = search.state.gap
    if ending == Ending.PRICED and distance <= search.gap:
        ending = Ending.SOLVED
    message = _words(search, problems, ending, cost, distance)
    return Portfolio(
        ending, message, cost, search.state.bound, distance, plans, table, _rounds(search)
    )


def _rounds(search: Search) -> tuple[Round, ...]:
    return tuple(search.state.rounds)


@dataclass(frozen=True, eq=False)
class _Share:
    """A region with its share of the shared rows."""

    problem: LeastCostProblem
    settings: SolverSettings


def _plan(share: _Share) -> LeastCostPlan:
    return solve_least_cost(share.problem, settings=share.settings, explain=False)


def _plans(
    search: Search, problems: Mapping[str, LeastCostProblem], best: Mix
) -> dict[str, LeastCostPlan]:
    """Return the plan of each region within its share; none when one has no plan."""
    shares = search.shares(best)
    put = [
        _Share(with_quota(problem, search.shared, share), search.settings)
        for problem, share in zip(problems.values(), shares, strict=True)
    ]
    plans: dict[str, LeastCostPlan] = {}
    for name, plan in zip(problems, search.crew.each(_plan, put), strict=True):
        if isinstance(plan, Lost):
            search.stopped = (Ending.LOST, f"{name}: {plan.reason}")
            return {}
        if not plan.found:
            search.stopped = (Ending.LOST, f"{name}: {plan.message.en}")
            return {}
        plans[name] = plan
    return plans


def _table(search: Search, plans: Mapping[str, LeastCostPlan], discount: FloatArray) -> xr.Dataset:
    """Return what the plans make of the shared rows."""
    terms, shared = search.terms, search.shared
    names = [row.name for row in shared]
    use = np.array([plan.result["value"].sel(target=names).to_numpy() for plan in plans.values()])
    value = use.sum(axis=0)
    slack = terms.sign * (terms.cap - value)
    tight = _TIGHT * np.maximum(np.abs(terms.cap), np.abs(use).max(axis=0))
    variables = {
        "cap": terms.cap,
        "value": value,
        "slack": slack,
        "shortfall": np.where(slack < -tight, -slack, 0.0),
        "binding": slack <= tight,
        "price": search.state.center / discount,
    }
    return xr.Dataset(
        {name: ("shared", values) for name, values in variables.items()}
        | {"use": (("region", "shared"), use)},
        coords={
            "shared": names,
            "region": list(plans),
            "numerator": ("shared", [row.numerator for row in shared]),
            "price_year": ("shared", [max(row.years) for row in shared]),
        },
    )


def _words(
    search: Search,
    problems: Mapping[str, LeastCostProblem],
    ending: Ending,
    cost: float,
    distance: float,
) -> Sentence:
    """Say how the search ended."""
    count = len(search.state.rounds)
    rounds, which = (
        counted(str(count), "rounds"),
        "" if search.stopped is None else search.stopped[1],
    )
    if ending == Ending.INFEASIBLE and which in problems:
        why = solve_least_cost(problems[which], settings=search.settings).message
        return Sentence(
            f"region '{which}' has no plan of its own: {why.en}",
            f"地区“{which}”自身无可行方案：{why.zh}",
        )
    if ending == Ending.INFEASIBLE:
        missed = [_missed(row, amount, problems) for row, amount in search.lacking]
        return Sentence(
            "the regions together cannot meet the shared rows; least missed: "
            f"{', '.join(one.en for one in missed)}",
            f"各地区合计无法满足共同约束；最小缺口：{'、'.join(one.zh for one in missed)}",
        )
    if ending == Ending.UNBOUNDED:
        return Sentence(
            f"at some prices the cost of region '{which}' has no lower bound; give its measures a "
            "potential or a yearly limit",
            f"在某些价格下地区“{which}”的成本没有下限；请为其措施给出潜力或年度上限",
        )
    if ending == Ending.LOST:
        return Sentence(
            f"no answer from region {which}; rounds before it are kept, start again to go on",
            f"地区 {which} 未返回结果；此前各轮结果均已保留，可重新启动继续",
        )
    if not np.isfinite(cost):
        return Sentence(
            f"stopped after {rounds} without a plan that meets the shared rows",
            f"运行 {count} 轮后停止，尚无满足共同约束的方案",
        )
    english, chinese = _STOPS[ending]
    return Sentence(
        f"{english} after {rounds}: cost {money_text(cost)} × 10⁴ CNY, at most "
        f"{distance:.2%} above the best possible",
        f"{count} 轮后{chinese}：成本 {money_text(cost)} 万元，与理论最优相差不超过 {distance:.2%}",
    )


def _missed(row: SharedRow, amount: float, problems: Mapping[str, LeastCostProblem]) -> Sentence:
    """Say by how much a shared row is missed at least."""
    if row.numerator == INVESTMENT:
        said = Sentence(f"{money_text(amount)} × 10⁴ CNY", f"{money_text(amount)} 万元")
    else:
        problem = next(iter(problems.values()))
        said = amount_words(problem, amount, problem.numerators[row.numerator].unit)
    return Sentence(f"{row.name}, by {said.en}", f"{row.name}，差 {said.zh}")


_STOPS = {
    Ending.SOLVED: ("solved", "求解完成"),
    Ending.PRICED: (
        "prices can do no more, the rest of the gap is due to whole projects; stopped",
        "停止（价格已无法改进，剩余差距源于整数项目）",
    ),
    Ending.ROUND_LIMIT: ("stopped by the limit of rounds", "达到轮数上限"),
    Ending.TIME_LIMIT: ("stopped by the time limit", "达到时间上限"),
}
