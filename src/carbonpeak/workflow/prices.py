"""The rows of the targets with their prices, and what binds beside each."""

from __future__ import annotations

from carbonpeak.optimiser.blocks import BoolArray
from carbonpeak.optimiser.limits import Limit
from carbonpeak.optimiser.problem import LeastCostProblem
from carbonpeak.optimiser.targets import Target
from carbonpeak.output.data import LimitFacts, PriceFacts
from carbonpeak.vocabulary import Titled
from carbonpeak.workflow.optimum_answers import Answers
from carbonpeak.workflow.scenarios import limit_facts, room_left

BESIDE = 3
"""Limits told beside a price; the table of limits holds all."""


def price_facts(answers: Answers) -> tuple[PriceFacts, ...]:
    """Return each row of a target: what it bounds, how far it is kept, its price, what holds it.

    Empty without a plan. A limit is told beside a row that has a price, where it holds back a
    measure that would move what the row bounds; dearest first.
    """
    if not answers.optimum.plan.found:
        return ()
    rows = {target.name: target for target in answers.problem.targets}
    held = answers.optimum.plan.result.transpose("target", ...)
    names = [str(name) for name in held["target"].values]
    return tuple(_facts(answers, rows[name]) for name in names)


def _facts(answers: Answers, target: Target) -> PriceFacts:
    row = answers.optimum.plan.result.sel(target=target.name)
    goal = answers.optimum.targets[target.group]
    years = sorted({part.year for part in target.parts})
    price = float(row["price"])
    return PriceFacts(
        title=Titled.of(lambda lang: goal.called(target.group, lang)),
        group=target.group,
        first=years[0],
        last=years[-1],
        sense=target.sense,
        unit=answers.problem.numerators[target.numerator].unit,
        cap=float(row["cap"]),
        value=float(row["value"]),
        slack=room_left(row),
        shortfall=float(row["shortfall"]),
        binds=bool(row["binding"]),
        hard=bool(row["hard"]),
        price=price,
        held_by=_beside(answers, target) if price > 0 else (),
    )


def _beside(answers: Answers, target: Target) -> tuple[LimitFacts, ...]:
    """Return the dearest limit of each measure that would move the row."""
    problem = answers.problem
    moves = target.effect(problem.numerators, problem.years).astype(bool)
    found: dict[str, Limit] = {}
    for limit in answers.optimum.plan.limits:
        if limit.family != "target" and _concerns(limit, problem, moves):
            found.setdefault(limit.subject, limit)
    facts = limit_facts(
        answers.region, answers.optimum, answers.measures, limits=tuple(found.values())
    )
    return facts[:BESIDE]


def _concerns(limit: Limit, problem: LeastCostProblem, moves: BoolArray) -> bool:
    if limit.subject not in problem.measures:
        return False
    built = moves[problem.measures.index(limit.subject)]
    return bool(built.any() if limit.year is None else built[problem.years.index(limit.year)])
