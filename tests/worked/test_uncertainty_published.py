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

New Zealand's National Inventory Report 1990-2002, annex 7, fills in the Tier 1 table of
uncertainty, which is table 3.2 of the 2006 Guidelines (read at
http://www.mfe.govt.nz/publications/climate/nir-apr04/table-annex7.html). The copy that was read
ends after CRF 6B, before the totals; see `NEW_ZEALAND_TOTALS`. Its row of zeros, CRF 2A, is left
out.

Germany's Informative Inventory Report 2014 states the key categories of hexachlorobenzene (read
at http://iir-de-2014.wikidot.com/annex-kca-hcb). Its level assessment is that of the 2006
Guidelines; its trend is another formula, so that only the running sum and the threshold are taken
from it.

The filled-in examples of 2006 IPCC Guidelines vol. 1 chapters 3 and 4 (the Finnish inventory),
those of GPG 2000 chapters 6 and 7, and a filled-in trend assessment by equation 4.2 could not be
read. The tests named `own_arithmetic` state every figure by hand.
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


NEW_ZEALAND = """
energy CO2            | 22850.60 30815.77   5   0   5  2.06  0.0489 0.5003  0.0000 3.5374 3.54
industry CO2          |  2403.65  2954.03   5   0   5  0.20  0.0005 0.0480  0.0000 0.3391 0.34
energy CH4            |   749.78   987.54   5  50  50  0.66  0.0012 0.0160  0.0613 0.1134 0.13
chemical industry CH4 |     2.52    97.09  45 120 128  0.17  0.0015 0.0016  0.1832 0.1003 0.21
enteric CH4           | 21371.91 23584.68   1  46  46 14.48 -0.0390 0.3829 -1.7950 0.5415 1.87
manure CH4            |   573.09   548.00   1  90  90  0.66 -0.0024 0.0089 -0.2178 0.0126 0.22
savanna burning CH4   |     2.81     0.84  20  50  54  0.00  0.0000 0.0000 -0.0021 0.0004 0.00
residue burning CH4   |    18.77    22.49  50  40  64  0.02  0.0000 0.0004 -0.0002 0.0258 0.03
land conversion CH4   |    88.89    86.14 100 100 141  0.16 -0.0004 0.0014 -0.0357 0.1978 0.20
landfill CH4          |  2606.10  2066.40  35  10  35  0.97 -0.0179 0.0335 -0.1791 1.6605 1.67
wastewater CH4        |   156.66   169.68  60  10  60  0.14 -0.0003 0.0028 -0.0034 0.2337 0.23
"""
"""Gg CO2e of 1990 and 2002, percent of activity and factor, then the seven computed columns."""

NEW_ZEALAND_TOTALS = 61_598.5, 74_928.0
"""Gg CO2e. Not read but solved for: one pair, to 1 Gg, fits the sixty printed figures at once."""

WASTE = [9, 10]
"""Rows whose printed combined uncertainty is that of the activity alone, unlike the others."""


def test_new_zealand_1990_to_2002() -> None:
    """Every computed figure to one unit of its last printed digit, but those of waste."""
    rows = [line.split("|")[1].split() for line in NEW_ZEALAND.strip().splitlines()]
    printed = np.array(rows, dtype=float).T
    base, current = (
        np.append(part, total - part.sum())
        for part, total in zip(printed[:2], NEW_ZEALAND_TOTALS, strict=True)
    )
    activity, factor = (np.append(part, 0.0) for part in printed[2:4])
    found = error_propagation_table(
        base, current, activity_uncertainty=activity, factor_uncertainty=factor
    )
    combined, share, *trend = np.abs(printed[4:])
    wanted = {
        "combined_uncertainty": (combined, found["combined_uncertainty"], 1.0),
        "share of the total": (share, np.sqrt(found["contribution_to_variance"]), 0.01),
        "sensitivity_a": (trend[0], found["sensitivity_a"], 1e-4),
        "sensitivity_b": (trend[1], found["sensitivity_b"], 1e-4),
        "trend_from_factors": (trend[2], found["trend_from_factors"], 1e-4),
        "trend_from_activity": (trend[3], found["trend_from_activity"], 1e-4),
        "trend in all": (trend[4], np.sqrt(found["trend_contribution"]), 0.01),
    }
    for name, (figures, values, unit) in wanted.items():
        skipped = WASTE if name in ("combined_uncertainty", "share of the total") else []
        kept = np.delete(np.arange(len(figures)), skipped)
        np.testing.assert_allclose(values[kept], figures[kept], atol=unit, rtol=0, err_msg=name)


def test_german_key_categories_of_hexachlorobenzene_2012() -> None:
    """Three sources reach 95 % of the level; emissions are printed with two digits."""
    printed = np.array([0.4260, 0.3388, 0.1921])
    unlisted = 1 - printed.sum()
    emissions = np.array([1.5e-6, 1.2e-6, 6.8e-7])
    others = np.full(10, emissions.sum() * unlisted / printed.sum() / 10)
    level = level_assessment(np.concatenate([emissions, others]))
    np.testing.assert_allclose(level[:3], printed, rtol=0.01)
    cumulative, flags = key_flags(level, 0.95)
    np.testing.assert_allclose(cumulative[:3], [0.4260, 0.7648, 0.9569], rtol=0.01)
    np.testing.assert_array_equal(np.flatnonzero(flags), [0, 1, 2])


def test_german_running_sum_of_the_trend_of_hexachlorobenzene() -> None:
    """Five sources reach 95 % of the trend."""
    printed = np.array([0.6948, 0.1529, 0.0653, 0.0263, 0.0201])
    others = np.full(10, (1 - printed.sum()) / 10)
    cumulative, flags = key_flags(np.concatenate([printed, others]), 0.95)
    np.testing.assert_allclose(cumulative[:5], [0.6948, 0.8477, 0.9129, 0.9392, 0.9594], atol=2e-4)
    np.testing.assert_array_equal(np.flatnonzero(flags), [0, 1, 2, 3, 4])
