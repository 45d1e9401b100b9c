"""Methane that escapes from coal mines, and from oil and gas before it is burnt."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_IPCC = "2006 IPCC Guidelines vol. 2 ch. 4"


@equation(
    output="t/year",
    methane_volume="m3_20C/t",
    methane_density="kg CH4/m3_20C",
    returns="t CH4/year",
    source=f"{_IPCC} eq. 4.1.3, 4.1.4, 4.1.7, 4.1.8; provincial guideline 2011 ch. 1",
)
def mine_methane(output: Array, methane_volume: Array, methane_density: Array) -> Array:
    """Methane of coal mined, or of coal handled after mining.

    Parameters
    ----------
    output : (…, year)
        Raw coal mined or handled.
    methane_volume : (…)
        Methane given off, as a volume at 20 °C.
    methane_density : (…)
        Its density at 20 °C and one atmosphere.

    Returns
    -------
    (…, year)
        Methane emitted, before any is recovered.
    """
    return output * methane_volume * methane_density


@equation(
    output="t/year",
    methane_volume="m3_20C/t",
    handling_methane_volume="m3_20C/t",
    methane_density="kg CH4/m3_20C",
    returns="t CH4/year",
    source=f"{_IPCC} eq. 4.1.1, 4.1.3, 4.1.4, 4.1.7, 4.1.8",
)
def mining_and_handling_methane(
    output: Array,
    methane_volume: Array,
    handling_methane_volume: Array,
    methane_density: Array,
) -> Array:
    """Methane of coal from the seam to the end of its handling, by depth of the mine.

    Parameters
    ----------
    output : (…, year)
        Raw coal mined.
    methane_volume : (…)
        Methane given off in mining, as a volume at 20 °C.
    handling_methane_volume : (…)
        Methane given off afterwards.
    methane_density : (…)
        Its density at 20 °C and one atmosphere.

    Returns
    -------
    (…, year)
        Methane emitted, before any is recovered.
    """
    return output * (methane_volume + handling_methane_volume) * methane_density


@equation(
    recovered="m3_20C/year",
    methane_density="kg CH4/m3_20C",
    returns="t CH4/year",
    source=f"{_IPCC} eq. 4.1.1",
)
def methane_recovered(recovered: Array, methane_density: Array) -> Array:
    """Correction for mine gas that is used or flared.

    Parameters
    ----------
    recovered : (…, year)
        Pure methane recovered, metered at or converted to 20 °C.
    methane_density : (…)
        Its density at 20 °C and one atmosphere.

    Returns
    -------
    (…, year)
        A negative number.
    """
    return -recovered * methane_density


@equation(
    plants="unit",
    methane_per_unit="t CH4/unit/year",
    returns="t CH4/year",
    source="provincial guideline 2011 ch. 1, oil and gas systems by facility",
)
def facility_methane(plants: Array, methane_per_unit: Array) -> Array:
    """Methane of oil and gas facilities that are counted.

    Parameters
    ----------
    plants : (…, year)
        Facilities in service.
    methane_per_unit : (…)
        Methane that each loses in a year.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return plants * methane_per_unit


@equation(
    throughput="Nm3/year",
    methane_per_volume="kg CH4/Nm3",
    returns="t CH4/year",
    source=f"{_IPCC} eq. 4.2.1; provincial guideline 2011 ch. 1, oil and gas systems",
)
def throughput_methane(throughput: Array, methane_per_volume: Array) -> Array:
    """Methane lost from gas that is processed, carried, distributed or used.

    Parameters
    ----------
    throughput : (…, year)
        Gas, or liquid, that passes in a year.
    methane_per_volume : (…)
        Methane lost per unit of it.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return throughput * methane_per_volume


@equation(
    throughput="t/year",
    methane_per_mass="kg CH4/t",
    returns="t CH4/year",
    source="provincial guideline 2011 ch. 1, oil and gas systems; LNG by mass",
)
def weighed_methane(throughput: Array, methane_per_mass: Array) -> Array:
    """Methane lost from oil or liquefied gas that is weighed.

    Parameters
    ----------
    throughput : (…, year)
        Oil produced, stored or refined; liquefied gas landed or filled.
    methane_per_mass : (…)
        Methane lost per tonne of it.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return throughput * methane_per_mass


_LIQUID = throughput_methane.restated(
    "liquid_methane", throughput="m3/year", methane_per_volume="kg CH4/m3"
)

METHODS = (
    Method("mine_methane", "t/year", {"CH4": mine_methane}),
    Method("mining_and_handling_methane", "t/year", {"CH4": mining_and_handling_methane}),
    Method("methane_recovered", "m3_20C/year", {"CH4": methane_recovered}, sign=-1),
    Method("facility_methane", "unit", {"CH4": facility_methane}),
    Method("throughput_methane", "Nm3/year", {"CH4": throughput_methane}),
    Method("liquid_methane", "m3/year", {"CH4": _LIQUID}),
    Method("weighed_methane", "t/year", {"CH4": weighed_methane}),
)
