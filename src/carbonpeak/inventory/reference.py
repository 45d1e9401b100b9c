"""The reference approach: CO2 of the fuels supplied to a region beside that of the fuels burnt.

What is brought in and neither sent out, put aside nor stored in products must have been burnt.
The result is a check of the sectoral approach and no part of the inventory. The two of one
fuel differ where a fuel is made into another; the totals should agree within 5 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from carbonpeak import units, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.equation import Array, Equation, equation
from carbonpeak.errors import Fault, InputError, ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Flow, SupplyRow
from carbonpeak.records import Row, shown

TOLERANCE = 5.0
"""Difference of the totals in percent that asks for an explanation."""

FLOWS: tuple[Flow, ...] = (
    "production",
    "brought_in",
    "sent_out",
    "bunkers",
    "stock_change",
    "non_energy",
)
GROUPS = ("coal", "oil", "gas", "waste")
MADE_FROM_OTHERS = frozenset(
    {
        "washed_coal",
        "other_washed_coal",
        "coal_middlings",
        "coal_slurry",
        "coal_gangue",
        "briquettes",
        "lng",
        "hydrogen",
        "methanol",
    }
)
"""Fuels, besides oil products, coke and works gases, that were supplied as another fuel."""

_SOURCE = "2006 IPCC Guidelines vol. 2 ch. 6"


@equation(
    production="t/year",
    brought_in="t/year",
    sent_out="t/year",
    bunkers="t/year",
    stock_change="t/year",
    returns="t/year",
    source=f"{_SOURCE} eq. 6.2-6.3; provincial guideline 2011 ch. 1",
)
def apparent_consumption(
    production: Array, brought_in: Array, sent_out: Array, bunkers: Array, stock_change: Array
) -> Array:
    """Fuel that a region must have used, from its supply.

    Parameters
    ----------
    production : (…, year)
        Primary fuel won in the region; nothing for a fuel that is made of another.
    brought_in, sent_out, bunkers : (…, year)
        Over the border, other provinces included; delivered to international ships and aircraft.
    stock_change : (…, year)
        Stock at the end less stock at the beginning of the year.

    Returns
    -------
    (…, year)
        Apparent consumption; negative where more leaves than comes, as products of a refinery.
    """
    return production + brought_in - sent_out - bunkers - stock_change


@equation(
    non_energy="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/GJ",
    stored_share="1",
    returns="t C/year",
    source=f"{_SOURCE} eq. 6.4; provincial guideline 2011 ch. 1, stored carbon",
)
def stored_carbon(
    non_energy: Array, net_calorific_value: Array, carbon_content: Array, stored_share: Array
) -> Array:
    """Carbon of fuels used as feedstock, lubricant or asphalt that stays in the product.

    Parameters
    ----------
    non_energy : (…, year)
        Fuel used otherwise than for its energy.
    net_calorific_value, carbon_content : (…)
        Heating value, and carbon per unit of it.
    stored_share : (…)
        Share of that carbon that stays in the product.

    Returns
    -------
    (…, year)
        Carbon stored.
    """
    return non_energy * net_calorific_value * carbon_content * stored_share


@equation(
    consumption="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/GJ",
    stored="t C/year",
    oxidation="1",
    returns="t CO2/year",
    source=f"{_SOURCE} eq. 6.1; provincial guideline 2011 ch. 1, reference approach",
)
def supplied_carbon_dioxide(
    consumption: Array,
    net_calorific_value: Array,
    carbon_content: Array,
    stored: Array,
    oxidation: Array,
) -> Array:
    """Carbon dioxide of the fuel that was supplied and not stored.

    Parameters
    ----------
    consumption : (…, year)
        Apparent consumption.
    net_calorific_value, carbon_content : (…)
        Heating value, and carbon per unit of it.
    stored : (…, year)
        Carbon that stays in products.
    oxidation : (…)
        Share of the carbon that is oxidised.

    Returns
    -------
    (…, year)
        Carbon dioxide; negative where a fuel leaves whose carbon came in as another.
    """
    return (consumption * net_calorific_value * carbon_content - stored) * oxidation


_GAS = {"net_calorific_value": "GJ/Nm3"}
_BY_MASS = (apparent_consumption, stored_carbon, supplied_carbon_dioxide)
_BY_VOLUME = (
    apparent_consumption.restated(
        "apparent_consumption_by_volume",
        returns="Nm3/year",
        **dict.fromkeys(apparent_consumption.inputs, "Nm3/year"),
    ),
    stored_carbon.restated("stored_carbon_by_volume", non_energy="Nm3/year", **_GAS),
    supplied_carbon_dioxide.restated(
        "supplied_carbon_dioxide_by_volume", consumption="Nm3/year", **_GAS
    ),
)


def load_supply(region: Region) -> pd.DataFrame:
    """Return the supply of fuels that a region states.

    Returns
    -------
    pd.DataFrame
        Columns ``source``, ``flow``, ``year``, ``value``, ``unit``.

    Raises
    ------
    InputError
        When the region states none.
    """
    if not region.supply:
        remedy = "add rows to supply.csv, or to the sheet of supply of a workbook"
        raise InputError([Fault(shown(region.path), None, None, "no supply of fuels", remedy)])
    return pd.DataFrame([_plain(row) for row in region.supply])


def _plain(row: Row[SupplyRow]) -> dict[str, Any]:
    kept = ("source", "flow", "year", "value", "unit")
    return {name: getattr(row.record, name) for name in kept}


@checked
def reference_approach(
    region: Region, inventory: xr.Dataset, *, supply: pd.DataFrame | None = None
) -> xr.Dataset:
    """Calculate CO2 from the supply of fuels and set it beside the CO2 of the fuels burnt.

    Parameters
    ----------
    region : Region
        Its factors; its supply unless `supply` is given.
    inventory : xr.Dataset
        From `compile_inventory`; only its years are compared.
    supply : pd.DataFrame, optional
        Columns ``source``, ``flow``, ``year``, ``value``, ``unit``. A flow that is absent of a
        fuel and year that has others is nothing.

    Returns
    -------
    xr.Dataset
        ``reference``, ``sectoral`` (t CO2/year) and ``difference`` (percent of the sectoral)
        over source and year; ``apparent_consumption`` in the unit of each source and
        ``stored_carbon`` (t C/year); ``reference_total``, ``sectoral_total``,
        ``difference_total`` and ``exceeds`` over group and year. A fuel that is burnt and has
        no supply leaves its group and the total without a value; the attribute
        ``without_supply`` names it.

    Raises
    ------
    ResultError
        When a source is no fuel, a flow or year is not known, or a product is said to be won.
    MissingFactorError
        When a factor is missing.
    """
    table = load_supply(region) if supply is None else supply
    years = [int(year) for year in inventory["year"].values]
    _require_known(table, years)
    burnt = _sectoral(inventory)
    fuels = sorted({*table["source"], *burnt})
    shape = (len(fuels), len(years))
    found = {name: np.full(shape, np.nan) for name in ("apparent", "stored", "reference")}
    for place, fuel in enumerate(fuels):
        for at, year in enumerate(years):
            rows = table[(table["source"] == fuel) & (table["year"] == year)]
            if len(rows):
                for name, value in _supplied(region, fuel, year, rows).items():
                    found[name][place, at] = value
    sectoral = np.zeros(shape)
    for fuel, dioxide in burnt.items():
        sectoral[fuels.index(fuel)] = dioxide
    return _labelled(fuels, years, found, sectoral)


def _require_known(table: pd.DataFrame, years: list[int]) -> None:
    for row in table.itertuples():
        source = vocabulary.sources().get(str(row.source))
        if source is None or source.group not in GROUPS:
            hint = suggestion(str(row.source), _fuels())
            raise ResultError(f"supply: '{row.source}' is no fossil fuel; {hint}")
        if row.flow not in (*FLOWS, "stored_share"):
            hint = suggestion(str(row.flow), [*FLOWS, "stored_share"])
            raise ResultError(f"supply of '{row.source}': unknown flow '{row.flow}'; {hint}")
        if row.flow == "production" and row.value and _is_product(source):
            problem = f"supply: '{row.source}' is made of another fuel and not won"
            raise ResultError(f"{problem}; state what was won or brought in to make it")
        if row.year not in years:
            known = ", ".join(map(str, years))
            problem = f"supply of '{row.source}': {row.year} is no year of the inventory"
            raise ResultError(f"{problem}; it has {known}")


def _fuels() -> list[str]:
    return [name for name, one in vocabulary.sources().items() if one.group in GROUPS]


def _is_product(source: vocabulary.Source) -> bool:
    works_gas = source.group == "coal" and source.measured_by == "volume"
    refined = source.group == "oil" and source.source != "crude_oil"
    coking = source.carrier == "coke"
    return works_gas or refined or coking or source.source in MADE_FROM_OTHERS


def _supplied(region: Region, fuel: str, year: int, rows: pd.DataFrame) -> Mapping[str, float]:
    """Return apparent consumption, stored carbon and CO2 of one fuel in one year."""
    by_volume = vocabulary.sources()[fuel].measured_by == "volume"
    consumption, stored, dioxide = _BY_VOLUME if by_volume else _BY_MASS
    stated = zip(rows["flow"], rows["value"], rows["unit"], strict=True)
    given = {str(flow): (float(value), str(unit)) for flow, value, unit in stated}
    unit = "Nm3/year" if by_volume else "t/year"
    amounts: dict[str, float] = dict.fromkeys(FLOWS, 0.0)
    amounts |= {flow: _amount(given[flow], unit) for flow in FLOWS if flow in given}
    if amounts["non_energy"] and "stored_share" not in given:
        problem = f"supply of '{fuel}', {year}: non-energy use without its stored share"
        raise ResultError(f"{problem}; add the flow 'stored_share' (unit 1)")
    share = _amount(given["stored_share"], "1") if "stored_share" in given else 0.0
    factors = _factors(region, fuel, year, stored)
    apparent = consumption.evaluate(**{name: amounts[name] for name in consumption.inputs})
    kept = stored.evaluate(non_energy=amounts["non_energy"], stored_share=share, **factors)
    oxidation = region.factors.find("oxidation", fuel, region=region.record.regions, year=year)
    reference = dioxide.evaluate(
        consumption=apparent,
        stored=kept,
        oxidation=oxidation.value * units.factor(oxidation.unit, "1"),
        **factors,
    )
    return {"apparent": apparent, "stored": kept, "reference": reference}


def _amount(given: tuple[float, str], unit: str) -> float:
    value, stated = given
    if unit.endswith("/year") and units.same_dimension(stated, unit.removesuffix("/year")):
        return value * units.factor(stated, unit.removesuffix("/year"))
    return value * units.factor(stated, unit)


def _factors(region: Region, fuel: str, year: int, formula: Equation) -> dict[str, float]:
    found = {}
    for name in ("net_calorific_value", "carbon_content"):
        factor = region.factors.find(name, fuel, region=region.record.regions, year=year)
        found[name] = factor.value * units.factor(factor.unit, formula.inputs[name])
    return found


def _sectoral(inventory: xr.Dataset) -> dict[str, Any]:
    """Return t CO2/year of each fossil fuel that the inventory burns."""
    fossil = set(_fuels())
    dioxide = inventory["emissions"].sel(gas="CO2").transpose("line", "year").values
    burnt: dict[str, Any] = {}
    nothing = np.zeros(dioxide.shape[1])
    for place, source in enumerate(inventory["source"].values):
        category = str(inventory["category"].values[place])
        memo = bool(inventory["is_memo"].values[place])
        if category.startswith("1.A") and not memo and source in fossil:
            burnt[str(source)] = burnt.setdefault(str(source), nothing) + dioxide[place]
    return burnt


def _labelled(
    fuels: list[str], years: list[int], found: Mapping[str, Any], sectoral: Any
) -> xr.Dataset:
    reference = found["reference"]
    unsupplied = np.isnan(reference) & (sectoral > 0)
    counted = np.where(np.isnan(reference) & ~unsupplied, 0.0, reference)
    groups = [vocabulary.sources()[fuel].group for fuel in fuels]
    present = [group for group in GROUPS if group in groups]
    member = np.array(
        [[own == group for own in groups] for group in present] + [[True] * len(fuels)]
    )
    totals = {
        "reference_total": np.array([counted[rows].sum(axis=0) for rows in member]),
        "sectoral_total": np.array([sectoral[rows].sum(axis=0) for rows in member]),
    }
    difference = _percent(totals["reference_total"], totals["sectoral_total"])
    fuel, group = ("source", "year"), ("group", "year")
    result = xr.Dataset(
        {
            "apparent_consumption": (fuel, found["apparent"], {"units": "see consumption_unit"}),
            "stored_carbon": (fuel, found["stored"], {"units": "t C/year"}),
            "reference": (fuel, reference, {"units": "t CO2/year"}),
            "sectoral": (fuel, sectoral, {"units": "t CO2/year"}),
            "difference": (fuel, _percent(reference, sectoral), {"units": "percent"}),
            **{name: (group, values, {"units": "t CO2/year"}) for name, values in totals.items()},
            "difference_total": (group, difference, {"units": "percent"}),
            "exceeds": (group, np.abs(difference) > TOLERANCE),
        },
        coords={
            "source": fuels,
            "year": years,
            "group": [*present, "all"],
            "fuel_group": ("source", groups),
            "consumption_unit": ("source", [_unit(name) for name in fuels]),
        },
    )
    result.attrs = {
        "tolerance": TOLERANCE,
        "without_supply": " ".join(
            name for name, missing in zip(fuels, unsupplied, strict=True) if missing.any()
        ),
    }
    return result


def _unit(fuel: str) -> str:
    return "Nm3/year" if vocabulary.sources()[fuel].measured_by == "volume" else "t/year"


def _percent(reference: Any, sectoral: Any) -> Any:
    """Return the difference in percent of the sectoral amount; no value where there is none."""
    apart = np.full(np.shape(reference), np.nan)
    np.divide(reference - sectoral, sectoral, out=apart, where=sectoral > 0)
    return apart * units.factor("1", "percent")
