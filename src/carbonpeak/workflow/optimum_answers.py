"""What is asked of the optimiser for tables and figures, each answer once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import xarray as xr

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser import Optimum
from carbonpeak.optimiser.answers.fronts import AGAINST
from carbonpeak.optimiser.answers.myopic import Myopic
from carbonpeak.optimiser.faults import draw_faults
from carbonpeak.optimiser.least_cost import LeastCostProblem
from carbonpeak.optimiser.program import require_ending
from carbonpeak.optimiser.region.answers import (
    cash_flow,
    near_optimal,
    optimised_abatement_costs,
    pareto_front,
)
from carbonpeak.optimiser.region.robust import SHARES, price_of_robustness
from carbonpeak.optimiser.solver import SolverSettings
from carbonpeak.output.data import MeasureFacts
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.workflow.scenarios import measure_facts

POINTS, MIN_POINTS, DRAWS = 12, 2, 256
CHEAP_FIGURES = ("paths", "builds", "prices", "cash_flow")
"""Drawn from the plan alone."""

ASKED_FIGURES = ("pareto", "alternatives", "robustness")
"""Drawn where they are asked for."""


@dataclass(frozen=True)
class Request:
    """What is asked of the optimiser in one go.

    Attributes
    ----------
    targets : tuple of str
        Names of the targets that are kept; by default all of the region.
    settings : SolverSettings, optional
        For every program.
    program : Path, optional
        Where the program is written too.
    myopic : Myopic, optional
        How far is looked ahead.
    soft : mapping of float
        Targets that may be missed, each with its price, as for `optimise`.
    pareto : int
        Points of the front of cost against emissions; none for 0.
    against : "cumulative", "height" or "peak_year"
        What stands against the cost there; against the year of the peak there is a point a year.
    alternatives : bool
        Whether ranges of plans of nearly the same cost are sought.
    robust : float
        Share of the futures up to which it is asked what sureness costs; 0 asks nothing.
    draws, draw_seed : int
        Of these futures.
    """

    targets: tuple[str, ...] = ()
    settings: SolverSettings | None = None
    program: Path | None = None
    myopic: Myopic | None = None
    soft: Mapping[str, float] = field(default_factory=dict)
    pareto: int = 0
    against: str = AGAINST[0]
    alternatives: bool = False
    robust: float = 0.0
    draws: int = DRAWS
    draw_seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be asked."""
        if self.pareto and self.pareto < MIN_POINTS:
            raise ResultError(f"a front of {self.pareto} points; expected at least {MIN_POINTS}")
        if self.against not in AGAINST:
            raise ResultError(
                f"no front against '{self.against}'; expected one of {', '.join(AGAINST)}"
            )
        if self.program is not None:
            require_ending(self.program)
        if not 0.0 <= self.robust <= 1.0:
            raise ResultError(f"{self.robust} of the futures; expected a share from 0 to 1")
        if self.robust and (faults := list(draw_faults(max(self.shares), self.draws))):
            raise ResultError("\n".join(faults))

    @property
    def shares(self) -> tuple[float, ...]:
        """Shares of the futures from a half up to the one asked for."""
        if not self.robust:
            return SHARES
        return (*(share for share in SHARES if share < self.robust), self.robust)

    @property
    def further(self) -> bool:
        """Whether more than the path is asked for."""
        return bool(self.pareto or self.alternatives or self.robust)

    @property
    def figures(self) -> tuple[str, ...]:
        """Names of the figures that show what was asked."""
        asked = zip(ASKED_FIGURES, (self.pareto, self.alternatives, self.robust), strict=True)
        return (*CHEAP_FIGURES, *(name for name, wanted in asked if wanted))

    def kept_targets(self, region: Region) -> dict[str, Goal] | None:
        """Return the targets that are kept, None for all of the region.

        Raises
        ------
        ResultError
            When the region has no target of a name.
        """
        if not self.targets:
            return None
        known = load_targets(region)
        for name in self.targets:
            if name not in known:
                hint = suggestion(name, list(known))
                raise ResultError(f"region '{region.name}' has no target '{name}'; {hint}")
        return {name: known[name] for name in self.targets}


PLAIN = Request()


@dataclass(frozen=True, eq=False)
class Answers:
    """A least-cost path, and what else is asked about it, each answer when it is first wanted."""

    optimum: Optimum
    points: int = POINTS
    against: str = AGAINST[0]
    shares: tuple[float, ...] = SHARES
    draws: int = DRAWS
    seed: int = 0
    settings: SolverSettings | None = None

    @property
    def region(self) -> Region:
        """Of the question."""
        return self.optimum.question.region

    @property
    def scenario(self) -> Scenario:
        """Of the question."""
        return self.optimum.question.scenario

    @property
    def problem(self) -> LeastCostProblem:
        """What was solved, in bare arrays."""
        return self.optimum.question.problem

    @cached_property
    def measures(self) -> dict[str, MeasureFacts]:
        """Title and unit of each measure."""
        return measure_facts(load_measures(self.region))

    @cached_property
    def cash(self) -> xr.Dataset:
        """Who pays what in which year."""
        return cash_flow(self.optimum)

    @cached_property
    def front(self) -> xr.Dataset:
        """Cost against the sum of energy CO2, its highest year, or the year of that."""
        return pareto_front(
            self.optimum, against=self.against, points=self.points, settings=self.settings
        )

    @cached_property
    def curve(self) -> xr.Dataset:
        """Average and marginal cost of abatement, beside the naive curve."""
        return optimised_abatement_costs(self.optimum, points=self.points, settings=self.settings)

    @cached_property
    def ranges(self) -> xr.Dataset:
        """How much of each measure plans of nearly the same cost build."""
        return near_optimal(self.optimum, settings=self.settings)

    @cached_property
    def sureness(self) -> xr.Dataset:
        """What it costs to keep the targets in more of the futures."""
        return price_of_robustness(
            self.optimum,
            shares=self.shares,
            draws=self.draws,
            seed=self.seed,
            settings=self.settings,
        )

    @property
    def sure_of_any(self) -> bool:
        """Whether some builds keep the targets in one of the shares."""
        return bool(self.sureness["premium"].notnull().any())
