"""Who pays what in which year."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.errors import ResultError
from carbonpeak.optimiser.answers.tables import MONEY_UNIT, with_units
from carbonpeak.optimiser.plan import LeastCostPlan

_ONCE = ("capex", "retirement")
_NO_CASH = "salvage"


def cash_flow(plan: LeastCostPlan) -> xr.Dataset:
    """Return the costs of a plan by actor, kind and year, and the money that flows.

    Parameters
    ----------
    plan : LeastCostPlan
        A plan that was found.

    Returns
    -------
    Dataset
        `cost`, `cost_discounted` (actor, kind, year) CNY2020, which add up to those of the plan;
        `outlay` (actor, year), capex and what retiring costs; `running` (actor, year), fixed opex
        and energy, negative where energy saved is worth more; `cash_flow` (actor, year), received
        less paid, and `so_far` (actor, year), its sum over the years up to then. Salvage is no
        cash and in none of them.

    Raises
    ------
    ResultError
        When there is no plan.
    """
    if not plan.found:
        raise ResultError(f"a plan that was not found has no costs: {plan.message.en}")
    held = plan.result
    pays = (held["payer"] == held["actor"]).astype(float)
    cost = held["cost_by_actor"].transpose("actor", "kind", "year")
    kinds = [str(kind) for kind in held["kind"].values]
    once = [kind for kind in kinds if kind in _ONCE]
    yearly = [kind for kind in kinds if kind not in (*_ONCE, _NO_CASH)]
    result = xr.Dataset(
        {
            "cost": cost,
            "cost_discounted": xr.dot(pays, held["cost_discounted"], dim="measure").transpose(
                "actor", "kind", "year"
            ),
            "outlay": cost.sel(kind=once).sum("kind"),
            "running": cost.sel(kind=yearly).sum("kind"),
            "cash_flow": held["cash_flow"],
            "so_far": (("actor", "year"), np.cumsum(held["cash_flow"].values, axis=1)),
        },
        attrs={"discount_year": held.attrs["discount_year"]},
    ).drop_vars("payer", errors="ignore")
    units = {str(name): f"{MONEY_UNIT}/year" for name in result.data_vars}
    return with_units(result, units | {"so_far": MONEY_UNIT})
