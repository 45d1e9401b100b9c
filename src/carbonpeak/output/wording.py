"""Words, units and numbers as people read them."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.output.data import Facts, PriceFacts
from carbonpeak.vocabulary import Language, categories, label, labels, sources
from carbonpeak.vocabulary import unit_text as unit_text

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

AS_CHEAP = 2e-6
"""Relative difference of two costs that the gap of whole projects explains."""

SHOWN_UNITS = {
    "t/year": "t",
    "Nm3/year": "万标立方米",
    "MWh/year": "万千瓦时",
    "GJ/year": "GJ",
    "ha": "ha",
}
"""In which unit a table shows a yearly amount of activity."""

LARGE = {
    "t/year": "10^4 t/year",
    "t CO2/year": "10^4 t CO2/year",
    "t CO2e/year": "10^4 t CO2e/year",
    "tce/year": "10^4 tce/year",
    "CNY2020": "10^4 CNY2020",
    "CNY2020/year": "10^8 CNY2020/year",
    "person": "10^4 person",
    "t CO2/CNY2020": "t CO2/10^4 CNY2020",
    "tce/CNY2020": "tce/10^4 CNY2020",
    "t CO2/person/year": "t CO2/person/year",
}
"""In which unit a report shows what is computed in a base unit."""

SCALES = {
    "10^4 t/year": 1e-4,
    "10^4 t CO2/year": 1e-4,
    "10^4 t CO2e/year": 1e-4,
    "10^4 tce/year": 1e-4,
    "10^4 CNY2020": 1e-4,
    "10^8 CNY2020/year": 1e-8,
    "10^4 person": 1e-4,
    "t CO2/10^4 CNY2020": 1e4,
    "tce/10^4 CNY2020": 1e4,
}
"""Multiples that the spelling of a unit states; no physics."""


def large(value: float, unit: str) -> tuple[float, str]:
    """Return a value in the unit that a report shows."""
    shown = LARGE.get(unit, unit)
    return value * SCALES.get(shown, 1.0), shown


def shown_activity(value: float, unit: str) -> tuple[float, str]:
    """Return a yearly activity in the unit of tables, the year dropped."""
    plain = unit.removesuffix("/year")
    shown = SHOWN_UNITS.get(unit, plain)
    return value * units.factor(plain, shown), shown


def source_title(source: str, lang: Language) -> str:
    """Return the title of a fuel or energy carrier."""
    return sources()[source].title(lang)


def carrier_title(carrier: str, lang: Language) -> str:
    """Return the title of a group of fuels."""
    return label(f"carrier.{carrier}", lang)


def actor_title(actor: str, lang: Language) -> str:
    """Return who pays, in words."""
    return label(f"actor.{actor}", lang)


def gas_text(gas: str) -> str:
    """Return a formula with subscripts, such as CO₂; HFC-134a and its like stay as they are."""
    formula, _, kind = gas.partition("_")
    written = formula if formula.startswith("HFC") else formula.translate(_SUBSCRIPTS)
    return f"{written} {kind}".rstrip()


def part_title(part: str, lang: Language) -> str:
    """Return the title of a category and gas, such as ``1.A.2.a/CO2``."""
    code, _, gas = part.partition("/")
    return f"{code}\u00a0{categories()[code].title(lang)}\u00a0\u00a0{gas_text(gas)}".rstrip()


def input_title(name: str, facts: Facts, lang: Language) -> str:
    """Return the title of an uncertain input; a correlation is called as the region calls it."""
    kind, _, rest = name.partition("|")
    if kind == "activity":
        category, *site, source = rest.partition("|")[0].split("/")
        place = facts.site(site[0], lang) if site else categories()[category].title(lang)
        return f"{place}\u00a0· {source_title(source, lang)}"
    if not rest:
        return name
    subject, gas = rest.split("|")[0], rest.split("|")[-3]
    parameter = label(f"parameter.{kind}", lang)
    told = f"{parameter[:1].upper()}{parameter[1:]}\u00a0· {source_title(subject, lang)}"
    return told if gas in ("all", "none") else f"{told}\u00a0\u00a0{gas_text(gas)}"


def number_text(value: float | None, decimals: int = 2) -> str:
    """Return a number with thousands apart and a true minus; a dash for nothing."""
    if value is None or value != value:
        return "–"
    text = f"{abs(value):,.{decimals}f}"
    negative = value < 0 and float(text.replace(",", "")) != 0
    return f"\u2212{text}" if negative else text


def percent_text(share: float | None, decimals: int = 1) -> str:
    """Return a share between 0 and 1 in percent."""
    return "–" if share is None or share != share else f"{number_text(share * 100.0, decimals)} %"


def every_target(rows: Iterable[PriceFacts], lang: Language) -> str:
    """Return what is kept: every target, or every hard one where some rows of targets are soft."""
    return label("every.target" if all(row.hard for row in rows) else "every.hard", lang)


def earliest_free(cost: xr.DataArray) -> int:
    """Return the place of the first of falling costs (year,) that is as low as the last."""
    low = float(cost[-1])
    return int(np.argmax(cost.values <= low + AS_CHEAP * abs(low)))


def lone_point(front: xr.Dataset, lang: Language) -> str | None:
    """Say why a front of cost against emissions has one point; None where it has more."""
    if front.attrs["against"] == "peak_year" or front.sizes["point"] > 1:
        return None
    reached = float(front["reached"].item()) * 1e-4
    return label("answer.front.single", lang).format(
        amount=label(f"front.{front.attrs['against']}", lang),
        value=number_text(reached, max(0, 3 - len(f"{abs(reached):.0f}"))),
        cost=number_text(float((front["cost"] + front["penalty"]).item()) * 1e-4, 0),
    )


def measure_number(parameter: str, unit: str, lang: Language) -> str:
    """Return a number of a measure in words; that of an open role by its prefix and the role.

    What a measure adds to a line of standing timber is a volume, under the name of an area.
    """
    if parameter == "area" and unit.partition("/")[0] == "m3":
        parameter = "area.volume"
    if f"measure.{parameter}" in labels():
        return label(f"measure.{parameter}", lang)
    prefix, _, role = parameter.partition("_")
    known = f"role.{role}" in labels()
    words = label(f"role.{role}", lang) if known else role.replace("_", " ")
    return label(f"measure.{prefix}_", lang).format(role=words)
