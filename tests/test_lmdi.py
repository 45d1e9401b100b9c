"""Decomposition of a change over its drivers."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from carbonpeak.analysis.identity import parse_identity
from carbonpeak.analysis.lmdi import decompose, lmdi_parts, log_mean
from carbonpeak.errors import ResultError

ENERGY = "energy = output * value/output * energy/value"


def series(values: object, **coords: object) -> xr.DataArray:
    array = np.asarray(values, float)
    dims = ("sector", "year")[-array.ndim :]
    years = coords.pop("year", list(range(2020, 2020 + array.shape[-1])))
    cells = {"sector": [f"s{place}" for place in range(array.shape[0])]} if array.ndim == 2 else {}
    return xr.DataArray(array, dims=dims, coords={**cells, "year": years}, attrs={"units": "tce"})


def sectors(energy: object, value: object) -> dict[str, xr.DataArray]:
    made = series(value)
    return {"energy": series(energy), "value": made, "output": made.sum("sector")}


TWO = sectors([[30.0, 80.0], [20.0, 16.0]], [[10.0, 40.0], [40.0, 40.0]])


def test_one_cell_is_the_textbook_formula() -> None:
    found = decompose("E = Y * E/Y", {"E": series([20.0, 30.0]), "Y": series([10.0, 40.0])})
    mean = 10.0 / log(1.5)
    assert found["effect"].sel(driver="Y", year=2021).item() == pytest.approx(mean * log(4.0))
    assert found["effect"].sel(driver="E/Y", year=2021).item() == pytest.approx(mean * log(0.375))


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("chained", [True, False])
def test_additive_effects_sum_to_the_change(version: int, chained: bool) -> None:
    found = decompose(ENERGY, TWO, version=version, chained=chained)  # type: ignore[arg-type]
    change = found["total"] - found["total"].isel(year=0)
    assert found["effect"].sum("driver").values == pytest.approx(change.values, abs=1e-12)
    by_cell = found["cell_effect"].sum("sector")
    xr.testing.assert_allclose(by_cell.transpose("driver", "year"), found["effect"])


@pytest.mark.parametrize("version", [1, 2])
def test_multiplicative_effects_multiply_to_the_ratio(version: int) -> None:
    found = decompose(ENERGY, TWO, form="multiplicative", version=version)  # type: ignore[arg-type]
    ratio = (found["total"] / found["total"].isel(year=0)).values
    assert found["effect"].prod("driver").values == pytest.approx(ratio, rel=1e-12)


def test_the_second_version_gives_the_overall_activity_its_plain_ratio() -> None:
    found = decompose(ENERGY, TWO, form="multiplicative", version=2)
    assert found["effect"].sel(driver="output", year=2021).item() == pytest.approx(80.0 / 50.0)


def test_the_first_version_weighs_by_the_mean_of_each_cell() -> None:
    found = decompose(ENERGY, TWO, form="multiplicative")
    means = 50.0 / log(80.0 / 30.0), 4.0 / log(20.0 / 16.0)
    power = sum(means) * log(1.6) / (46.0 / log(96.0 / 50.0))
    assert found["effect"].sel(driver="output", year=2021).item() == pytest.approx(exp(power))


def test_equal_totals_still_have_drivers() -> None:
    found = decompose("E = Y * E/Y", {"E": series([50.0, 50.0]), "Y": series([10.0, 20.0])})
    assert found["effect"].sel(year=2021).values == pytest.approx([50 * log(2), -50 * log(2)])


def test_a_cell_that_appears_belongs_to_the_driver_that_was_zero() -> None:
    new = sectors([[30.0, 30.0], [0.0, 10.0]], [[60.0, 60.0], [0.0, 20.0]])
    found = decompose(ENERGY, new)
    rest = decompose(
        ENERGY, {name: one.isel(sector=[0]) if one.ndim == 2 else one for name, one in new.items()}
    )
    gain = (found["effect"] - rest["effect"]).sel(year=2021)
    assert gain.values == pytest.approx([0.0, 10.0, 0.0])


def test_a_cell_that_vanishes_takes_its_total_along() -> None:
    gone = sectors([[30.0, 30.0], [10.0, 0.0]], [[60.0, 60.0], [20.0, 20.0]])
    effect = decompose(ENERGY, gone)["effect"].sel(year=2021)
    assert effect.sel(driver="energy/value").item() == pytest.approx(-10.0)


def test_drivers_that_vanish_together_share_alike() -> None:
    parts = lmdi_parts(
        np.array([[8.0]]), np.array([[[2.0]], [[4.0]]]), np.array([[0.0]]), np.zeros((2, 1, 1))
    )
    assert parts.ravel() == pytest.approx([-4.0, -4.0])


@pytest.mark.parametrize("version", [1, 2])
def test_a_zero_is_the_limit_of_small_numbers(version: int) -> None:
    exact = sectors([[30.0, 60.0], [0.0, 10.0]], [[60.0, 90.0], [0.0, 20.0]])
    small = sectors([[30.0, 60.0], [0.5e-250, 10.0]], [[60.0, 90.0], [1e-250, 20.0]])
    limit, near = (decompose(ENERGY, one, version=version)["effect"] for one in (exact, small))  # type: ignore[arg-type]
    assert near.values == pytest.approx(limit.values, abs=0.05)


def test_logarithmic_mean_keeps_its_digits_next_to_equal_values() -> None:
    for gap in (0.0, 1e-12, 1e-8, 0.99e-4, 1.01e-4):
        found = log_mean(np.array([1.0 + gap]), np.array([1.0]))[0]
        assert found == pytest.approx(1.0 + gap / 2 - gap**2 / 12, abs=1e-13)


positive = st.floats(1e-3, 1e6)


@given(
    arrays(float, (3, 4, 5), elements=st.one_of(st.just(0.0), positive)),
    st.sampled_from([1, 2]),
)
def test_no_residue_whatever_is_zero(drivers: np.ndarray, version: int) -> None:
    drivers[:, 0] += 1.0
    cells = drivers.prod(axis=0)
    parts = lmdi_parts(
        cells[:, :-1],
        drivers[..., :-1],
        cells[:, 1:],
        drivers[..., 1:],
        version=version,  # type: ignore[arg-type]
    )
    change = np.diff(cells.sum(axis=0))
    scale = cells.sum(axis=0).max()
    assert parts.sum(axis=(0, 1)) == pytest.approx(change, abs=1e-9 * scale)


def test_chained_effects_forget_no_year() -> None:
    data = sectors([[30.0, 60.0, 45.0], [20.0, 5.0, 9.0]], [[10.0, 50.0, 20.0], [4.0, 4.0, 8.0]])
    found = decompose(ENERGY, data)["effect"]
    first = decompose(ENERGY, {name: one.isel(year=[0, 1]) for name, one in data.items()})["effect"]
    second = decompose(ENERGY, {name: one.isel(year=[1, 2]) for name, one in data.items()})[
        "effect"
    ]
    xr.testing.assert_allclose(found.isel(year=1), first.isel(year=1))
    assert found.isel(year=2).values == pytest.approx((first + second.values).isel(year=1).values)


def test_kaya_is_one_of_the_identities() -> None:
    data = {
        "CO2": series([100.0, 120.0]),
        "population": series([10.0, 11.0]),
        "GDP": series([50.0, 70.0]),
        "energy": series([40.0, 44.0]),
    }
    found = decompose("CO2 = population * GDP/population * energy/GDP * CO2/energy", data)
    assert list(found["driver"].values) == [
        "population",
        "GDP/population",
        "energy/GDP",
        "CO2/energy",
    ]
    assert found["effect"].sel(year=2021).sum().item() == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("CO2", "is no identity"),
        ("CO2 = GDP * energy/GDP", "multiply to energy^1, not to CO2"),
        ("CO2 = GDP * CO2/GDP/GDP", "is no driver"),
        ("CO2 = GDP * CO2", "multiply to CO2^1 * GDP^1"),
        ("CO2 = 2 * CO2", "is no driver"),
    ],
)
def test_an_identity_that_does_not_close_is_refused(text: str, message: str) -> None:
    with pytest.raises(ResultError) as caught:
        parse_identity(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": None}, "no quantity 'value'"),
        ({"energy": series([[30.0, np.nan], [1.0, 1.0]])}, "'energy' lacks a number"),
        (
            {"energy": series([[30.0, -1.0], [1.0, 1.0]])},
            "energy/value changes its sign at sector s0, year 2021",
        ),
        (
            {"value": series([[0.0, 1.0], [1.0, 1.0]])},
            "energy/value is a number over zero at sector s0, year 2020",
        ),
        ({"output": series([1.0, 1.0], year=[2015, 2016])}, "other years"),
    ],
)
def test_what_has_no_logarithm_is_named(
    change: dict[str, xr.DataArray | None], message: str
) -> None:
    data = {name: one for name, one in {**TWO, **change}.items() if one is not None}
    with pytest.raises(ResultError) as caught:
        decompose(ENERGY, data)
    assert message in str(caught.value)


def test_unknown_choices_are_refused() -> None:
    with pytest.raises(ResultError, match="unknown form"):
        decompose(ENERGY, TWO, form="additiv")  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="no version 3"):
        decompose(ENERGY, TWO, version=3)  # type: ignore[arg-type]
