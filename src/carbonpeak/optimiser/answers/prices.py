"""Shadow prices by year, with the rows that carry them."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.tables import MONEY_UNIT, with_units
from carbonpeak.optimiser.plan import LeastCostPlan


def shadow_prices(plan: LeastCostPlan) -> xr.Dataset:
    """Return what one unit less of each numerator costs in each year, and what binds.

    Parameters
    ----------
    plan : LeastCostPlan
        A plan that was found.

    Returns
    -------
    Dataset
        `price` (numerator, year), positive, undiscounted CNY2020 of the year per unit of the
        numerator, zero where nothing binds, NaN where the plan has no prices; a row over several
        years or numerators stands at its last year and first numerator. `rows` (numerator, year),
        the targets that carry the price, joined by a comma. Over `limit`, dearest first, what
        else holds the plan back: `family`, `subject`, `limit_year` (0 over several years),
        `worth`, discounted CNY2020 per unit more of it, read as that of `Limit` where several meet.
        `limits_worked_out` of its attributes is 0 where `limit` is empty because nobody looked, as
        for a plan decided in windows, and `limits_unknown_en`, `limits_unknown_zh` say why.

    Raises
    ------
    ResultError
        When there is no plan.
    """
    if not plan.found:
        raise ResultError(f"a plan that was not found has no prices: {plan.message.en}")
    held = plan.result
    names, years = held["numerator"].values.tolist(), held["year"].values.tolist()
    price = np.zeros((len(names), len(years)))
    rows = np.full(price.shape, "", dtype=object)
    for at, name in enumerate(held["target"].values.tolist()):
        row = held.isel(target=at)
        place = names.index(row["target_numerator"].item()), years.index(row["target_year"].item())
        price[place] += row["price"].item()
        if row["price"].item() > 0:
            rows[place] = ", ".join(filter(None, (rows[place], name)))
    others = [limit for limit in plan.limits if limit.family != "target"]
    unknown = plan.limits_unknown
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
            "numerator_unit": ("numerator", held["numerator_unit"].values),
        },
        attrs={
            "conditional": int(plan.conditional),
            "price_condition_en": plan.price_condition.en,
            "price_condition_zh": plan.price_condition.zh,
            "limits_worked_out": int(unknown is None),
            "limits_unknown_en": "" if unknown is None else unknown.en,
            "limits_unknown_zh": "" if unknown is None else unknown.zh,
            "discount_year": held.attrs["discount_year"],
        },
    )
    return with_units(
        result,
        {
            "price": f"{MONEY_UNIT} per unit of the numerator",
            "worth": f"{MONEY_UNIT} per unit of the limit",
        },
    )
