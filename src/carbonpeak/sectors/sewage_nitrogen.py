"""Waste water of households and industry: nitrous oxide of its nitrogen."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_CHAPTER = "2006 IPCC Guidelines vol. 5 ch. 6"
_REFINED = "2019 Refinement vol. 5 ch. 6"
_CHINA = "provincial guideline 2011 ch. 5"


@equation(
    residents="person",
    protein="kg/person/year",
    nitrogen_in_protein="kg N/kg",
    unconsumed_protein="1",
    industrial_nitrogen="1",
    effluent_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_CHAPTER} eq. 6.7-6.8; {_CHINA}",
)
def sewage_nitrous_oxide(
    residents: Array,
    protein: Array,
    nitrogen_in_protein: Array,
    unconsumed_protein: Array,
    industrial_nitrogen: Array,
    effluent_nitrous_oxide: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that residents put into the water.

    Parameters
    ----------
    residents : (…, year)
        People, whether their sewage is treated or not.
    protein : (…)
        Protein that a person eats in a year.
    nitrogen_in_protein : (…)
        Nitrogen in protein.
    unconsumed_protein, industrial_nitrogen : (…)
        Factors for protein that is thrown into the sewer, and for nitrogen of firms.
    effluent_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen in the water.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    nitrogen = residents * protein * nitrogen_in_protein * unconsumed_protein
    return nitrogen * industrial_nitrogen * effluent_nitrous_oxide


@equation(
    residents="person",
    protein="kg/person/year",
    nitrogen_in_protein="kg N/kg",
    unconsumed_protein="1",
    household_nitrogen="1",
    industrial_nitrogen="1",
    plant_nitrous_oxide="kg N2ON/kg N",
    nitrogen_removed="1",
    effluent_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_REFINED} eq. 6.7-6.10: plant and effluent",
)
def treated_sewage_nitrous_oxide(
    residents: Array,
    protein: Array,
    nitrogen_in_protein: Array,
    unconsumed_protein: Array,
    household_nitrogen: Array,
    industrial_nitrogen: Array,
    plant_nitrous_oxide: Array,
    nitrogen_removed: Array,
    effluent_nitrous_oxide: Array,
) -> Array:
    """Nitrous oxide of the residents on a plant: in the plant, and of what it lets through.

    Parameters
    ----------
    residents : (…, year)
        People whose sewage a plant treats.
    protein, nitrogen_in_protein, unconsumed_protein, household_nitrogen, industrial_nitrogen : (…)
        Protein eaten; nitrogen in it; factors for protein and nitrogen from elsewhere.
    plant_nitrous_oxide, effluent_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen that enters the plant and the water.
    nitrogen_removed : (…)
        Share of the nitrogen that the plant removes.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    nitrogen = residents * protein * nitrogen_in_protein * unconsumed_protein
    entering = nitrogen * household_nitrogen * industrial_nitrogen
    return entering * (plant_nitrous_oxide + (1 - nitrogen_removed) * effluent_nitrous_oxide)


@equation(
    nitrogen="t N/year",
    effluent_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_CHAPTER} eq. 6.7",
)
def discharged_nitrogen_nitrous_oxide(nitrogen: Array, effluent_nitrous_oxide: Array) -> Array:
    """Nitrous oxide of nitrogen that is discharged and measured.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen in the effluent.
    effluent_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen in the water.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return nitrogen * effluent_nitrous_oxide


@equation(
    nitrogen="t N/year",
    plant_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_REFINED} eq. 6.9",
)
def plant_nitrogen_nitrous_oxide(nitrogen: Array, plant_nitrous_oxide: Array) -> Array:
    """Nitrous oxide of a plant whose inflow of nitrogen is measured.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen that enters the plant.
    plant_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen that enters the plant.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return nitrogen * plant_nitrous_oxide


@equation(
    nitrogen="t N/year",
    effluent_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_CHAPTER} eq. 6.8: nitrogen removed with sludge",
)
def sludge_nitrogen_taken_off(nitrogen: Array, effluent_nitrous_oxide: Array) -> Array:
    """Correction for nitrogen that leaves with sludge and does not reach the water.

    Parameters
    ----------
    nitrogen : (…, year)
        Nitrogen in the sludge that leaves.
    effluent_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen in the water.

    Returns
    -------
    (…, year)
        A negative number: it is taken off what the residents give.
    """
    return -nitrogen * effluent_nitrous_oxide


@equation(
    product="t/year",
    water_per_product="m3/t",
    nitrogen_in_water="kg N/m3",
    effluent_nitrous_oxide="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_REFINED} eq. 6.11-6.13",
)
def product_sewage_nitrous_oxide(
    product: Array,
    water_per_product: Array,
    nitrogen_in_water: Array,
    effluent_nitrous_oxide: Array,
) -> Array:
    """Nitrous oxide of the waste water of an industry of which only the output is known.

    Parameters
    ----------
    product : (…, year)
        Output of the industry.
    water_per_product, nitrogen_in_water : (…)
        Waste water of a tonne of output; nitrogen in it.
    effluent_nitrous_oxide : (…)
        Nitrous oxide, as nitrogen, of the nitrogen in the water.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    return product * water_per_product * nitrogen_in_water * effluent_nitrous_oxide


METHODS = (
    Method("product_sewage_nitrogen", "t/year", {"N2O": product_sewage_nitrous_oxide}),
    Method("sewage_nitrogen", "person", {"N2O": sewage_nitrous_oxide}),
    Method("treated_sewage_nitrogen", "person", {"N2O": treated_sewage_nitrous_oxide}),
    Method("nitrogen_discharged", "t N/year", {"N2O": discharged_nitrogen_nitrous_oxide}),
    Method("nitrogen_treated", "t N/year", {"N2O": plant_nitrogen_nitrous_oxide}),
    Method("nitrogen_in_sludge", "t N/year", {"N2O": sludge_nitrogen_taken_off}, sign=-1),
)
