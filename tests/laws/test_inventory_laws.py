"""What holds for every inventory, whatever its numbers."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak import units, vocabulary
from carbonpeak.evidence.region import ActivityRow
from carbonpeak.inventory.explain import evaluate
from carbonpeak.records import Row

MASSES = ("emissions", "removals", "memo")
METRICS = ["SARGWP100", "AR4GWP100", "AR5GWP100", "AR6GWP100"]
amounts = st.floats(min_value=1e-3, max_value=1e9)
few = settings(max_examples=20, deadline=None)


def scaled(region: cp.Region, factors: list[float]) -> cp.Region:
    """Return the region with each activity value times its own factor."""
    rows = tuple(
        replace(row, record=row.record.model_copy(update={"value": row.record.value * factor}))
        for row, factor in zip(region.activity, factors, strict=True)
    )
    return replace(region, activity=rows)


def masses(dataset: xr.Dataset) -> np.ndarray:
    return np.concatenate([dataset[name].values.ravel() for name in (*MASSES, "energy")])


@few
@given(factor=amounts)
def test_activity_times_a_factor_gives_masses_times_it(factor: float) -> None:
    minimal = worlds.loaded("minimal")
    once = masses(worlds.compiled("minimal"))
    more = masses(cp.compile_inventory(scaled(minimal, [factor] * len(minimal.activity))))
    np.testing.assert_allclose(more, once * factor, rtol=1e-12)


@few
@given(first=amounts, second=amounts)
def test_lines_do_not_touch_each_other(first: float, second: float) -> None:
    minimal = worlds.loaded("minimal")
    both = cp.compile_inventory(scaled(minimal, [first, second]))
    one = cp.compile_inventory(scaled(minimal, [first, 0.0]))
    other = cp.compile_inventory(scaled(minimal, [0.0, second]))
    np.testing.assert_allclose(masses(both), masses(one) + masses(other), rtol=1e-12)


def test_zero_in_zero_out() -> None:
    nothing = cp.compile_inventory(scaled(worlds.loaded("minimal"), [0.0, 0.0]))
    assert not masses(nothing).any()


@few
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    opulent = worlds.loaded()
    rows = list(opulent.activity)
    random.Random(seed).shuffle(rows)
    shuffled = cp.compile_inventory(replace(opulent, activity=tuple(rows)))
    xr.testing.assert_identical(shuffled, worlds.compiled())


@pytest.mark.parametrize(
    "written",
    ["25000,t", "25000,吨", "25,kt", "25000000,kg", "0.025,Mt", "0.00025,亿吨", "25,千吨"],
)
def test_the_unit_written_does_not_matter(tmp_path: Path, written: str) -> None:
    minimal_path = worlds.minimal(tmp_path)
    worlds.edit(minimal_path / "activity" / "energy.csv", "2.5,万吨", written)
    again = cp.compile_inventory(cp.load_region(minimal_path))
    np.testing.assert_allclose(masses(again), masses(worlds.compiled("minimal")), rtol=1e-12)


WRITTEN = (
    *("kg", "t", "万吨", "kt", "kg N", "t N", "kg COD", "t COD", "kWh", "万千瓦时", "TJ"),
    *("ha", "亩", "km2", "m3", "万立方米", "Nm3", "亿标立方米", "head", "万头", "person", "万人"),
)


def rewritten(row: Row[ActivityRow], chance: random.Random) -> Row[ActivityRow]:
    """Write an amount in another unit of its kind."""
    own = row.record.unit
    unit = chance.choice([unit for unit in WRITTEN if units.same_dimension(own, unit)])
    changed = {"value": row.record.value * units.factor(own, unit), "unit": unit}
    changed |= {"low": None, "high": None}
    return replace(row, record=row.record.model_copy(update=changed))


def at_site(row: Row[ActivityRow], site: str, share: float) -> Row[ActivityRow]:
    """Give a share of an amount to a site."""
    changed = {"site": site, "value": row.record.value * share, "low": None, "high": None}
    return replace(row, record=row.record.model_copy(update=changed))


def by_gas(dataset: xr.Dataset) -> np.ndarray:
    """Return the masses of each gas and year, and the standard coal of each year."""
    sums = [dataset[name].sum("line").values.ravel() for name in MASSES]
    return np.concatenate([*sums, dataset["energy"].sum("line").values.ravel()])


@few
@given(factor=amounts)
def test_five_sectors_and_their_history_scale_with_activity(factor: float) -> None:
    farming = worlds.loaded("sample_county")
    more = cp.compile_inventory(scaled(farming, [factor] * len(farming.activity)))
    expected = masses(worlds.compiled("sample_county")) * factor
    np.testing.assert_allclose(masses(more), expected, rtol=1e-9, atol=1e-9 * factor)


def test_nothing_in_five_sectors_gives_nothing() -> None:
    farming = worlds.loaded("sample_county")
    assert not masses(cp.compile_inventory(scaled(farming, [0.0] * len(farming.activity)))).any()


@few
@given(seed=st.integers(0, 10**6))
def test_two_halves_of_the_rows_add_up(seed: int) -> None:
    farming = worlds.loaded("sample_county")
    chosen = np.random.default_rng(seed).integers(0, 2, len(farming.activity)).astype(float)
    one = cp.compile_inventory(scaled(farming, list(chosen)))
    other = cp.compile_inventory(scaled(farming, list(1.0 - chosen)))
    whole = masses(worlds.compiled("sample_county"))
    np.testing.assert_allclose(masses(one) + masses(other), whole, rtol=1e-9, atol=1e-9)


@few
@given(seed=st.integers(0, 10**6))
def test_order_and_units_of_rows_do_not_matter_in_five_sectors(seed: int) -> None:
    farming, chance = worlds.loaded("sample_county"), random.Random(seed)
    rows = [rewritten(row, chance) for row in farming.activity]
    chance.shuffle(rows)
    again = cp.compile_inventory(replace(farming, activity=tuple(rows)))
    whole = masses(worlds.compiled("sample_county"))
    np.testing.assert_allclose(masses(again), whole, rtol=1e-9, atol=1e-9)


@few
@given(seed=st.integers(0, 10**6), share=st.floats(0.0, 1.0))
def test_a_line_split_between_two_sites_changes_nothing(seed: int, share: float) -> None:
    farming, chance = worlds.loaded("sample_county"), random.Random(seed)
    lines = sorted({row.record.line.id for row in farming.activity})
    split = set(chance.sample(lines, 20))
    rows: list[Row[ActivityRow]] = []
    for row in farming.activity:
        parts = (("north", share), ("south", 1.0 - share))
        cut = row.record.line.id in split
        rows += [at_site(row, site, part) for site, part in parts] if cut else [row]
    apart = cp.compile_inventory(replace(farming, activity=tuple(rows)))
    whole = by_gas(worlds.compiled("sample_county"))
    np.testing.assert_allclose(by_gas(apart), whole, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("region", ["yangjiang", "sample_county"])
@pytest.mark.parametrize("name", MASSES)
def test_children_sum_to_their_parent_in_each_metric(name: str, region: str, metric: str) -> None:
    check_children(cp.co2e(worlds.compiled(region), metric=metric)[name])


@pytest.mark.parametrize("region", ["yangjiang", "sample_county"])
@pytest.mark.parametrize("name", MASSES)
def test_children_sum_to_their_parent(name: str, region: str) -> None:
    check_children(worlds.compiled(region)[name])


def check_children(values: xr.DataArray) -> None:
    """Compare every category with the sum of its children, cell by cell."""
    leaves = cp.group(values, "category")
    under: dict[str, np.ndarray] = {}
    for code in leaves["category"].values:
        for parent in vocabulary.ancestors(str(code)):
            value = leaves.sel(category=code).values
            under[parent] = under[parent] + value if parent in under else value
    for parent, total in under.items():
        children = [code for code in under if vocabulary.categories()[code].parent == parent]
        own = leaves.sel(category=parent).values if parent in leaves["category"].values else 0.0
        np.testing.assert_allclose(sum(under[code] for code in children) + own, total, rtol=1e-12)


@pytest.mark.parametrize("by", ["sector", "category", "site", "source", "carrier", "scope"])
def test_every_grouping_has_the_same_sum(by: str) -> None:
    grouped = cp.group(worlds.compiled()["emissions"], by).sum(by)  # type: ignore[arg-type]
    np.testing.assert_allclose(grouped, worlds.compiled()["emissions"].sum("line"), rtol=1e-12)


def test_a_missing_line_is_not_a_zero() -> None:
    holes = worlds.compiled().copy(deep=True)
    holes["activity"][0, 0] = np.nan
    expected = 1 - 1 / holes.sizes["line"]
    assert float(cp.completeness(holes)[0]) == pytest.approx(expected)


def test_several_metrics_at_once_equal_each_alone() -> None:
    together = cp.co2e(worlds.compiled(), metric=METRICS)
    for metric in METRICS:
        alone = cp.co2e(worlds.compiled(), metric=metric)
        for name in MASSES:
            np.testing.assert_array_equal(together[name].sel(metric=metric), alone[name])


def test_totals_are_the_sum_of_their_parts() -> None:
    totals = cp.summary(worlds.compiled(), "AR5GWP100")
    weighed = cp.co2e(worlds.compiled(), metric="AR5GWP100")
    everything = (weighed["emissions"] - weighed["removals"]).sum(["line", "gas"])
    parts = totals["total"] + totals["land"] + totals["indirect"]
    np.testing.assert_allclose(parts, everything, rtol=1e-12)


def test_a_number_computed_again_equals_the_number_stored() -> None:
    from carbonpeak import sectors

    stored = sum(worlds.compiled()[name] for name in MASSES)
    checked = 0
    for line in worlds.compiled()["line"].values:
        method = sectors.find_method(vocabulary.parse_line(str(line)).rule.method)
        for gas in () if method.by_age else method.gases:
            for year in worlds.compiled()["year"].values:
                value = evaluate(worlds.compiled(), str(line), year=int(year), gas=gas)
                expected = float(stored.sel(line=line, gas=gas, year=year))
                assert value == pytest.approx(expected, rel=1e-12, abs=1e-12)
                checked += 1
    assert checked > 200


def test_the_result_survives_a_file(tmp_path: Path) -> None:
    worlds.compiled().to_netcdf(tmp_path / "inventory.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "inventory.nc", engine="h5netcdf") as again:
        line = str(again["line"].values[0])
        told = cp.explain(again.load(), line, year=2020)
    assert str(told) == str(cp.explain(worlds.compiled(), line, year=2020))
