"""Survival of vehicles as published, and what the turnover makes of it.

Heavy trucks: Transportation Energy Data Book, edition 22 (2002), table 6.11, read on
https://www.yumpu.com/en/document/view/18868902/transportation-energy-data-book-edition-22-center-for-/137
Survival is the percentage in use at the end of the year of age, scrappage the percentage of those
in use that is retired during the year.

China: Hao H., Wang H., Ouyang M., Cheng F. (2011) Vehicle survival patterns in China, Science China
Technological Sciences 54(3), 625-629. Life spans from the abstract
(http://en.cnki.com.cn/Article_en/CJFDTOTAL-JEXG201103015.htm); scale and shape of the Weibull
curves as the manual of the R package vein quotes them (https://atmoschem.github.io/vein/reference/age.html).
"""

from __future__ import annotations

import numpy as np
import pytest

from carbonpeak.scenario.survival import (
    remaining,
    steady_ages,
    turn_over,
    weibull_survival,
)

TRUCKS = {
    1970: (
        [98.8, 97.2, 95.3, 93.2, 90.7, 88.1, 85.2, 82.1, 78.8],
        [1.2, 1.6, 1.9, 2.3, 2.6, 3.0, 3.3, 3.6, 4.0],
    ),
    1980: (
        [98.5, 96.7, 94.5, 92.0, 89.1, 86.0, 82.7, 79.1, 75.4],
        [1.5, 1.9, 2.3, 2.7, 3.1, 3.5, 3.9, 4.3, 4.7],
    ),
    1990: (
        [99.4, 98.6, 97.6, 96.5, 95.2, 93.8, 92.2, 90.5, 88.6],
        [0.6, 0.8, 1.0, 1.2, 1.3, 1.5, 1.7, 1.9, 2.0],
    ),
}
CHINA = [
    ("private passenger vehicles", 14.46, 4.79, 14.5),
    ("government and business vehicles", 13.11, 5.33, 13.1),
    ("non-operating buses", 11.53, 5.08, 11.5),
    ("heavy duty trucks", 12.8, 5.58, 12.8),
    ("medium duty trucks", 10.09, 5.58, 10.1),
    ("light duty trucks", 8.02, 5.58, 8.0),
]


@pytest.mark.parametrize("model_year", TRUCKS)
def test_scrappage_of_a_model_year_is_the_printed_one(model_year: int) -> None:
    """A cohort of 1000 trucks, none scrapped before 4 years old; ages count from the first year."""
    survival, scrappage = TRUCKS[model_year]
    in_use = np.concatenate([np.ones(4), np.array(survival) / 100])
    years = len(in_use)
    initial = np.zeros(years)
    initial[0] = 1000.0
    result = turn_over(
        in_use,
        initial,
        np.zeros(years),
        shares=np.ones((1, years)),
        first_shares=np.ones(1),
        intensity=np.ones((1, years)),
        first_intensity=np.ones(1),
    )
    retired = 100 * result.scrapped[0, 1:] / result.stock[0, :-1]
    assert retired[:3] == pytest.approx([0, 0, 0])
    # Two survivals and the rate itself are rounded to 0.1: at 75 in use that makes 0.18.
    assert retired[3:] == pytest.approx(scrappage, abs=0.18)


@pytest.mark.parametrize(("vehicle", "scale", "shape", "life"), CHINA)
def test_the_life_span_in_china_is_the_age_at_which_one_in_e_is_left(
    vehicle: str, scale: float, shape: float, life: float
) -> None:
    left = weibull_survival(np.array([0.0, life]), scale=scale, shape=shape)
    assert left[0] == 1.0, vehicle
    assert left[1] == pytest.approx(np.exp(-1), abs=0.02)


def test_a_fleet_of_private_cars_settles_at_sales_times_mean_life() -> None:
    """Little's law: with steady sales the stock is sales x mean years in use.

    The mean of a Weibull lifetime is scale x gamma(1 + 1/shape); a unit counts from the year of
    its sale on, half a year more than its mean age at the year's end tells.
    """
    from math import gamma

    _, scale, shape, _ = CHINA[0]
    survival = weibull_survival(np.arange(50), scale=scale, shape=shape)
    years = 60
    result = turn_over(
        survival,
        np.zeros(50),
        np.full(years, 100.0),
        shares=np.ones((1, years)),
        first_shares=np.ones(1),
        intensity=np.ones((1, years)),
        first_intensity=np.ones(1),
    )
    mean_life = scale * gamma(1 + 1 / shape)
    assert result.stock[0, -1] == pytest.approx(100 * (mean_life + 0.5), rel=1e-3)


def test_the_cohort_matrices_are_the_sums_of_single_cohorts() -> None:
    """A second formulation: each cohort walked year by year with its own scrappage rates."""
    survival = weibull_survival(np.arange(30), scale=14.46, shape=4.79)
    initial, sales = 500 * steady_ages(survival, 0.08), np.linspace(0, 90, 12)
    old, new = remaining(survival, 12)
    stock = initial @ old + np.where(np.arange(12) > 0, sales, 0) @ new
    ages = initial.copy()
    walked = [ages.sum()]
    for year in range(1, 12):
        kept = ages[:-1] * survival[1:] / survival[:-1]
        ages = np.concatenate([[sales[year]], kept])
        walked.append(ages.sum())
    assert stock == pytest.approx(np.array(walked))
