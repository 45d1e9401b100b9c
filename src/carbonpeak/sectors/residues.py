"""Nitrogen of crop residues: straw that is returned, and roots.

The crop is stated once, as output of the statistics; its direct (3.C.4) and indirect (3.C.5)
nitrous oxide follow. The guideline of 2011 finds the straw by the harvest index, the IPCC by a
ratio of residue to yield.
"""

from __future__ import annotations

from typing import Any

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

_GUIDELINE = "provincial guideline 2011 ch. 3, nitrogen of straw"
_IPCC = "2019 Refinement vol. 4 ch. 11 eq. 11.6"


@equation(
    output="t/year",
    harvest_index="1",
    root_ratio="1",
    dry_fraction="1",
    straw_nitrogen="t N/t",
    returned_share="1",
    returns="t N/year",
    source=_GUIDELINE,
)
def residue_nitrogen(
    output: Array,
    harvest_index: Array,
    root_ratio: Array,
    dry_fraction: Array,
    straw_nitrogen: Array,
    returned_share: Array,
) -> Array:
    """Nitrogen that a crop leaves in the soil with its straw and its roots.

    Parameters
    ----------
    output : (…, year)
        Crop harvested, as the statistics weigh it.
    harvest_index : (…)
        Crop by all that grows above the ground, above zero.
    root_ratio : (…)
        Roots by all that grows above the ground.
    dry_fraction : (…)
        Dry matter of crop and straw.
    straw_nitrogen : (…)
        Nitrogen of dry straw and dry roots.
    returned_share : (…)
        Share of the straw ploughed in. What is burnt, sold or fed is not returned.

    Returns
    -------
    (…, year)
        Nitrogen; without a crop there is none.
    """
    above = output / harvest_index
    residue = (above - output) * returned_share + above * root_ratio
    return residue * dry_fraction * straw_nitrogen


@equation(
    output="t/year",
    harvest_index="1",
    root_ratio="1",
    dry_fraction="1",
    straw_nitrogen="t N/t",
    returned_share="1",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=_GUIDELINE,
)
def residue_direct(
    output: Array,
    harvest_index: Array,
    root_ratio: Array,
    dry_fraction: Array,
    straw_nitrogen: Array,
    returned_share: Array,
    direct_soil_emission: Array,
) -> Array:
    """Nitrous oxide of crop residues on the spot.

    Parameters
    ----------
    output : (…, year)
        Crop harvested.
    harvest_index, root_ratio, dry_fraction, straw_nitrogen, returned_share : (…)
        As in `residue_nitrogen`.
    direct_soil_emission : (…)
        Share of nitrogen that leaves the soil as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    above = output / harvest_index
    residue = (above - output) * returned_share + above * root_ratio
    nitrogen = residue * dry_fraction * straw_nitrogen
    return nitrogen * direct_soil_emission


@equation(
    output="t/year",
    harvest_index="1",
    root_ratio="1",
    dry_fraction="1",
    straw_nitrogen="t N/t",
    returned_share="1",
    residue_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_GUIDELINE}, and indirect emission of farmland",
)
def residue_indirect(
    output: Array,
    harvest_index: Array,
    root_ratio: Array,
    dry_fraction: Array,
    straw_nitrogen: Array,
    returned_share: Array,
    residue_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that crop residues lose by air and by water.

    Parameters
    ----------
    output : (…, year)
        Crop harvested.
    harvest_index, root_ratio, dry_fraction, straw_nitrogen, returned_share : (…)
        As in `residue_nitrogen`.
    residue_volatilised, leached : (…)
        Shares that go into the air (none by the IPCC) and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    above = output / harvest_index
    residue = (above - output) * returned_share + above * root_ratio
    nitrogen = residue * dry_fraction * straw_nitrogen
    return nitrogen * (residue_volatilised * deposition_emission + leached * leaching_emission)


@equation(
    output="t/year",
    residue_ratio="1",
    root_ratio="1",
    dry_fraction="1",
    straw_nitrogen="t N/t",
    root_nitrogen="t N/t",
    returned_share="1",
    direct_soil_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=_IPCC,
)
def residue_direct_by_ratio(
    output: Array,
    residue_ratio: Array,
    root_ratio: Array,
    dry_fraction: Array,
    straw_nitrogen: Array,
    root_nitrogen: Array,
    returned_share: Array,
    direct_soil_emission: Array,
) -> Array:
    """Nitrous oxide of crop residues on the spot, as the IPCC finds the residues.

    Parameters
    ----------
    output : (…, year)
        Crop harvested, fresh.
    residue_ratio : (…)
        Residue above the ground by crop, both dry.
    root_ratio : (…)
        Roots by all that grows above the ground.
    dry_fraction : (…)
        Dry matter of the crop.
    straw_nitrogen, root_nitrogen : (…)
        Nitrogen of dry residue above and below the ground.
    returned_share : (…)
        Share of the residue above the ground that stays: not removed and not burnt.
    direct_soil_emission : (…)
        Share of nitrogen that leaves the soil as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    straw = residue_ratio * returned_share * straw_nitrogen
    roots = (1 + residue_ratio) * root_ratio * root_nitrogen
    nitrogen = output * dry_fraction * (straw + roots)
    return nitrogen * direct_soil_emission


@equation(
    output="t/year",
    residue_ratio="1",
    root_ratio="1",
    dry_fraction="1",
    straw_nitrogen="t N/t",
    root_nitrogen="t N/t",
    returned_share="1",
    residue_volatilised="1",
    deposition_emission="kg N2ON/kg N",
    leached="1",
    leaching_emission="kg N2ON/kg N",
    returns="t N2O/year",
    source=f"{_IPCC}, 11.9-11.10",
)
def residue_indirect_by_ratio(
    output: Array,
    residue_ratio: Array,
    root_ratio: Array,
    dry_fraction: Array,
    straw_nitrogen: Array,
    root_nitrogen: Array,
    returned_share: Array,
    residue_volatilised: Array,
    deposition_emission: Array,
    leached: Array,
    leaching_emission: Array,
) -> Array:
    """Nitrous oxide of the nitrogen that residues lose, as the IPCC finds the residues.

    Parameters
    ----------
    output : (…, year)
        Crop harvested, fresh.
    residue_ratio, root_ratio, dry_fraction, straw_nitrogen, root_nitrogen, returned_share : (…)
        As in `residue_direct_by_ratio`.
    residue_volatilised, leached : (…)
        Shares that go into the air (none by the IPCC) and into the water.
    deposition_emission, leaching_emission : (…)
        Shares of those that end as nitrous oxide, counted as nitrogen.

    Returns
    -------
    (…, year)
        Nitrous oxide emitted.
    """
    straw = residue_ratio * returned_share * straw_nitrogen
    roots = (1 + residue_ratio) * root_ratio * root_nitrogen
    nitrogen = output * dry_fraction * (straw + roots)
    return nitrogen * (residue_volatilised * deposition_emission + leached * leaching_emission)


METHODS = (
    Method("crop_residue", "t/year", {"N2O": residue_direct}),
    Method("crop_residue_lost", "t/year", {"N2O": residue_indirect}),
    Method("crop_residue_by_ratio", "t/year", {"N2O": residue_direct_by_ratio}),
    Method("crop_residue_by_ratio_lost", "t/year", {"N2O": residue_indirect_by_ratio}),
)
