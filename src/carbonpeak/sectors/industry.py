"""Industrial processes: gases that come from matter, not from burning fuel.

Products and carbonates take one factor a tonne. A plant whose carbon is balanced (pig iron,
ferronickel, stainless steel) has a line for everything that brings carbon in and one, negative,
for everything that takes carbon away.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import Equation, equation
from carbonpeak.method import Method

Array = Any

_IPCC = "2006 IPCC Guidelines vol. 3"


@equation(
    output="t/year",
    process_emission="t CO2/t",
    returns="t CO2/year",
    source=f"{_IPCC} ch. 2-4, Tier 1; provincial guideline 2011 ch. 2",
)
def process_carbon_dioxide(output: Array, process_emission: Array) -> Array:
    """Carbon dioxide of a product made or a material used.

    Parameters
    ----------
    output : (…, year)
        Product made, or material used.
    process_emission : (…)
        Gas per tonne of it, fuel apart unless the row says otherwise.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return output * process_emission


@equation(
    output="t/year",
    process_emission="t CO2/t",
    returns="t CO2/year",
    source=f"provincial guideline 2011 ch. 2 (clinker of carbide slag); {_IPCC} eq. 2.10, 3.3",
)
def process_carbon_dioxide_spared(output: Array, process_emission: Array) -> Array:
    """Correction for what was counted with a product but did not come from it.

    Clinker burnt from carbide slag holds no carbonate, cullet has lost its carbonate before,
    and the carbon dioxide in urea leaves the ammonia works in the product.

    Parameters
    ----------
    output : (…, year)
        Clinker made of carbide slag, cullet melted, urea made.
    process_emission : (…)
        Gas that each tonne of it spares.

    Returns
    -------
    (…, year)
        A negative number.
    """
    return -output * process_emission


@equation(
    output="t/year",
    process_emission="kg N2O/t",
    destruction="1",
    utilisation="1",
    returns="t N2O/year",
    source=f"{_IPCC} eq. 3.6, 3.8; provincial guideline 2011 ch. 2",
)
def abated_nitrous_oxide(
    output: Array, process_emission: Array, destruction: Array, utilisation: Array
) -> Array:
    """Nitrous oxide of a plant that destroys part of it.

    Parameters
    ----------
    output : (…, year)
        Acid made.
    process_emission : (…)
        Gas per tonne before it is destroyed.
    destruction : (…)
        Share of the gas that the abatement destroys while it runs.
    utilisation : (…)
        Share of the output made while it runs.

    Returns
    -------
    (…, year)
        Gas emitted.
    """
    return output * process_emission * (1 - destruction * utilisation)


@equation(
    cement="t/year",
    clinker_fraction="1",
    process_emission="t CO2/t",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 2.1, without trade in clinker",
)
def cement_carbon_dioxide(cement: Array, clinker_fraction: Array, process_emission: Array) -> Array:
    """Carbon dioxide of cement where the output of clinker is not known.

    Parameters
    ----------
    cement : (…, year)
        Cement made from clinker that was burnt here as well.
    clinker_fraction : (…)
        Clinker per tonne of cement.
    process_emission : (…)
        Gas per tonne of clinker.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return cement * clinker_fraction * process_emission


@equation(
    lime="t/year",
    process_emission="t CO2/t",
    kiln_dust_correction="1",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 2.6",
)
def lime_carbon_dioxide(lime: Array, process_emission: Array, kiln_dust_correction: Array) -> Array:
    """Carbon dioxide of lime of one kind, with that of the kiln dust thrown away.

    Parameters
    ----------
    lime : (…, year)
        Lime made.
    process_emission : (…)
        Gas per tonne of lime of this kind.
    kiln_dust_correction : (…)
        At least one: what the dust adds.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return lime * process_emission * kiln_dust_correction


@equation(
    material="t/year",
    purity="1",
    process_emission="t CO2/t",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 2.16, calcination complete; GB/T 32151.1 (flue-gas desulphurisation)",
)
def impure_carbonate(material: Array, purity: Array, process_emission: Array) -> Array:
    """Carbon dioxide of a stone that is carbonate in part, such as desulphurisation limestone.

    Parameters
    ----------
    material : (…, year)
        Stone used, as weighed.
    purity : (…)
        Share of carbonate in it.
    process_emission : (…)
        Gas per tonne of the pure carbonate.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return material * purity * process_emission


@equation(
    material="t/year",
    carbon_share="t C/t",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 4.9, 4.17; provincial guideline 2011 ch. 2, decarburisation",
)
def carbon_entering(material: Array, carbon_share: Array) -> Array:
    """Carbon dioxide that a material brings into a carbon balance.

    Parameters
    ----------
    material : (…, year)
        Material consumed: what was bought less what went to stock.
    carbon_share : (…)
        Its carbon.

    Returns
    -------
    (…, year)
        Carbon dioxide, as if all of this carbon were given off.
    """
    return material * carbon_share


@equation(
    material="t/year",
    carbon_share="t C/t",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 4.9, 4.17; provincial guideline 2011 ch. 2, decarburisation",
)
def carbon_leaving(material: Array, carbon_share: Array) -> Array:
    """Correction for carbon that leaves a carbon balance in a product, slag, dust or gas.

    Parameters
    ----------
    material : (…, year)
        What leaves the balance; what stays inside as feed of the next step does not.
    carbon_share : (…)
        Its carbon.

    Returns
    -------
    (…, year)
        A negative number.
    """
    return -material * carbon_share


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/TJ",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 3.3, 4.9, 4.17: a fuel that is reductant or feedstock",
)
def reagent_carbon_dioxide(
    quantity: Array, net_calorific_value: Array, carbon_content: Array
) -> Array:
    """Carbon dioxide of a fuel that reacts instead of being burnt.

    All of its carbon enters the balance of the plant: what a product, slag or dust keeps is a
    line of its own, so that there is no oxidation rate.

    Parameters
    ----------
    quantity : (…, year)
        Fuel used as reductant or feedstock.
    net_calorific_value : (…)
        Lower heating value.
    carbon_content : (…)
        Carbon per unit of heating value.

    Returns
    -------
    (…, year)
        Carbon dioxide.
    """
    return quantity * net_calorific_value * carbon_content


@equation(
    quantity="t/year",
    standard_coal="tce/t",
    returns="tce/year",
    source="GB/T 2589-2020: feedstock and reductants are part of energy consumption",
)
def standard_coal_of_reagent(quantity: Array, standard_coal: Array) -> Array:
    """Standard coal of a fuel that reacts, or is used, instead of being burnt.

    Parameters
    ----------
    quantity : (…, year)
        Fuel used.
    standard_coal : (…)
        Its coefficient.

    Returns
    -------
    (…, year)
        Standard coal.
    """
    return quantity * standard_coal


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/TJ",
    oxidised_share="1",
    returns="t CO2/year",
    source=f"{_IPCC} eq. 5.2-5.4",
)
def non_energy_use(
    quantity: Array, net_calorific_value: Array, carbon_content: Array, oxidised_share: Array
) -> Array:
    """Carbon dioxide of lubricants and waxes that oxidise while in use.

    Parameters
    ----------
    quantity : (…, year)
        Product used; what two-stroke engines burn with their petrol belongs to transport.
    net_calorific_value : (…)
        Lower heating value.
    carbon_content : (…)
        Carbon per unit of heating value.
    oxidised_share : (…)
        Share that oxidises during use.

    Returns
    -------
    (…, year)
        Carbon dioxide emitted.
    """
    return quantity * net_calorific_value * carbon_content * oxidised_share


_VOLUME = {"quantity": "Nm3/year", "net_calorific_value": "MJ/Nm3"}
_COAL_BY_VOLUME = standard_coal_of_reagent.restated(
    "standard_coal_of_reagent_by_volume", quantity="Nm3/year", standard_coal="kgce/Nm3"
)


def _process(gas: str, unit: str = "kg") -> Equation:
    """Return the equation of a process gas that has one factor a tonne."""
    return process_carbon_dioxide.restated(
        f"process_{gas.lower()}", process_emission=f"{unit} {gas}/t", returns=f"t {gas}/year"
    )


def _abated(gas: str, unit: str) -> Equation:
    return abated_nitrous_oxide.restated(
        f"abated_{gas.lower()}", process_emission=f"{unit} {gas}/t", returns=f"t {gas}/year"
    )


_CO2 = {"CO2": process_carbon_dioxide}
_BY_VOLUME = {"CO2": reagent_carbon_dioxide.restated("reagent_by_volume", **_VOLUME)}

METHODS = (
    Method("process_carbon_dioxide", "t/year", _CO2),
    Method("process_spared", "t/year", {"CO2": process_carbon_dioxide_spared}, sign=-1),
    Method("process_methane", "t/year", {"CH4": _process("CH4")}),
    Method("process_carbon_dioxide_and_methane", "t/year", {**_CO2, "CH4": _process("CH4")}),
    Method("process_nitrous_oxide", "t/year", {"N2O": _process("N2O")}),
    Method("abated_nitrous_oxide", "t/year", {"N2O": abated_nitrous_oxide}),
    Method("process_hfc23", "t/year", {"HFC23": _process("HFC23", "t")}),
    Method("abated_hfc23", "t/year", {"HFC23": _abated("HFC23", "t")}),
    Method("process_sf6", "t/year", {"SF6": _process("SF6")}),
    Method("primary_magnesium", "t/year", {**_CO2, "SF6": _process("SF6")}),
    Method(
        "primary_aluminium",
        "t/year",
        {**_CO2, "CF4": _process("CF4"), "C2F6": _process("C2F6")},
    ),
    Method("clinker_of_cement", "t/year", {"CO2": cement_carbon_dioxide}),
    Method("lime_with_kiln_dust", "t/year", {"CO2": lime_carbon_dioxide}),
    Method("impure_carbonate", "t/year", {"CO2": impure_carbonate}),
    Method("carbon_entering", "t/year", {"CO2": carbon_entering}),
    Method("carbon_leaving", "t/year", {"CO2": carbon_leaving}, sign=-1),
    Method("reagent_by_mass", "t/year", {"CO2": reagent_carbon_dioxide}, standard_coal_of_reagent),
    Method("reagent_by_volume", "Nm3/year", _BY_VOLUME, _COAL_BY_VOLUME),
    Method("weighed_reductant", "t/year", {"CO2": carbon_entering}, standard_coal_of_reagent),
    Method(
        "biogenic_reductant",
        "t/year",
        {},
        standard_coal_of_reagent,
        memo={"CO2": carbon_entering},
    ),
    Method("non_energy_use", "t/year", {"CO2": non_energy_use}, standard_coal_of_reagent),
)
