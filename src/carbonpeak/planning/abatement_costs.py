"""The naive abatement cost curve: each measure alone, what it costs and what it abates.

The curve is called naive because it takes each measure on the baseline as if no other were
there; the sum of all alone stands beside what they do together.
"""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.costs import PARTS, UNIT, discounted, measure_costs
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import Outlook, lay_out, walk
from carbonpeak.scenario.prices import discount_rate
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import LANGUAGES, Language, label


@checked
def abatement_costs(
    region: Region,
    scenario: Scenario,
    *,
    year: int,
    of: str = "net_ghg",
    builds: Floats | None = None,
) -> xr.Dataset:
    """Return what each measure of a scenario costs and abates alone, sorted by cost per tonne.

    Parameters
    ----------
    region : Region
        Its files state prices and the discount rate.
    scenario : Scenario
        Gives drivers, factors and the builds that are costed.
    year : int
        The year of the curve.
    of : str
        What is abated, an indicator in t CO2 or t CO2e a year.
    builds : (measure, year), optional
        Native units to be costed, by default those of the scenario.

    Returns
    -------
    xr.Dataset
        Over ``measure``: ``cost`` in the year, and its parts in ``cost_part`` (part, measure),
        CNY2020/year; ``abatement`` in the year alone; ``unit_cost``, their ratio;
        ``levelised_cost``, discounted cost over discounted abatement of all years of the
        horizon, and ``total_abatement`` in them; ``built`` up to the year and ``potential`` in
        native units; ``potential_abatement`` if the potential were built. A measure that does
        not abate has no cost per tonne (NaN). ``sum_alone``, ``joint`` and ``interaction``, the
        joint effect less the sum. The attributes ``warning_en`` and ``warning_zh`` belong
        beside any picture of it.

    Raises
    ------
    ResultError
        When the scenario builds nothing up to the year, the year lies outside the horizon, or
        `of` is no amount of emissions.
    ScenarioError
        When a price or the discount rate is missing.
    """
    outlook = lay_out(region, scenario)
    if year not in outlook.years:
        raise ResultError(
            f"no year {year!r}; choose from {outlook.years[0]} to {outlook.years[-1]}"
        )
    at = outlook.years.index(year)
    builds = outlook.planned_builds() if builds is None else builds
    chosen = np.flatnonzero(builds[:, : at + 1].any(axis=1))
    if not chosen.size:
        raise ResultError(f"'{scenario.name}' builds no measure up to {year}; nothing to cost")
    abated, joint = _abated(outlook, builds, chosen, of)
    costs = measure_costs(outlook, builds)[:, chosen]
    ratios = _ratios(costs.sum(axis=0), abated.values, discount_rate(region), at)
    order = np.argsort(ratios["unit_cost"], kind="stable")
    rows = chosen[order]
    built = builds[rows, : at + 1].sum(axis=1)
    measures = list(outlook.measures.values())
    potential = np.array([measures[row].numbers["potential"] for row in rows])
    amount = abated.values[order, at]
    result = _labelled(outlook, rows, abated.attrs["units"]).assign(
        cost_part=(("part", "measure"), costs[:, order, at]),
        cost=("measure", costs[:, order, at].sum(axis=0)),
        abatement=("measure", amount),
        built=("measure", built),
        potential=("measure", potential),
        potential_abatement=("measure", amount / built * potential),
        sum_alone=((), float(amount.sum())),
        joint=((), float(joint[at])),
        interaction=((), float(joint[at] - amount.sum())),
    )
    for name, values in ratios.items():
        result[name] = ("measure", values[order])
    return _described(result, outlook, year, of)


def _abated(
    outlook: Outlook, builds: Floats, chosen: np.ndarray, of: str
) -> tuple[xr.DataArray, Floats]:
    """Return what each measure abates alone, (measure, year), and all together, (year,)."""
    nothing = indicator(walk(outlook, np.zeros_like(builds)), of)
    unit = str(nothing.attrs["units"])
    if not (unit.startswith("t CO2") and unit.endswith("/year") and unit.count("/") == 1):
        raise ResultError(f"'{of}' is in {unit}; the curve needs an amount of emissions")
    names = list(outlook.measures)
    alone = []
    for row in chosen:
        only = np.zeros_like(builds)
        only[row] = builds[row]
        try:
            alone.append((nothing - indicator(walk(outlook, only), of)).values)
        except ScenarioError as error:
            raise ResultError(
                f"'{names[row]}' cannot stand alone on the baseline, so it has no place in a "
                f"curve of single measures: {error}"
            ) from error
    joint = (nothing - indicator(walk(outlook, builds), of)).values
    return xr.DataArray(np.stack(alone), dims=("measure", "year"), attrs={"units": unit}), joint


def _ratios(cost: Floats, abated: Floats, rate: float, at: int) -> dict[str, Floats]:
    """Return cost per tonne in the year and over the horizon; NaN where nothing is abated."""
    return {
        "unit_cost": _per_tonne(cost[:, at], abated[:, at]),
        "levelised_cost": _per_tonne(discounted(cost.T, rate), discounted(abated.T, rate)),
        "total_abatement": abated.sum(axis=1),
    }


def _per_tonne(cost: Floats, abated: Floats) -> Floats:
    return np.divide(cost, abated, out=np.full_like(cost, np.nan), where=abated > 0)


def _labelled(outlook: Outlook, rows: np.ndarray, unit: str) -> xr.Dataset:
    every = list(outlook.measures.values())
    entries = [every[row].entry for row in rows]
    return xr.Dataset(
        coords={
            "measure": [every[row].name for row in rows],
            "measure_unit": ("measure", [entry.unit for entry in entries]),
            **{
                f"measure_title_{lang}": ("measure", [entry.title(lang) for entry in entries])
                for lang in LANGUAGES
            },
            "part": list(PARTS),
            **{
                f"part_title_{lang}": ("part", [label(f"abatement.{p}", lang) for p in PARTS])
                for lang in LANGUAGES
            },
        },
        attrs={"units": unit},
    )


def _described(result: xr.Dataset, outlook: Outlook, year: int, of: str) -> xr.Dataset:
    amount = str(result.attrs.pop("units"))
    mass = amount.removesuffix("/year")
    units_of = {
        **dict.fromkeys(("cost", "cost_part"), UNIT),
        **dict.fromkeys(("unit_cost", "levelised_cost"), f"CNY2020/{mass}"),
        **dict.fromkeys(("built", "potential"), "see measure_unit"),
        "total_abatement": mass,
    }
    for name in result.data_vars:
        result[name].attrs["units"] = units_of.get(str(name), amount)
    result.attrs = {
        "region": outlook.scenario.region.record.name,
        "scenario": outlook.scenario.name,
        "indicator": of,
        "year": year,
        "discount_rate": discount_rate(outlook.scenario.region),
    }
    for lang in LANGUAGES:
        result.attrs[f"warning_{lang}"] = _warning(result, lang)
    return result


def _warning(result: xr.Dataset, lang: Language) -> str:
    """Return what a reader of the curve has to know, one sentence for each reason."""
    titles = result[f"measure_title_{lang}"].values
    cheap = titles[result["unit_cost"].values < 0]
    idle = titles[np.isnan(result["unit_cost"].values)]
    said = [
        label("abatement.naive", lang).format(
            year=result.attrs["year"],
            alone=f"{result['sum_alone'].item():,.0f}",
            joint=f"{result['joint'].item():,.0f}",
            unit=label(f"peak.unit {result['joint'].attrs['units']}", lang),
        ),
        label("abatement.one_grid", lang),
    ]
    pause = "、" if lang == "zh" else ", "
    if cheap.size:
        said.append(label("abatement.negative", lang).format(names=pause.join(cheap)))
    if idle.size:
        said.append(label("abatement.none", lang).format(names=pause.join(idle)))
    return ("" if lang == "zh" else " ").join(said)
