"""Uncertainty from one declaration: two approaches, one centre, and closed forms as the judge."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Total
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.uncertainty import Correlation, draws_of, uncertainty
from carbonpeak.inventory.uncertainty.declaration import _transform, declare
from carbonpeak.inventory.uncertainty.distribution import Distribution, distribution_of
from carbonpeak.inventory.uncertainty.sampling import BLOCK, blocks
from carbonpeak.inventory.uncertainty.sketch import Sketch
from carbonpeak.inventory.uncertainty.terms import terms_of
from small_counties import COAL, COKE, FOREST, Amount, Stated, coal_factors, county

CARBON = 44 / 12
HALF = 1.959963984540054
SPAN = 3.92


def run(region: cp.Region, **choices: object) -> xr.Dataset:
    return uncertainty(region, cp.compile_inventory(region), **choices)  # type: ignore[arg-type]


def grid_of(law: Distribution, count: int = 200_001) -> np.ndarray:
    """Return evenly spaced quantiles of a distribution."""
    chance = (np.arange(count) + 0.5)[None, :] / count
    shape = np.array(law.shape).reshape(4, 1, 1)
    out = np.empty_like(chance)
    _transform(law.kind, chance, shape, out)
    return out[0]


# --- distributions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high", "kind"),
    [
        (10, None, None, "fixed"),
        (10, 9, None, "fixed"),
        (10, 10, 10, "fixed"),
        (10, 8, 12, "normal"),
        (10, 7.01, 12.99, "normal"),
        (10, 7.0, 13.0, "truncated_normal"),
        (10, 0, 20, "truncated_normal"),
        (1, -4, 6, "normal"),
        (10, 9, 13, "lognormal"),
        (10, 0, 40, "lognormal"),
        (10, 10, 12, "triangular"),
        (0, 0, 0.1, "triangular"),
        (10, 6, 11, "triangular"),
        (1, -8, 4, "triangular"),
    ],
)
def test_the_range_decides_the_distribution(
    value: float, low: float | None, high: float | None, kind: str
) -> None:
    assert distribution_of(value, low, high).kind == kind


def test_a_share_stays_between_nothing_and_all() -> None:
    law = distribution_of(0.98, 0.93, 1.0, share=True)
    values = grid_of(law)
    assert law.kind == "beta"
    assert values.min() >= 0
    assert values.max() <= 1
    assert values.mean() == pytest.approx(0.98, rel=1e-5)
    assert values.std() == pytest.approx(0.07 / SPAN, rel=1e-3)


def test_rounded_ranges_count_as_symmetric() -> None:
    assert distribution_of(10, 8, 12.4).kind == "normal"
    assert distribution_of(10, 8, 12.5).kind == "lognormal"


ranges = st.tuples(st.floats(0.01, 1e6), st.floats(0.001, 0.999), st.floats(0.001, 8.0))


@settings(max_examples=60, deadline=None)
@given(ranges)
def test_the_mean_is_the_value_and_nothing_goes_below_zero(
    stated: tuple[float, float, float],
) -> None:
    value, down, up = stated
    law = distribution_of(value, value * (1 - down), value * (1 + up))
    values = grid_of(law, 40_001)
    assert not law.shifted
    heavy = law.kind == "lognormal" and law.shape[1] > 0.9
    assert values.mean() == pytest.approx(value, rel=2e-2 if heavy else 2e-3)
    if not heavy:
        assert values.std() == pytest.approx(law.standard_deviation, rel=2e-2)
    if law.kind != "normal":
        assert values.min() >= 0


def test_the_width_of_a_leaning_triangle_is_the_stated_range() -> None:
    law = distribution_of(100, 90, 108)
    values = grid_of(law)
    low, high = np.quantile(values, [0.025, 0.975])
    assert law.kind == "triangular"
    assert high - low == pytest.approx(18, rel=1e-4)
    assert low == pytest.approx(90, abs=0.05)


def test_a_lognormal_keeps_the_ratio_of_its_range() -> None:
    values = grid_of(distribution_of(10, 5, 40))
    low, high = np.quantile(values, [0.025, 0.975])
    assert high / low == pytest.approx(8, rel=2e-3)


def test_a_value_at_the_end_of_its_range_is_the_mode() -> None:
    law = distribution_of(0.0, 0.0, 0.3)
    assert law.shifted
    assert law.mean == pytest.approx(0.1)
    assert law.standard_deviation == pytest.approx(0.3 / np.sqrt(18))


def test_a_value_outside_its_range_is_refused() -> None:
    with pytest.raises(ResultError, match="outside its range"):
        distribution_of(3, 1, 2)


# --- both approaches against closed forms ---------------------------------------------------


def product_county() -> cp.Region:
    return county(
        [Amount(COAL, 2020, 1000, 900, 1100)],
        coal_factors(ncv=(18, 22), carbon=(24.7, 27.3)),
    )


def moments(pairs: list[tuple[float, float]]) -> tuple[float, float]:
    """Return mean and standard deviation of a product of independent numbers."""
    means, spreads = np.array(pairs).T
    mean = means.prod()
    return mean, float(np.sqrt(np.prod(means**2 + spreads**2) - mean**2))


def test_monte_carlo_meets_the_moments_of_a_product() -> None:
    found = run(product_county(), approach=2, by=("line", "gas"), draws=16384)
    cell = found.sel(part="1.A.1.a/boiler_house/raw_coal/CO2", year=2020)
    mean, deviation = moments([(1000, 200 / SPAN), (20e-3, 4e-3 / SPAN), (26, 2.6 / SPAN)])
    scale = 0.94 * CARBON
    assert float(cell["central"]) == pytest.approx(mean * scale, rel=1e-12)
    assert float(cell["mean"]) == pytest.approx(mean * scale, rel=2e-5)
    assert float(cell["standard_deviation"]) == pytest.approx(deviation * scale, rel=2e-3)


def test_propagation_is_the_root_of_the_sum_of_squares() -> None:
    found = run(product_county(), by=("line", "gas"))
    cell = found.sel(part="1.A.1.a/boiler_house/raw_coal/CO2", year=2020)
    relative = np.sqrt((200 / SPAN / 1000) ** 2 + (4 / SPAN / 20) ** 2 + (2.6 / SPAN / 26) ** 2)
    assert float(cell["half_range"]) == pytest.approx(100 * HALF * relative, rel=1e-9)
    assert float(cell["activity_uncertainty"]) == pytest.approx(100 * HALF * 0.2 / SPAN, rel=1e-9)
    shares = cell["variance_share"].to_series()
    assert shares.sum() == pytest.approx(1)
    assert shares["activity|1.A.1.a/boiler_house/raw_coal|2020"] == pytest.approx(
        (0.2 / SPAN) ** 2 / relative**2
    )


def two_lines(year: int = 2020) -> list[Amount]:
    return [
        Amount(COAL, year, 1000, 900, 1100),
        Amount(("1.A.2.a", "offices", "raw_coal", "burnt", "t"), year, 2000, 1700, 2300),
    ]


def test_a_shared_factor_adds_up_and_independent_activity_does_not() -> None:
    region = county(two_lines(), coal_factors(ncv=(18, 22)))
    found = run(region, by=("line", "gas")).sel(year=2020)
    rate = 20e-3 * 26 * 0.94 * CARBON
    activity = np.hypot(200 / SPAN, 600 / SPAN) * rate
    shared = 3000 * rate * 4 / SPAN / 20
    dioxide = uncertainty(region, cp.compile_inventory(region), by="gas").sel(part="CO2", year=2020)
    assert float(dioxide["standard_deviation"]) == pytest.approx(np.hypot(activity, shared))
    lines = found.sel(part=[part for part in found["part"].values if part.endswith("CO2")])
    assert float(dioxide["standard_deviation"]) < float(lines["standard_deviation"].sum())


def test_the_draws_of_a_shared_factor_are_one_and_others_are_apart() -> None:
    only_factor = county(
        [Amount(one.of, one.year, one.value) for one in two_lines()], coal_factors(ncv=(18, 22))
    )
    drawn = draws_of(only_factor, cp.compile_inventory(only_factor), by="line", draws=2048)
    first, second = drawn.sel(year=2020).values[:2]
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(1)
    apart = county(two_lines(), coal_factors())
    drawn = draws_of(apart, cp.compile_inventory(apart), by="line", draws=4096)
    first, second = drawn.sel(year=2020).values[:2]
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_the_mean_of_the_draws_is_the_centre_within_its_error() -> None:
    region, inventory = worlds.loaded(), worlds.compiled()
    found = uncertainty(region, inventory, approach=2, by="category", draws=8192)
    off = abs(found["mean"] - found["central"])
    assert found.attrs["inputs_shifted"] == 0
    assert bool((off <= 4 * found["mean_error"] + 1e-6).all())


@pytest.mark.parametrize("approach", [1, 2])
def test_the_centre_is_the_inventory_whatever_the_approach(approach: int) -> None:
    region, inventory = worlds.loaded(), worlds.compiled()
    found = uncertainty(region, inventory, approach=approach, draws=1024, shares=False)  # type: ignore[arg-type]
    totals = cp.summary(inventory, "AR5GWP100")
    for name in ("total", "total_with_land", "total_with_indirect"):
        np.testing.assert_allclose(found["central"].sel(part=name), totals[name], rtol=1e-9)


def test_both_approaches_agree_where_ranges_are_small() -> None:
    region = county(two_lines(), coal_factors(ncv=(19, 21), carbon=(25, 27)))
    one = run(region).sel(part="total", year=2020)
    two = run(region, approach=2, draws=16384).sel(part="total", year=2020)
    for name in ("low", "high", "standard_deviation"):
        assert float(two[name]) == pytest.approx(float(one[name]), rel=5e-3)
    shares = abs(one["variance_share"] - two["variance_share"])
    assert float(shares.max()) < 0.02


# --- trend ----------------------------------------------------------------------------------


def two_years(**factors: tuple[float, float]) -> cp.Region:
    amounts = [Amount(COAL, 2015, 800), Amount(COAL, 2020, 1000)]
    return county(amounts, coal_factors(**factors), years=(2015, 2020))


def test_a_factor_shared_by_all_lines_and_years_leaves_the_trend_certain() -> None:
    found = run(two_years(ncv=(15, 25))).sel(part="total", year=2020)
    assert float(found["trend"]) == pytest.approx(25)
    assert float(found["trend_high"] - found["trend_low"]) == pytest.approx(0, abs=1e-6)
    drawn = run(two_years(ncv=(15, 25)), approach=2, draws=1024).sel(part="total", year=2020)
    assert float(drawn["trend_high"] - drawn["trend_low"]) == pytest.approx(0, abs=1e-9)


def test_independent_activity_moves_the_trend_by_sensitivity_b() -> None:
    amounts = [Amount(COAL, 2015, 1000, 900, 1100), Amount(COAL, 2020, 1000, 900, 1100)]
    region = county(amounts, coal_factors(), years=(2015, 2020))
    found = run(region).sel(part="total", year=2020)
    percent = 100 * HALF * 200 / SPAN / 1000
    assert float(found["trend_high"]) == pytest.approx(np.sqrt(2) * percent, rel=1e-9)
    assert float(found["sensitivity_b"]) == pytest.approx(100)
    assert float(found["trend_from_activity"]) == pytest.approx(np.sqrt(2) * percent, rel=1e-9)


def test_a_correlation_ties_two_years_together() -> None:
    amounts = [Amount(COAL, 2015, 1000, 900, 1100), Amount(COAL, 2020, 1000, 900, 1100)]
    region = county(amounts, coal_factors(), years=(2015, 2020))
    tied = [Correlation("survey", ["activity|1.A.1.a/*"], 1.0)]
    half = [Correlation("survey", ["activity|1.A.1.a/*"], 0.5)]
    free, loose, fast = (
        float(run(region, correlations=one)["trend_high"].sel(part="total", year=2020))
        for one in ([], half, tied)
    )
    assert fast == pytest.approx(0, abs=1e-9)
    assert loose == pytest.approx(free * np.sqrt(0.5))
    drawn = run(region, correlations=half, approach=2, draws=16384).sel(part="total", year=2020)
    half_range = float(drawn["trend_high"] - drawn["trend_low"]) / 2
    assert half_range == pytest.approx(loose, rel=0.03)
    assert float(drawn["variance_share"].sum()) == pytest.approx(1)


# --- lines that age, removals, exact totals -------------------------------------------------


def test_planted_stands_vary_with_the_uptake_of_each_age_and_past_years() -> None:
    region = county([Amount(FOREST, 2015, 100, 80, 120), Amount(FOREST, 2020, 50)])
    inventory = cp.compile_inventory(region)
    model = bind(region, region_lines(region), region.record.years)
    terms = terms_of(model, inventory)
    assert {(cell.line, cell.year) for cell in terms.cells} == {
        ("3.B.1.b/new_forest_pine", 2015),
        ("3.B.1.b/new_forest_pine", 2020),
    }
    found = uncertainty(region, inventory, by="line")
    cell = found.sel(part="3.B.1.b/new_forest_pine", year=2020)
    assert float(cell["central"]) == pytest.approx(-float(inventory["removals"].sum()))
    assert "activity|3.B.1.b/new_forest_pine|2015" in found["input"].values
    assert float(cell["high"]) > float(cell["central"]) > float(cell["low"])


def test_every_draw_keeps_the_exact_totals() -> None:
    region, inventory = worlds.loaded(), worlds.compiled()
    free = uncertainty(region, inventory, by="line", exact_totals=False, shares=False)
    kept = uncertainty(region, inventory, by="line", shares=False)
    key = ("total_with_indirect", 2020)
    wide, narrow = (
        float(one["standard_deviation"].sel(part=key[0], year=key[1])) for one in (free, kept)
    )
    assert narrow < wide
    assert kept.attrs["exact_totals"] == len(region.record.totals)
    assert free.attrs["exact_totals"] == 0


def test_an_exact_total_leaves_a_single_line_certain() -> None:
    """One fuel that alone makes up an exact energy total cannot vary, whatever its range."""
    region = county([Amount(COAL, 2020, 1000, 500, 1500)], coal_factors())
    total = Total(
        kind="energy",
        year=2020,
        value=700,
        unit="tce",
        source_id="invented",
        where="test",
        evidence="assumption",
    )
    record = region.record.model_copy(update={"totals": {"energy_2020": total}})
    fixed = replace(region, record=record)
    found = run(fixed).sel(part="total", year=2020)
    assert float(found["half_range"]) == pytest.approx(0, abs=1e-9)
    drawn = run(fixed, approach=2, draws=256).sel(part="total", year=2020)
    assert float(drawn["standard_deviation"]) == pytest.approx(0, abs=1e-6)


# --- draws ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube"])
@pytest.mark.parametrize("chunk", [1, 100, 256, 4096])
def test_the_result_does_not_depend_on_the_chunk(sampler: str, chunk: int) -> None:
    region = product_county()
    once = run(region, approach=2, draws=1500, sampler=sampler, seed=5)
    again = run(region, approach=2, draws=1500, sampler=sampler, seed=5, chunk=chunk)
    xr.testing.assert_allclose(once, again, rtol=1e-12)


def test_a_seed_gives_its_own_draws_and_the_first_ones_stay() -> None:
    region = product_county()
    inventory = cp.compile_inventory(region)
    some, more = (draws_of(region, inventory, draws=count, seed=3) for count in (700, 3000))
    np.testing.assert_array_equal(some.values, more.values[..., :700])
    other = draws_of(region, inventory, draws=700, seed=4)
    assert not np.array_equal(some.values, other.values)


def test_a_factor_has_the_same_draws_in_another_region() -> None:
    """Latin hypercubes are made by name: regions and added lines share what they share."""
    small = county([Amount(COAL, 2020, 10)], coal_factors(ncv=(18, 22)))
    large = county(
        [Amount(COAL, 2020, 500), Amount(COKE, 2020, 70, 60, 80)], coal_factors(ncv=(18, 22))
    )
    first, second = (
        draws_of(one, cp.compile_inventory(one), by="source", sampler="latin_hypercube", draws=512)
        for one in (small, large)
    )
    np.testing.assert_allclose(
        second.sel(part="raw_coal"), 50 * first.sel(part="raw_coal"), rtol=1e-12
    )


def test_blocks_lie_strictly_between_nothing_and_all() -> None:
    for sampler in ("sobol", "latin_hypercube"):
        block = next(blocks(["a", "b", "c"], sampler=sampler, seed=1))
        assert block.shape == (BLOCK, 3)
        assert block.min() > 0
        assert block.max() < 1


def test_a_sketch_is_exact_first_and_close_later() -> None:
    draws = np.random.default_rng(1).normal(10, 2, (3, 60_000))
    exact, sketch = Sketch(3, exact=100_000), Sketch(3, exact=5_000)
    for start in range(0, 60_000, 1000):
        exact.add(draws[:, start : start + 1000])
        sketch.add(draws[:, start : start + 1000])
    wanted = np.quantile(draws, [0.025, 0.5, 0.975], axis=1)
    np.testing.assert_array_equal(exact.quantiles([0.025, 0.5, 0.975]), wanted)
    np.testing.assert_allclose(sketch.quantiles([0.025, 0.5, 0.975]), wanted, atol=0.01)
    assert not sketch._kept


def test_a_sketch_of_a_constant_is_that_constant() -> None:
    sketch = Sketch(1, exact=4)
    for _ in range(3):
        sketch.add(np.full((1, 5), 7.0))
    assert sketch.quantiles([0.5])[0, 0] == pytest.approx(7, abs=1e-3)


# --- what is said and refused ---------------------------------------------------------------


def test_numbers_without_a_range_are_counted_and_fixed() -> None:
    found = run(county([Amount(COAL, 2020, 10)], coal_factors()))
    assert found.attrs["activity_without_range"] == 1
    assert found.attrs["factors_without_range"] == 5
    assert found.attrs["inputs"] == 0
    assert float(found["half_range"].sel(part="total", year=2020)) == 0
    drawn = run(county([Amount(COAL, 2020, 10)], coal_factors()), approach=2, draws=16)
    assert float(drawn["high"].sel(part="total", year=2020)) == pytest.approx(
        float(drawn["central"].sel(part="total", year=2020))
    )


def test_bought_power_does_not_blend_into_a_category() -> None:
    region, inventory = worlds.loaded("minimal"), worlds.compiled("minimal")
    found = uncertainty(region, inventory, by=("category", "gas"))
    assert "1.A.4.a/CO2/indirect" in found["part"].values
    assert "1.A.4.a/CO2" not in found["part"].values


def test_a_part_is_the_sum_of_its_lines() -> None:
    region, inventory = worlds.loaded(), worlds.compiled()
    lines = uncertainty(region, inventory, by="line", shares=False)
    sectors = uncertainty(region, inventory, by="sector", shares=False)
    kind = {line: vocabulary.parse_line(line).rule.sector for line in lines["part"].values[:-3]}
    for sector in set(kind.values()):
        inside = [line for line, one in kind.items() if one == sector]
        np.testing.assert_allclose(
            lines["central"].sel(part=inside).sum("part"), sectors["central"].sel(part=sector)
        )


def test_the_metric_weighs_the_parts() -> None:
    region = product_county()
    found = {one: run(region, metric=one, by="gas") for one in ("SARGWP100", "AR5GWP100")}
    ratio = found["AR5GWP100"]["central"] / found["SARGWP100"]["central"]
    assert float(ratio.sel(part="CH4", year=2020)) == pytest.approx(28 / 21)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"approach": 3}, "no approach 3"),
        ({"by": "sectr"}, "did you mean 'sector'"),
        ({"base_year": 1990}, "no year 1990"),
        ({"approach": 2, "draws": 0}, "'draws' is 0"),
        ({"approach": 2, "sampler": "dice"}, "no sampler 'dice'"),
        ({"correlations": [Correlation("a", ["nothing"])]}, "no input 'nothing'"),
        ({"correlations": [Correlation("a", ["activity|*"], 2)]}, "expected 0 to 1"),
    ],
)
def test_a_wrong_choice_is_named(choices: dict[str, object], words: str) -> None:
    with pytest.raises(ResultError, match=words):
        run(product_county(), **choices)


def test_an_input_stands_in_one_correlation() -> None:
    twice = [Correlation(name, ["activity|*"]) for name in ("a", "b")]
    region = product_county()
    inventory = cp.compile_inventory(region)
    terms = terms_of(bind(region, region_lines(region), (2020,)), inventory)
    with pytest.raises(ResultError, match="two correlations"):
        declare(terms, correlations=twice)


def test_an_inventory_of_other_lines_is_refused() -> None:
    with pytest.raises(ResultError, match="compile it again"):
        uncertainty(product_county(), worlds.compiled("minimal"))


def test_an_aged_factor_enters_by_its_slope() -> None:
    """Doubling the step of a factor's range doubles what it adds, to first order."""
    base = Stated("uptake", "new_forest_pine", 5, "t CO2/ha/year", gas="CO2", condition="age_00_60")
    spread = []
    for width in (0.5, 1.0):
        stated = Stated(**{**vars(base), "low": 5 - width, "high": 5 + width})
        region = county([Amount(FOREST, 2020, 100)], [stated])
        spread.append(
            float(run(region)["standard_deviation"].sel(part="total_with_land", year=2020))
        )
    assert spread[1] == pytest.approx(2 * spread[0])
    assert spread[0] == pytest.approx(100 * 1.0 / SPAN)


def test_memory_does_not_grow_with_the_draws() -> None:
    region = product_county()
    inventory = cp.compile_inventory(region)
    peaks = []
    for draws in (20_000, 80_000):
        tracemalloc.start()
        uncertainty(region, inventory, approach=2, draws=draws, by=(), shares=False)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


# --- one result, whatever runs it -----------------------------------------------------------

SAY = """
import hashlib, worlds, carbonpeak as cp
found = cp.uncertainty(
    worlds.loaded("minimal"), worlds.compiled("minimal"), approach=2, by="line", draws=2048
)
print(hashlib.sha256(found["mean"].values.tobytes() + found["high"].values.tobytes()).hexdigest())
"""


def test_neither_hash_seed_nor_threads_change_a_draw() -> None:
    said = set()
    for seed, threads in (("0", "1"), ("1", "2"), ("2", "4")):
        extra = {
            "PYTHONHASHSEED": seed,
            "OPENBLAS_NUM_THREADS": threads,
            "OMP_NUM_THREADS": threads,
        }
        path = os.pathsep.join([str(worlds.TESTS), *sys.path])
        done = subprocess.run(
            [sys.executable, "-c", SAY],
            env={**os.environ, **extra, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) == 1


def test_a_model_that_is_used_again_gives_the_same_and_forgets_nothing() -> None:
    region = product_county()
    inventory = cp.compile_inventory(region)
    model = bind(region, region_lines(region), region.record.years)
    first, again = (uncertainty(model, inventory, by="line") for _ in range(2))
    xr.testing.assert_identical(first, again)
    assert "CO2" in uncertainty(model, inventory, by="gas")["part"].values
    doubled = inventory.assign(activity=inventory["activity"] * 2)
    total = {"part": "total", "year": 2020}
    more = uncertainty(model, doubled, by="line").sel(total)
    assert float(more["central"]) == pytest.approx(2 * float(first.sel(total)["central"]))
    moved = inventory.assign_coords(sector=("line", np.array(["land"])))
    assert float(uncertainty(model, moved, by="line").sel(total)["central"]) == 0
