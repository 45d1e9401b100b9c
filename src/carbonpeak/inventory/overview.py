"""An inventory at a glance: sectors by gas, and what the numbers rest on."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.inventory import totals
from carbonpeak.inventory.explain.line import line_results
from carbonpeak.inventory.explain.question import ask
from carbonpeak.vocabulary import Language, label

SECTORS = ("energy", "ippu", "agriculture", "waste")
SHOWN = 1e-4
"""From t to 10^4 t."""


@dataclass(frozen=True, eq=False)
class Overview:
    """A year of an inventory in a few lines. It prints itself, as a table in a notebook.

    Attributes
    ----------
    title, unit : str
        What the table shows.
    table : pd.DataFrame
        Sectors and totals by gas, emissions less removals.
    notes : tuple of str
        Years, factors, shares of assumptions, notation keys.
    """

    title: str
    unit: str
    table: pd.DataFrame
    notes: tuple[str, ...]

    def __str__(self) -> str:
        shown = self.table.to_string(float_format="{:,.2f}".format, na_rep="–")
        return "\n".join([f"{self.title} [{self.unit}]", shown, *self.notes])

    def _repr_html_(self) -> str:
        notes = "".join(f"<div style='color:#555'>{escape(note)}</div>" for note in self.notes)
        shown = self.table.to_html(float_format="{:,.2f}".format, na_rep="–")
        return f"<b>{escape(self.title)}</b> [{escape(self.unit)}]{shown}{notes}"


@checked
def overview(
    inventory: xr.Dataset,
    *,
    year: int | None = None,
    metric: str | None = None,
    lang: Language = "zh",
) -> Overview:
    """Show an inventory at a glance.

    Parameters
    ----------
    inventory : xr.Dataset
        From `compile_inventory` or `load`.
    year : int, optional
        By default the base year.
    metric : str, optional
        By default the one that the region states.
    lang : {'zh', 'en'}
        Language of the words.

    Returns
    -------
    Overview
        Land use, bought electricity and heat, and memo items stand below the direct total and
        are no part of it.
    """
    question = ask(inventory, year, None, metric, lang)
    attrs, weighing = inventory.attrs, question.metric
    title = label("overview.title", lang)
    return Overview(
        title.format(region=attrs[f"title_{lang}"], year=question.year),
        label("overview.unit", lang).format(metric=weighing),
        _table(totals.co2e(inventory, weighing).sel(year=[question.year]), lang),
        (
            _facts(inventory, lang),
            _shares(inventory, weighing, question.year, lang),
            *_notations(inventory, lang),
        ),
    )


def _table(weighed: xr.Dataset, lang: Language) -> pd.DataFrame:
    """Return 10^4 t CO2e by sector and gas; a dash for a gas that no line of a sector gives."""
    sector, scope = weighed["sector"].values, weighed["scope"].values
    rows = {
        f"sector.{name}": weighed.isel(line=np.flatnonzero((sector == name) & (scope == 1)))
        for name in SECTORS
    }
    parts = {"total": totals.direct, "land": totals.land, "indirect": totals.indirect}
    rows |= {f"origin.{name}": part(weighed) for name, part in parts.items()}
    sums = {key: totals.net(part).sum("year") for key, part in rows.items() if part.sizes["line"]}
    shown = {key: sums[key].where(_given(rows[key], memo=False)) for key in sums}
    memo = weighed["memo"].sum(["line", "year"])
    shown["origin.memo"] = memo.where(_given(weighed, memo=True))
    frame = pd.DataFrame(
        {label(key, lang): values.values * SHOWN for key, values in shown.items()},
        index=[str(gas) for gas in weighed["gas"].values],
    ).T
    frame[label("overview.sum", lang)] = frame.sum(axis=1)
    return frame


def _given(part: xr.Dataset, *, memo: bool) -> xr.DataArray:
    """Return which gases a method of some line gives, as memo items or not."""
    found = {
        gas
        for line in part["line"].values.tolist()
        for gas, role, _ in line_results(line)
        if memo == (role == "memo")
    }
    return part["gas"].isin(sorted(found))


def _facts(inventory: xr.Dataset, lang: Language) -> str:
    attrs = inventory.attrs
    fallback = label("overview.fallback", lang).format(name=attrs["fallback"])
    return label("overview.facts", lang).format(
        years=", ".join(str(year) for year in inventory["year"].values),
        lines=inventory.sizes["line"],
        factor_set=attrs["factor_set"],
        fallback=fallback if attrs["fallback"] else "",
        convention=label(str(attrs["convention"]), lang),
    )


def _shares(inventory: xr.Dataset, metric: str, year: int, lang: Language) -> str:
    shares = totals.evidence_shares(inventory, metric)
    complete = float(totals.completeness(inventory).sel(year=year))
    return label("overview.shares", lang).format(
        assumed=f"{shares['assumption_share'][year]:.1%}",
        unverified=f"{shares['unverified_share'][year]:.1%}",
        complete=f"{complete:.1%}",
    )


def _notations(inventory: xr.Dataset, lang: Language) -> list[str]:
    """Return the categories without a number by notation key, in one sentence if there are any."""
    named: dict[str, list[str]] = defaultdict(list)
    for row in json.loads(inventory.attrs["notations"]):
        named[row["key"]].append(" ".join(filter(None, (row["category"], row["source"]))))
    keys = "; ".join(f"{key}: {', '.join(names)}" for key, names in sorted(named.items()))
    return [label("overview.notations", lang).format(keys=keys)] if keys else []
