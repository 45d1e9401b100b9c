"""What speaks for a peak: history, the trend after it, noise, and the boundary it is seen in."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import worlds
from carbonpeak.analysis.peak_assessment import assess_peak, emission_series, peak_table
from carbonpeak.errors import ResultError
from carbonpeak.inventory import totals
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import load_scenario


def path(*values: float, start: int = 2010, observed: int = 0) -> xr.DataArray:
    years = np.arange(start, start + len(values))
    return xr.DataArray(
        np.array(values, dtype=float),
        dims="year",
        coords={"year": years, "observed": ("year", np.arange(len(values)) < observed)},
        attrs={"units": "t CO2/year"},
    )


@pytest.mark.parametrize(
    ("values", "observed", "happened"),
    [
        pytest.param((4, 9, 8, 8, 7, 7, 6), 7, True, id="exactly five years back"),
        pytest.param((4, 5, 9, 8, 7, 7, 6), 7, False, id="four years back"),
        pytest.param((4, 9, 8, 7, 6, 5), 6, None, id="five years span too little"),
        pytest.param((4, 9, 8, 8, 7, 7, 6), 0, None, id="nothing observed"),
        pytest.param((4, 9, 8, 8, 7, 7, 6, 10, 2), 7, True, id="projection does not undo history"),
        pytest.param((9, 9, 8, 8, 7, 7, 6), 7, True, id="the first of equal maxima counts"),
    ],
)
def test_history(values: tuple[float, ...], observed: int, happened: bool | None) -> None:
    assert assess_peak(path(*values, observed=observed)).happened is happened


def test_a_fall_after_the_peak_is_significant_and_a_zigzag_is_not() -> None:
    falling = assess_peak(path(5, 9, *np.linspace(8.9, 5, 12))).trend_after
    assert falling is not None
    assert falling.direction() == "falling"
    zigzag = assess_peak(path(5, 9, 7, 8, 7, 8, 7, 8, 7, 8.1)).trend_after
    assert zigzag is not None
    assert zigzag.direction() == "none"


def test_unequal_steps_tell_no_trend_and_projected_years_are_named() -> None:
    falling = path(9, 8, 7, 6, 5, 4)
    assert assess_peak(falling).trend_after is not None
    uneven = falling.assign_coords(year=[2005, 2011, 2012, 2013, 2014, 2015])
    assert assess_peak(uneven).trend_after is None
    for observed, projected in ((0, True), (5, True), (6, False)):
        found = assess_peak(path(9, 8, 7, 6, 5, 4, observed=observed))
        assert found.projected is projected
        assert ("no evidence" in found.sentence("en")) is projected


def test_three_years_tell_no_trend() -> None:
    assert assess_peak(path(5, 6, 9, 8, 7)).trend_after is None
    assert assess_peak(path(5, 9, 8, 7, 6)).trend_after is not None


def test_noise_is_asked_for_with_a_seed() -> None:
    series = path(100, 108, 103, 125, 111, 108, 99, 102, 94, 97)
    assert assess_peak(series).same_year is None
    found = assess_peak(series, seed=3).same_year
    assert found == assess_peak(series, seed=3).same_year
    assert found is not None
    assert 0.0 < found < 1.0
    smooth = path(*np.exp(0.02 * np.arange(15)))
    assert assess_peak(smooth, seed=3).same_year == 1.0


def test_net_removals_have_no_relative_noise() -> None:
    assert assess_peak(path(-3, 5, 4, 3, 2, 1), seed=1).same_year is None


def test_a_projected_year_before_an_observed_one_is_refused() -> None:
    mixed = path(1, 3, 2).assign_coords(observed=("year", [True, False, True]))
    with pytest.raises(ResultError, match="an observed year follows a projected one"):
        assess_peak(mixed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentence_holds_all_that_is_known(lang: str) -> None:
    found = assess_peak(path(5, 9, *np.linspace(8.9, 5, 12), observed=9), seed=1)
    sentence = found.sentence(lang)  # type: ignore[arg-type]
    assert sentence.count("2011") >= 3
    assert "Mann-Kendall" in sentence
    assert "%" in sentence
    assert "{" not in sentence


@pytest.fixture(scope="module")
def pathway() -> xr.Dataset:
    region = worlds.loaded("yangjiang")
    return project(region, load_scenario(region, "plan"))


def test_boundaries_add_up(pathway: xr.Dataset) -> None:
    summary = totals.summary(pathway, str(pathway.attrs["metric"]))
    for land, bought, known in (
        (False, False, summary["total"]),
        (True, False, summary["total_with_land"]),
        (False, True, summary["total_with_indirect"]),
        (True, True, summary["total_with_indirect"] + summary["land"]),
    ):
        found = emission_series(pathway, gases="all", land=land, bought=bought)
        np.testing.assert_allclose(found.values, known.values, rtol=1e-12)
    direct = emission_series(pathway)
    np.testing.assert_allclose(direct.values, indicator(pathway, "direct_co2").values, rtol=1e-12)


def test_every_boundary_has_its_verdict(pathway: xr.Dataset) -> None:
    table = peak_table(pathway, seed=1, draws=200)
    assert len(table) == 9
    assert table.index.is_unique
    for name, row in table.iterrows():
        kind = str(name)
        assert row["unit"] == ("t CO2e/year" if "ghg" in kind else "t CO2/year")
        assert row["plateau_start"] <= row["year"] <= row["plateau_end"]
        assert row["happened"] is None
    gross, net = table["value"]["gross_ghg_direct"], table["value"]["net_ghg_direct"]
    assert gross > net
    assert table["value"]["gross_ghg_with_bought"] > gross


def test_unknown_gases_are_refused(pathway: xr.Dataset) -> None:
    with pytest.raises(ResultError, match="use 'CO2' or 'all'"):
        emission_series(pathway, gases="CH4")
