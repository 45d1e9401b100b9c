"""How far a portfolio has come: its plans, prices and bounds, round by round, kept in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from carbonpeak.errors import ScenarioError
from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.portfolio_master import Stage
from carbonpeak.optimiser.portfolio_pricing import Column
from carbonpeak.optimiser.solver import Status

SCHEMA = "carbonpeak/portfolio/1"


@dataclass(frozen=True)
class Round:
    """What is known after a round.

    Attributes
    ----------
    number : int
        From 0.
    stage : Stage
        What is minimised from here on.
    bound : float
        No portfolio costs less, CNY2020 discounted; -inf while nothing is proven.
    best : float
        Cost of the best portfolio known; inf while none is.
    gap : float
        Distance of the two over the larger of them.
    plans : int
        Plans known of all regions.
    """

    number: int
    stage: Stage
    bound: float
    best: float
    gap: float
    plans: int

    def __str__(self) -> str:
        known = "no portfolio yet"
        if np.isfinite(self.best):
            known = f"best {self.best:,.0f}, gap {self.gap:.3%}"
        return (
            f"round {self.number} ({self.stage}): bound {self.bound:,.0f}, {known}, "
            f"{self.plans} plans"
        )


@dataclass
class State:
    """All that the next round depends on.

    Attributes
    ----------
    columns : list of list of Column
        Plans of each region.
    stage : Stage
        What is minimised.
    bound, best : float
        Proven bound and cost of the best portfolio.
    center : (row,)
        Prices of the best bound of the stage, which the next prices stay close to.
    reach : float
        Best bound of the stage.
    idle : int
        Rounds in a row whose plans were of no use to the master.
    rounds : list of Round
        One for each round.
    """

    columns: list[list[Column]]
    center: FloatArray
    stage: Stage = Stage.COST
    bound: float = -np.inf
    best: float = np.inf
    reach: float = -np.inf
    idle: int = 0
    rounds: list[Round] = field(default_factory=list)

    @classmethod
    def fresh(cls, regions: int, rows: int) -> State:
        """Return the state before the first round."""
        return cls([[] for _ in range(regions)], np.zeros(rows))

    @property
    def gap(self) -> float:
        """Distance of best and bound over the larger of them."""
        if not np.isfinite(self.best) or not np.isfinite(self.bound):
            return float("inf")
        largest = max(abs(self.best), abs(self.bound))
        return max(self.best - self.bound, 0.0) / largest if largest else 0.0

    def add(self, answers: Sequence[Column]) -> None:
        """Keep the plans that are new."""
        for held, column in zip(self.columns, answers, strict=True):
            known = (
                column.cost == one.cost and np.array_equal(column.use, one.use) for one in held
            )
            if np.isfinite(column.cost) and not any(known):
                held.append(column)

    def turn(self, stage: Stage) -> None:
        """Begin to minimise something else: prices and their bound begin anew."""
        self.stage, self.reach, self.idle = stage, -np.inf, 0
        self.center = np.zeros_like(self.center)

    def note(self) -> Round:
        """Write down what is known after a round."""
        plans = sum(len(held) for held in self.columns)
        number = len(self.rounds)
        self.rounds.append(Round(number, self.stage, self.bound, self.best, self.gap, plans))
        return self.rounds[-1]


def save_state(path: Path, state: State, mark: str) -> None:
    """Write a state whole or not at all; `mark` says which portfolio it is of."""
    content = {
        "schema": SCHEMA,
        "portfolio": mark,
        "stage": state.stage,
        "bound": state.bound,
        "best": state.best,
        "reach": state.reach,
        "idle": state.idle,
        "center": state.center.tolist(),
        "rounds": [asdict(one) for one in state.rounds],
        "columns": [
            [[one.status, one.cost, one.bound, one.use.tolist()] for one in held]
            for held in state.columns
        ],
    }
    part = path.with_name(f".{path.name}.part")
    part.write_text(json.dumps(content), encoding="utf-8")
    part.replace(path)


def load_state(path: Path, mark: str) -> State:
    """Read what `save_state` wrote of the same portfolio.

    Raises
    ------
    ScenarioError
        When the file is no such state, or of another portfolio.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["schema"] != SCHEMA:
            raise KeyError("schema")
    except (ValueError, KeyError, TypeError) as error:
        raise ScenarioError(
            f"{path}: is no state of a portfolio; name another file or remove it"
        ) from error
    if content["portfolio"] != mark:
        raise ScenarioError(
            f"{path}: is the state of a portfolio with other regions, data or shared rows; "
            "name another file or remove it"
        )
    return State(
        columns=[
            [Column(Status(kind), cost, np.array(use), bound) for kind, cost, bound, use in held]
            for held in content["columns"]
        ],
        center=np.array(content["center"], dtype=float),
        stage=Stage(content["stage"]),
        bound=content["bound"],
        best=content["best"],
        reach=content["reach"],
        idle=content["idle"],
        rounds=[Round(**{**one, "stage": Stage(one["stage"])}) for one in content["rounds"]],
    )
