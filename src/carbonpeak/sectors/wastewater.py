"""Waste water of households and industry: methane of its organics."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_CHAPTER = "2006 IPCC Guidelines vol. 5 ch. 6"
_REFINED = "2019 Refinement vol. 5 ch. 6"
_CHINA = "provincial guideline 2011 ch. 5"


@equation(
    organics="t BOD/year",
    methane_potential="kg CH4/kg BOD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_CHAPTER} eq. 6.1-6.2",
)
def sewage_methane(organics: Array, methane_potential: Array, methane_correction: Array) -> Array:
    """Methane of organics that decay without air, in a plant or in the water they run into.

    Parameters
    ----------
    organics : (…, year)
        BOD or COD that is removed in a plant, or discharged.
    methane_potential : (…)
        Methane that the organics give when all of them decay without air.
    methane_correction : (…)
        Share of that which the treatment or the water body reaches.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return organics * methane_potential * methane_correction


@equation(
    organics="t COD/year",
    oxygen_demand_ratio="kg BOD/kg COD",
    methane_potential="kg CH4/kg BOD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_CHINA}, domestic waste water: BOD from the COD of statistics",
)
def sewage_methane_from_chemical_demand(
    organics: Array,
    oxygen_demand_ratio: Array,
    methane_potential: Array,
    methane_correction: Array,
) -> Array:
    """Methane of sewage whose organics are known as COD.

    Parameters
    ----------
    organics : (…, year)
        COD that is removed in a plant, or discharged.
    oxygen_demand_ratio : (…)
        BOD per COD of the sewage of the region.
    methane_potential, methane_correction : (…)
        Methane of the organics when all decay without air; the share of it that is reached.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return organics * oxygen_demand_ratio * methane_potential * methane_correction


@equation(
    residents="person",
    organics_per_head="g BOD/person/day",
    industrial_organics="1",
    methane_potential="kg CH4/kg BOD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_CHAPTER} eq. 6.1-6.3",
)
def sewage_methane_of_residents(
    residents: Array,
    organics_per_head: Array,
    industrial_organics: Array,
    methane_potential: Array,
    methane_correction: Array,
) -> Array:
    """Methane of the sewage of the residents on one pathway, such as septic tanks.

    Parameters
    ----------
    residents : (…, year)
        People whose sewage takes the pathway.
    organics_per_head : (…)
        BOD of a person and day.
    industrial_organics : (…)
        Correction for organics of firms in the same sewer.
    methane_potential, methane_correction : (…)
        Methane of the organics when all decay without air; the share of it that is reached.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    organics = residents * organics_per_head * industrial_organics
    return organics * methane_potential * methane_correction


@equation(
    methane="Nm3/year",
    methane_density="kg CH4/Nm3",
    returns="t CH4/year",
    source=f"{_CHAPTER} eq. 6.1 and 6.4, recovered methane",
)
def sewage_methane_recovered(methane: Array, methane_density: Array) -> Array:
    """Correction for methane that a plant collects and burns.

    Parameters
    ----------
    methane : (…, year)
        Methane in the gas collected, by meter.
    methane_density : (…)
        Mass of a cubic metre of methane.

    Returns
    -------
    (…, year)
        A negative number: it is taken off what the organics give.
    """
    return -methane * methane_density


@equation(
    sludge="t dm/year",
    sludge_organics="kg BOD/kg dm",
    methane_potential="kg CH4/kg BOD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_REFINED} eq. 6.1 and 6.3b, organics removed with sludge",
)
def sludge_taken_off(
    sludge: Array, sludge_organics: Array, methane_potential: Array, methane_correction: Array
) -> Array:
    """Correction for organics that leave a plant with its sludge and decay elsewhere.

    Parameters
    ----------
    sludge : (…, year)
        Dry matter of the sludge that leaves.
    sludge_organics : (…)
        BOD that leaves with it.
    methane_potential, methane_correction : (…)
        Those of the plant that it leaves.

    Returns
    -------
    (…, year)
        A negative number: it is taken off what the removed organics give.
    """
    return -sludge * sludge_organics * methane_potential * methane_correction


@equation(
    organics="t COD/year",
    methane_potential="kg CH4/kg COD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_CHAPTER} eq. 6.4: organics removed with sludge",
)
def industrial_sludge_taken_off(
    organics: Array, methane_potential: Array, methane_correction: Array
) -> Array:
    """Correction for the COD that leaves the plant of a firm with its sludge.

    Parameters
    ----------
    organics : (…, year)
        COD in the sludge that leaves.
    methane_potential, methane_correction : (…)
        Those of the plant that it leaves.

    Returns
    -------
    (…, year)
        A negative number: it is taken off what the removed organics give.
    """
    return -organics * methane_potential * methane_correction


@equation(
    product="t/year",
    water_per_product="m3/t",
    organics_in_water="kg COD/m3",
    methane_potential="kg CH4/kg COD",
    methane_correction="1",
    returns="t CH4/year",
    source=f"{_CHAPTER} eq. 6.4-6.6",
)
def product_sewage_methane(
    product: Array,
    water_per_product: Array,
    organics_in_water: Array,
    methane_potential: Array,
    methane_correction: Array,
) -> Array:
    """Methane of the waste water of an industry of which only the output is known.

    Parameters
    ----------
    product : (…, year)
        Output of the industry.
    water_per_product, organics_in_water : (…)
        Waste water of a tonne of output; COD in it.
    methane_potential, methane_correction : (…)
        Methane of the organics when all decay without air; the share of it that is reached.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    organics = product * water_per_product * organics_in_water
    return organics * methane_potential * methane_correction


_INDUSTRY = sewage_methane.restated(
    "industrial_sewage_methane",
    organics="t COD/year",
    methane_potential="kg CH4/kg COD",
    source=f"{_CHAPTER} eq. 6.4-6.5; {_CHINA}",
)

METHODS = (
    Method("sewage_by_bod", "t BOD/year", {"CH4": sewage_methane}),
    Method("sewage_by_cod", "t COD/year", {"CH4": sewage_methane_from_chemical_demand}),
    Method("sewage_by_residents", "person", {"CH4": sewage_methane_of_residents}),
    Method("sewage_gas_recovered", "Nm3/year", {"CH4": sewage_methane_recovered}, sign=-1),
    Method("sewage_sludge_taken_off", "t dm/year", {"CH4": sludge_taken_off}, sign=-1),
    Method("industrial_sewage", "t COD/year", {"CH4": _INDUSTRY}),
    Method(
        "industrial_sludge_taken_off",
        "t COD/year",
        {"CH4": industrial_sludge_taken_off},
        sign=-1,
    ),
    Method("product_sewage", "t/year", {"CH4": product_sewage_methane}),
)
