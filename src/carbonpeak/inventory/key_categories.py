"""Key categories: those that make up most of the level or of the trend of an inventory.

The formulas are those of 2006 IPCC Guidelines vol. 1 ch. 4. A net removal counts by its size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.units import gwp_table

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

THRESHOLDS = {1: 0.95, 2: 0.90}
"""Share of the sum that key categories reach, by approach."""
COORDINATES = ("category", "gas", "source", "carrier", "site", "line", "sector")


@dataclass(frozen=True)
class Qualitative:
    """A category that is key for a reason that its size does not show.

    Attributes
    ----------
    part : str
        As in the result, for example ``3.B.4.b/CO2``, or the category alone.
    reason : str
        Why: a new technology, an expected growth, high doubt, an incomplete figure.
    author : str
        Who says so.
    """

    part: str
    reason: str
    author: str = ""


def level_assessment(emissions: Floats) -> Floats:
    """Return the share of each part in the sum of absolute values (equation 4.1).

    Parameters
    ----------
    emissions : (part,)
        Net emissions of a year, removals negative.
    """
    size = np.abs(emissions)
    return np.asarray(size / size.sum()) if size.any() else np.zeros_like(size)


def trend_assessment(base: Floats, current: Floats) -> Floats:
    """Return how far each part's trend departs from that of the whole (equations 4.2 and 4.3).

    Parameters
    ----------
    base, current : (part,)
        Net emissions of the base year and of year t, removals negative.

    Raises
    ------
    ResultError
        When the base year sums to zero, so that there is no trend of the whole.
    """
    size, first, last = np.abs(base), base.sum(), current.sum()
    if not size.any() or first == 0:
        raise ResultError("the base year sums to zero; name another with base_year")
    weight = size / size.sum()
    change = np.divide(current - base, size, out=np.zeros_like(base), where=size > 0)
    departed = weight * np.abs(change - (last - first) / abs(first))
    return np.asarray(np.where(size > 0, departed, np.abs(current) / size.sum()))


def key_flags(assessment: Floats, threshold: float) -> tuple[Floats, Flags]:
    """Return cumulative shares in falling order, and which parts reach the threshold.

    The part that carries the sum over the threshold is key too. Of equal parts the first goes
    first.
    """
    total = assessment.sum()
    share = assessment / total if total > 0 else np.zeros_like(assessment)
    order = np.argsort(-share, kind="stable")
    running = np.cumsum(share[order])
    cumulative, flags = np.empty_like(share), np.zeros(share.shape, dtype=bool)
    cumulative[order] = running
    flags[order] = (running - share[order] < threshold - 1e-12) & (share[order] > 0)
    return cumulative, flags


@checked
def key_categories(
    inventory: xr.Dataset,
    uncertainty: xr.Dataset | None = None,
    *,
    metric: str | None = None,
    year: int | None = None,
    base_year: int | None = None,
    approach: Literal[1, 2] | None = None,
    threshold: float | None = None,
    with_land: bool = True,
    by: Sequence[str] = ("category", "gas"),
    qualitative: Sequence[Qualitative] = (),
) -> xr.Dataset:
    """Find the key categories of an inventory.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory`.
    uncertainty : xr.Dataset, optional
        From `uncertainty` with the same `by`; approach 2 weighs with its half range.
    metric : str, optional
        By default the one of the inventory.
    year, base_year : int, optional
        By default the last year and the first one. There is no trend without a second year, nor
        where the base year sums to zero.
    approach : {1, 2}, optional
        By default 2 when an uncertainty is given.
    threshold : float, optional
        By default 0.95 in approach 1 and 0.90 in approach 2.
    with_land : bool
        Whether land use takes part.
    by : sequence of str
        How categories are told apart, such as ``("category", "carrier", "gas")``.
    qualitative : sequence of Qualitative
        Categories that are key for another reason.

    Returns
    -------
    xr.Dataset
        Over ``part``, largest level first: ``base`` and ``current`` in t CO2e/year;
        ``level`` and ``trend`` as shares, their cumulative shares and flags; ``key`` and
        ``identified_by``, such as "L1,T1"; ``reason`` of qualitative keys.

    Raises
    ------
    ResultError
        When a year, a part or a coordinate is unknown, or the uncertainty has other parts.
    """
    chosen = metric or str(inventory.attrs["metric"])
    used: int = approach or (1 if uncertainty is None else 2)
    if used not in THRESHOLDS or (used == 2 and uncertainty is None):
        raise ResultError("approach 2 needs the result of uncertainty(..., by=...); or use 1")
    reached = THRESHOLDS[used] if threshold is None else threshold
    parts, columns, net = _net_by_part(inventory, chosen, with_land, by)
    now, then = _years(inventory, year, base_year)
    years = [int(one) for one in _plain(inventory, "year")]
    current, base = net[:, years.index(now)], net[:, years.index(then)]
    weight = _weights(uncertainty, parts, (now, then)) if used == 2 else np.ones(len(parts))
    found = _assess("level", level_assessment(current) * weight, reached)
    if now != then and base.sum() != 0:
        found |= _assess("trend", trend_assessment(base, current) * weight, reached)
    found |= {"base": base, "current": current}
    found |= _marks(found, parts, columns, used, qualitative)
    order = np.argsort(-found["level"], kind="stable")
    return _labelled(
        {name: values[order] for name, values in found.items()},
        {"part": np.array(parts, dtype=str)[order]}
        | {f"part_{name}": np.array(one, dtype=str)[order] for name, one in columns.items()},
        {
            "approach": used,
            "threshold": reached,
            "metric": chosen,
            "year": now,
            "base_year": then,
            "with_land": int(with_land),
        },
    )


def _net_by_part(
    inventory: xr.Dataset, metric: str, with_land: bool, by: Sequence[str]
) -> tuple[list[str], dict[str, list[str]], Floats]:
    """Return the parts and their net emissions, (part, year)."""
    for name in by:
        if name not in COORDINATES:
            raise ResultError(f"no parts by '{name}'; {suggestion(name, COORDINATES)}")
    counted = (_plain(inventory, "scope") == 1) & ~_plain(inventory, "is_memo")
    if not with_land:
        counted &= _plain(inventory, "sector") != "land"
    gases = [str(gas) for gas in _plain(inventory, "gas")]
    weights = gwp_table([metric], gases)[0][:, None]
    net = (_values(inventory, "emissions") - _values(inventory, "removals"))[counted] * weights
    own = [name for name in by if name != "gas"]
    labels = [_plain(inventory, name)[counted].astype(str).tolist() for name in own]
    keys = list(zip(*labels, strict=True)) if own else [()] * net.shape[0]
    distinct = sorted(set(keys))
    place = {key: at for at, key in enumerate(distinct)}
    summed = np.zeros((len(distinct), len(gases), net.shape[2]))
    np.add.at(summed, [place[key] for key in keys], np.nan_to_num(net, nan=0.0))
    if "gas" not in by:
        summed = summed.sum(axis=1, keepdims=True)
    rows, columns = np.nonzero(summed.any(axis=2))
    found = {name: [distinct[row][at] for row in rows] for at, name in enumerate(own)}
    found |= {"gas": [gases[column] for column in columns]} if "gas" in by else {}
    ordered = {name: found[name] for name in by}
    parts = ["/".join(key) for key in zip(*ordered.values(), strict=True)]
    return parts, ordered, summed[rows, columns]


def _values(inventory: xr.Dataset, name: str) -> Floats:
    placed = inventory.variables[name].transpose("line", "gas", "year")
    return np.asarray(placed.values, dtype=float)


def _plain(inventory: xr.Dataset, name: str) -> Any:
    return inventory.variables[name].values


def _years(inventory: xr.Dataset, year: int | None, base_year: int | None) -> tuple[int, int]:
    years = [int(one) for one in _plain(inventory, "year")]
    for asked in (year, base_year):
        if asked is not None and asked not in years:
            hint = suggestion(str(asked), [str(one) for one in years])
            raise ResultError(f"no year {asked} in this inventory; {hint}")
    return year or max(years), base_year or min(years)


def _weights(uncertainty: xr.Dataset | None, parts: list[str], years: tuple[int, int]) -> Floats:
    """Return the half range of each part in percent of its value.

    A part that is zero in the year of the result has the half range of the base year; one that
    is zero in both weighs nothing.
    """
    if uncertainty is None:
        raise ResultError("approach 2 needs an uncertainty")
    known = [str(part) for part in uncertainty["part"].values]
    missing = [part for part in parts if part not in known]
    if missing:
        raise ResultError(
            f"the uncertainty has no part '{missing[0]}'; compute it with the same 'by'"
        )
    now, then = (uncertainty["half_range"].sel(part=parts, year=year).values for year in years)
    return np.asarray(np.nan_to_num(np.where(np.isnan(now), then, now), nan=0.0))


def _assess(name: str, assessment: Floats, threshold: float) -> dict[str, Any]:
    cumulative, flags = key_flags(assessment, threshold)
    total = assessment.sum()
    share = assessment / total if total > 0 else assessment
    return {name: share, f"{name}_cumulative": cumulative, f"{name}_key": flags}


def _marks(
    found: dict[str, Any],
    parts: list[str],
    columns: dict[str, list[str]],
    approach: int,
    qualitative: Sequence[Qualitative],
) -> dict[str, Any]:
    """Return by what each part is key, and the reasons of the qualitative ones."""
    marks: list[list[str]] = [[] for _ in parts]
    for name, letter in (("level", "L"), ("trend", "T")):
        for mark, key in zip(marks, found.get(f"{name}_key", [False] * len(parts)), strict=True):
            if key:
                mark.append(f"{letter}{approach}")
    reasons = [""] * len(parts)
    for one in qualitative:
        for at in _meant(one, parts, columns):
            marks[at].append("Q")
            reasons[at] = f"{one.reason} ({one.author})" if one.author else one.reason
    return {
        "key": np.array([bool(mark) for mark in marks], dtype=bool),
        "identified_by": np.array([",".join(mark) for mark in marks], dtype=str),
        "reason": np.array(reasons, dtype=str),
    }


def _meant(one: Qualitative, parts: list[str], columns: dict[str, list[str]]) -> list[int]:
    category = columns.get("category", [""] * len(parts))
    places = [at for at, part in enumerate(parts) if one.part in (part, category[at])]
    if not places:
        raise ResultError(f"no part '{one.part}' to be key; {suggestion(one.part, parts)}")
    return places


def _labelled(
    found: dict[str, Any], coordinates: dict[str, Any], attrs: dict[str, Any]
) -> xr.Dataset:
    labels = tuple((name, tuple(values.tolist())) for name, values in coordinates.items())
    labelled = _template(tuple(found), labels).copy(data=found)
    labelled.attrs = attrs
    return labelled


@lru_cache(maxsize=32)
def _template(
    names: tuple[str, ...], labels: tuple[tuple[str, tuple[str, ...]], ...]
) -> xr.Dataset:
    """Lay out the labels of a result, so that the same parts take them over."""
    count = len(labels[0][1])
    variables = {name: xr.Variable(("part",), np.zeros(count), _words(name)) for name in names}
    return xr.Dataset(
        variables, coords={name: ("part", np.array(values, dtype=str)) for name, values in labels}
    )


def _words(name: str) -> dict[str, str]:
    if name in ("reason", "identified_by") or name.endswith("key"):
        return {}
    unit = "t CO2e/year" if name in ("base", "current") else "1"
    return {"units": unit, "long_name": name.replace("_", " ")}
