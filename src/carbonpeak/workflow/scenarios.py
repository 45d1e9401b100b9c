"""From pathways and the optimiser's answer to the numbers that tables and reports show."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.analysis.peak import find_peak
from carbonpeak.evidence.region import Region
from carbonpeak.inventory import totals
from carbonpeak.optimiser import Optimum
from carbonpeak.optimiser.limits import Limit
from carbonpeak.optimiser.problem import Sentence
from carbonpeak.optimiser.region.amounts import UNITS
from carbonpeak.output.data import (
    LimitFacts,
    MeasureFacts,
    PeakFacts,
    PlanData,
    ScenarioData,
    TargetFacts,
)
from carbonpeak.planning.bounds import require_demand
from carbonpeak.planning.follow import Followed
from carbonpeak.planning.goals import Demand, Goal
from carbonpeak.planning.over_years import span_checks
from carbonpeak.planning.rates import ChangeRate
from carbonpeak.planning.targets import level_unit, load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.measures.library import Measure, load_pools
from carbonpeak.scenario.titles import title_of
from carbonpeak.sectors import find_method
from carbonpeak.vocabulary import Titled, label, parse_line

INDICATORS = (
    "energy_co2",
    "energy_total",
    "gross_ghg",
    "net_ghg",
    "co2_intensity",
    "energy_intensity",
    "coal",
    "planted_area",
)

UNTOLD = Titled(title_en="", title_zh="")


def measure_facts(measures: Mapping[str, Measure]) -> dict[str, MeasureFacts]:
    """Return title, unit and kind of each measure."""
    return {
        name: MeasureFacts(
            name,
            _titled(measure.entry),
            measure.entry.unit,
            measure.entry.kind,
            measure.numbers["capex"],
            measure.numbers.get("learning", 0.0),
        )
        for name, measure in measures.items()
    }


def _titled(record: Titled) -> Titled:
    return Titled(title_en=record.title_en, title_zh=record.title_zh)


def scenario_data(
    name: str,
    title: Titled,
    pathway: xr.Dataset,
    without: xr.Dataset,
    *,
    measures: Mapping[str, MeasureFacts],
    note: Titled = UNTOLD,
    remarks: tuple[Titled, ...] = (),
) -> ScenarioData:
    """Sum a pathway in every way that tables and reports show it.

    `without` is the pathway of the same drivers without measures.
    """
    sinks = [measures[str(key)].kind == "sink" for key in pathway["measure"].values]
    is_sink = xr.DataArray(np.array(sinks, dtype=bool), dims="measure")
    carbon = pathway["contribution"].sel(gas="CO2", drop=True)
    of_energy = pathway["energy_contribution"].where(~is_sink, drop=True)
    all_of_it = carbon.where(~is_sink, drop=True)
    energy = pathway["energy"].sel(convention=str(pathway.attrs["convention"]), drop=True)
    return ScenarioData(
        name=name,
        title=title,
        note=note,
        figures=_figures(pathway),
        without_measures=indicator(without, "energy_co2"),
        by_carrier=_labelled(totals.group(energy, "carrier"), "tce/year"),
        by_gas=_labelled(totals.net(totals.energy_related(pathway)), "t/year"),
        contribution=_labelled(of_energy, "t CO2/year"),
        other_contribution=_labelled(all_of_it - of_energy, "t CO2/year"),
        land_contribution=_labelled(carbon.where(is_sink, drop=True), "t CO2/year"),
        builds=pathway["builds"],
        stock=pathway["stock"],
        investment=_investment(pathway, measures),
        peak=peak_facts(pathway),
        remarks=remarks,
    )


def _labelled(values: xr.DataArray, unit: str) -> xr.DataArray:
    result = values.copy()
    result.attrs = {"units": unit}
    return result


def _investment(pathway: xr.Dataset, measures: Mapping[str, MeasureFacts]) -> xr.DataArray:
    facts = [measures[str(name)] for name in pathway["measure"].values]
    elapsed = pathway["year"].values - int(pathway.attrs["base_year"])
    prices = [[one.capex * (1.0 - one.learning) ** int(age) for age in elapsed] for one in facts]
    paid = xr.DataArray(prices, pathway["builds"].coords, ("measure", "year"))
    return _labelled((pathway["builds"] * paid).sum("year"), "CNY2020")


def _figures(pathway: xr.Dataset) -> xr.Dataset:
    found = {name: indicator(pathway, name) for name in INDICATORS}
    plain = {name: _labelled(part, str(part.attrs["units"])) for name, part in found.items()}
    energy = totals.energy_related(pathway)
    for name, sector in (("direct_co2", "energy"), ("indirect_co2", "indirect")):
        chosen = energy.isel(line=np.flatnonzero((energy["sector"] == sector).values))
        plain[name] = _labelled(totals.net(chosen).sel(gas="CO2", drop=True), "t CO2/year")
    land = totals.net(totals.land(pathway)).sel(gas="CO2", drop=True)
    plain["land_co2"] = _labelled(land, "t CO2/year")
    plain["gdp"], plain["population"] = pathway["gdp"], pathway["population"]
    return xr.Dataset(plain)


def peak_facts(pathway: xr.Dataset) -> PeakFacts:
    """Find the peak of energy CO2 and say it in both languages."""
    peak = find_peak(pathway, of="energy_co2")
    return PeakFacts(
        peak.year,
        peak.value,
        peak.unit,
        str(peak.verdict),
        Titled(
            title_en=peak.sentence("en", subject=label("subject.energy_co2", "en")),
            title_zh=peak.sentence("zh", subject=label("subject.energy_co2", "zh")),
        ),
    )


def plan_data(
    region: Region,
    optimum: Optimum,
    scenarios: Mapping[str, ScenarioData],
    *,
    path: ScenarioData | None,
    measures: Mapping[str, MeasureFacts],
) -> PlanData:
    """Return the optimiser's answer with the facts around it."""
    plan = optimum.plan
    rate = region.record.discount_rate
    found, unknown = plan.found, plan.limits_unknown
    paths = {**scenarios, **({} if path is None else {path.name: path})}
    return PlanData(
        scenario=optimum.scenario,
        status=str(plan.status),
        message=Titled(title_en=plan.message.en, title_zh=plan.message.zh),
        total_cost=plan.cost if found else None,
        discount_to=int(plan.result.attrs["discount_year"]) if found else None,
        discount_rate=None
        if rate is None
        else rate.value * units.factor(rate.unit, "percent/year"),
        condition=Titled(title_en=plan.price_condition.en, title_zh=plan.price_condition.zh),
        rerun_residual=optimum.rerun_residual if found else None,
        targets=tuple(
            target_facts(region, name, goal, paths, optimum)
            for name, goal in optimum.targets.items()
        ),
        limits=limit_facts(region, optimum, measures, limits=plan.limits),
        cost=plan.result["cost"] if found else None,
        cost_discounted=plan.result["cost_discounted"] if found else None,
        path=path,
        unheld=_unheld(region, optimum),
        limits_unknown=None
        if unknown is None
        else Titled(title_en=unknown.en, title_zh=unknown.zh),
    )


def _unheld(region: Region, optimum: Optimum) -> tuple[tuple[Titled, Titled], ...]:
    stated = load_targets(region)
    return tuple(
        (_called(name, stated[name]), Titled(title_en=why.en, title_zh=why.zh))
        for name, why in optimum.skipped.items()
    )


def _called(name: str, goal: Goal) -> Titled:
    return Titled.of(lambda lang: goal.called(name, lang))


def target_facts(
    region: Region,
    name: str,
    goal: Goal,
    paths: Mapping[str, ScenarioData],
    optimum: Optimum | None = None,
) -> TargetFacts:
    """Return a target, what each path reaches, and what the optimiser says of it."""
    stated = TargetFacts(
        name=name,
        title=_called(name, goal),
        indicator=goal.indicator,
        year=goal.year,
        base_year=goal.base_year,
        kind=goal.over_years or goal.kind,
        asked=goal.asked,
        asked_change=None if goal.over_years else asked_change(require_demand(region, name, goal)),
        unit=goal.unit,
        binding_by_law=goal.binding,
        evidence=goal.evidence,
        source=Titled.of(lambda lang: region.document(goal.source_id, lang)),
        where=Titled.of(goal.place),
        note=Titled.of(goal.noted),
        reached={key: reached(region, goal, path.figures) for key, path in paths.items()},
        amount_unit=UNITS[goal.amount],
    )
    if optimum is None or not optimum.plan.found:
        return stated
    row = _telling_row(optimum.plan.result, name)
    alone = goal.over_years in (None, "years")
    return TargetFacts(
        **{
            **vars(stated),
            "cap": float(row["cap"]) if alone else None,
            "value": float(row["value"]) if alone else None,
            "slack": room_left(row),
            "binds": bool(row["binding"]),
            "price": float(row["price"]),
        }
    )


def room_left(row: xr.Dataset) -> float:
    """Return how far a row of a target is from its bound, without dust: negative where missed."""
    slack = float(row["slack"])
    return slack if float(row["shortfall"]) > 0 else max(slack, 0.0)


def _telling_row(result: xr.Dataset, name: str) -> xr.Dataset:
    """Return the row of a target with the highest price; of equals the one with the least slack."""
    rows = result.isel(target=np.flatnonzero(result["target_group"].values == name))
    order = np.lexsort((rows["slack"].values, -rows["price"].values))
    return rows.isel(target=int(order[0]))


def reached(region: Region, goal: Goal, figures: xr.Dataset) -> float | None:
    """Return what a path reaches of a target, in the target's own unit.

    Of a budget what is spent, of a peak its year, of a plateau the farthest value; of no rise
    there is no such number.
    """
    if goal.year not in figures["year"].values:
        return None
    if goal.indicator == "forest_cover":
        land = region.record.land_area
        area = land.value * units.factor(land.unit, "ha")
        cover = region.indicator("forest_cover", goal.base_year, unit="1")
        planted = float(figures["planted_area"].sel(year=goal.year))
        return (cover + planted / area) * units.factor("1", goal.unit)
    if goal.amount not in figures or goal.amount == "direct_co2":
        return None
    if goal.over_years:
        return _found(goal, figures)
    series = figures[goal.amount] / figures["gdp"] if goal.per_gdp else figures[goal.amount]
    then, now = (float(series.sel(year=year)) for year in (goal.base_year, goal.year))
    if goal.kind == "level":
        return now * units.factor(str(level_unit(region, goal.indicator)), goal.unit)
    change = ChangeRate.between(then, now)
    return (change.as_reduction() if goal.kind == "reduction" else change).value(goal.unit)


def _found(goal: Goal, figures: xr.Dataset) -> float | None:
    """Return what a path makes of a target over several years, where it has a number for it."""
    series = figures[goal.amount]
    years = (int(year) for year in series["year"].values)
    followed = Followed(dict(zip(years, series.values.tolist(), strict=True)), "projected")
    *_, last = span_checks(goal, followed)
    told = last.unit == goal.unit and not math.isnan(last.achieved)
    return last.achieved if told else None


def asked_change(demand: Demand) -> float | None:
    """Return the change rate that a target asks for; a level asks for none."""
    if demand.kind == "level":
        return None
    return -demand.easy if demand.kind == "reduction" else demand.easy


def limit_facts(
    region: Region,
    optimum: Optimum,
    measures: Mapping[str, MeasureFacts],
    *,
    limits: Sequence[Limit],
) -> tuple[LimitFacts, ...]:
    """Return limits of a plan in words, in their order; the base year is no limit."""
    found = []
    for limit in limits:
        if limit.year is not None and limit.year <= region.record.base_year:
            continue
        title, unit = _subject(region, limit, measures, optimum)
        words = limit.words(title)
        found.append(
            LimitFacts(Titled(title_en=words.en, title_zh=words.zh), limit.year, limit.worth, unit)
        )
    return tuple(found)


def _subject(
    region: Region, limit: Limit, measures: Mapping[str, MeasureFacts], optimum: Optimum
) -> tuple[Sentence, str]:
    """Return the title of what a limit is about, and the unit that its worth is for."""
    name = limit.subject
    if limit.family == "target":
        group = optimum.plan.result["target_group"].sel(target=name)
        goal = optimum.targets[str(group.item())]
        title = Sentence(goal.called(name, "en"), goal.called(name, "zh"))
        return title, UNITS[goal.amount]
    if limit.family in ("pool", "budget"):
        title = Sentence(title_of(region, name, "en"), title_of(region, name, "zh"))
        return title, load_pools(region)[name].unit if limit.family == "pool" else "CNY2020"
    if limit.family == "row":
        return Sentence(name, name), ""
    if name in measures:
        facts = measures[name]
        return Sentence(facts.title.title_en, facts.title.title_zh), facts.unit
    line = parse_line(name)
    return Sentence(name, name), find_method(line.rule.method).activity_unit
