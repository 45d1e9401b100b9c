"""Figures of the path of a scenario: how sure it is, what drives it, what it hinges on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import plot
from carbonpeak.analysis.decoupling import decoupling
from carbonpeak.analysis.ensemble import input_title
from carbonpeak.analysis.importance import TAIL, sensitivity
from carbonpeak.analysis.odds import PeakOdds
from carbonpeak.analysis.peak import find_peak
from carbonpeak.inventory.totals import energy_co2
from carbonpeak.planning.bounds import target_bound
from carbonpeak.vocabulary import label, year_span
from carbonpeak.workflow.inventory_figures import in_ten_thousands
from carbonpeak.workflow.rest import REST, with_rest
from carbonpeak.workflow.scenario_findings import (
    CO2,
    INDICATOR,
    Findings,
    empty_axes,
)

CO2_TARGETS = ("co2_intensity", "energy_co2")
CHANCES = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
PEAK_CHANCES = (0.05, 0.95)
PEAKS = ("peaked", "plateau", "twin")
NAMED_INPUTS = 12
STACKED_INPUTS = 8
SOBOL_BASE = 256


def draw_fan(page: Any, found: Findings) -> None:
    """Draw the fan of energy CO2 after the observed years, with its peak."""
    fan = found.ensemble.fan(INDICATOR, chances=CHANCES)
    past = energy_co2(found.inventory)
    past = past.sel(year=[year for year in past["year"].values if year < found.scenario.years[0]])
    central = xr.concat(
        [past.reset_coords(drop=True), fan["central"].reset_coords(drop=True)], "year"
    )
    verdict = find_peak(found.pathway)
    peak = verdict.year if verdict.verdict in PEAKS else None
    draws = label("drawing.ensemble_note", found.lang).format(draws=f"{found.draws:,}")
    plot.plot_fan(
        empty_axes(page, found.lang),
        in_ten_thousands(fan["level"], CO2),
        central=in_ten_thousands(central, CO2),
        observed=[*past["year"].values.tolist(), found.scenario.years[0]],
        peak=peak,
        peak_range=_peak_range(found.ensemble.odds(INDICATOR)) if peak else None,
        targets=_ceilings(found),
        labels={name: found.aim(name) for name in found.goals},
        lang=found.lang,
        title=found.title("fan"),
        source=found.note(draws),
    )


def _ceilings(found: Findings) -> xr.DataArray | None:
    """Return the energy CO2 that each target of it allows in its year, if there is one."""
    names = [
        name
        for name, goal in found.goals.items()
        if goal.indicator in CO2_TARGETS
        and goal.numerator == INDICATOR
        and goal.demand is not None
        and goal.year in found.scenario.years[1:]
    ]
    if not names:
        return None
    bounds = [target_bound(found.region, found.scenario, name) for name in names]
    years = sorted({bound.year for bound in bounds})
    values = [[one.value if one.year == year else np.nan for year in years] for one in bounds]
    caps = xr.DataArray(values, {"target": names, "year": years}, ("target", "year"))
    return in_ten_thousands(caps, CO2)


def _peak_range(odds: PeakOdds) -> tuple[int, int]:
    """Return the years in which most of the paths peak; the edges where they may lie beyond."""
    low, high = PEAK_CHANCES
    first = odds.years[0] - 1 if odds.before >= low else odds.quantile(low)
    last = odds.quantile(high)
    edge = odds.years[-1] + 1
    return (edge if first is None else first, edge if last is None else last)


def draw_peak_odds(page: Any, found: Findings) -> None:
    """Draw the odds of the peak year of energy CO2."""
    odds = found.ensemble.odds(INDICATOR)
    years = list(odds.years)
    plot.plot_peak_odds(
        empty_axes(page, found.lang),
        _percent(odds.shares, year=years),
        cumulative=_percent([odds.by(year) for year in years], year=years),
        before=100.0 * odds.before,
        not_yet=100.0 * odds.not_yet,
        lang=found.lang,
        title=found.title("peak_odds"),
        source=found.note(label("drawing.draws_note", found.lang).format(draws=f"{found.draws:,}")),
    )


def _percent(shares: Any, **coords: Any) -> xr.DataArray:
    values = 100.0 * np.asarray(shares, dtype=float)
    return xr.DataArray(values, coords, tuple(coords), attrs={"units": "percent"})


def _steps(found: Findings) -> xr.DataArray:
    """Return what each Kaya driver adds from one turn to the next, (driver, period)."""
    effect = found.kaya["effect"].sel(year=found.turns)
    periods = [year_span(pair, found.lang) for pair in pairwise(found.turns)]
    values = np.diff(effect.transpose("driver", "year").values, axis=1) * 1e-4
    coords = {"driver": effect["driver"].values, "period": periods}
    return xr.DataArray(values, coords, ("driver", "period"), attrs={"units": CO2})


def draw_waterfall(page: Any, found: Findings) -> None:
    """Draw what carried energy CO2 from turn to turn."""
    total = found.kaya["total"].sel(year=found.turns)
    plot.plot_waterfall(
        empty_axes(page, found.lang),
        in_ten_thousands(total, CO2),
        _steps(found),
        labels=found.titles(found.kaya, "driver"),
        lang=found.lang,
        title=found.title("waterfall"),
        source=found.note(),
    )


def draw_kaya(page: Any, found: Findings) -> None:
    """Draw the Kaya factors with the first year as 100, and what each adds."""
    steps = _steps(found).rename(driver="factor")
    level = found.kaya["level"].sel(term=steps["factor"].values).rename(term="factor")
    index = 100.0 * level / level.isel(year=0, drop=True)
    total = found.kaya["total"].sel(year=found.turns)
    net = steps.isel(factor=0, drop=True).copy(data=np.diff(total.values) * 1e-4)
    plot.plot_kaya(
        page,
        index.transpose("factor", "year").reset_coords(drop=True).assign_attrs(units="1"),
        effects=steps,
        net=net,
        labels=found.titles(found.kaya, "driver"),
        observed=found.kaya.attrs.get("observed", 1),
        lang=found.lang,
        title=found.title("kaya"),
        source=found.note(),
    )


def draw_decoupling(page: Any, found: Findings) -> None:
    """Draw energy CO2 against GDP from turn to turn."""
    level = found.kaya["level"].sel(year=found.turns)
    output = level.sel(term="GDP/population") * level.sel(term="population")
    states = decoupling(level.sel(term="CO2", drop=True), output)
    periods = [year_span(pair, found.lang) for pair in pairwise(found.turns)]
    changes = [
        states[name].rename(year="period").assign_coords(period=periods)
        for name in ("output_change", "emissions_change")
    ]
    plot.plot_decoupling(
        empty_axes(page, found.lang),
        *changes,
        lang=found.lang,
        title=found.title("decoupling"),
        source=found.note(),
    )


def draw_tornado(page: Any, found: Findings) -> None:
    """Draw how far single inputs move energy CO2 of the year, the strongest on top."""
    low, high, central = _swings(found)
    names = [str(name) for name in low["input"].values]
    runs = found.runs
    kept = np.argsort(-np.abs((high - low).values), kind="stable")[:NAMED_INPUTS]
    told = label("drawing.tornado_note", found.lang).format(count=len(kept), all=len(names))
    plot.plot_tornado(
        empty_axes(page, found.lang),
        low.isel(input=kept),
        high.isel(input=kept),
        central=central,
        labels={name: input_title(name, found.lang, runs) for name in names},
        lang=found.lang,
        title=found.title("tornado", year=found.year),
        source=found.note(told),
    )


def _swings(found: Findings) -> tuple[xr.DataArray, xr.DataArray, float]:
    """Return the result with each group of inputs at both ends, and with all at the median."""
    runs = found.runs
    groups = runs.groups
    chances = np.full((2 * len(groups) + 1, len(runs.inputs.names)), 0.5)
    for row, places in enumerate(groups.values()):
        chances[row, places] = TAIL
        chances[len(groups) + row, places] = 1 - TAIL
    paths = runs.at(chances).paths[INDICATOR][runs.years.index(found.year)] * 1e-4
    low, high = (
        xr.DataArray(part, {"input": list(groups)}, ("input",), attrs={"units": CO2})
        for part in (paths[: len(groups)], paths[len(groups) : -1])
    )
    return low, high, float(paths[-1])


def draw_sobol(page: Any, found: Findings) -> None:
    """Draw which inputs the variance comes from, the smaller ones together."""
    shares = sensitivity(
        found.region, found.scenario, of=INDICATOR, base=SOBOL_BASE, seed=found.seed
    )
    first, peak = 100.0 * shares["first"], 100.0 * shares["peak_year_first"]
    order = np.argsort(-np.nanmean(first.values, axis=1), kind="stable")
    kept, rest = order[:STACKED_INPUTS], order[STACKED_INPUTS:]
    shown, at_peak = (
        with_rest(part, "input", kept).assign_attrs(units="percent") for part in (first, peak)
    )
    varies = bool(np.isfinite(at_peak).all())
    fixed = [] if varies else [label("drawing.peak_fixed", found.lang)]
    count = label("drawing.rest_inputs", found.lang).format(count=len(rest))
    plot.plot_sobol_over_time(
        page,
        shown,
        shared=100.0 - shown.sum("input", skipna=False),
        peak_first=at_peak if varies else None,
        peak_shared=100.0 - float(at_peak.sum()) if varies else 0.0,
        labels={**found.titles(shares, "input"), REST: count},
        lang=found.lang,
        title=found.title("sobol"),
        source=found.note(*fixed),
    )
