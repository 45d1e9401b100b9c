"""The rounds of a portfolio: ask the regions at prices, mix their plans, and prove a bound."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from carbonpeak.optimiser.blocks import FloatArray
from carbonpeak.optimiser.portfolio_master import NODES, Mix, Stage, Terms, best_mix
from carbonpeak.optimiser.portfolio_pricing import (
    Column,
    Pricing,
    Question,
    SharedRow,
    price_out,
)
from carbonpeak.optimiser.portfolio_state import Round, State
from carbonpeak.optimiser.solver import SolverSettings, Status
from carbonpeak.workers import Crew, Lost

CLOSENESS = 0.5
"""Weight of the prices of the best bound in those asked."""

REFINEMENTS = 3
"""How often the regions improve on their shares, at most, where projects are whole."""

_TIGHT = 1e-7
"""Share of a row's size that counts as nothing."""


class Ending(StrEnum):
    """How the search ended."""

    SOLVED = "solved"
    PRICED = "priced"
    ROUND_LIMIT = "round_limit"
    TIME_LIMIT = "time_limit"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LOST = "lost"


@dataclass(eq=False)
class Search:
    """The rounds of one portfolio."""

    shared: Sequence[SharedRow]
    terms: Terms
    regions: Mapping[str, Pricing]
    settings: SolverSettings
    crew: Crew
    gap: float
    deadline: float
    state: State
    stopped: tuple[Ending, str] | None = None
    lacking: tuple[tuple[SharedRow, float], ...] = ()
    mixed: Mix | None = None
    whole: bool = field(init=False)

    def __post_init__(self) -> None:
        self.whole = any(one.whole for one in self.regions.values())

    def ask(self, prices: FloatArray, weight: float) -> list[Column] | None:
        """Put prices to every region; None when one has no answer, or time is up."""
        put = [
            Question(one, self.terms.sign * prices, weight, self.settings)
            for one in self.regions.values()
        ]
        found: list[Column] = []
        with closing(self.crew.each(price_out, put)) as answers:
            for name, answer in zip(self.regions, answers, strict=True):
                if isinstance(answer, Lost):
                    self.stopped = (Ending.LOST, f"{name}: {answer.reason}")
                    return None
                if answer.status in (Status.INFEASIBLE, Status.UNBOUNDED, Status.NUMERICAL):
                    self.stopped = (_ENDINGS[answer.status], name)
                elif not np.isfinite(answer.cost) or time.monotonic() > self.deadline:
                    self.stopped = (Ending.TIME_LIMIT, name)
                if self.stopped:
                    return None
                found.append(answer)
        return found

    def begin(self) -> bool:
        """Ask for the plans without prices, what the regions would do on their own.

        Tell whether all answered.
        """
        rows = len(self.shared)
        answers = self.ask(np.zeros(rows), 1.0)
        if answers is None:
            return False
        self.state.add(answers)
        self.state.bound = self.state.reach = sum(one.bound for one in answers)
        self.remix()
        if self.mixed is None:
            self.state.turn(Stage.SHORTAGE)
            self.remix()
        return True

    def round(self) -> bool:
        """Ask at new prices, keep the plans and the bound, mix again; tell whether all answered."""
        state, mixed = self.state, self.mixed
        assert mixed is not None
        closeness = max(0.0, 1.0 - (state.idle + 1) * (1.0 - CLOSENESS))
        prices = closeness * state.center + (1.0 - closeness) * mixed.prices
        answers = self.ask(prices, float(state.stage == Stage.COST))
        if answers is None:
            return False
        state.add(answers)
        proven = sum(one.bound for one in answers) - self.terms.due(prices)
        if proven > state.reach:
            state.reach, state.center = proven, prices
        if state.stage == Stage.COST:
            state.bound = max(state.bound, proven)
        useful = self.useful(answers, mixed)
        state.idle = 0 if useful else state.idle + 1
        if not useful and closeness == 0.0:
            self.exhausted(mixed)
        if self.stopped is None:
            self.remix()
        return True

    def useful(self, answers: Sequence[Column], mixed: Mix) -> bool:
        """Tell whether a plan undercuts what the master holds at its own prices."""
        paid = self.terms.sign * mixed.prices
        weight = float(self.state.stage == Stage.COST)
        undercut = [
            weight * one.cost + paid @ one.use - worth
            for one, worth in zip(answers, mixed.worth, strict=True)
        ]
        return bool(min(undercut) < -1e-9 * max(1.0, abs(mixed.value)))

    def exhausted(self, mixed: Mix) -> None:
        """End: no price brings a plan that is of use."""
        if self.state.stage == Stage.SHORTAGE:
            self.lacking = tuple(
                (row, float(missed))
                for row, missed in zip(self.shared, mixed.shortage, strict=True)
                if row.price is None and missed > _TIGHT * max(abs(row.cap), 1.0)
            )
            self.stopped = (Ending.INFEASIBLE, "")
        else:
            self.stopped = (Ending.PRICED, "")

    def remix(self) -> None:
        """Mix the plans, pass from shortage to cost as soon as the rows can be met."""
        state = self.state
        self.mixed = best_mix(state.columns, self.terms, state.stage, settings=self.settings)
        if state.stage == Stage.SHORTAGE:
            ready = best_mix(state.columns, self.terms, Stage.COST, settings=self.settings)
            if ready is not None:
                state.turn(Stage.COST)
                self.mixed = ready
        if state.stage == Stage.COST and self.mixed is not None:
            taken = self.taken()
            state.best = min(state.best, np.inf if taken is None else taken.value)

    def taken(self) -> Mix | None:
        """Return the best portfolio that can be built of the plans: whole ones where need be."""
        if not self.whole:
            return self.mixed
        search = replace(
            self.settings,
            gap=self.gap / 10.0,
            options={**self.settings.options, "mip_max_nodes": NODES},
        )
        return best_mix(self.state.columns, self.terms, Stage.COST, whole=True, settings=search)

    def refine(self) -> Mix | None:
        """Let each region improve on its share of the best portfolio, and take the best again.

        Where projects are whole, shares are first those of the mix: a plan within a share is
        what the prices alone do not bring forth.
        """
        best = self.taken()
        share = self.mixed
        for _ in range(REFINEMENTS if self.whole else 0):
            if share is None:
                break
            self.state.add(self.within(self.shares(share)))
            after = self.taken()
            better = after is not None and (best is None or after.value < best.value)
            if not better and share is best:
                break
            share = best = after if better else best
        return best

    def shares(self, mix: Mix) -> FloatArray:
        """Return what each region takes of each row in a mix, unused room split equally."""
        terms = self.terms
        use = np.array(
            [
                weights @ np.array([one.use for one in held[: len(weights)]])
                for weights, held in zip(mix.weights, self.state.columns, strict=True)
            ]
        )
        left = np.maximum(terms.sign * (terms.cap - use.sum(axis=0)), 0.0)
        share: FloatArray = use + terms.sign * left / len(use)
        return share

    def within(self, shares: FloatArray) -> list[Column]:
        """Return the cheapest plan of each region within its share; its cost is NaN without one."""
        nothing = np.zeros(shares.shape[1])
        put = [
            Question(one, nothing, 1.0, self.settings, share)
            for one, share in zip(self.regions.values(), shares, strict=True)
        ]
        none = Column(Status.NUMERICAL, np.nan, nothing, -np.inf)
        return [none if isinstance(one, Lost) else one for one in self.crew.each(price_out, put)]

    def run(
        self, rounds: int, progress: Callable[[Round], None] | None, keep: Callable[[], None]
    ) -> Ending:
        """Go on until the gap, a limit, or no price helps."""
        if self.state.rounds:
            self.remix()
        while self.stopped is None:
            if self.state.rounds and self.state.gap <= self.gap:
                return Ending.SOLVED
            if len(self.state.rounds) >= rounds:
                return Ending.ROUND_LIMIT
            if time.monotonic() > self.deadline:
                return Ending.TIME_LIMIT
            if self.round() if self.state.rounds else self.begin():
                noted = self.state.note()
                keep()
                if progress is not None:
                    progress(noted)
        return self.stopped[0]


_ENDINGS = {
    Status.INFEASIBLE: Ending.INFEASIBLE,
    Status.UNBOUNDED: Ending.UNBOUNDED,
    Status.NUMERICAL: Ending.LOST,
}
