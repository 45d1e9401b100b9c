"""What is asked of the optimiser for tables and figures, each answer once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser import Optimum, question
from carbonpeak.optimiser.least_cost import LeastCostProblem
from carbonpeak.optimiser.region.answers import (
    cash_flow,
    near_optimal,
    optimised_abatement_costs,
    pareto_front,
)
from carbonpeak.optimiser.region.robust import SHARES, price_of_robustness
from carbonpeak.optimiser.solver import SolverSettings
from carbonpeak.output.data import MeasureFacts
from carbonpeak.scenario.measures.library import load_measures
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.workflow.scenarios import measure_facts

POINTS, DRAWS = 12, 64


@dataclass(frozen=True, eq=False)
class Answers:
    """A least-cost path, and what else is asked about it, each answer when it is first wanted."""

    optimum: Optimum
    scenario: Scenario
    soft: Mapping[str, float] = field(default_factory=dict)
    points: int = POINTS
    shares: tuple[float, ...] = SHARES
    draws: int = DRAWS
    seed: int = 0
    settings: SolverSettings | None = None

    def __post_init__(self) -> None:
        if self.optimum.scenario != self.scenario.name:
            raise ResultError(
                f"the answer is for scenario '{self.optimum.scenario}', and '{self.scenario.name}' "
                "was given with it; give the scenario that was optimised"
            )

    @property
    def region(self) -> Region:
        """Of the scenario."""
        return self.scenario.region

    @cached_property
    def problem(self) -> LeastCostProblem:
        """What was solved, in bare arrays."""
        asked = question(
            self.region, self.scenario, targets=self.optimum.targets, soft=self.soft or None
        )
        return asked.problem

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
        """Cost against the sum of energy CO2."""
        return pareto_front(
            self.region,
            self.scenario,
            points=self.points,
            targets=self.optimum.targets,
            soft=self.soft or None,
            settings=self.settings,
        )

    @cached_property
    def curve(self) -> xr.Dataset:
        """Average and marginal cost of abatement, beside the naive curve."""
        return optimised_abatement_costs(
            self.region, self.scenario, points=self.points, settings=self.settings
        )

    @cached_property
    def ranges(self) -> xr.Dataset:
        """How much of each measure plans of nearly the same cost build."""
        return near_optimal(
            self.region,
            self.scenario,
            targets=self.optimum.targets,
            soft=self.soft or None,
            settings=self.settings,
        )

    @cached_property
    def sureness(self) -> xr.Dataset:
        """What it costs to keep the targets in more of the futures."""
        return price_of_robustness(
            self.region,
            self.scenario,
            shares=self.shares,
            draws=self.draws,
            seed=self.seed,
            targets=self.optimum.targets,
            settings=self.settings,
        )
