"""The Kaya identity of a region: people, wealth, energy intensity and carbon intensity.

    CO2 = population * GDP/population * energy/GDP * CO2/energy

CO2 is energy CO2 with net bought electricity and heat, energy the total in standard coal under
the region's convention (Kaya 1990; Ang 2005, doi:10.1016/j.enpol.2003.10.010, for its split by
LMDI). With parts, such as carriers, the mix of energy is a driver of its own.
"""

from __future__ import annotations

import xarray as xr

from carbonpeak.analysis.lmdi import decompose
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory import totals
from carbonpeak.inventory.totals import By
from carbonpeak.vocabulary import LANGUAGES, label

IDENTITY = "CO2 = population * GDP/population * energy/GDP * CO2/energy"
BY_PART = "CO2 = population * GDP/population * energy/GDP * use/energy * CO2/use"
UNITS = {
    "CO2": "t CO2/year",
    "population": "person",
    "GDP/population": "CNY2020/year/person",
    "energy/GDP": "tce/CNY2020",
    "CO2/energy": "t CO2/tce",
}
"""The terms of the identity, the total first, with their units."""

# Own supply cancels use to within rounding; such a rest is no energy and has no sign.
_ROUNDING = 1e-9


@checked
def kaya(
    pathway: xr.Dataset,
    *,
    region: Region | None = None,
    by: By | None = None,
    chained: bool = True,
) -> xr.Dataset:
    """Return the Kaya identity of a pathway or an inventory over its years.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project` or `compile_inventory`.
    region : Region, optional
        Gives GDP and population of the years of an inventory; a pathway holds its own.
    by : str, optional
        Splits energy and CO2 by a coordinate of the lines, such as ``carrier``: the mix and
        the carbon intensity of each part become drivers instead of the one of the whole.
    chained : bool
        As in `decompose`.

    Returns
    -------
    xr.Dataset
        ``level`` (term, year) in ``term_unit``; ``index`` (term, year), 1 in the first year;
        ``effect`` (driver, year) and ``total`` (year) from `decompose`, in t CO2/year since
        the first year, and with `by` also ``cell_effect``.

    Raises
    ------
    ResultError
        When GDP or population are missing, or a part of the energy changes its sign.
    """
    whole = {
        "CO2": totals.energy_co2(pathway),
        "energy": totals.energy_total(pathway),
        **_economy(pathway, region),
    }
    level = xr.concat([_term(name, whole) for name in UNITS], dim="term", coords="minimal")
    if by is None:
        effects = decompose(IDENTITY, whole, chained=chained)
    else:
        parts = _parts(pathway, by, whole)
        effects = decompose(BY_PART, {**whole, **parts}, chained=chained)
    result = effects.assign(level=level, index=level / level.isel(year=0, drop=True))
    result["level"].attrs = {"units": "see term_unit", "long_name": "level"}
    result["index"].attrs = {"units": "1", "long_name": "relative to the first year"}
    return _titled(result, pathway)


def _economy(pathway: xr.Dataset, region: Region | None) -> dict[str, xr.DataArray]:
    wanted = {"GDP": ("gdp", "CNY2020"), "population": ("population", "person")}
    if region is None:
        missing = [name for name, _ in wanted.values() if name not in pathway]
        if missing:
            raise ResultError(
                f"this result holds no {' and no '.join(missing)}; give 'region', whose "
                "indicators.csv states them, or a pathway from project"
            )
        return {key: pathway[name] for key, (name, _) in wanted.items()}
    years = [int(year) for year in pathway["year"].values]
    return {
        key: xr.DataArray(
            [region.indicator(name, year, unit=unit) for year in years], {"year": years}, "year"
        )
        for key, (name, unit) in wanted.items()
    }


def _term(name: str, whole: dict[str, xr.DataArray]) -> xr.DataArray:
    above, _, below = name.partition("/")
    value = whole[above] / whole[below] if below else whole[above]
    return value.drop_vars([key for key in value.coords if key != "year"]).rename("level")


def _parts(pathway: xr.Dataset, by: By, whole: dict[str, xr.DataArray]) -> dict[str, xr.DataArray]:
    """Return CO2 and energy of each part, (part, year); other lines than fuel hold no CO2."""
    convention = str(pathway.attrs["convention"])
    counted = pathway["sector"].isin(["energy", "indirect"])
    carbon = (pathway["emissions"] - pathway["removals"]).sel(gas="CO2", drop=True)
    found = {
        "CO2": totals.group(carbon.where(counted, 0.0), by),
        "use": totals.group(pathway["energy"].sel(convention=convention, drop=True), by),
    }
    size = {"CO2": abs(whole["CO2"]).max(), "use": abs(whole["energy"]).max()}
    return {
        name: part.where(abs(part) > _ROUNDING * size[name], 0.0).assign_attrs(
            units=UNITS["CO2"] if name == "CO2" else "tce/year"
        )
        for name, part in found.items()
    }


def _titled(result: xr.Dataset, pathway: xr.Dataset) -> xr.Dataset:
    coords: dict[str, object] = {"term_unit": ("term", list(UNITS.values()))}
    result = result.assign_coords(term=list(UNITS))
    for dim in ("term", "driver"):
        names = [str(name) for name in result[dim].values]
        for lang in LANGUAGES:
            titles = [label(f"kaya.{name}", lang) for name in names]
            coords[f"{dim}_title_{lang}"] = (dim, titles)
    if "observed" in pathway.coords:
        coords["observed"] = pathway["observed"]
    kept = {key: pathway.attrs[key] for key in ("region", "scenario") if key in pathway.attrs}
    return result.assign_coords(coords).assign_attrs(kept)
