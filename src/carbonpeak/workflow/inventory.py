"""From a region and its inventory to the numbers that tables and reports show."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak import locate, vocabulary
from carbonpeak.errors import ResultError
from carbonpeak.evidence.factors import SetRecord
from carbonpeak.evidence.region import Region
from carbonpeak.inventory import totals
from carbonpeak.inventory.checks import run_checks
from carbonpeak.inventory.key_categories import key_categories
from carbonpeak.inventory.nitrogen import soil_nitrogen
from carbonpeak.inventory.recalculation import recalculation
from carbonpeak.inventory.reference import reference_approach
from carbonpeak.inventory.uncertainty import uncertainty
from carbonpeak.output.data import Facts, InventoryData, NotationFacts, Stated
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.records import read_yaml
from carbonpeak.vocabulary import Titled
from carbonpeak.workflow.assessment import assess
from carbonpeak.workflow.summary import summary_of

GROUPS = (
    "energy_industries",
    "industry_energy",
    "transport",
    "services",
    "households",
    "agriculture_energy",
)


def inventory_data(
    region: Region,
    dataset: xr.Dataset,
    stated: tuple[Stated, ...],
    *,
    previous: xr.Dataset | None = None,
) -> InventoryData:
    """Sum an inventory in every way that tables and reports show it.

    Parameters
    ----------
    region : Region
        What the inventory was compiled from.
    dataset : xr.Dataset
        From `compile_inventory`.
    stated : tuple of Stated
        Every number that the region states.
    previous : xr.Dataset, optional
        A former inventory, so that the recalculation can be shown.
    """
    metric = str(dataset.attrs["metric"])
    weighed = totals.co2e(dataset, metric)
    net = (weighed["emissions"] - weighed["removals"]).sum("gas")
    shares = totals.evidence_shares(dataset, metric)
    figures = inventory_figures(region, dataset, metric)
    earlier = [year for year in region.record.years if year < region.record.base_year]
    ranges = uncertainty(region, dataset, by=("category", "gas"), shares=False)
    notations = notation_facts(region)
    reference = _reference(region, dataset)
    findings = run_checks(region, dataset, reference=reference)
    return InventoryData(
        facts=facts(region, dataset),
        dataset=dataset,
        co2e=_labelled(net, "t CO2e/year"),
        soil_nitrogen=soil_nitrogen(dataset),
        uncertainty=ranges,
        keys=_keys(dataset, ranges),
        recalculation=None if previous is None else recalculation(previous, dataset),
        summary=summary_of(dataset, weighed, notations),
        by_source=_by_source(dataset),
        by_group=_by_group(dataset),
        figures=figures,
        by_sector=_labelled(totals.group(net, "sector"), "t CO2e/year"),
        by_gas=totals.net(totals.energy_related(dataset)).assign_attrs(units="t/year"),
        intensity_change=_change(figures, min(earlier, default=None), region.record.base_year),
        intensity_from=min(earlier, default=None),
        assessment=assess(region, dataset),
        assumption_share=shares["assumption_share"],
        unverified_share=shares["unverified_share"],
        unverified_energy_share=shares["unverified_energy_share"],
        stated=stated,
        notations=notations,
        reference=reference,
        findings={lang: findings.table(lang) for lang in vocabulary.LANGUAGES},
    )


def _keys(dataset: xr.Dataset, ranges: xr.Dataset) -> tuple[xr.Dataset, ...]:
    """Return the key categories by both approaches, each with land use and without."""
    return tuple(
        key_categories(dataset, weights, with_land=with_land)
        for weights in (None, ranges)
        for with_land in (True, False)
    )


def notation_facts(region: Region) -> tuple[NotationFacts, ...]:
    """Return the keys that a region states for what has no number."""
    records = (row.record for row in region.notations)
    return tuple(
        NotationFacts(one.category, one.source, one.key, Titled.of(one.why)) for one in records
    )


def _reference(region: Region, dataset: xr.Dataset) -> xr.Dataset | None:
    """Return the reference approach of a region that states the supply of its fuels."""
    return reference_approach(region, dataset) if region.supply else None


def facts(region: Region, dataset: xr.Dataset) -> Facts:
    """Return what a result of a region is about."""
    record, factors = region.record, region.factors
    return Facts(
        region=record.name,
        title=_titled(record),
        version=str(dataset.attrs["version"]),
        metric=str(dataset.attrs["metric"]),
        convention=str(dataset.attrs["convention"]),
        base_year=record.base_year,
        years=tuple(record.years),
        factor_set=_titled(factors.record),
        fallback=_fallback_title(region),
        note=Titled.of(record.noted),
        sites={name: _titled(site) for name, site in region.sites.items()},
        documents={
            name: (Titled.of(source.named), source.url) for name, source in region.sources.items()
        },
    )


def _titled(record: Titled) -> Titled:
    return Titled(title_en=record.title_en, title_zh=record.title_zh)


def _fallback_title(region: Region) -> Titled | None:
    name = region.factors.fallback_name
    if name is None:
        return None
    beside = region.factors.path.parent / name
    folder = beside if beside.is_dir() else locate.find("emission_factors", name)
    return _titled(read_yaml(folder / "set.yaml", SetRecord).record)


def _labelled(values: xr.DataArray, unit: str) -> xr.DataArray:
    result = values.copy()
    result.attrs = {"units": unit}
    return result


def inventory_figures(region: Region, dataset: xr.Dataset, metric: str) -> xr.Dataset:
    """Return the yearly figures of an inventory, each with its unit."""
    summed = totals.summary(dataset, metric)
    carbon = totals.energy_co2(dataset)
    energy = xr.concat(
        [
            totals.energy_total(dataset, convention=str(name))
            for name in dataset["convention"].values
        ],
        dim=dataset["convention"],
    )
    gdp = _indicator(region, "gdp", "CNY2020", dataset)
    people = _indicator(region, "population", "person", dataset)
    stated = energy.sel(convention=str(dataset.attrs["convention"]), drop=True)
    figures = {
        **{name: _labelled(part, "t CO2e/year") for name, part in summed.items()},
        "energy_co2": carbon,
        "energy_total": _labelled(energy, "tce/year"),
        "gdp": _labelled(gdp, "CNY2020/year"),
        "population": _labelled(people, "person"),
        "co2_intensity": _labelled(carbon / gdp, "t CO2/CNY2020"),
        "energy_intensity": _labelled(stated / gdp, "tce/CNY2020"),
        "co2_per_person": _labelled(carbon / people, "t CO2/person/year"),
        "completeness": totals.completeness(dataset),
    }
    return xr.Dataset(figures)


def _indicator(region: Region, name: str, unit: str, dataset: xr.Dataset) -> xr.DataArray:
    years = [int(year) for year in dataset["year"].values]
    known = {row.record.year for row in region.indicators if row.record.indicator == name}
    values = [
        region.indicator(name, year, unit=unit) if year in known else np.nan for year in years
    ]
    return xr.DataArray(values, {"year": years}, ("year",))


def _change(figures: xr.Dataset, first: int | None, base_year: int) -> float | None:
    """Return the change of the CO2 intensity in percent."""
    if first is None:
        return None
    intensity = figures["co2_intensity"]
    then, now = float(intensity.sel(year=first)), float(intensity.sel(year=base_year))
    return None if np.isnan(then) else (now / then - 1.0) * 100.0


def _by_source(dataset: xr.Dataset) -> xr.Dataset:
    burnt = dataset.isel(line=np.flatnonzero(dataset["sector"].isin(["energy", "indirect"]).values))
    kinds = {
        str(source): str(unit)
        for source, unit in zip(burnt["source"].values, burnt["activity_unit"].values, strict=True)
    }
    quantity = totals.group(burnt["activity"], "source")
    names = [str(name) for name in quantity["source"].values]
    mixed = [
        name
        for name in names
        if len(set(burnt["activity_unit"].values[burnt["source"].values == name])) > 1
    ]
    if mixed:
        raise ResultError(f"sources measured in more than one unit: {', '.join(mixed)}")
    return xr.Dataset(
        {
            "quantity": quantity,
            "energy": totals.group(burnt["energy"], "source"),
            "unit": ("source", [kinds[name] for name in names]),
        }
    )


def _by_group(dataset: xr.Dataset) -> xr.DataArray:
    energy = dataset["energy"].sel(convention=str(dataset.attrs["convention"]), drop=True)
    parts = []
    for name in GROUPS:
        row = summary_rows()[name]
        held = [row.holds_category(str(code)) for code in dataset["category"].values]
        kept = energy.where(xr.DataArray(np.array(held), dims="line"), 0.0)
        parts.append(totals.group(kept, "carrier"))
    table = xr.concat(parts, dim=xr.DataArray(list(GROUPS), dims="group", name="group"))
    return _labelled(table.transpose("group", "carrier", "year"), "tce/year")
