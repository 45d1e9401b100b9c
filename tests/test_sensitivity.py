"""Sensitivity: laws, many outputs at once, an independent implementation, and faults."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from carbonpeak.analysis.peak import peak_year
from carbonpeak.analysis.sensitivity import (
    morris_effects,
    morris_points,
    sobol_indices,
    sobol_points,
)
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]


def curved(points: Floats) -> Floats:
    return np.stack(
        [
            points[:, 0] + points[:, 1] * points[:, 2],
            np.exp(points[:, 0]) - points[:, 2] ** 2,
            1e6 + 3 * points[:, 1],
        ],
        axis=1,
    )


def test_shares_of_a_sum_are_the_squared_weights() -> None:
    points = sobol_points(3, base=4096, seed=3)
    found = sobol_indices(points @ np.array([1.0, 2.0, 0.0]), inputs=3)
    np.testing.assert_allclose(found.first, [0.2, 0.8, 0.0], atol=0.01)
    np.testing.assert_allclose(found.total, [0.2, 0.8, 0.0], atol=0.01)


def test_every_year_and_the_peak_year_at_once() -> None:
    """One input tilts the path and so moves its peak; the other only lifts it."""
    points = sobol_points(2, base=512, seed=0)
    years = np.arange(2020, 2041)
    summit = 2026 + 8 * points[:, :1]
    paths = 100 + 40 * points[:, 1:] - 0.1 * (years - summit) ** 2
    found = sobol_indices(np.column_stack([paths, peak_year(paths, years)]), inputs=2)
    assert found.first.shape == found.total_error.shape == (2, 22)
    np.testing.assert_allclose(found.total[:, -1], [1, 0], atol=0.05)
    assert found.total[0, 0] > found.total[0, 10]
    alone = sobol_indices(paths[:, 4], inputs=2)
    np.testing.assert_allclose(found.first[:, 4], alone.first, rtol=1e-10)
    np.testing.assert_allclose(found.total_error[:, 4], alone.total_error, rtol=1e-10)


def test_an_output_that_does_not_vary_has_no_shares() -> None:
    points = sobol_points(2, base=64)
    outputs = np.column_stack([np.full(len(points), 1e9 / 3), points[:, 0]])
    found = sobol_indices(outputs, inputs=2)
    assert np.isnan(found.first[:, 0]).all()
    assert np.isnan(found.total_error[:, 0]).all()
    assert np.isfinite(found.first[:, 1]).all()


def test_neither_unit_nor_level_of_an_output_matters() -> None:
    outputs = curved(sobol_points(3, base=256))
    found, other = (sobol_indices(one, inputs=3) for one in (outputs, 1000 * outputs + 5e6))
    np.testing.assert_allclose(found.first, other.first, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(found.total_error, other.total_error, rtol=1e-6, atol=1e-9)


def test_the_error_holds_the_truth_and_shrinks() -> None:
    wide, narrow = (
        sobol_indices(sobol_points(2, base=base, seed=2) @ [1.0, 2.0], inputs=2)
        for base in (256, 4096)
    )
    assert (np.abs(wide.first - [0.2, 0.8]) < wide.first_error).all()
    assert (narrow.first_error < wide.first_error / 2).all()
    assert (narrow.total_error < wide.total_error / 2).all()


def test_points_are_seeded_and_inside() -> None:
    points = sobol_points(4, base=128, seed=5)
    assert points.shape == (128 * 6, 4)
    assert ((points > 0) & (points < 1)).all()
    np.testing.assert_array_equal(points, sobol_points(4, base=128, seed=5))
    assert (points != sobol_points(4, base=128, seed=6)).any()


def test_a_trajectory_moves_each_input_once() -> None:
    points = morris_points(5, trajectories=7, levels=6, seed=1)
    steps = np.diff(points.reshape(7, 6, 5), axis=1)
    np.testing.assert_allclose(np.abs(steps).sum(axis=1), 0.6)
    np.testing.assert_allclose(np.abs(steps).sum(axis=2), 0.6)
    np.testing.assert_allclose(points * 5, np.rint(points * 5), atol=1e-12)
    assert set(np.sign(steps[steps != 0])) == {-1.0, 1.0}


def test_effects_of_a_line_and_of_a_product() -> None:
    points = morris_points(3, trajectories=400, seed=0)
    line = points @ np.array([4.0, -3.0, 0.0])
    product = points[:, 0] * points[:, 1]
    found = morris_effects(points, np.column_stack([line, product]))
    np.testing.assert_allclose(found.mean[:, 0], [4, -3, 0], atol=1e-12)
    np.testing.assert_allclose(found.mean_absolute[:, 0], [4, 3, 0], atol=1e-12)
    np.testing.assert_allclose(found.deviation[:, 0], 0, atol=1e-12)
    # The effect of a factor of a product is the other factor: levels 0, 1/3, 2/3, 1.
    assert found.mean[0, 1] == pytest.approx(0.5, abs=0.05)
    assert found.deviation[0, 1] == pytest.approx(np.sqrt(5) / 6, abs=0.05)


def test_sobol_agrees_with_salib() -> None:
    analyze = pytest.importorskip("SALib.analyze.sobol")
    base, points = 256, sobol_points(3, base=256, seed=4)
    outputs = curved(points)
    found = sobol_indices(outputs, inputs=3, resamples=1000)
    first, second, *mixed = np.split(outputs, 5)
    rows = np.stack([first, *mixed, second], axis=1).reshape(base * 5, 3)
    problem = {"num_vars": 3, "names": np.array(list("abc")), "bounds": [[0, 1]] * 3}
    for at in range(3):
        peer = analyze.analyze(
            problem, rows[:, at], calc_second_order=False, num_resamples=1000, seed=1
        )
        np.testing.assert_allclose(found.first[:, at], peer["S1"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.total[:, at], peer["ST"], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(found.first_error[:, at], peer["S1_conf"], rtol=0.2, atol=1e-9)
        np.testing.assert_allclose(found.total_error[:, at], peer["ST_conf"], rtol=0.2, atol=1e-9)


def test_morris_agrees_with_salib() -> None:
    analyze = pytest.importorskip("SALib.analyze.morris")
    points = morris_points(3, trajectories=10, seed=4)
    outputs = curved(points)
    found = morris_effects(points, outputs)
    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[0, 1]] * 3}
    for at in range(3):
        peer = analyze.analyze(problem, points, outputs[:, at], num_levels=4)
        np.testing.assert_allclose(found.mean_absolute[:, at], peer["mu_star"], atol=1e-9)
        np.testing.assert_allclose(found.deviation[:, at], peer["sigma"], atol=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sobol_points(0), "'inputs' is 0; expected at least 1"),
        (lambda: sobol_points(2, base=1000), "power of two"),
        (lambda: sobol_indices(np.ones(9), inputs=2), r"base \* 4 rows"),
        (lambda: sobol_indices([1.0, np.nan] * 4, inputs=2), "4 runs .* first is run 1"),
        (lambda: sobol_indices(np.ones(8), inputs=2, confidence=95), "'confidence' is 95"),
        (lambda: sobol_indices(np.ones(8), inputs=2, resamples=1), "'resamples' is 1"),
        (lambda: morris_points(2, levels=5), "even number"),
        (lambda: morris_points(2, trajectories=1), "'trajectories' is 1"),
        (lambda: morris_effects(np.eye(4), np.ones(4)), "make no trajectories"),
        (lambda: morris_effects(np.ones((6, 2)), np.ones(6)), "does not move each input once"),
    ],
)
def test_faults(call: object, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        call()
