"""Recalculation: each cause alone, all together, and the sum that is always exact."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
from carbonpeak.errors import ResultError
from carbonpeak.inventory.recalculation import CAUSES, factor_changes, recalculation
from small_counties import COAL, COKE, FOREST, Amount, Stated, coal_factors, county


def made(
    activity: float = 100.0, carbon: float = 26.0, *, lines: int = 1, year: int = 2020
) -> xr.Dataset:
    factors = [
        replace(one, value=carbon) if one.parameter == "carbon_content" else one
        for one in coal_factors()
    ]
    amounts = [Amount(COAL, year, activity), Amount(COKE, year, 30.0)][:lines]
    return cp.compile_inventory(county(amounts, factors, years=(year,)))


def causes(old: xr.Dataset, new: xr.Dataset, **choices: str) -> dict[str, float]:
    found = recalculation(old, new, **choices)
    total = found["contribution"].sum("cause")
    np.testing.assert_allclose(total, found["new"] - found["old"], rtol=1e-9, atol=1e-9)
    summed = found["contribution"].sum(["line", "year"])
    return {str(name): float(summed.sel(cause=name)) for name in found["cause"].values}


def only(found: dict[str, float], cause: str) -> float:
    """Return the part of the one cause that is at work."""
    for name, part in found.items():
        if name != cause:
            assert part == pytest.approx(0, abs=1e-9), name
    return found[cause]


def total(inventory: xr.Dataset, metric: str = "AR5GWP100") -> float:
    return float(cp.summary(inventory, metric)["total_with_land"].sum())


def test_nothing_changes_nothing() -> None:
    assert set(causes(made(), made()).values()) == {0.0}


def test_more_activity() -> None:
    old, new = made(100), made(130)
    assert only(causes(old, new), "activity") == pytest.approx(total(new) - total(old))


def test_another_factor() -> None:
    old, new = made(carbon=26.0), made(carbon=27.5)
    assert only(causes(old, new), "factor") == pytest.approx(total(new) - total(old))


def test_another_metric() -> None:
    old, new = made(), made()
    new.attrs["metric"] = "SARGWP100"
    found = only(causes(old, new), "metric")
    assert found == pytest.approx(total(new, "SARGWP100") - total(old))
    assert set(causes(old, new, metric="AR6GWP100").values()) == {0.0}


def test_a_new_line_is_scope() -> None:
    old, new = made(), made(lines=2)
    assert only(causes(old, new), "scope") == pytest.approx(total(new) - total(old))
    assert only(causes(new, old), "scope") == pytest.approx(total(old) - total(new))


def test_a_line_that_becomes_a_memo_item_is_scope() -> None:
    old, new = made(), made()
    new = new.assign_coords(is_memo=("line", [True]))
    assert only(causes(old, new), "scope") == pytest.approx(-total(old))


def test_an_error_put_right_is_a_correction() -> None:
    old, new = made(), made()
    old["emissions"] = old["emissions"] * 1.1
    assert only(causes(old, new), "correction") == pytest.approx(total(new) - total(old))


def test_other_parameters_are_another_method() -> None:
    old, new = made(), made()
    mask = old["use_parameter"].values == "oxidation"
    old["use_parameter"] = ("use", np.where(mask, "burnout", old["use_parameter"].values))
    old["emissions"] = old["emissions"] * 1.02
    found = causes(old, new)
    dioxide = old["emissions"].sel(gas="CO2") - new["emissions"].sel(gas="CO2")
    assert found["method"] == pytest.approx(-float(dioxide.sum()))


def test_other_sources_of_every_factor_are_a_change_of_factors() -> None:
    amounts = [Amount(COAL, 2020, 100.0)]
    region = county(amounts)
    old = cp.compile_inventory(region)
    local = coal_factors()
    new = cp.compile_inventory(county(amounts, local))
    found = causes(old, new)
    assert only(found, "factor") == pytest.approx(total(new) - total(old))


def test_stands_that_age_change_by_activity_or_by_factor() -> None:
    old = cp.compile_inventory(county([Amount(FOREST, 2020, 100.0)]))
    larger = cp.compile_inventory(county([Amount(FOREST, 2020, 120.0)]))
    assert only(causes(old, larger), "activity") == pytest.approx(total(larger) - total(old))
    quick = Stated(
        "uptake", "new_forest_pine", 9, "t CO2/ha/year", gas="CO2", condition="age_00_60"
    )
    faster = cp.compile_inventory(county([Amount(FOREST, 2020, 100.0)], [quick]))
    assert only(causes(old, faster), "factor") == pytest.approx(total(faster) - total(old))
    earlier = cp.compile_inventory(
        county([Amount(FOREST, 2010, 50.0), Amount(FOREST, 2020, 100.0)])
    )
    assert only(causes(old, earlier), "activity") == pytest.approx(total(earlier) - total(old))


@settings(max_examples=30, deadline=None)
@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(10, 40), st.floats(10, 40), st.booleans())
def test_causes_always_sum_and_turn_their_sign(
    before: float, after: float, first: float, second: float, other: bool
) -> None:
    old, new = made(before, first), made(after, second, lines=2)
    if other:
        new.attrs["metric"] = "AR6GWP100"
    there, back = causes(old, new), causes(new, old)
    for cause in CAUSES:
        assert there[cause] == pytest.approx(-back[cause], rel=1e-9, abs=1e-6)


def test_the_symmetric_split_by_hand() -> None:
    """Two causes at once: each takes the mean of first and last in the order of change."""
    old, new = made(100, 20.0), made(200, 30.0)
    rate = 20e-3 * 0.94 * 44 / 12
    found = recalculation(old, new)
    others = 20e-3 * (1.0 * 28 + 1.5 * 265) / 1000
    activity = 100 * rate * (20 + 30) / 2 + 100 * others
    factor = 10 * rate * (100 + 200) / 2
    summed = found["contribution"].sum(["line", "year"])
    assert float(summed.sel(cause="activity")) == pytest.approx(activity)
    assert float(summed.sel(cause="factor")) == pytest.approx(factor)


def test_factor_changes_name_value_and_source() -> None:
    changes = factor_changes(made(carbon=26.0), made(carbon=27.5))
    assert len(changes) == 1
    change = changes[0]
    assert (change.parameter, change.gas, change.year) == ("carbon_content", "CO2", 2020)
    assert (change.old, change.new, change.unit) == (26.0, 27.5, "t C/TJ")
    assert change.new_source == "invented, test"


def test_inventories_without_a_common_year_are_refused() -> None:
    with pytest.raises(ResultError, match="share no year"):
        recalculation(made(year=2020), made(year=2019))


def test_it_survives_a_save(tmp_path) -> None:
    old, new = made(100, 26.0), made(130, 27.0)
    path = tmp_path / "old.nc"
    old.to_netcdf(path, engine="h5netcdf")
    with xr.open_dataset(path, engine="h5netcdf") as read:
        again = recalculation(read.load(), new)
    xr.testing.assert_allclose(again["contribution"], recalculation(old, new)["contribution"])


def test_a_mass_without_activity_is_never_lost() -> None:
    """An old file may hold a mass and no activity: it has no rate, and still counts in full."""
    old, new = made(100), made(0)
    new["emissions"] = new["emissions"] + 5.0
    found = causes(old, new)
    assert sum(found.values()) == pytest.approx(total(new) - total(old))
    both = made(0), made(0)
    both[1]["emissions"] = both[1]["emissions"] + 5.0
    assert only(causes(*both), "correction") == pytest.approx(total(both[1]))
