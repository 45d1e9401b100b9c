"""What an impossible target lacks, and what would let it be met, for the tables."""

from __future__ import annotations

from carbonpeak.optimiser import Optimum
from carbonpeak.optimiser.diagnosis import Shortfall
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.remedies import Change, Remedy, doubt, limit_words, unit_words
from carbonpeak.output.data import DiagnosisFacts, GivenFacts, RemedyFacts, ShortfallFacts
from carbonpeak.vocabulary import Titled

CHEAPEST = 1e-3
"""A cost that may be no more than this share too high is told as the least."""


def diagnosis_facts(optimum: Optimum) -> DiagnosisFacts | None:
    """Return why there is no plan; None where there is one, or nothing was found out."""
    diagnosis, problem = optimum.plan.diagnosis, optimum.question.problem
    if diagnosis is None or not (diagnosis.shortfalls or diagnosis.remedies):
        return None
    return DiagnosisFacts(
        tuple(_missing(problem, one) for one in diagnosis.shortfalls),
        tuple(_way_out(problem, one) for one in diagnosis.remedies),
        problem.discount_to,
    )


def _titled(words: Sentence) -> Titled:
    return Titled(title_en=words.en, title_zh=words.zh)


def _missing(problem: LeastCostProblem, one: Shortfall) -> ShortfallFacts:
    title, years = problem.title(one.target), one.when
    return ShortfallFacts(
        _titled(title),
        Titled(title_en=years.en.removeprefix("in "), title_zh=years.zh),
        one.amount,
        one.unit,
        one.share,
        one.proven,
    )


def _way_out(problem: LeastCostProblem, remedy: Remedy) -> RemedyFacts:
    cheapest = remedy.cost_above <= CHEAPEST * abs(remedy.cost)
    given = tuple(_given(problem, change) for change in remedy.changes)
    return RemedyFacts(given, remedy.cost, remedy.proven, cheapest)


def _given(problem: LeastCostProblem, change: Change) -> GivenFacts:
    why = doubt(problem, change)
    return GivenFacts(
        _titled(limit_words(problem, change)),
        change.before,
        change.enough,
        _titled(unit_words(problem, change)),
        None if why is None else _titled(why),
    )
