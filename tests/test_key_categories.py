"""Key categories: formulas at their boundaries, land use, uncertainty, qualitative keys."""

from __future__ import annotations

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError
from carbonpeak.inventory.key_categories import (
    Qualitative,
    key_categories,
    key_flags,
    level_assessment,
    trend_assessment,
)
from carbonpeak.inventory.uncertainty import uncertainty
from small_counties import COAL, COKE, FOREST, POWER, Amount, coal_factors, county


def test_a_removal_counts_by_its_size() -> None:
    np.testing.assert_allclose(level_assessment(np.array([60.0, -20.0, 20.0])), [0.6, 0.2, 0.2])


def test_nothing_at_all_has_no_level() -> None:
    np.testing.assert_array_equal(level_assessment(np.zeros(3)), np.zeros(3))


def test_the_trend_by_hand() -> None:
    base, current = np.array([100.0, 50.0, 50.0]), np.array([100.0, 100.0, 100.0])
    whole = (300 - 200) / 200
    wanted = [0.5 * abs(0 - whole), 0.25 * abs(1 - whole), 0.25 * abs(1 - whole)]
    np.testing.assert_allclose(trend_assessment(base, current), wanted)


def test_a_part_that_follows_the_whole_has_no_trend() -> None:
    base = np.array([10.0, 30.0])
    np.testing.assert_allclose(trend_assessment(base, 2 * base), 0, atol=1e-12)


def test_a_new_part_counts_by_its_size_against_the_base_year() -> None:
    found = trend_assessment(np.array([100.0, 0.0]), np.array([100.0, 25.0]))
    assert found[1] == pytest.approx(0.25)


def test_a_sink_in_the_base_year() -> None:
    base, current = np.array([100.0, -20.0]), np.array([100.0, -30.0])
    whole = (70 - 80) / 80
    wanted = [100 / 120 * abs(0 - whole), 20 / 120 * abs(-10 / 20 - whole)]
    np.testing.assert_allclose(trend_assessment(base, current), wanted)


def test_a_base_year_of_zero_has_no_trend() -> None:
    with pytest.raises(ResultError, match="sums to zero"):
        trend_assessment(np.array([10.0, -10.0]), np.array([1.0, 1.0]))


def test_the_part_that_crosses_the_threshold_is_key_and_the_next_is_not() -> None:
    cumulative, flags = key_flags(np.array([0.04, 0.60, 0.30, 0.06]), 0.95)
    np.testing.assert_array_equal(flags, [False, True, True, True])
    np.testing.assert_allclose(cumulative, [1.0, 0.60, 0.90, 0.96])


def test_a_sum_that_meets_the_threshold_exactly_is_enough() -> None:
    _, flags = key_flags(np.array([0.95, 0.05]), 0.95)
    np.testing.assert_array_equal(flags, [True, False])


def test_parts_of_nothing_are_never_key() -> None:
    _, flags = key_flags(np.array([1.0, 0.0, 0.0]), 1.0)
    np.testing.assert_array_equal(flags, [True, False, False])


def test_land_use_takes_part_only_when_asked() -> None:
    region = county([Amount(COAL, 2020, 100), Amount(FOREST, 2020, 100)], coal_factors())
    inventory = cp.compile_inventory(region)
    both = key_categories(inventory)
    without = key_categories(inventory, with_land=False)
    assert "3.B.1.b/CO2" in both["part"].values
    assert "3.B.1.b/CO2" not in without["part"].values
    assert both.attrs["with_land"] == 1


def test_bought_power_and_memo_items_are_no_key_categories() -> None:
    region = county([Amount(COAL, 2020, 1), Amount(POWER, 2020, 1e6)], coal_factors())
    found = key_categories(cp.compile_inventory(region))
    assert set(found["part_category"].values) == {"1.A.1.a"}


def test_the_level_comes_first_and_sums_to_one() -> None:
    found = key_categories(worlds.compiled())
    assert float(found["level"].sum()) == pytest.approx(1)
    assert bool((found["level"].diff("part") <= 1e-15).all())
    assert bool(found["key"][0])


def test_one_year_has_no_trend() -> None:
    found = key_categories(worlds.compiled("minimal"))
    assert "trend" not in found
    assert str(found["identified_by"].values[0]) == "L1"


def test_approach_2_weighs_with_the_half_range() -> None:
    region = county(
        [Amount(COAL, 2020, 1000, 990, 1010), Amount(COKE, 2020, 100, 50, 150)],
        coal_factors(),
    )
    inventory = cp.compile_inventory(region)
    ranges = uncertainty(region, inventory, by=("category", "gas"))
    found = key_categories(inventory, ranges)
    plain = key_categories(inventory)
    assert str(plain["part"].values[0]) == "1.A.1.a/CO2"
    assert str(found["part"].values[0]) == "1.A.2.a/CO2"
    assert found.attrs["threshold"] == 0.90
    weight = abs(found["current"]) * ranges["half_range"].sel(part=found["part"], year=2020)
    np.testing.assert_allclose(found["level"], weight / weight.sum(), atol=1e-12)


def test_a_qualitative_key_carries_its_reason_and_author() -> None:
    region = county([Amount(COAL, 2020, 1000), Amount(FOREST, 2020, 0.01)], coal_factors())
    mangrove = Qualitative("3.B.1.b", "a promise of the plan", "reviewer")
    found = key_categories(cp.compile_inventory(region), qualitative=[mangrove])
    cell = found.sel(part="3.B.1.b/CO2")
    assert str(cell["identified_by"].values) == "Q"
    assert str(cell["reason"].values) == "a promise of the plan (reviewer)"
    assert bool(cell["key"])


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"approach": 2}, "uncertainty"),
        ({"year": 1990}, "no year 1990"),
        ({"by": ("colour",)}, "no parts by 'colour'"),
        ({"qualitative": [Qualitative("9.Z", "none")]}, "no part '9.Z'"),
    ],
)
def test_a_wrong_question_is_named(choices: dict[str, object], words: str) -> None:
    with pytest.raises(ResultError, match=words):
        key_categories(worlds.compiled("minimal"), **choices)  # type: ignore[arg-type]


def test_an_uncertainty_of_other_parts_is_refused() -> None:
    region, inventory = worlds.loaded("minimal"), worlds.compiled("minimal")
    by_sector = uncertainty(region, inventory)
    with pytest.raises(ResultError, match="same 'by'"):
        key_categories(inventory, by_sector)


def test_a_category_that_ended_keeps_its_weight_in_the_trend() -> None:
    """It has no range of the last year; that of the base year tells how doubtful its end is."""
    amounts = [
        Amount(COAL, 2015, 1000, 800, 1200),
        Amount(COAL, 2020, 0),
        Amount(COKE, 2015, 1000, 990, 1010),
        Amount(COKE, 2020, 1000, 990, 1010),
    ]
    region = county(amounts, coal_factors(), years=(2015, 2020))
    inventory = cp.compile_inventory(region)
    ranges = uncertainty(region, inventory, by=("category", "gas"))
    found = key_categories(inventory, ranges)
    ended = found.sel(part="1.A.1.a/CO2")
    assert float(ended["current"]) == 0
    assert float(ended["trend"]) > 0.5
    assert str(ended["identified_by"].values) == "T2"


def test_the_same_labels_are_laid_out_once_and_never_shared() -> None:
    inventory = worlds.compiled("minimal")
    first, second = key_categories(inventory), key_categories(inventory)
    first["level"][:] = -1.0
    first["part_gas"].attrs["note"] = "mine"
    assert float(second["level"].min()) >= 0
    assert not key_categories(inventory)["part_gas"].attrs
