"""A region's least-cost problem with what it was posed from, and the answer to it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.optimiser.conditions import LinearRow
from carbonpeak.optimiser.plan import LeastCostPlan
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.region.partners import unmet_needs
from carbonpeak.optimiser.region.posing import SPOKEN, pose
from carbonpeak.optimiser.region.rerun import residual_of_plan, run_again
from carbonpeak.planning.bounds import OPTIMISED
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets, refuse_misstated
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.pathway import Outlook, lay_out
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language


@dataclass(frozen=True, eq=False, repr=False)
class Question:
    """A region's least-cost problem with what it was posed from.

    Attributes
    ----------
    outlook : Outlook
        The scenario laid out, with the measures considered.
    goals : mapping of Goal
        Targets that have rows.
    problem : LeastCostProblem
        Bare arrays.
    left_out : mapping of Measure
        Measures offered that were not considered.
    skipped : mapping of Sentence
        Targets without rows, each with the reason.
    soft : mapping of float
        Prices of soft targets that were given with the question.
    rows : tuple of LinearRow
        Rows of the user.
    unasked : tuple of str
        Targets of the region that were not asked for, where others were.
    """

    outlook: Outlook
    goals: Mapping[str, Goal]
    problem: LeastCostProblem
    left_out: Mapping[str, Measure] = field(default_factory=dict)
    skipped: Mapping[str, Sentence] = field(default_factory=dict)
    soft: Mapping[str, float] = field(default_factory=dict)
    rows: tuple[LinearRow, ...] = ()
    unasked: tuple[str, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """Whose drivers, factors and prices hold."""
        return self.outlook.scenario

    @property
    def region(self) -> Region:
        """Whose measures and limits hold."""
        return self.scenario.region

    def counting(self, amount: str) -> Question:
        """Return the question with an amount among its numerators."""
        if amount in self.problem.numerators:
            return self
        counted = pose(self.outlook, self.goals, soft=self.soft, rows=self.rows, amounts=[amount])
        return replace(self, problem=counted)

    def without_targets(self) -> Question:
        """Return the question with nothing asked of the path; the rows of the user stay."""
        return replace(self, goals={}, soft={}, problem=replace(self.problem, targets=()))

    def answered(self, plan: LeastCostPlan) -> Optimum:
        """Run a plan again through the inventory."""
        message = _with_left_out(plan.message, self.left_out)
        message = _with_count(message, "skipped", len(self.skipped))
        message = _with_unasked(message, len(self.unasked))
        plan = replace(plan, message=message)
        if not plan.found:
            return Optimum(self, plan, None, float("nan"))
        pathway = _rerun(self.outlook, plan)
        if self.left_out:
            pathway.attrs["left_out_measures"] = ", ".join(self.left_out)
        return Optimum(self, plan, pathway, residual_of_plan(plan, self.outlook, pathway))


@dataclass(frozen=True, eq=False, repr=False)
class Optimum:
    """The answer of the optimiser, run again through the inventory.

    Attributes
    ----------
    question : Question
        What was asked; further questions go on from it.
    plan : LeastCostPlan
        Builds, cost, prices, or why there is none.
    pathway : xr.Dataset or None
        The chosen builds run through the inventory's equations.
    rerun_residual : float
        Largest relative difference between the solver's numerators and that pathway.
    """

    question: Question
    plan: LeastCostPlan
    pathway: xr.Dataset | None
    rerun_residual: float

    @property
    def scenario(self) -> str:
        """Name of the scenario whose drivers the path starts from."""
        return self.question.scenario.name

    @property
    def targets(self) -> Mapping[str, Goal]:
        """The targets asked for that rows stand for."""
        return self.question.goals

    @property
    def left_out(self) -> tuple[str, ...]:
        """Measures offered that cannot stand, because they need another that is not offered."""
        return tuple(self.question.left_out)

    @property
    def skipped(self) -> Mapping[str, Sentence]:
        """Targets of the region that no row stands for, each with the reason."""
        return self.question.skipped

    def __repr__(self) -> str:
        return f"Optimum({self.scenario}: {self.plan.status.value}; {self.plan.message.en})"


def question(
    region: Region,
    scenario: Scenario,
    *,
    targets: Mapping[str, Goal] | None = None,
    soft: Mapping[str, float] | None = None,
    rows: Sequence[LinearRow] = (),
    amounts: Iterable[str] = (),
) -> Question:
    """Pose the least-cost problem of a region; parameters as for `optimise`.

    `amounts` are among its numerators, whether a target bounds them or not.
    """
    goals, skipped = _with_rows(region, targets)
    outlook, left_out = _considered(lay_out(region, scenario))
    prices = dict(soft or {})
    problem = pose(outlook, goals, soft=prices, rows=rows, amounts=amounts)
    stated = {} if targets is None else load_targets(region)
    unasked = tuple(name for name in stated if name not in goals)
    return Question(outlook, goals, problem, left_out, skipped, prices, tuple(rows), unasked)


def _rerun(outlook: Outlook, plan: LeastCostPlan) -> xr.Dataset:
    builds = plan.builds.transpose("measure", "year").values
    retired = None if "retired" not in plan.result else plan.result["retired"].values
    return run_again(outlook, builds, retired)


def _considered(outlook: Outlook) -> tuple[Outlook, dict[str, Measure]]:
    """Return the outlook on the measures offered that can stand, and the others offered."""
    offered = _offered(outlook)
    left_out = {name: offered[name] for name in unmet_needs(offered)}
    names = [name for name in offered if name not in left_out]
    return outlook.narrowed(names), left_out


def _offered(outlook: Outlook) -> dict[str, Measure]:
    """Return the measures that the scenario offers to the optimiser, by default all."""
    scenario, known = outlook.scenario, list(outlook.measures)
    offers = scenario.record.offers
    for name in offers or ():
        if name not in known:
            place, hint = scenario.where_from("offers"), suggestion(name, known)
            raise ScenarioError(f"{place}: unknown measure '{name}' in 'offers'; {hint}")
    return {name: one for name, one in outlook.measures.items() if offers is None or name in offers}


def _with_left_out(message: Sentence, left_out: Mapping[str, Measure]) -> Sentence:
    if not left_out:
        return message
    entries = [measure.entry for measure in left_out.values()]
    english, chinese = [it.title_en for it in entries], [it.title_zh for it in entries]
    return _followed(
        message,
        f"; not considered, because what they need is not offered: {', '.join(english)}",
        f"；下列措施所需的配套措施不在可选范围，未予考虑：{'、'.join(chinese)}",
    )


def _followed(message: Sentence, en: str, zh: str) -> Sentence:
    """Let a message go on where its last sentence ends."""
    return Sentence(message.en.removesuffix(".") + en, message.zh.removesuffix("。") + zh)


def _with_rows(
    region: Region, targets: Mapping[str, Goal] | None
) -> tuple[dict[str, Goal], dict[str, Sentence]]:
    """Part the targets that a row can stand for from those that none can."""
    if targets is not None:
        refuse_misstated(region, targets)
    stated = load_targets(region) if targets is None else dict(targets)
    reasons = {name: _why_no_row(region, goal) for name, goal in stated.items()}
    skipped = {name: reason for name, reason in reasons.items() if reason is not None}
    if targets is not None and skipped:
        words = "\n".join(f"target '{name}': {reason.en}" for name, reason in skipped.items())
        raise ScenarioError(f"{words}\nLeave them out, or state them so that a row can stand")
    return {name: goal for name, goal in stated.items() if name not in skipped}, skipped


def _with_count(message: Sentence, key: str, count: int) -> Sentence:
    """Say how many targets of the region the program does not hold, and why."""
    if not count:
        return message
    tails = (vocabulary.label(f"target.{key}", lang).format(count=count) for lang in SPOKEN)
    return _followed(message, *tails)


def _with_unasked(message: Sentence, count: int) -> Sentence:
    """Let "every target" mean those asked for, where others of the region were not."""
    if not count:
        return message
    said = Sentence(
        message.en.replace("every target is met", "every target asked for is met", 1),
        message.zh.replace("各项目标均可达成", "所要求的各项目标均可达成", 1),
    )
    return _with_count(said, "unasked", count)


def _why_no_row(region: Region, goal: Goal) -> Sentence | None:
    """Say why the least-cost path cannot hold a target; None when it can."""
    base = region.record.base_year
    if goal.indicator not in OPTIMISED:
        return Sentence(*(_why("no_row", lang, indicator=goal.title(lang)) for lang in SPOKEN))
    shaped = goal.over_years not in (None, "years")
    if goal.year < base if shaped else goal.year <= base:
        return Sentence(*(_why("past", lang, year=goal.year, base=base) for lang in SPOKEN))
    if goal.demand is None and not goal.over_years:
        return Sentence(*(goal.unknown(lang, region) for lang in SPOKEN))
    return None


def _why(key: str, lang: Language, **words: object) -> str:
    return vocabulary.label(f"target.{key}", lang).format(**words)
