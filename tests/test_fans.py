"""Fans: exact where they can be, the same for every chunking, flat in memory."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pytest

from carbonpeak.analysis.fans import CHANCES, Fan, fan_of
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]
YEARS = 11


def paths(draws: int, seed: int = 0) -> Floats:
    """Paths that start from one number and then grow by a rate that differs by draw."""
    rates = np.random.default_rng(seed).normal(0.03, 0.01, (draws, 1))
    return 400 * (1 + rates) ** np.arange(YEARS)


def cut(ensemble: Floats, size: int) -> Iterator[Floats]:
    for start in range(0, len(ensemble), size):
        yield ensemble[start : start + size]


def test_quantiles_of_a_small_ensemble_are_exact() -> None:
    ensemble = np.arange(101.0)[::-1, None] * [1.0, 10.0]
    fan = fan_of(cut(ensemble, 7), chances=(0.05, 0.5, 0.95))
    np.testing.assert_allclose(fan.levels, [[5, 50], [50, 500], [95, 950]], atol=1e-12)
    np.testing.assert_allclose(fan.mean, [50, 500])
    assert (fan.draws, fan.exact) == (101, True)


@pytest.mark.parametrize("size", [1000, 4096, 30_000])
def test_the_fan_does_not_depend_on_the_chunks(size: int) -> None:
    ensemble = paths(30_000)
    fan, whole = fan_of(cut(ensemble, size)), fan_of([ensemble])
    np.testing.assert_array_equal(fan.levels, whole.levels)
    assert not fan.exact


def test_many_draws_are_close_to_the_exact_quantiles() -> None:
    ensemble = paths(50_000)
    fan = fan_of(cut(ensemble, 1024), chances=(0.0, *CHANCES, 1.0))
    exact = np.quantile(ensemble, (0.0, *CHANCES, 1.0), axis=0)
    reach = exact[-1] - exact[0]
    assert (np.abs(fan.levels - exact) <= reach / 2000).all()
    np.testing.assert_array_equal(fan.levels[:, 0], 400)
    np.testing.assert_allclose(fan.levels[[0, -1]], exact[[0, -1]], rtol=1e-12)


def test_a_late_draw_far_outside_is_not_cut_off() -> None:
    fan = fan_of([np.tile([[1.0], [2.0]], (10_000, 1)), [[50.0]]], chances=(0.0, 1.0))
    np.testing.assert_array_equal(fan.levels, [[1], [50]])


def test_memory_does_not_grow_with_the_draws() -> None:
    def peak_of(draws: int) -> int:
        tracemalloc.start()
        fan_of(paths(2000, seed) for seed in range(draws // 2000))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak_of(100_000) < 1.2 * peak_of(30_000)


def test_the_fan_holds_the_central_path() -> None:
    central = paths(1)[0] * 0 + 400 * 1.03 ** np.arange(YEARS)
    fan = fan_of(cut(paths(20_000), 1000), central=central)
    low, high = fan.band(0.95)
    assert ((low <= central) & (central <= high)).all()
    with pytest.raises(ResultError, match="leaves the fan in 10 years, first in year 2 of 11"):
        fan_of([paths(1000)], central=400 * 1.08 ** np.arange(YEARS))


def test_bands_are_named_by_what_they_hold() -> None:
    fan = Fan((0.1, 0.5, 0.9), np.array([[1.0], [2.0], [3.0]]), np.array([2.0]), 10, True)
    assert [edge[0] for edge in fan.band(0.8)] == [1, 3]
    with pytest.raises(ResultError, match=r"no band of 0.5 .* it has 0.8. .* 0.25 and 0.75"):
        fan.band(0.5)


@pytest.mark.parametrize(
    ("chunks", "options", "message"),
    [
        ([], {}, "without draws"),
        ([np.ones(3)], {}, r"shape \(3,\); expected \(draw, year\)"),
        ([np.ones((2, 3)), np.ones((2, 4))], {}, "4 years, those before it 3"),
        ([np.ones((2, 1)), [[1.0], [np.nan]]], {}, "draw 3 holds a missing value"),
        ([np.ones((2, 3))], {"chances": (0.5, 0.1)}, "do not rise"),
        ([np.ones((2, 3))], {"central": [1.0]}, r"expected \(3,\)"),
    ],
)
def test_faults(chunks: list[Floats], options: dict[str, object], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        fan_of(chunks, **options)  # type: ignore[arg-type]
