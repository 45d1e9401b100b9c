"""Survival of goods by age, and the turnover of a stock of vintages. Arrays in, arrays out.

A unit sold in a year has age 0 in it and counts in the stock of that year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from carbonpeak.errors import ScenarioError
from carbonpeak.inventory.model import Floats


def weibull_survival(age: Floats, *, scale: float, shape: float) -> Floats:
    """Return the share of units in use at an age: ``exp(-(age/scale)^shape)``.

    Parameters
    ----------
    age, scale : years
        At the age `scale`, 1/e is left.
    shape : pure number
        1 is a constant scrappage rate; the higher, the closer all go at one age.
    """
    return np.asarray(np.exp(-((np.asarray(age, float) / scale) ** shape)))


def logistic_survival(age: Floats, *, median: float, steepness: float) -> Floats:
    """Return the share of units in use at an age, by a logistic curve that starts with 1.

    Parameters
    ----------
    age, median : years
        About half is left at `median`; exactly half where the curve is steep.
    steepness : 1/year
    """
    lost = 1.0 + np.exp(-steepness * median)
    return np.asarray(lost / (1.0 + np.exp(steepness * (np.asarray(age, float) - median))))


def fixed_survival(age: Floats, *, lifetime: float) -> Floats:
    """Return 1 below the lifetime and 0 from it on; ages and lifetime in years."""
    return np.where(np.asarray(age) < lifetime, 1.0, 0.0)


def constant_survival(age: Floats, *, scrapped: float) -> Floats:
    """Return the share left when the same share of the stock is scrapped every year."""
    return np.asarray((1.0 - scrapped) ** np.asarray(age, float))


def steady_ages(survival: Floats, growth: float) -> Floats:
    """Return the shares of ages in a stock whose sales have grown at one rate for long.

    Parameters
    ----------
    survival : (age,)
        Share in use at each age.
    growth : 1/year

    Returns
    -------
    (age,)
        Sums to 1.
    """
    weights = survival * (1.0 + growth) ** -np.arange(len(survival), dtype=float)
    return np.asarray(weights / weights.sum())


@dataclass(frozen=True)
class Turnover:
    """A stock of vintages over years.

    Attributes
    ----------
    by_age : (technology, age, year)
        Units in use.
    sales, scrapped : (technology, year)
        New units, and units that left since the year before; unknown (NaN) in the first year.
    use : (technology, year)
        Units times the intensity of their vintage.
    """

    by_age: Floats
    sales: Floats
    scrapped: Floats
    use: Floats

    @property
    def stock(self) -> Floats:
        """Units in use, (technology, year)."""
        return np.asarray(self.by_age.sum(axis=1))

    @property
    def average_intensity(self) -> Floats:
        """Use of one unit in use, (technology, year); NaN where there is none."""
        stock = self.stock
        divisor = np.where(stock > 0, stock, np.nan)
        return np.asarray(self.use / divisor)


def remaining(survival: Floats, years: int) -> tuple[Floats, Floats]:
    """Return what is left of the first stock and of later sales: the cohort matrices.

    Parameters
    ----------
    survival : (age,)
        Starts with 1, never rises, and covers every age that may occur.

    Returns
    -------
    old : (age, year)
        Share of the units of an age in the first year that is in use in each year.
    new : (year sold, year)
        Share of the units sold in a year that is in use; zero before.
    """
    ages = len(survival)
    extended = np.concatenate([survival, np.zeros(years)])
    later = np.arange(ages)[:, None] + np.arange(years)
    held = np.where(survival > 0, survival, 1.0)[:, None]
    old = np.where(survival[:, None] > 0, extended[later] / held, 0.0)
    since = np.arange(years) - np.arange(years)[:, None]
    new = np.where(since >= 0, extended[np.maximum(since, 0)], 0.0)
    return old, new


def required_sales(old: Floats, new: Floats, initial: Floats, total: Floats) -> Floats:
    """Return the sales that keep a stock at its total, (year,); 0 in the first year.

    Parameters
    ----------
    old, new
        From `remaining`.
    initial : (age,)
        Units by age in the first year.
    total : (year,)
        Units in use.

    Raises
    ------
    ScenarioError
        When the total falls faster than units are scrapped.
    """
    needed = total[1:] - initial @ old[:, 1:]
    sales = solve_triangular(new[1:, 1:].T, needed, lower=True)
    short = np.flatnonzero(sales < -1e-9 * np.abs(total).max())
    if short.size:
        raise ScenarioError(
            f"the stock falls faster than units are scrapped, first in its year {short[0] + 2}: "
            f"{-sales[short[0]]:.6g} too many; let it fall more slowly or shorten the lifetime"
        )
    return np.concatenate([[0.0], np.maximum(sales, 0.0)])


def turn_over(
    survival: Floats,
    initial: Floats,
    sales: Floats,
    *,
    shares: Floats,
    first_shares: Floats,
    intensity: Floats,
    first_intensity: Floats,
) -> Turnover:
    """Return a stock of vintages by technology.

    Parameters
    ----------
    survival, initial : (age,)
        Share in use by age; units by age in the first year.
    sales : (year,)
        New units of all technologies; those of the first year are in `initial`.
    shares, intensity : (technology, year)
        Shares of new units, and the use of one unit sold in a year.
    first_shares, first_intensity : (technology,)
        The same of the stock of the first year, at every age.
    """
    years, ages = len(sales), len(survival)
    old, new = remaining(survival, years)
    first = first_shares[:, None] * initial
    bought = shares * np.where(np.arange(years) > 0, sales, 0.0)
    by_age = np.zeros((len(first_shares), ages + years, years))
    for year in range(years):
        by_age[:, year : year + ages, year] = first * old[:, year]
        by_age[:, :year, year] += (bought * new[:, year])[:, year:0:-1]
    stock = by_age.sum(axis=1)
    unknown = np.full((len(first_shares), 1), np.nan)
    scrapped = np.concatenate([unknown, stock[:, :-1] + bought[:, 1:] - stock[:, 1:]], axis=1)
    return Turnover(
        by_age=by_age,
        sales=np.concatenate([unknown, bought[:, 1:]], axis=1),
        scrapped=scrapped,
        use=first_intensity[:, None] * (first @ old) + (bought * intensity) @ new,
    )
