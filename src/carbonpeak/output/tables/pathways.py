"""Paths of scenarios by year: for readers, and in the columns of the IAMC."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd
import xarray as xr

from carbonpeak.output.data import RunData, ScenarioData
from carbonpeak.output.table import Column, Row, Table, plain
from carbonpeak.output.wording import large, unit_text
from carbonpeak.vocabulary import Language, label

IAMC_INDEX = ("Model", "Scenario", "Region", "Variable", "Unit")
SHOWN = (
    "energy_co2",
    "direct_co2",
    "indirect_co2",
    "energy_total",
    "coal",
    "co2_intensity",
    "energy_intensity",
    "gross_ghg",
    "net_ghg",
    "land_co2",
    "gdp",
    "population",
)
VARIABLES: Mapping[str, str] = {
    "energy_co2": "Emissions|CO2|Energy and Net Bought Power",
    "direct_co2": "Emissions|CO2|Energy",
    "indirect_co2": "Emissions|CO2|Net Bought Electricity and Heat",
    "land_co2": "Emissions|CO2|AFOLU",
    "gross_ghg": "Emissions|Kyoto Gases|Gross",
    "net_ghg": "Emissions|Kyoto Gases",
    "energy_total": "Energy Consumption",
    "coal": "Energy Consumption|Coal and Coke (Calorific)",
    "co2_intensity": "Emissions Intensity|CO2|GDP",
    "energy_intensity": "Energy Intensity|GDP",
    "planted_area": "Land Cover|Forest|Planted since Base Year",
    "gdp": "GDP|CNY2020",
    "population": "Population",
}


def all_paths(data: RunData) -> dict[str, ScenarioData]:
    """Return the scenarios, and the least-cost path when there is one."""
    plan = data.plan
    if plan is None or plan.path is None:
        return dict(data.scenarios)
    return {**data.scenarios, plan.path.name: plan.path}


def pathway_table(data: RunData, *, lang: Language) -> Table:
    """Return the indicators of every path, one column a year."""
    paths = all_paths(data)
    years = sorted({int(year) for path in paths.values() for year in path.figures["year"].values})
    columns = [
        Column(label("col.scenario", lang), width=24),
        Column(label("col.indicator", lang), width=44),
        Column(label("col.unit", lang), width=20),
        *(Column(str(year), "", "amount") for year in years),
    ]
    rows = [_path_row(path, name, years, lang) for path in paths.values() for name in SHOWN]
    return Table(
        "pathways",
        label("sheet.pathways", lang),
        label("table.pathways", lang).format(region=data.inventory.facts.title.title(lang)),
        tuple(columns),
        tuple(rows),
        (
            label("note.stated_convention", lang).format(
                convention=label(data.inventory.facts.convention, lang)
            ),
            label("note.metric", lang).format(metric=data.inventory.facts.metric),
            label("note.path_scope", lang),
        ),
    )


def _path_row(path: ScenarioData, name: str, years: Iterable[int], lang: Language) -> Row:
    series = path.figures[name]
    unit = str(series.attrs["units"])
    held = by_year(series)
    values = [large(held[year], unit)[0] if year in held else None for year in years]
    title = label(f"figure.{name}", lang)
    return Row((path.title.title(lang), title, unit_text(large(0.0, unit)[1], lang), *values))


def iamc_table(data: RunData) -> pd.DataFrame:
    """Return every path in wide IAMC form: Model, Scenario, Region, Variable, Unit, years.

    Units are per year and in base units (t, tce, CNY2020).
    """
    facts = data.inventory.facts
    model = f"carbonpeak {facts.version}"
    records = [
        {
            "Model": model,
            "Scenario": path.name,
            "Region": facts.region,
            "Variable": variable,
            "Unit": unit,
            **{str(year): significant(value) for year, value in by_year(series).items()},
        }
        for path in all_paths(data).values()
        for variable, unit, series in _variables(path)
    ]
    years = sorted({key for record in records for key in record if key.isdigit()})
    return pd.DataFrame(records, columns=[*IAMC_INDEX, *years])


def by_year(series: xr.DataArray) -> dict[int, float]:
    """Return a yearly series as plain numbers."""
    years = [int(year) for year in series["year"].values]
    return dict(zip(years, series.values.tolist(), strict=True))


def significant(value: float, digits: int = 12) -> float:
    """Round to significant digits, so that the noise of the last bits does not show."""
    return float(f"{value:.{digits}g}") + 0.0


def _variables(path: ScenarioData) -> Iterator[tuple[str, str, xr.DataArray]]:
    for name, variable in VARIABLES.items():
        series = path.figures[name]
        yield variable, str(series.attrs["units"]), series
    for gas in path.by_gas["gas"].values:
        if str(gas) != "CO2":
            yield f"Emissions|{gas}", f"t {gas}/year", path.by_gas.sel(gas=gas)
    for carrier in path.by_carrier["carrier"].values:
        name = f"Energy Consumption|{str(carrier).title()}"
        yield name, str(path.by_carrier.attrs["units"]), path.by_carrier.sel(carrier=carrier)
    for part in _whole_contribution(path):
        for measure in part["measure"].values:
            name = f"Emissions Change|CO2|{measure}"
            yield name, "t CO2/year", part.sel(measure=measure)
    for measure in path.builds["measure"].values:
        series = path.builds.sel(measure=measure)
        yield f"Builds|{measure}", str(series["measure_unit"].item()), series


def to_long(wide: pd.DataFrame) -> pd.DataFrame:
    """Return an IAMC table with one value a row: the index columns, year, value."""
    long = wide.melt(id_vars=list(IAMC_INDEX), var_name="Year", value_name="Value")
    return long.dropna(subset="Value").astype({"Year": int}).reset_index(drop=True)


def to_wide(long: pd.DataFrame) -> pd.DataFrame:
    """Return an IAMC table with one column a year."""
    wide = long.pivot(index=list(IAMC_INDEX), columns="Year", values="Value").reset_index()
    wide.columns = [str(name) for name in wide.columns]
    return wide


def read_iamc(text: str) -> pd.DataFrame:
    """Read the text of a wide IAMC table."""
    return pd.read_csv(io.StringIO(text), dtype=dict.fromkeys(IAMC_INDEX, str))


def remarks(paths: Iterable[ScenarioData], lang: Language) -> list[str]:
    """Return what scenarios build otherwise than they asked, each under its name."""
    return [
        f"{path.title.title(lang)} | {remark.title(lang)}"
        for path in paths
        for remark in path.remarks
    ]


def _whole_contribution(path: ScenarioData) -> tuple[xr.DataArray, xr.DataArray]:
    """Return the change of CO2 in all sectors by measures that are no sink, and by sinks."""
    return path.contribution + path.other_contribution, path.land_contribution


def change_by_measure(path: ScenarioData, year: int) -> dict[str, float]:
    """Return what each measure changes in a year, in t CO2/year; sinks included."""
    found: dict[str, float] = {}
    for part in _whole_contribution(path):
        for measure in part["measure"].values:
            value = plain(part.sel(measure=measure, year=year).item())
            found[str(measure)] = float(value) if value is not None else 0.0
    return found
