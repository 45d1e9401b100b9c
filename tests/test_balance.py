"""Least-squares adjustment to exact totals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from carbonpeak import load_region
from carbonpeak.errors import BalanceError
from carbonpeak.inventory import totals
from carbonpeak.inventory.balance import Row, least_squares
from carbonpeak.inventory.compile import compile_inventory


def test_adjustment_is_shared_by_variance():
    """10 ± 1 and 20 ± 2 must make 33: the gap of 3 is shared as 1 to 4."""
    adjusted = least_squares(
        np.array([10.0, 20.0]), np.array([1.0, 2.0]), [Row("sum", np.ones(2), 33.0)]
    )
    assert adjusted == pytest.approx([10.6, 22.4], rel=1e-12)


def test_agrees_with_a_general_optimiser():
    rng = np.random.default_rng(5)
    values, errors = rng.uniform(5, 50, 8), rng.uniform(0.5, 4, 8)
    rows = [
        Row("all", rng.uniform(0.5, 2, 8), float(values.sum() * 1.3)),
        Row("difference", np.array([1, 1, -1, -1, 0, 0, 0, 0.0]), 0.0),
    ]
    again = minimize(
        lambda x: np.sum(((x - values) / errors) ** 2),
        values,
        constraints=[
            {"type": "eq", "fun": lambda x, row=row: row.coefficients @ x - row.value}
            for row in rows
        ],
        tol=1e-12,
        method="SLSQP",
    )
    assert least_squares(values, errors, rows) == pytest.approx(again.x, rel=1e-5)


@given(
    st.lists(st.floats(1, 1e6), min_size=2, max_size=12),
    st.floats(0.5, 2.0),
)
def test_totals_are_met_and_certain_cells_rest(values, factor):
    estimates = np.array(values)
    errors = 0.1 * estimates
    errors[0] = 0.0
    total = estimates[0] + factor * estimates[1:].sum()
    adjusted = least_squares(estimates, errors, [Row("sum", np.ones(len(estimates)), total)])
    assert adjusted.sum() == pytest.approx(total, rel=1e-9)
    assert adjusted[0] == estimates[0]
    assert np.all(adjusted >= 0)


def test_no_cell_falls_below_zero():
    adjusted = least_squares(
        np.array([1.0, 100.0]), np.array([10.0, 1.0]), [Row("sum", np.ones(2), 60.0)]
    )
    assert adjusted == pytest.approx([0.0, 60.0])


def test_contradicting_totals_are_named():
    rows = [Row("first", np.ones(2), 10.0), Row("second", np.ones(2), 11.0)]
    with pytest.raises(BalanceError, match=r"first: reached .* second: reached"):
        least_squares(np.array([5.0, 5.0]), np.array([1.0, 1.0]), rows)


def test_a_total_without_a_cell_free_to_move_is_named():
    with pytest.raises(BalanceError, match="energy: reached 10, required 12"):
        least_squares(np.array([10.0]), np.zeros(1), [Row("energy", np.ones(1), 12.0)])


@pytest.fixture(scope="module")
def inventory():
    return compile_inventory(load_region("yangjiang"))


def test_yangjiang_meets_the_plan_exactly(inventory):
    """218.57 万吨标煤 in 2020 (plan, 1.2(1))."""
    energy = totals.energy_total(inventory).sel(year=2020)
    assert float(energy) / 1e4 == pytest.approx(218.57, rel=1e-9)


def test_yangjiang_intensity_rose_as_the_plan_prints(inventory):
    """The plan prints a reduction of -20.34 %: an increase (table 2 row 11)."""
    region = load_region("yangjiang")
    intensity = [
        float(totals.energy_co2(inventory).sel(year=year))
        / region.indicator("gdp", year, unit="CNY2020")
        for year in (2015, 2020)
    ]
    assert 100 * (intensity[1] / intensity[0] - 1) == pytest.approx(20.34, rel=1e-9)


def test_heat_made_equals_heat_used(inventory):
    for year in (2015, 2020):
        activity = inventory["activity"].sel(year=year)
        used = activity[inventory["source"].values == "heat"].sum()
        made = activity[inventory["source"].values == "own_heat"].sum()
        assert float(used) == pytest.approx(float(made), rel=1e-9)
