"""What builds do over the years until they are retired, as terms of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import FloatArray, IntArray, Labels
from carbonpeak.optimiser.model import LeastCostModel, along
from carbonpeak.optimiser.program import Block, Term

ROUNDING = 1e-12
"""Of the largest response of a build: a smaller change from year to year is none."""


def response_terms(
    model: LeastCostModel,
    measure: IntArray,
    response: FloatArray,
    *,
    group: Labels | None = None,
    dim: str = "pair",
    per: FloatArray | float = 1.0,
    undone: FloatArray | None = None,
    yearly: bool = False,
) -> list[Term]:
    """Return the terms of what builds do until they are retired.

    Parameters
    ----------
    measure : (pair,)
        Positions of measures.
    response : (pair, build year, year)
        What one native unit does; from the year of its retirement on it no longer does.
    group : (pair,), optional
        Label of `dim` to whose rows each pair belongs; without it all pairs add up.
    per : (pair,) or float
        Unit of its rows.
    undone : (retirement, year), optional
        What retiring one native unit changes, by default all that it would still have done; for
        pairs that are the measures in order.
    yearly : bool
        Whether the rows hold the change from the year before, not what is done in all.
    """
    problem, pair = model.problem, np.arange(len(measure))
    factor = model.scale.builds[measure] / per
    own = yearly_change if yearly else np.asarray
    made = model.builds.pick("measure", along("pair", np.asarray(problem.measures)[measure], pair))
    terms = [
        Term(
            made.rename(year="build_year"),
            model.sized(own(response) * factor[:, None, None], "pair", "build_year", "year"),
            None if group is None else along("pair", group, pair).rename(dim),
        )
    ]
    if model.retired is not None:
        of, built, left = problem.retirements
        at, way = np.nonzero(measure[:, None] == of)
        gone = np.arange(len(problem.years)) >= left[way, None]
        lost = np.where(gone, -response[at, built[way]], 0.0) if undone is None else undone[way]
        numbers = np.arange(len(at))
        labels = model.retired.coords["retirement"][way]
        terms.append(
            Term(
                model.retired.pick("retirement", along("way", labels, numbers)),
                model.sized(own(lost) * factor[at, None], "way", "year"),
                None if group is None else along("way", group[at], numbers).rename(dim),
            )
        )
    return terms


def running_level(
    model: LeastCostModel,
    name: str,
    coords: Mapping[str, Labels],
    changes: Sequence[Term],
    *,
    lower: xr.DataArray | float,
    before: xr.DataArray | float,
) -> Block:
    """Add a level that runs on from year to year:  R[t] - R[t-1] + changes[t] = before[t].

    Parameters
    ----------
    name : str
        Of the variables and of the rows that give them their values.
    coords : mapping
        Labels of each dim, the year among them.
    changes : sequence of Term
        Yearly, as `response_terms` gives them, with the sign of what takes from the level.
    lower : float or DataArray
        Least level.
    before : float or DataArray
        What the level without builds adds from the year before.
    """
    level = model.program.add(name, coords, lower=lower)
    model.program.require(
        name,
        [Term(level), Term(level.lagged(), -1.0), *changes],
        rows=coords,
        equal=before,
        defines=level,
    )
    return level


def yearly_change(response: FloatArray) -> FloatArray:
    """Return responses less those of the year before, without the dust of rounding.

    Parameters
    ----------
    response : (pair, …, year)
    """
    change = np.diff(response, axis=-1, prepend=0.0)
    each = tuple(range(1, response.ndim))
    largest = np.abs(response).max(axis=each, keepdims=True, initial=0.0)
    real: FloatArray = np.where(np.abs(change) > ROUNDING * largest, change, 0.0)
    return real
