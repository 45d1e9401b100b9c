"""Shadow prices by year, with the rows that carry them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.tables import MONEY_UNIT, with_units
from carbonpeak.optimiser.plan import LeastCostPlan
from carbonpeak.optimiser.problem import LeastCostProblem


def shadow_prices(problem: LeastCostProblem, plan: LeastCostPlan) -> xr.Dataset:
    """Return what one unit less of each numerator costs in each year, and what binds.

    Parameters
    ----------
    problem, plan : LeastCostProblem, LeastCostPlan
        A problem and its plan.

    Returns
    -------
    Dataset
        `price` (numerator, year), positive, undiscounted CNY2020 of the year per unit of the
        numerator, zero where nothing binds, NaN where the plan has no prices; `rows` (numerator,
        year), the targets that carry it, joined by a comma; and over `limit`, dearest first,
        what else holds the plan back: `family`, `subject`, `limit_year` (0 over all years),
        `worth`, discounted CNY2020 per native unit more of it.

    Raises
    ------
    ResultError
        When there is no plan.
    """
    if not plan.found:
        raise ResultError(f"a plan that was not found has no prices: {plan.message.en}")
    names, years = list(problem.numerators), list(problem.years)
    price = np.zeros((len(names), len(years)))
    rows = np.full(price.shape, "", dtype=object)
    asked = {target.name: target for target in problem.targets}
    for name, value in zip(plan.prices["target"].values, plan.prices.values, strict=True):
        target = asked[str(name)]
        at = names.index(target.numerator), years.index(target.year)
        price[at] += value
        if value > 0:
            rows[at] = ", ".join(filter(None, (rows[at], target.name)))
    others = [limit for limit in plan.limits if limit.family != "target"]
    result = xr.Dataset(
        {
            "price": (("numerator", "year"), price),
            "rows": (("numerator", "year"), rows.astype(str)),
            "family": ("limit", np.array([limit.family for limit in others], dtype=str)),
            "subject": ("limit", np.array([limit.subject for limit in others], dtype=str)),
            "limit_year": ("limit", np.array([limit.year or 0 for limit in others], dtype=int)),
            "worth": ("limit", np.array([limit.worth for limit in others], dtype=float)),
        },
        coords={
            "numerator": names,
            "year": years,
            "numerator_unit": ("numerator", [problem.numerators[name].unit for name in names]),
        },
        attrs={
            "conditional": int(plan.conditional),
            "price_condition_en": plan.price_condition.en,
            "price_condition_zh": plan.price_condition.zh,
            "discount_year": problem.discount_to,
        },
    )
    return with_units(
        result,
        {
            "price": f"{MONEY_UNIT} per unit of the numerator",
            "worth": f"{MONEY_UNIT} per native unit of the limit",
        },
    )
