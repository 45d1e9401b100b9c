"""What the measures of a scenario cost in each year.

Capital is spread over the life of a measure by the capital recovery factor, so that a year
bears its share and no more; upkeep falls due while it stands; energy is what it buys less what
it spares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from carbonpeak.errors import ResultError
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.pathway import Outlook
from carbonpeak.scenario.prices import discount_rate, line_prices

PARTS = ("capital", "fixed_opex", "energy")
"""Kinds of cost: capital as an annuity, fixed operation, energy bought less energy spared."""

UNIT = "CNY2020/year"


def capital_recovery(rate: float | Floats, lifetime: float | Floats) -> Floats:
    """Return the yearly payment that returns one unit of capital over a life.

        r (1 + r)^n / ((1 + r)^n - 1),  and 1/n without interest

    Parameters
    ----------
    rate : (…)
        Discount rate a year, not negative.
    lifetime : (…)
        Years, above zero.

    Returns
    -------
    (…)
        Per year.

    Raises
    ------
    ResultError
        When a rate is negative or a lifetime is not positive.
    """
    rates, years = np.broadcast_arrays(np.asarray(rate, float), np.asarray(lifetime, float))
    if (rates < 0).any() or (years <= 0).any():
        raise ResultError("a capital recovery factor needs a rate of at least 0 and a life above 0")
    worth = -np.expm1(-years * np.log1p(rates))
    spread = np.asarray(1.0 / years)
    return np.asarray(np.divide(rates, worth, out=spread, where=rates > 0))


def standing(builds: Floats, lifetime: Floats) -> Floats:
    """Return what stands of what was built, in every year of a life begun.

    Parameters
    ----------
    builds : (year, 1) or (year, draw)
    lifetime : (1,) or (draw,)
        Years; a unit stands in its year of building and while its age is below its lifetime.

    Returns
    -------
    (year, 1) or (year, draw)
    """
    years, width = builds.shape
    built = np.concatenate([np.zeros((1, width)), np.cumsum(builds, axis=0)])
    lives = np.ceil(lifetime).clip(max=years).astype(np.int64)
    ended = np.maximum(np.arange(1, years + 1)[:, None] - lives, 0)
    column = 0 if width == 1 else np.arange(width)
    return np.asarray(built[1:] - built[ended, column])


def capital_and_upkeep(
    builds: Floats, numbers: Mapping[str, Any], rate: float
) -> tuple[Floats, Floats]:
    """Return the annuity of the capital of one measure and its fixed operation.

    A unit is paid back in as many equal payments as it stands years, at the capital cost of
    the year in which it is built.

    Parameters
    ----------
    builds : (year,)
        Native units, from the base year on.
    numbers : mapping of parameter to float or (draw,)
        As `Measure.numbers`: capex, fixed_opex, lifetime and, where it is stated, learning.
    rate : float
        Discount rate a year.

    Returns
    -------
    (year, 1) or (year, draw) each
        CNY2020 a year.
    """
    capex, upkeep, life = (
        np.atleast_1d(numbers[name]) for name in ("capex", "fixed_opex", "lifetime")
    )
    elapsed = np.arange(len(builds))[:, None]
    learnt = (1.0 - np.atleast_1d(numbers.get("learning", 0.0))) ** elapsed
    annuity = capex * capital_recovery(rate, np.ceil(life))
    bought = builds[:, None]
    return standing(bought * learnt, life) * annuity, standing(bought, life) * upkeep


def measure_costs(outlook: Outlook, builds: Floats) -> Floats:
    """Return what measures cost in each year, (part, measure, year), CNY2020 a year.

    Parameters
    ----------
    builds : (measure, year)
        Native units.

    Raises
    ------
    ScenarioError
        When a price or the discount rate is missing.
    """
    region, moves = outlook.scenario.region, outlook.moves
    rate = discount_rate(region)
    found = np.zeros((len(PARTS), *builds.shape))
    for at, measure in enumerate(outlook.measures.values()):
        capital, upkeep = capital_and_upkeep(builds[at], measure.numbers, rate)
        found[0, at], found[1, at] = capital[:, 0], upkeep[:, 0]
    touched = (moves.move[builds.any(axis=1)] != 0).any(axis=0)
    prices = line_prices(region, outlook.model, touched)
    found[2] = np.einsum("mly,ly->my", moves.moved(builds), prices)
    return found


def discounted(costs: Floats, rate: float) -> Floats:
    """Return the sum of yearly amounts, (year, …), discounted to the first year, (…)."""
    return np.asarray((1.0 + rate) ** -np.arange(len(costs)) @ costs)
