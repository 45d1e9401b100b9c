"""Verdicts at their boundaries, published series, and laws that hold for any path."""

import json

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from carbonpeak.analysis.peak import Peak, Verdict, find_peak, peak_of, peak_year
from carbonpeak.errors import ResultError, UnitError


def path(*values: float, start: int = 2020, unit: str = "万吨/year") -> xr.DataArray:
    years = np.arange(start, start + len(values))
    return xr.DataArray(
        np.array(values, dtype=float), dims="year", coords={"year": years}, attrs={"units": unit}
    )


@pytest.mark.parametrize(
    ("values", "verdict", "year"),
    [
        pytest.param((400, 500, 450), "peaked", 2021, id="rise and fall"),
        pytest.param((400, 500, 494.9), "peaked", 2021, id="just left the band"),
        pytest.param((400, 500, 495.0), "plateau", 2021, id="exactly at the edge of the band"),
        pytest.param((400, 500, 500), "plateau", 2021, id="equal in the last year"),
        pytest.param((400, 450, 500), "still_rising", 2022, id="last year highest"),
        pytest.param((400, 499.9, 500), "still_rising", 2022, id="last year highest by a hair"),
        pytest.param((500, 450, 400), "falling_since_start", 2020, id="first year highest"),
        pytest.param((500, 499.9, 400), "falling_since_start", 2020, id="first by a hair"),
        pytest.param((400, 500, 494.9, 500, 400), "twin", 2021, id="equal with a dip between"),
        pytest.param((400, 500, 495.0, 500, 400), "peaked", 2021, id="equal on one plateau"),
        pytest.param((500, 400, 500), "twin", 2020, id="equal at both edges"),
        pytest.param((495.0, 500, 497), "flat", 2021, id="never outside the band"),
        pytest.param((494.9, 500, 497), "plateau", 2021, id="one year outside the band"),
        pytest.param((500, 500, 500), "flat", 2020, id="constant"),
        pytest.param((0, 0, 0), "flat", 2020, id="zero"),
        pytest.param((-5, -1, -5), "peaked", 2021, id="net removals"),
    ],
)
def test_verdict(values: tuple[float, ...], verdict: str, year: int) -> None:
    peak = peak_of(path(*values))
    assert (peak.verdict, peak.year) == (Verdict(verdict), year)


def test_all_that_is_said_of_a_peak() -> None:
    assert find_peak(path(400, 496, 500, 497, 480, 490, 450)) == Peak(
        year=2022,
        value=500.0,
        unit="万吨/year",
        verdict=Verdict.PEAKED,
        years=(2022,),
        plateau_years=(2021, 2023),
        runner_up=2025,
        margin=pytest.approx(2.0),
        decline_after=pytest.approx(10.0),
        band=0.01,
        last_year=2026,
    )


def test_twin_names_every_year_of_the_maximum() -> None:
    peak = peak_of(path(400, 500, 450, 500, 450, 500, 300))
    assert peak.years == (2021, 2023, 2025)
    assert peak.margin == 0


def test_rounding_does_not_hide_a_twin() -> None:
    assert peak_of(path(1, 0.3, 0.2, 0.1 + 0.2, 0, start=2019)).verdict == "falling_since_start"
    assert peak_of(path(0, 0.3, 0.2, 0.1 + 0.2, 0)).verdict is Verdict.TWIN


def test_zero_band_keeps_one_year() -> None:
    assert peak_of(path(400, 500, 499.9, 400), band=0).plateau_years == (2021, 2021)


def test_no_percentage_of_nothing() -> None:
    peak = peak_of(path(-3, 0, -3))
    assert (peak.verdict, peak.margin, peak.decline_after) == (Verdict.PEAKED, None, None)
    assert peak_of(path(0, 0, 0)).decline_after == 0


def test_years_may_have_gaps() -> None:
    series = path(373, 468, 490, 450).assign_coords(year=[2015, 2020, 2025, 2030])
    assert peak_of(series).year == 2025


@pytest.mark.parametrize(("history", "observed"), [(0, False), (1, False), (2, True), (3, True)])
def test_history_tells_whether_the_peak_was_observed(history: int, observed: bool) -> None:
    assert peak_of(path(400, 500, 450), history=history).observed is observed


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (path(1, 2), "at least 3 years; this series has 2"),
        (path(1, np.nan, 2), "no finite value for 2021"),
        (path(1, np.inf, 2), "no finite value for 2021"),
        (xr.DataArray([1.0, 3.0, 2.0], {"year": [2020, 2021, 2022]}, ["year"]), "has no unit"),
        (path(1, 3, 2).isel(year=[0, 2, 1]), "do not rise"),
        (path(1, 3, 2).isel(year=[0, 1, 1]), "do not rise"),
        (path(1, 3, 2).expand_dims(draw=2), "needs one dimension, year"),
    ],
)
def test_unusable_series(series: xr.DataArray, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        peak_of(series)


@pytest.mark.parametrize("option", [{"band": -0.01}, {"band": 1}, {"history": 4}, {"history": -1}])
def test_options_out_of_range(option: dict[str, float]) -> None:
    with pytest.raises(ResultError, match=f"{next(iter(option))} is .*expected"):
        peak_of(path(1, 3, 2), **option)  # type: ignore[arg-type]


def test_pathway_is_asked_for_the_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carbonpeak.analysis.peak.indicator", lambda pathway, name: pathway[name])
    pathway = xr.Dataset({"energy_co2": path(1, 3, 2), "net_ghg": path(1, 2, 3)})
    assert find_peak(pathway).verdict is Verdict.PEAKED
    assert find_peak(pathway, of="net_ghg").verdict is Verdict.STILL_RISING


@pytest.mark.parametrize(
    ("values", "zh", "en"),
    [
        (
            (467.8, 490.04, 488, 460.6),
            "二氧化碳排放于2021年达峰，峰值490.0万吨；到2023年比峰值低6%。2021—2022年与最高值相差不超过1%。",
            "CO2 emissions peak in 2021 at 490.0×10⁴ t; by 2023 they are 6% below the peak. "
            "From 2021 to 2022 they stay within 1% of the maximum.",
        ),
        (
            (400, 490, 488),
            "二氧化碳排放在2021年最高，为490.0万吨，但直到2022年仍在最高值的1%以内：处于平台期，尚不能认定达峰。",
            "CO2 emissions are highest in 2021 at 490.0×10⁴ t but stay within 1% of that up to "
            "2022: a plateau, not yet a peak.",
        ),
        (
            (400, 500, 450, 500, 400),
            "二氧化碳排放在2021、2023年达到相同的最高值500.0万吨：峰值年份不唯一。",
            "CO2 emissions reach the same highest value, 500.0×10⁴ t, in 2021 and 2023: "
            "the peak year is not unique.",
        ),
    ],
)
def test_sentence_shows_tonnes_in_ten_thousands(
    values: tuple[float, ...], zh: str, en: str
) -> None:
    peak = peak_of(path(*(value * 1e4 for value in values), unit="t/year"))
    assert peak.sentence("zh", subject="二氧化碳排放") == zh
    assert peak.sentence("en", subject="CO2 emissions") == en


@pytest.mark.parametrize("values", [(400, 450, 500), (500, 450, 400), (500, 500, 499)])
def test_an_edge_or_a_flat_path_is_never_called_a_peak(values: tuple[float, ...]) -> None:
    peak = peak_of(path(*values))
    assert "达峰，" not in peak.sentence("zh")
    assert " peak in " not in peak.sentence("en")


def test_unit_without_a_label_is_written_as_it_is() -> None:
    assert "3 t CO2e/CNY2020" in peak_of(path(1, 3, 2, unit="t CO2e/CNY2020")).sentence("en")


def test_observed_peak_is_told_as_past() -> None:
    assert "已于2021年达峰" in peak_of(path(400, 500, 450), history=3).sentence("zh")


def test_in_unit_converts_the_value() -> None:
    peak = peak_of(path(400, 500, 450)).in_unit("t/year")
    assert (peak.value, peak.unit) == (pytest.approx(5e6), "t/year")
    with pytest.raises(UnitError):
        peak.in_unit("GJ/year")


def test_to_dict_survives_json() -> None:
    plain = peak_of(path(400, 500, 497, 450)).to_dict()
    assert json.loads(json.dumps(plain)) == plain
    assert (plain["verdict"], plain["plateau_years"]) == ("peaked", [2021, 2022])


# Multiples of 1/8 keep sums and products exact.
eighths = st.integers(-8000, 8000).map(lambda n: n / 8)
paths = st.lists(eighths, min_size=3, max_size=30)


@given(values=paths, shift=eighths)
def test_shift_keeps_the_year(values: list[float], shift: float) -> None:
    assert peak_of(path(*(v + shift for v in values))).year == peak_of(path(*values)).year


@given(values=paths, power=st.integers(-3, 12))
def test_scale_keeps_year_and_verdict(values: list[float], power: int) -> None:
    scaled, plain = peak_of(path(*(v * 2.0**power for v in values))), peak_of(path(*values))
    assert (scaled.year, scaled.verdict) == (plain.year, plain.verdict)
    assert (scaled.plateau_years, scaled.margin) == (plain.plateau_years, plain.margin)


@given(values=paths, drops=st.lists(st.integers(1, 800), min_size=1, max_size=5))
def test_lower_years_after_the_end_never_move_the_peak(
    values: list[float], drops: list[int]
) -> None:
    longer = [*values, *(max(values) - drop / 8 for drop in drops)]
    assert peak_of(path(*longer)).year == peak_of(path(*values)).year


@given(values=paths)
def test_a_peak_lies_between_the_edges_and_above_its_neighbours(values: list[float]) -> None:
    peak = peak_of(path(*values))
    if peak.verdict is Verdict.PEAKED:
        assert 2020 < peak.year <= peak.plateau_years[1] < peak.last_year
    assert peak.plateau_years[0] <= peak.year <= peak.plateau_years[1]
    assert peak.value == max(values)
    if peak.runner_up is not None:
        assert not peak.plateau_years[0] <= peak.runner_up <= peak.plateau_years[1]


@given(
    hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=3, max_side=6),
        elements=st.floats(-1e6, 1e6),
    )
)
def test_many_paths_agree_with_one_by_one(values: np.ndarray) -> None:
    years = np.arange(2020, 2020 + values.shape[-1])
    found = peak_year(values, years)
    one_by_one = [peak_of(path(*row)).year for row in values.reshape(-1, years.size)]
    assert found.shape == values.shape[:-1]
    assert np.ravel(found).tolist() == one_by_one


def test_many_paths_refuse_gaps_and_wrong_shapes() -> None:
    with pytest.raises(ResultError, match="missing value"):
        peak_year(np.array([[1.0, np.nan, 2.0]]), np.arange(3))
    with pytest.raises(ResultError, match="put the years last"):
        peak_year(np.ones((3, 2)), np.arange(3))


def test_many_paths_in_blocks_and_in_any_memory_order() -> None:
    paths = np.random.default_rng(5).normal(size=(4, 700, 11))
    years = np.arange(2020, 2031)
    expected = years[paths.argmax(axis=-1)]
    np.testing.assert_array_equal(peak_year(paths, years), expected)
    np.testing.assert_array_equal(peak_year(np.asfortranarray(paths), years), expected)
    paths[3, 699, 0] = np.nan
    with pytest.raises(ResultError, match="missing value"):
        peak_year(paths, years)


def test_many_paths_of_no_draws() -> None:
    assert peak_year(np.empty((0, 3)), np.arange(3)).shape == (0,)
