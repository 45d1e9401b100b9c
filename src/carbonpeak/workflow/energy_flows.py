"""Who uses which energy, what is made of it inside the region, and what it emits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak.inventory import totals
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.workflow.inventory import GROUPS

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MAKER = "energy_industries"
SOLD = "sold"
USERS = (*(name for name in GROUPS if name != MAKER), SOLD, MAKER)
CARRIERS = (
    "coal",
    "coke",
    "oil",
    "gas",
    "biomass",
    "waste",
    "solar",
    "wind",
    "electricity",
    "heat",
    "other",
)
KINDS = ("combustion_co2", "combustion_other", "indirect")
PRIMARY = {"solar_electricity": "solar", "wind_electricity": "wind"}
"""Sources that are shown apart from the electricity made of them."""

NOTHING = 1e-9
"""Share of the largest flow below which a flow is rounding."""


@dataclass(frozen=True, eq=False)
class EnergyFlows:
    """Energy from carriers to users, and what it emits; what has no flow is left out.

    Attributes
    ----------
    supply : (carrier, user)
        Energy bought in or won in the region, tce/year.
    delivered : (user,)
        Heat and power made inside the region, tce/year; what the users leave is sold.
    emissions : (user, kind)
        Of fuels burnt, and of electricity and heat bought, t CO2e/year.
    """

    supply: xr.DataArray
    delivered: xr.DataArray
    emissions: xr.DataArray


def energy_flows(dataset: xr.Dataset, year: int) -> EnergyFlows:
    """Return the flows of a year under the convention that the region states.

    Users draw each carrier from one pool: what is made of it inside the region goes to all of
    them in proportion to their use, and so do the emissions of what is bought. A carrier of
    which the region sells more than it uses has no emissions here.
    """
    lines = totals.energy_related(dataset).sel(year=year)
    energy = lines["energy"].sel(convention=str(dataset.attrs["convention"])).values
    users, carriers = _users(lines), _carriers(lines)
    supply, delivered = split(carriers.T @ (energy[:, None] * users))
    weighed = totals.co2e(lines, str(dataset.attrs["metric"]))
    net = (weighed["emissions"] - weighed["removals"]).transpose("line", "gas").values
    carbon = net[:, lines["gas"].values == "CO2"].sum(axis=1)
    burnt = (lines["sector"] == "energy").values & ~lines["is_memo"].values.astype(bool)
    by_kind = [
        (burnt * carbon) @ users,
        (burnt * (net.sum(axis=1) - carbon)) @ users,
        bought(supply, carriers.T @ (~burnt * net.sum(axis=1))),
    ]
    return _labelled(supply, delivered, np.stack(by_kind, axis=1))


def split(cells: Floats) -> tuple[Floats, Floats]:
    """Split energy used into what is supplied and what is made inside the region.

    Parameters
    ----------
    cells : (carrier, user)
        Energy used, users in the order of `USERS`; negative where more is made than used.

    Returns
    -------
    (carrier, user), (user,)
        The supply, which sums to the cells and what is sold, and what is made for each user.
    """
    used, made = np.maximum(cells, 0.0), -np.minimum(cells, 0.0).sum(axis=1)
    whole = used.sum(axis=1)
    kept = np.minimum(made, whole)
    own = np.divide(kept, whole, out=np.zeros_like(whole), where=whole > 0)
    delivered = own @ used
    delivered[USERS.index(SOLD)] = (made - kept).sum()
    return used * (1.0 - own)[:, None], delivered


def bought(supply: Floats, emissions: Floats) -> Floats:
    """Share the emissions of each carrier (carrier,) among the users of its supply."""
    whole = supply.sum(axis=1)
    buys = (whole > 0) & (emissions > 0)
    rate = np.divide(emissions, whole, out=np.zeros_like(whole), where=buys)
    return np.asarray(rate @ supply)


def _users(lines: xr.Dataset) -> Floats:
    """Return which user each line belongs to, (line, user)."""
    codes = [str(code) for code in lines["category"].values]
    belongs = [
        [name != SOLD and summary_rows()[name].holds_category(code) for name in USERS]
        for code in codes
    ]
    return np.array(belongs, dtype=float)


def _carriers(lines: xr.Dataset) -> Floats:
    """Return which carrier each line is of, (line, carrier)."""
    pairs = zip(lines["source"].values.tolist(), lines["carrier"].values.tolist(), strict=True)
    named = [PRIMARY.get(source, carrier) for source, carrier in pairs]
    return np.array([[name == one for one in CARRIERS] for name in named], dtype=float)


def _labelled(supply: Floats, delivered: Floats, emissions: Floats) -> EnergyFlows:
    carriers = _flows_at(supply.sum(axis=1))
    kinds = _flows_at(emissions.sum(axis=0))
    users = _flows_at(supply.sum(axis=0) + delivered) | _flows_at(emissions.sum(axis=1))
    names = np.array(USERS)[users]
    coordinates = {"carrier": np.array(CARRIERS)[carriers], "kind": np.array(KINDS)[kinds]}

    def labelled(values: Floats, dims: tuple[str, ...], unit: str) -> xr.DataArray:
        coords = {"user": names, **coordinates}
        return xr.DataArray(values, {dim: coords[dim] for dim in dims}, dims, attrs={"units": unit})

    return EnergyFlows(
        labelled(supply[np.ix_(carriers, users)], ("carrier", "user"), "tce/year"),
        labelled(delivered[users], ("user",), "tce/year"),
        labelled(emissions[np.ix_(users, kinds)], ("user", "kind"), "t CO2e/year"),
    )


def _flows_at(sums: Floats) -> Flags:
    return np.asarray(sums > NOTHING * np.abs(sums).max())
