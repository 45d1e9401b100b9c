"""LMDI-I against the worked example of the R package LMDIR.

Heun, LMDIR, tests/testthat/test_lmdi.R and `create_simple_LMDI` (github.com/MatthewHeun/LMDIR,
commit 01ff841), the example of the supplement of Heun and Brockway (2019,
doi:10.1016/j.apenergy.2019.01.255), calculated after Ang (2005, doi:10.1016/j.enpol.2003.10.010).
Two categories, three factors, four years; the package prints the parts of each category of the
first step, the additive and multiplicative effects of each step, and cases with a zero.
"""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

from carbonpeak.analysis.lmdi import decompose, lmdi_parts

# year, category, factor
FACTORS = np.array(
    [
        [[1, 10, 2], [4, 5, 3]],
        [[4, 5, 3], [5, 6, 4]],
        [[8, 2, 4], [5, 7, 5]],
        [[10, 1, 5], [6, 8, 6]],
    ],
    dtype=float,
)
IDENTITY = "V = first * pair/first * V/pair"


def example() -> dict[str, xr.DataArray]:
    """Write factors as ratios of quantities: the first, the first two, all three multiplied."""
    products = np.cumprod(FACTORS, axis=2)
    return {
        name: xr.DataArray(
            products[:, :, at].T,
            dims=("category", "year"),
            coords={"category": ["one", "two"], "year": [1971, 1972, 1973, 1974]},
        )
        for at, name in enumerate(["first", "pair", "V"])
    }


def test_parts_of_each_category_in_the_first_step() -> None:
    found = decompose(IDENTITY, example())
    parts = found["cell_effect"].sel(year=1972).transpose("category", "driver")
    assert parts.values == pytest.approx(
        np.array(
            [[50.47438029, -25.23719014, 14.76280986], [19.31568569, 15.78206435, 24.90224996]]
        )
    )


def test_additive_effects_of_each_step_and_their_chain() -> None:
    found = decompose(IDENTITY, example())
    printed = np.array(
        [
            [69.79006598, -9.455125793, 39.66505981],
            [42.96021467, -34.31902656, 50.3588119],
            [54.01064234, -9.021284671, 54.01064234],
        ]
    )
    effect = found["effect"].transpose("year", "driver").values
    assert np.diff(effect, axis=0) == pytest.approx(printed)
    assert effect[1:] == pytest.approx(printed.cumsum(axis=0))
    assert (found["total"] - found["total"][0]).values == pytest.approx([0, 100, 159, 258])


def test_multiplicative_effects_of_each_step_and_their_chain() -> None:
    found = decompose(IDENTITY, example(), form="multiplicative")
    printed = np.array(
        [
            [1.761117821, 0.926191306, 1.379410116],
            [1.229284572, 0.847970248, 1.273773912],
            [1.208140223, 0.968911503, 1.208140223],
        ]
    )
    effect = found["effect"].transpose("year", "driver").values
    assert effect[1:] / effect[:-1] == pytest.approx(printed)
    assert effect[1:] == pytest.approx(printed.cumprod(axis=0))
    ratios = [2.25, 2.25 * 1.327777778, 2.25 * 1.327777778 * 1.414225941]
    assert effect[1:].prod(axis=1) == pytest.approx(ratios)


@pytest.mark.parametrize(
    ("year", "category", "factor", "printed"),
    [
        (0, 0, 0, [[60, 0, 0], [19.31568569, 15.78206435, 24.90224996]]),
        (1, 1, 2, [[50.47438029, -25.23719014, 14.76280986], [0, 0, -60]]),
    ],
)
def test_a_factor_of_zero_takes_the_whole_change(
    year: int, category: int, factor: int, printed: list[list[float]]
) -> None:
    """Ang, Zhang and Choi (1998), table 2, as the package applies it."""
    factors = FACTORS[:2].copy()
    factors[year, category, factor] = 0.0
    totals = factors.prod(axis=2)
    before, after = (one.T[:, :, None] for one in factors)
    parts = lmdi_parts(totals[0][:, None], before, totals[1][:, None], after)[:, :, 0]
    np.testing.assert_allclose(parts.T, printed, atol=1e-12)
