"""The same activity under another edition of the method, and what makes the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr

from carbonpeak import sectors, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import MissingFactorError, ResultError, suggestion
from carbonpeak.evidence import cards
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.activity import history, region_lines, reported_activity
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.compile import compile_inventory, to_dataset
from carbonpeak.inventory.model import Model
from carbonpeak.inventory.recalculation import FactorChange, factor_changes, recalculation
from carbonpeak.vocabulary import Line

CAUSES = {"factor": "factor", "metric": "metric", "method": "method", "scope": "missing"}
"""What a recalculation calls a cause, and what it is between two editions."""

LINES = ("line", "year", "first", "second", "difference", *CAUSES.values(), "why")
CHANGES = ("line", "gas", "year", "parameter", "unit", "first", "second")
SOURCES = ("first_source", "second_source")
SHOWN = 20
"""How many rows the notebook shows of a table."""


@dataclass(frozen=True, repr=False)
class EditionComparison:
    """What one activity gives under two editions.

    Attributes
    ----------
    first, second : str
        Names of the factor sets.
    metrics : (str, str)
        Metric of the CO2e in each.
    totals : pandas.DataFrame
        By year, in t CO2e/year: emissions less removals of all lines that each set can
        compute, memo items left out.
    lines : pandas.DataFrame
        A row for each line and year, largest difference of a year first. ``difference`` is
        second less first and the sum of the causes: ``factor`` (other values), ``metric``
        (other weights of the gases), ``method`` (other parameters) and ``missing`` (one set
        lacks a factor, so that its side is empty). Over the lines it adds up to the difference
        of the totals.
    factors : pandas.DataFrame
        Each factor that differs: both values in the unit of the second, and both sources.
    missing : pandas.DataFrame
        Each line that a set cannot compute, and the factor that it lacks.
    """

    first: str
    second: str
    metrics: tuple[str, str]
    totals: pd.DataFrame
    lines: pd.DataFrame
    factors: pd.DataFrame
    missing: pd.DataFrame

    def __repr__(self) -> str:
        return (
            f"EditionComparison({self.first} → {self.second}: {len(self.factors)} factors differ, "
            f"{len(self.missing)} lines lack a factor)"
        )

    def _repr_html_(self) -> str:
        facts = {
            "edition.first": f"{self.first}, {self.metrics[0]}",
            "edition.second": f"{self.second}, {self.metrics[1]}",
        }
        tables = [
            cards.frame(f"edition.{name}", getattr(self, name), shown=SHOWN)
            for name in ("totals", "lines", "factors", "missing")
        ]
        return cards.card(f"{self.first} → {self.second}", facts, *tables)


def under(region: Region, factor_set: str) -> Region:
    """Return a region with another factor set in force; factors of its own stay before it."""
    return replace(region, factors=load_factor_set(factor_set).keeping_local(region.factors))


@checked
def compile_under(region: Region, factor_set: str) -> xr.Dataset:
    """Compile the inventory of a region with another factor set and the same activity.

    The activity is that of the region's own set, after reconciliation, so that the factors
    alone make the difference. Factors of the region itself stay in force.

    Parameters
    ----------
    region : Region
        From `load_region`.
    factor_set : str
        Name or folder of the other set.

    Returns
    -------
    xr.Dataset
        As from `compile_inventory`.

    Raises
    ------
    InputError
        When there is no such set.
    MissingFactorError
        When the other set lacks a factor; all of them are named.
    """
    model = bind(under(region, factor_set), region_lines(region), region.record.years)
    return _with_activity(model, compile_inventory(region))


@checked
def compare_editions(
    region: Region,
    first: str,
    second: str,
    *,
    metric: str | None = None,
    year: int | None = None,
) -> EditionComparison:
    """Explain line by line how two factor sets differ on the same activity.

    Parameters
    ----------
    region : Region
        From `load_region`.
    first, second : str
        Names or folders of the sets.
    metric : str, optional
        One metric for both; by default each set has its own, and the metric is a cause.
    year : int, optional
        One year of the inventory, by default all.

    Returns
    -------
    EditionComparison
        Totals, lines, factors that differ, and lines without a factor.

    Raises
    ------
    InputError
        When there is no such set.
    ResultError
        When the inventory has no such year.
    """
    years = list(region.record.years)
    if year is not None and year not in years:
        hint = suggestion(str(year), [str(one) for one in years])
        raise ResultError(f"no year {year} in this inventory; {hint}")
    own = compile_inventory(region)
    one, two = (_Edition.of(region, name, own, metric) for name in (first, second))
    chosen = years if year is None else [year]
    split = recalculation(one.inventory, two.inventory).sel(year=chosen)
    changes = _changes(one, two, chosen)
    return EditionComparison(
        one.name,
        two.name,
        (split.attrs["old_metric"], split.attrs["new_metric"]),
        _totals(split),
        _line_table(split, changes, one, two, own),
        _factor_table(changes),
        pd.DataFrame(
            [(line, side.name, said) for side in (one, two) for line, said in side.missing.items()],
            columns=["line", "factor_set", "lacks"],
        ),
    )


@dataclass(frozen=True)
class _Edition:
    """The lines that a set can compute, and what it lacks for the others."""

    name: str
    inventory: xr.Dataset
    missing: dict[str, str]

    @classmethod
    def of(cls, region: Region, factor_set: str, own: xr.Dataset, metric: str | None) -> _Edition:
        region = under(region, factor_set)
        lines, years = region_lines(region), region.record.years
        missing = {line.id: said for line in lines if (said := _lacks(region, line, years))}
        bound = [line for line in lines if line.id not in missing]
        inventory = _with_activity(bind(region, bound, years, energy=False), own)
        weights = metric or region.factors.record.default_metric
        return cls(region.factors.name, inventory.assign_attrs(metric=weights), missing)


def _lacks(region: Region, line: Line, years: Sequence[int]) -> str:
    try:
        bind(region, [line], years, energy=False)
    except MissingFactorError as error:
        return ", ".join(error.lacking)
    return ""


def _with_activity(model: Model, own: xr.Dataset) -> xr.Dataset:
    """Compile a model with the activity of another inventory."""
    placed = own["activity"].sel(line=model.ids).transpose("line", "year")
    model = model.with_history(history(model))
    return to_dataset(model, np.asarray(placed.values, dtype=float), reported_activity(model))


def _changes(one: _Edition, two: _Edition, years: Sequence[int]) -> list[FactorChange]:
    """Return the factors that differ; those of lines that age hold for every year."""
    return [
        change
        for change in factor_changes(one.inventory, two.inventory)
        if change.year in years or _ages(change.line)
    ]


def _ages(line: str) -> bool:
    return sectors.find_method(vocabulary.parse_line(line).rule.method).by_age


def _factor_table(changes: Sequence[FactorChange]) -> pd.DataFrame:
    names = {"old": "first", "new": "second", "old_source": "first_source"}
    table = pd.DataFrame([asdict(change) for change in changes])
    renamed = table.rename(columns=names | {"new_source": "second_source"})
    return renamed.reindex(columns=[*CHANGES, *SOURCES])


def _totals(split: xr.Dataset) -> pd.DataFrame:
    summed = split[["old", "new"]].sum("line")
    table = pd.DataFrame(
        {"year": split["year"].values, "first": summed["old"], "second": summed["new"]}
    )
    return table.assign(difference=table["second"] - table["first"])


def _line_table(
    split: xr.Dataset,
    changes: Sequence[FactorChange],
    one: _Edition,
    two: _Edition,
    own: xr.Dataset,
) -> pd.DataFrame:
    lines = own["line"].values[~own["is_memo"].values.astype(bool)]
    index = pd.MultiIndex.from_product([lines, split["year"].values], names=["line", "year"])
    table = _split_table(split).reindex(index)
    active = own["activity"].reset_coords(drop=True).notnull().to_series().reindex(index)
    kept = active | (table[["first", "second"]].abs() > 0).any(axis=1)
    for side, column in ((one, "first"), (two, "second")):
        table.loc[table.index.isin(side.missing, level="line"), column] = np.nan
    reasons = _reasons(changes)
    table["why"] = [_why(line, year, reasons, (one, two)) for line, year in index]
    table["size"] = -table["difference"].abs()
    ordered = table[kept].reset_index().sort_values(["year", "size", "line"], kind="stable")
    return ordered[list(LINES)].reset_index(drop=True)


def _split_table(split: xr.Dataset) -> pd.DataFrame:
    """Lay out both sides and the causes by line and year."""
    plain = split.reset_coords(drop=True)
    causes = plain["contribution"].sel(cause=list(CAUSES)).to_dataset("cause")
    sides = plain[["old", "new"]].to_dataframe()[["old", "new"]]
    table = sides.join(causes.to_dataframe()[list(CAUSES)])
    table["difference"] = table["new"] - table["old"]
    return table.rename(columns={"old": "first", "new": "second", **CAUSES})


def _reasons(changes: Sequence[FactorChange]) -> dict[tuple[str, int], dict[str, None]]:
    """Say in short which factors differ, by line and year; year 0 holds for every year."""
    found: dict[tuple[str, int], dict[str, None]] = defaultdict(dict)
    for one in changes:
        gas = f"{one.gas} " if vocabulary.parameters()[one.parameter].of_a_gas else ""
        unit = "" if one.unit == "1" else f" {one.unit}"
        said = f"{gas}{one.parameter} {one.old:.6g} → {one.new:.6g}{unit}"
        found[one.line, 0 if _ages(one.line) else one.year][said] = None
    return found


def _why(
    line: str,
    year: int,
    reasons: Mapping[tuple[str, int], Iterable[str]],
    sides: Sequence[_Edition],
) -> str:
    lacks = [f"{side.name} lacks {side.missing[line]}" for side in sides if line in side.missing]
    return "; ".join(lacks or [*reasons.get((line, year), ()), *reasons.get((line, 0), ())])
