"""The least-cost paths of many regions that share ceilings or money."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from carbonpeak.arguments import checked
from carbonpeak.errors import ArgumentError, ScenarioError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser.portfolio import Portfolio, Round, SharedRow, solve_portfolio
from carbonpeak.optimiser.portfolio_pricing import INVESTMENT
from carbonpeak.optimiser.region.amounts import UNITS
from carbonpeak.optimiser.region.question import Optimum, Question, question
from carbonpeak.optimiser.solver import SolverSettings
from carbonpeak.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False, repr=False)
class RegionalPortfolio:
    """The answer of `optimise_portfolio`.

    Attributes
    ----------
    portfolio : Portfolio
        How the search ended, cost, bound, gap, the shared rows with their prices, the rounds.
    optima : mapping of Optimum
        Of each region, its plan run again through the inventory; empty without plans.
    """

    portfolio: Portfolio
    optima: Mapping[str, Optimum]

    def __repr__(self) -> str:
        return f"Regional{self.portfolio!r}"

    @property
    def rerun_residual(self) -> float:
        """The largest of the regions; NaN without plans."""
        return max((one.rerun_residual for one in self.optima.values()), default=float("nan"))


@checked
def optimise_portfolio(
    regions: Iterable[tuple[Region, Scenario]],
    *,
    shared: Sequence[SharedRow],
    gap: float = 1e-3,
    rounds: int = 200,
    time_limit: float | None = None,
    settings: SolverSettings | None = None,
    scheduler: Any = "threads",
    state: str | Path | None = None,
    progress: Callable[[Round], None] | None = None,
) -> RegionalPortfolio:
    """Find the least-cost builds of many regions that meet their own targets and shared rows.

    Experimental.

    Each region keeps the targets of its `targets.yaml`, as `optimise` does. The regions are
    solved apart and brought together by prices; every round proves a bound. Costs of all are
    discounted to the earliest base year among them.

    Parameters
    ----------
    regions : iterable of (Region, Scenario)
        Each region once, under its name.
    shared : sequence of SharedRow
        Ceilings and floors on sums over the regions of ``energy_co2``, ``direct_co2``,
        ``gross_ghg``, ``net_ghg``, ``energy_total``, ``coal``, ``planted_area``, or
        ``investment``, the capex of a year.
    gap, rounds, time_limit, settings, scheduler, state, progress
        As for `carbonpeak.optimiser.portfolio.solve_portfolio`.

    Returns
    -------
    RegionalPortfolio

    Raises
    ------
    ScenarioError
        When a region comes twice, a shared row bounds nothing known, or rows and regions do
        not fit.
    """
    amounts = _amounts(shared)
    posed: dict[str, Question] = {}
    for pair in regions:
        if not (isinstance(pair, tuple) and list(map(type, pair)) == [Region, Scenario]):
            found = f"'regions' holds a {type(pair).__name__}"
            raise ArgumentError(f"{found}; expected pairs of a Region and a Scenario of it")
        region, scenario = pair
        if region.name in posed:
            raise ScenarioError(f"region '{region.name}' is given more than once")
        posed[region.name] = question(region, scenario, amounts=amounts)
    first = min((one.problem.discount_to for one in posed.values()), default=0)
    portfolio = solve_portfolio(
        {name: replace(one.problem, discount_to=first) for name, one in posed.items()},
        shared,
        gap=gap,
        rounds=rounds,
        time_limit=time_limit,
        settings=settings,
        scheduler=scheduler,
        state=state,
        progress=progress,
    )
    optima = {name: posed[name].answered(plan) for name, plan in portfolio.plans.items()}
    return RegionalPortfolio(portfolio, optima)


def _amounts(shared: Sequence[SharedRow]) -> list[str]:
    """Return the numerators that the shared rows bound, investment left out."""
    for row in shared:
        if not isinstance(row, SharedRow):
            found = f"'shared' holds a {type(row).__name__}"
            raise ArgumentError(f"{found}; expected SharedRow(name, numerator, years, cap)")
        if row.numerator != INVESTMENT and row.numerator not in UNITS:
            hint = suggestion(row.numerator, [*UNITS, INVESTMENT])
            raise ScenarioError(f"shared row '{row.name}': no amount '{row.numerator}'; {hint}")
    return [row.numerator for row in shared if row.numerator != INVESTMENT]
