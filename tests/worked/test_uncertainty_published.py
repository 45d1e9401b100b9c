"""Uncertainty against published figures, and own arithmetic where none could be found.

JCGM 101:2008, Supplement 1 to the Guide to the expression of uncertainty in measurement, clause
9.2 (https://www.bipm.org/documents/20126/2071204/JCGM_101_2008_E.pdf), adds four independent
numbers of mean zero and states the standard uncertainty and the shortest 95 % interval of the
sum. The figures are those of its tables 2 to 4, quoted from memory; clause 9.2.3 also has a
closed form, which is computed here.

IPCC AR6 WG III section 2.2.2.1 states the emissions of the world in 2019 by gas, each with its 90 %
range, and the total: 59 +- 6.6 Gt CO2e (read at
https://dev-climatekg.semanticclimate.org, page IPCC:AR6/WGIII/Chapter-2). The rule of the sum does
not depend on the width of the range.

The filled-in examples of 2006 IPCC Guidelines vol. 1 chapters 3 and 4 (the Finnish inventory),
those of GPG 2000 chapters 6 and 7, and a filled-in key category table of a national inventory
report could not be read. The tests named `own_arithmetic` state every figure by hand.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtri

from carbonpeak.inventory.key_categories import key_flags, level_assessment, trend_assessment
from carbonpeak.inventory.uncertainty import error_propagation_table
from carbonpeak.inventory.uncertainty.sampling import BLOCK, blocks
from carbonpeak.inventory.uncertainty.sketch import Sketch

DRAWS = 64 * BLOCK


def summed(kinds: list[str], deviations: list[float], sampler: str) -> tuple[float, float, float]:
    """Return standard deviation and 95 % range of a sum of independent numbers of mean zero."""
    source = blocks([f"x{at}" for at in range(len(kinds))], sampler=sampler, seed=11)
    sketch, squares = Sketch(1), 0.0
    for _ in range(DRAWS // BLOCK):
        chance = next(source).T
        total = np.zeros(BLOCK)
        for row, kind, deviation in zip(chance, kinds, deviations, strict=True):
            unit = ndtri(row) if kind == "normal" else (row - 0.5) * np.sqrt(12)
            total += deviation * unit
        squares += float(total @ total)
        sketch.add(total[None, :])
    low, high = sketch.quantiles([0.025, 0.975])[:, 0]
    return float(np.sqrt(squares / DRAWS)), float(low), float(high)


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube"])
@pytest.mark.parametrize(
    ("kinds", "deviations", "uncertainty", "end"),
    [
        (["normal"] * 4, [1, 1, 1, 1], 2.0, 3.92),  # 9.2.2, table 2
        (["rectangular"] * 4, [1, 1, 1, 1], 2.0, 3.88),  # 9.2.3, table 3
        (["rectangular"] * 4, [1, 1, 1, 10], 10.1, 17.0),  # 9.2.4, table 4
    ],
)
def test_jcgm_101_additive_model(
    sampler: str, kinds: list[str], deviations: list[float], uncertainty: float, end: float
) -> None:
    deviation, low, high = summed(kinds, deviations, sampler)
    assert round(deviation, 1) == uncertainty
    assert high == pytest.approx(end, abs=0.1)
    assert low == pytest.approx(-end, abs=0.1)


def test_jcgm_101_closed_form_of_four_rectangular_inputs() -> None:
    end = 2 * np.sqrt(3) * (2 - (3 / 5) ** 0.25)
    assert round(end, 2) == 3.88
    _, low, high = summed(["rectangular"] * 4, [1, 1, 1, 1], "sobol")
    assert (high - low) / 2 == pytest.approx(end, abs=0.01)


def test_table_3_2_own_arithmetic() -> None:
    """Three rows, one of them a sink; totals of 130 in both years."""
    found = error_propagation_table(
        np.array([100.0, 50.0, -20.0]),
        np.array([120.0, 40.0, -30.0]),
        activity_uncertainty=np.array([5.0, 10.0, 15.0]),
        factor_uncertainty=np.array([3.0, 50.0, 20.0]),
    )
    wanted = {
        "combined_uncertainty": [5.830952, 50.990195, 25.0],
        "contribution_to_variance": [28.970414, 246.153846, 33.284024],
        "sensitivity_a": [0.152672, 0.076628, 0.077042],
        "sensitivity_b": [0.923077, 0.307692, 0.230769],
        "trend_from_factors": [0.458015, 3.831418, 1.540832],
        "trend_from_activity": [6.527140, 4.351427, 4.895355],
        "trend_contribution": [42.813335, 33.614679, 26.338663],
    }
    for name, values in wanted.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, err_msg=name)
    assert float(found["total_uncertainty"]) == pytest.approx(17.561556, rel=1e-6)
    assert float(found["trend_uncertainty"]) == pytest.approx(10.137391, rel=1e-5)


def test_table_3_2_with_factors_of_each_year_own_arithmetic() -> None:
    """An emission factor of its own in each year counts with B and the root of two."""
    found = error_propagation_table(
        np.array([100.0]),
        np.array([100.0]),
        activity_uncertainty=np.array([0.0]),
        factor_uncertainty=np.array([10.0]),
        factor_shared=False,
    )
    assert float(found["trend_uncertainty"]) == pytest.approx(10 * np.sqrt(2))


def test_level_and_trend_own_arithmetic() -> None:
    """Four categories, one of them a sink, from 160 to 200."""
    base = np.array([120.0, 40.0, 20.0, -20.0])
    current = np.array([150.0, 30.0, 60.0, -40.0])
    level = level_assessment(current)
    np.testing.assert_allclose(level, [0.535714, 0.107143, 0.214286, 0.142857], rtol=1e-5)
    trend = trend_assessment(base, current)
    np.testing.assert_allclose(trend, [0.0, 0.1, 0.175, 0.125], atol=1e-12)
    _, by_level = key_flags(level, 0.85)
    _, by_trend = key_flags(trend, 0.70)
    np.testing.assert_array_equal(by_level, [True, False, True, True])
    np.testing.assert_array_equal(by_trend, [False, False, True, True])


WORLD_2019 = {
    "CO2 of fossil fuels and industry": (38.0, 3.0),
    "CO2 of land use": (6.6, 4.6),
    "CH4": (11.0, 3.2),
    "N2O": (2.7, 1.6),
    "fluorinated gases": (1.4, 0.41),
}


def test_ar6_emissions_of_the_world_2019() -> None:
    """Section 2.2.2.1: the parts with their ranges add up to 59 +- 6.6 Gt CO2e."""
    amounts, halves = np.array(list(WORLD_2019.values())).T
    found = error_propagation_table(
        amounts,
        amounts,
        activity_uncertainty=np.zeros(5),
        factor_uncertainty=100 * halves / amounts,
    )
    total = float(amounts.sum())
    assert total == pytest.approx(59, abs=1.0)  # of rounded parts
    assert round(float(found["total_uncertainty"]) / 100 * total, 1) == 6.6


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube"])
def test_ar6_emissions_of_the_world_2019_by_monte_carlo(sampler: str) -> None:
    halves = [half for _, half in WORLD_2019.values()]
    deviation, low, high = summed(["normal"] * 5, halves, sampler)
    assert round(deviation, 1) == 6.6
    assert (high - low) / 2 == pytest.approx(1.96 * deviation, rel=5e-3)
