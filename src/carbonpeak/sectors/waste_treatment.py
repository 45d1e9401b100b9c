"""Waste that is burnt, composted or digested."""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_BURNING = "2006 IPCC Guidelines vol. 5 ch. 5"
_CHINA = "provincial guideline 2011 ch. 5"


@equation(
    waste="t/year",
    waste_carbon="t C/t",
    fossil_share="1",
    burnout="1",
    returns="t CO2/year",
    source=f"{_CHINA}, incineration; {_BURNING} eq. 5.1",
)
def burnt_waste_fossil(
    waste: Array, waste_carbon: Array, fossil_share: Array, burnout: Array
) -> Array:
    """Carbon dioxide of the fossil carbon in burnt waste.

    Parameters
    ----------
    waste : (…, year)
        Waste burnt, as it is weighed.
    waste_carbon : (…)
        Carbon in the waste as it is weighed.
    fossil_share : (…)
        Share of the carbon that is fossil.
    burnout : (…)
        Share of the carbon that is oxidised.

    Returns
    -------
    (…, year)
        Fossil carbon dioxide emitted.
    """
    return waste * waste_carbon * fossil_share * burnout


@equation(
    waste="t/year",
    waste_carbon="t C/t",
    fossil_share="1",
    burnout="1",
    returns="t CO2/year",
    source=f"{_CHINA}, incineration; {_BURNING} sect. 5.1: biogenic carbon is a memo item",
)
def burnt_waste_biogenic(
    waste: Array, waste_carbon: Array, fossil_share: Array, burnout: Array
) -> Array:
    """Carbon dioxide of the biogenic carbon in burnt waste, for the memo.

    Parameters
    ----------
    waste : (…, year)
        Waste burnt, as it is weighed.
    waste_carbon, fossil_share, burnout : (…)
        Carbon in it; share that is fossil; share that is oxidised.

    Returns
    -------
    (…, year)
        Biogenic carbon dioxide.
    """
    return waste * waste_carbon * (1 - fossil_share) * burnout


_DRY = {
    "waste": "t/year",
    "dry_matter": "t dm/t",
    "dry_carbon": "t C/t dm",
    "fossil_share": "1",
    "returns": "t CO2/year",
}


@equation(**_DRY, source=f"{_BURNING} eq. 5.2, oxidation factor 1 (Table 5.2)")
def burnt_component_fossil(
    waste: Array, dry_matter: Array, dry_carbon: Array, fossil_share: Array
) -> Array:
    """Carbon dioxide of the fossil carbon in a component of waste, burnt out completely.

    Parameters
    ----------
    waste : (…, year)
        Component burnt, wet.
    dry_matter, dry_carbon, fossil_share : (…)
        Dry matter in it; carbon in the dry matter; share of the carbon that is fossil.

    Returns
    -------
    (…, year)
        Fossil carbon dioxide emitted.
    """
    return waste * dry_matter * dry_carbon * fossil_share


@equation(**_DRY, source=f"{_BURNING} eq. 5.2, oxidation factor 1; biogenic carbon is a memo item")
def burnt_component_biogenic(
    waste: Array, dry_matter: Array, dry_carbon: Array, fossil_share: Array
) -> Array:
    """Carbon dioxide of the biogenic carbon in a component of waste, for the memo.

    Parameters
    ----------
    waste : (…, year)
        Component burnt, wet.
    dry_matter, dry_carbon, fossil_share : (…)
        Dry matter in it; carbon in the dry matter; share of the carbon that is fossil.

    Returns
    -------
    (…, year)
        Biogenic carbon dioxide.
    """
    return waste * dry_matter * dry_carbon * (1 - fossil_share)


@equation(**_DRY, burnout="1", source=f"{_BURNING} eq. 5.2")
def burnt_dry_fossil(
    waste: Array, dry_matter: Array, dry_carbon: Array, fossil_share: Array, burnout: Array
) -> Array:
    """Carbon dioxide of the fossil carbon in waste that does not burn out: sludge, open fires.

    Parameters
    ----------
    waste : (…, year)
        Waste burnt, wet.
    dry_matter, dry_carbon, fossil_share, burnout : (…)
        Dry matter in it; carbon in the dry matter; shares that are fossil and oxidised.

    Returns
    -------
    (…, year)
        Fossil carbon dioxide emitted.
    """
    return waste * dry_matter * dry_carbon * fossil_share * burnout


@equation(**_DRY, burnout="1", source=f"{_BURNING} eq. 5.2; biogenic carbon is a memo item")
def burnt_dry_biogenic(
    waste: Array, dry_matter: Array, dry_carbon: Array, fossil_share: Array, burnout: Array
) -> Array:
    """Carbon dioxide of the biogenic carbon in sludge and open fires, for the memo.

    Parameters
    ----------
    waste : (…, year)
        Waste burnt, wet.
    dry_matter, dry_carbon, fossil_share, burnout : (…)
        Dry matter in it; carbon in the dry matter; shares that are fossil and oxidised.

    Returns
    -------
    (…, year)
        Biogenic carbon dioxide.
    """
    return waste * dry_matter * dry_carbon * (1 - fossil_share) * burnout


@equation(
    waste="t/year",
    emission_factor="kg CH4/t",
    returns="t CH4/year",
    source=f"{_BURNING} eq. 5.4; vol. 5 ch. 4 eq. 4.1",
)
def treated_waste_methane(waste: Array, emission_factor: Array) -> Array:
    """Methane of waste that is burnt, composted or digested.

    Parameters
    ----------
    waste : (…, year)
        Waste treated.
    emission_factor : (…)
        Methane that escapes per unit of it, by technology.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return waste * emission_factor


@equation(
    dry_waste="t dm/year",
    emission_factor_dry="kg CH4/t dm",
    returns="t CH4/year",
    source="2006 IPCC Guidelines vol. 5 ch. 4 eq. 4.1, Table 4.1 by dry weight",
)
def treated_dry_waste_methane(dry_waste: Array, emission_factor_dry: Array) -> Array:
    """Methane of waste that is composted or digested and known by its dry matter.

    Parameters
    ----------
    dry_waste : (…, year)
        Dry matter treated.
    emission_factor_dry : (…)
        Methane that escapes per unit of it.

    Returns
    -------
    (…, year)
        Methane emitted.
    """
    return dry_waste * emission_factor_dry


_CH4 = treated_waste_methane
_N2O = _CH4.restated(
    "treated_waste_nitrous_oxide",
    emission_factor="kg N2O/t",
    returns="t N2O/year",
    source=f"{_BURNING} eq. 5.5; vol. 5 ch. 4 eq. 4.2",
)
_DRY_CH4 = treated_dry_waste_methane
_DRY_N2O = _DRY_CH4.restated(
    "treated_dry_waste_nitrous_oxide",
    emission_factor_dry="kg N2O/t dm",
    returns="t N2O/year",
    source="2006 IPCC Guidelines vol. 5 ch. 4 eq. 4.2, Table 4.1 by dry weight",
)
_MIXED = {"CO2": burnt_waste_biogenic}
_COMPONENT = {"CO2": burnt_component_biogenic}
_PARTLY = {"CO2": burnt_dry_biogenic}

METHODS = (
    Method(
        "mixed_waste_burnt",
        "t/year",
        {"CO2": burnt_waste_fossil, "CH4": _CH4, "N2O": _N2O},
        memo=_MIXED,
    ),
    Method(
        "hazardous_waste_burnt",
        "t/year",
        {"CO2": burnt_waste_fossil, "N2O": _N2O},
        memo=_MIXED,
    ),
    Method(
        "waste_component_burnt",
        "t/year",
        {"CO2": burnt_component_fossil, "CH4": _CH4, "N2O": _N2O},
        memo=_COMPONENT,
    ),
    Method(
        "mixed_waste_burnt_elsewhere",
        "t/year",
        {"CO2": burnt_waste_fossil, "CH4": _CH4, "N2O": _N2O},
    ),
    Method(
        "waste_component_burnt_elsewhere",
        "t/year",
        {"CO2": burnt_component_fossil, "CH4": _CH4, "N2O": _N2O},
    ),
    Method(
        "medical_waste_burnt",
        "t/year",
        {"CO2": burnt_component_fossil, "N2O": _N2O},
        memo=_COMPONENT,
    ),
    Method("sludge_burnt", "t/year", {"CO2": burnt_dry_fossil, "N2O": _N2O}, memo=_PARTLY),
    Method("waste_burnt_openly", "t/year", {"CO2": burnt_dry_fossil, "CH4": _CH4}, memo=_PARTLY),
    Method("biological_treatment", "t/year", {"CH4": _CH4, "N2O": _N2O}),
    Method(
        "biological_treatment_dry",
        "t dm/year",
        {"CH4": _DRY_CH4, "N2O": _DRY_N2O},
    ),
)
