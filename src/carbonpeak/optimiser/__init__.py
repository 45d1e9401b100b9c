"""The least-cost path of a region to its targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from carbonpeak import units, vocabulary
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.evidence.region import CONVENTIONS, Region
from carbonpeak.inventory.balance import ENERGY_SECTORS
from carbonpeak.inventory.model import Floats, Model
from carbonpeak.optimiser.blocks import IntArray
from carbonpeak.optimiser.least_cost import (
    LeastCostPlan,
    LeastCostProblem,
    Moves,
    Numerator,
    Sentence,
    SolverSettings,
    Target,
    solve_least_cost,
)
from carbonpeak.planning.bounds import OPTIMISED, bound, require_demand
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.measures.library import Measure
from carbonpeak.scenario.pathway import Outlook, lay_out, walk
from carbonpeak.scenario.prices import discount_rate, line_prices
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import Language, Line

SPOKEN: tuple[Language, Language] = ("en", "zh")

UNITS = {
    "energy_co2": "t CO2",
    "direct_co2": "t CO2",
    "gross_ghg": "t CO2e",
    "net_ghg": "t CO2e",
    "energy_total": "tce",
    "coal": "tce",
    "planted_area": "ha",
}
"""Unit of each yearly amount that a target may bound."""


@dataclass(frozen=True, eq=False, repr=False)
class Optimum:
    """The answer of the optimiser, run again through the inventory.

    Attributes
    ----------
    scenario : str
        Scenario whose drivers the path starts from.
    targets : mapping of Goal
        The targets asked for.
    plan : LeastCostPlan
        Builds, cost, prices, or why there is none.
    pathway : xr.Dataset or None
        The chosen builds run through the inventory's equations.
    rerun_residual : float
        Largest relative difference between the solver's numerators and that pathway.
    left_out : tuple of str
        Measures that the scenario offers and that were not considered, because they need,
        exclude or share with others: the program has no rows for that. `plan.message` says so.
    skipped : mapping of Sentence
        Targets of the region that no row stands for, each with the reason.
    """

    scenario: str
    targets: Mapping[str, Goal]
    plan: LeastCostPlan
    pathway: xr.Dataset | None
    rerun_residual: float
    left_out: tuple[str, ...] = ()
    skipped: Mapping[str, Sentence] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Optimum({self.scenario}: {self.plan.status.value}; {self.plan.message.en})"


def optimise(
    region: Region,
    scenario: Scenario,
    *,
    targets: Mapping[str, Goal] | None = None,
    settings: SolverSettings | None = None,
) -> Optimum:
    """Find the least-cost builds of a region's measures that meet its targets.

    Drivers, factors and prices are those of the scenario; which measures are built, and when,
    is free within their limits. What the scenario itself builds is not imposed. A scenario that
    lists `offers` leaves the choice among those. Measures that need, exclude or share with others
    are left out, and the result says so.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    targets : mapping of Goal, optional
        By default those of the region's `targets.yaml` that a row can stand for; the others
        are named in `skipped`. A target that is given here and has no row is refused.
    settings : SolverSettings, optional
        Time limit, threads, gap, log file.

    Returns
    -------
    Optimum
        An impossible target is an answer, in words, not an error.

    Raises
    ------
    ScenarioError
        When a target lies outside the horizon or has no row, a price is missing, or the scenario
        offers a measure that the region does not have.
    """
    goals, skipped = _with_rows(region, targets)
    outlook, left_out = _considered(lay_out(region, scenario))
    plan = solve_least_cost(pose(outlook, goals), settings=settings)
    message = _with_skipped(_with_left_out(plan.message, left_out), len(skipped))
    plan = replace(plan, message=message)
    names = tuple(left_out)
    if not plan.found:
        return Optimum(scenario.name, goals, plan, None, float("nan"), names, skipped)
    pathway = walk(outlook, plan.builds.transpose("measure", "year").values)
    if names:
        pathway.attrs["left_out_measures"] = ", ".join(names)
    residual = rerun_residual(plan, pathway)
    return Optimum(scenario.name, goals, plan, pathway, residual, names, skipped)


def _considered(outlook: Outlook) -> tuple[Outlook, dict[str, Measure]]:
    """Return the outlook on the measures offered that stand alone, and the others offered."""
    offered = _offered(outlook)
    left_out = {name: one for name, one in offered.items() if one.depends_on_others}
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
    return Sentence(
        f"{message.en}; not considered, because they depend on other measures: "
        f"{', '.join(english)}",
        f"{message.zh}；下列措施依赖其他措施，未予考虑：{'、'.join(chinese)}",
    )


def _with_rows(
    region: Region, targets: Mapping[str, Goal] | None
) -> tuple[dict[str, Goal], dict[str, Sentence]]:
    """Part the targets that a row can stand for from those that none can."""
    stated = load_targets(region) if targets is None else dict(targets)
    reasons = {name: _why_no_row(region, goal) for name, goal in stated.items()}
    skipped = {name: reason for name, reason in reasons.items() if reason is not None}
    if targets is not None and skipped:
        words = "\n".join(f"target '{name}': {reason.en}" for name, reason in skipped.items())
        raise ScenarioError(f"{words}\nLeave them out, or state them so that a row can stand")
    return {name: goal for name, goal in stated.items() if name not in skipped}, skipped


def _with_skipped(message: Sentence, count: int) -> Sentence:
    """Say how many targets of the region the program does not hold."""
    if not count:
        return message
    tails = (vocabulary.label("target.skipped", lang).format(count=count) for lang in SPOKEN)
    return Sentence(*(f"{said}{tail}" for said, tail in zip(message, tails, strict=True)))


def _why_no_row(region: Region, goal: Goal) -> Sentence | None:
    """Say why the least-cost path cannot hold a target; None when it can."""
    base = region.record.base_year
    if goal.indicator not in OPTIMISED:
        return Sentence(*(_why("no_row", lang, indicator=goal.title(lang)) for lang in SPOKEN))
    if goal.year <= base:
        return Sentence(*(_why("past", lang, year=goal.year, base=base) for lang in SPOKEN))
    if goal.demand is None:
        return Sentence(*(goal.unknown(lang) for lang in SPOKEN))
    return None


def _why(key: str, lang: Language, **words: object) -> str:
    return vocabulary.label(f"target.{key}", lang).format(**words)


def rerun_residual(plan: LeastCostPlan, pathway: xr.Dataset) -> float:
    """Return the largest relative difference between a plan and its pathway."""
    worst = 0.0
    for name in plan.result["numerator"].values:
        solver = plan.result["achieved"].sel(numerator=name).values
        again = indicator(pathway, str(name)).values
        scale = max(float(np.abs(again).max()), 1e-12)
        worst = max(worst, float(np.abs(solver - again).max()) / scale)
    return worst


def pose(outlook: Outlook, goals: Mapping[str, Goal]) -> LeastCostProblem:
    """Lay a scenario, its measures and its targets out as a least-cost problem."""
    names = list(outlook.measures)
    numbers = {key: _numbers(outlook, key) for key in ("capex", "fixed_opex", "lifetime")}
    years, count = outlook.years, len(outlook.years)
    first_year, last_year = _windows(outlook)
    ramp_rate = 1.0 + _numbers(outlook, "ramp_rate", absent=np.nan)
    moves = outlook.moves
    moved = np.any(moves.move != 0, axis=0)
    baseline = walk(outlook, np.zeros((len(names), count)))
    prices = line_prices(outlook.scenario.region, outlook.model, moved)
    return LeastCostProblem(
        measures=tuple(names),
        years=years,
        unit_size=np.ones(len(names)),
        integer=np.array([outlook.measures[name].entry.integer for name in names], bool),
        first_year=first_year,
        last_year=last_year,
        potential=_numbers(outlook, "potential"),
        yearly_limit=_numbers(outlook, "yearly_limit"),
        lifetime=numbers["lifetime"],
        ramp_rate=ramp_rate,
        ramp_seed=_numbers(outlook, "ramp_seed", absent=np.nan),
        capex=numbers["capex"][:, None] * _cost_decline(outlook),
        fixed_opex=np.repeat(numbers["fixed_opex"][:, None], count, axis=1),
        running_cost=moves.effect(prices),
        discount_rate=discount_rate(outlook.scenario.region),
        discount_to=years[0],
        numerators=_numerators(outlook, baseline, goals),
        targets=_targets(outlook, baseline, goals),
        lines=tuple(np.asarray(outlook.model.ids)[moved].tolist()),
        baseline_activity=outlook.baseline[moved],
        moves=Moves.from_dense(_dense(outlook, moved)),
        titles=_titles(outlook, goals),
    )


def _numbers(outlook: Outlook, parameter: str, *, absent: float | None = None) -> Floats:
    """Return a number of each measure; `absent` where the number is one that may be left out."""
    measures = [measure.numbers for measure in outlook.measures.values()]
    if absent is None:
        return np.array([numbers[parameter] for numbers in measures])
    return np.array([numbers.get(parameter, absent) for numbers in measures])


def _cost_decline(outlook: Outlook) -> Floats:
    """Return the capex of each year over that of the base year, (measure, year)."""
    elapsed = np.arange(len(outlook.years))
    learning = _numbers(outlook, "learning", absent=0.0)
    return np.asarray((1.0 - learning[:, None]) ** elapsed)


def _windows(outlook: Outlook) -> tuple[IntArray, IntArray]:
    """Return the first and the last year of each window; nothing is built in the base year."""
    base = outlook.years[0]
    windows = np.array([one.window(base) for one in outlook.measures.values()], dtype=np.int64)
    first, last = windows.reshape(-1, 2).T
    over = last < first
    return np.where(over, base - 1, first), np.where(over, base - 1, last)


def _dense(outlook: Outlook, moved: np.ndarray) -> Floats:
    """Return activity moved per native unit, (measure, year built, line, year)."""
    moves = outlook.moves
    dense: Floats = np.einsum("ml,mby->mbly", moves.move[:, moved], moves.strength)
    return dense


def _numerators(
    outlook: Outlook, baseline: xr.Dataset, goals: Mapping[str, Goal]
) -> dict[str, Numerator]:
    """Return each amount that a target bounds, and energy CO2 in any case."""
    wanted = dict.fromkeys(["energy_co2", *(goal.amount for goal in goals.values())])
    return {
        name: Numerator(indicator(baseline, name).values, _effect(outlook, name), UNITS[name])
        for name in wanted
    }


def _effect(outlook: Outlook, name: str) -> Floats:
    """Return the change of an amount per native unit built, (measure, year built, year)."""
    model, moves = outlook.model, outlook.moves
    if name == "planted_area":
        forest = np.array([line.category == "3.B.1.b" for line in model.lines], float)
        standing = np.triu(np.ones((len(model.years), len(model.years))))
        return np.asarray((moves.move @ forest)[:, None, None] * standing)
    if name == "energy_total":
        choice = CONVENTIONS.index(model.region.record.convention)
        return moves.effect(model.energy[choice])
    if name == "coal":
        return moves.effect(
            np.where(_burns_coal(model), model.energy[CONVENTIONS.index("calorific")], 0.0)
        )
    return moves.effect_on_gases(_weights(model, name))


def _burns_coal(model: Model) -> np.ndarray:
    """Tell which lines count in the coal total, (line, 1)."""
    sources = vocabulary.sources()
    carriers = [sources[line.rule.subject or line.source].carrier for line in model.lines]
    return np.isin(carriers, ("coal", "coke"))[:, None]


def _weights(model: Model, name: str) -> Floats:
    """Return what a tonne of each gas of each line counts in an amount, (line, gas)."""
    rules = [line.rule for line in model.lines]
    if name.endswith("_ghg"):
        potentials = units.gwp_table([model.region.record.metric], model.gases)[0]
        counted = [name == "net_ghg" or rule.sector != "land" for rule in rules]
        return np.outer(counted, potentials)
    carbon = np.array([gas == "CO2" for gas in model.gases], float)
    if name == "direct_co2":
        counted = [rule.scope == 1 and rule.sector != "land" for rule in rules]
    else:
        counted = [rule.sector in ENERGY_SECTORS for rule in rules]
    return np.outer(counted, carbon)


def _targets(
    outlook: Outlook, baseline: xr.Dataset, goals: Mapping[str, Goal]
) -> tuple[Target, ...]:
    return tuple(
        Target(
            name,
            goal.amount,
            goal.year,
            bound(outlook, baseline, name, goal),
            sense=require_demand(name, goal).sense,
        )
        for name, goal in goals.items()
    )


def _titles(outlook: Outlook, goals: Mapping[str, Goal]) -> dict[str, Sentence]:
    titles = {
        name: Sentence(measure.entry.title_en, measure.entry.title_zh)
        for name, measure in outlook.measures.items()
    }
    region = outlook.scenario.region
    titles |= {
        line.id: Sentence(*(_line_title(region, line, lang) for lang in SPOKEN))
        for line in outlook.model.lines
    }
    titles |= {
        name: Sentence(goal.title_en or name, goal.title_zh or name) for name, goal in goals.items()
    }
    return titles


def _line_title(region: Region, line: Line, lang: Language) -> str:
    place = region.site_title(line.site, lang) if line.site else ""
    category = vocabulary.categories()[line.category].title(lang)
    source = vocabulary.sources()[line.source].title(lang)
    return f"{place or category}{'：' if lang == 'zh' else ': '}{source}"
