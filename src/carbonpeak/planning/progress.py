"""Each target year by year: what its path asks for, what is there, and how far apart they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.planning.bounds import ratio_of
from carbonpeak.planning.follow import Followed, follow, prepared
from carbonpeak.planning.goals import Demand, Goal
from carbonpeak.planning.over_years import SpanCheck, span_checks
from carbonpeak.planning.rates import ChangeRate
from carbonpeak.planning.targets import level_unit, load_targets
from carbonpeak.scenario.indicators import indicator
from carbonpeak.vocabulary import LANGUAGES, Language, label, unit_words

if TYPE_CHECKING:
    import pandas as pd

Path = Literal["linear", "constant_rate"]
Verdict = Literal["on_track", "late", "met", "missed", "not_known"]
PATHS: tuple[Path, ...] = ("linear", "constant_rate")
COLUMNS = (
    "title_en",
    "title_zh",
    "indicator",
    "target_year",
    "base_year",
    "binding",
    "stand_in",
    "kind",
    "unit",
    "asked",
    "required_linear",
    "required_constant_rate",
    "achieved",
    "change",
    "lead",
    "verdict",
    "hard_end_met",
    "basis",
    "sentence_en",
    "sentence_zh",
)
DUAL: Mapping[str, str] = MappingProxyType(
    {
        "energy_total_calorific": "万吨标煤/year",
        "energy_total_equal": "万吨标煤/year",
        "energy_intensity_calorific": "tce/万元2020",
        "energy_intensity_equal": "tce/万元2020",
        "energy_co2": "万吨 CO2/year",
        "co2_intensity": "t CO2/万元2020",
    }
)
"""The indicators of dual control, in the units in which officials read them."""
_ROUNDING = 1e-9


@checked
def check_progress(
    region: Region,
    result: xr.Dataset,
    *,
    targets: Mapping[str, Goal] | None = None,
    parameters: Mapping[str, float] | None = None,
    path: Path = "linear",
) -> pd.DataFrame:
    """Hold every target against a pathway or an inventory, year by year.

    A rate has to move along its path from the base year to the target year: ``linear`` in the
    ratio to the base year, or at a ``constant_rate`` a year. A level that the base year already
    keeps has to stay; one that it does not keep yet has to be approached. A target over several
    years is told as `span_checks` says: of a budget what is spent so far against its share.

    Parameters
    ----------
    region : Region
        Holds the targets and, in `indicators.csv`, what no equation computes.
    result : xr.Dataset
        Pathway from `project`, or the statistics so far, from `compile_inventory`.
    targets : mapping of Goal, optional
        By default all of the region.
    parameters : mapping, optional
        Numbers that an authority has stated, as in `load_targets`.
    path : {"linear", "constant_rate"}
        Which path decides; the other stands beside it.

    Returns
    -------
    DataFrame
        A row for each target and year, indexed by both. ``achieved``, ``asked``, ``required_*``
        and ``lead`` are in ``unit``, a reduction as a reduction; ``change`` is the change on the
        base year in percent, positive for an increase. ``lead`` is positive when ahead.
        ``verdict`` is ``on_track`` or ``late`` before the target year, ``met`` or ``missed`` in
        it, ``not_known`` where a number is missing, or where the target is asked of projects and
        not of years, as the replacement of coal is; the sentences say which. ``hard_end_met``
        tells of a range whether its harder end is reached too.

    Raises
    ------
    ResultError
        When `path` is unknown.
    """
    import pandas as pd

    if path not in PATHS:
        raise ResultError(f"unknown path '{path}'; {suggestion(path, PATHS)}")
    goals = load_targets(region, parameters=parameters) if targets is None else targets
    known = prepared(region, result)
    rows = {
        (name, check.year): check.row()
        for name, goal in goals.items()
        for check in _checks(region, known, goal, path)
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["target", "year"])
    table = pd.DataFrame(list(rows.values()), index=index, columns=list(COLUMNS))
    table.attrs = {"path": path, "region": region.name}
    return table


def _shown(series: xr.DataArray, unit: str) -> pd.Series[float]:
    return series.to_series() * units.factor(str(series.attrs["units"]), unit)


def _checks(
    region: Region, result: xr.Dataset, goal: Goal, path: Path
) -> Iterator[_Check | SpanCheck]:
    followed = follow(region, result, goal)
    if goal.over_years:
        yield from span_checks(goal, followed)
        return
    years = [year for year in followed.values if goal.base_year < year <= goal.year]
    if goal.printed is not None and not (years and goal.base_year in followed.values):
        yield _Check(region, goal, goal.year, _as_printed(goal), path)
        return
    reached = goal.year in result["year"].values
    for year in sorted({*years, goal.year} if reached or not years else years):
        yield _Check(region, goal, year, followed, path)


def _as_printed(goal: Goal) -> Followed:
    """Return the ratio that a document prints, as values relative to the base year."""
    ratio = goal.printed.rate.ratio if goal.printed is not None else np.nan
    return Followed({goal.base_year: 1.0, goal.year: ratio}, "printed")


@dataclass(frozen=True)
class _Check:
    """One target in one year."""

    region: Region
    goal: Goal
    year: int
    followed: Followed
    path: Path

    @property
    def scale(self) -> float:
        """Turns levels, or ratios to the base year, into the unit of the target."""
        level = str(level_unit(self.region, self.goal.indicator))
        return units.factor(level if self.goal.kind == "level" else "1", self.goal.unit)

    @property
    def start(self) -> float:
        """The value of the base year; missing where nobody states it."""
        return self.followed.values.get(self.goal.base_year, np.nan)

    @property
    def change(self) -> float:
        """The change on the base year in percent; none on a base of zero."""
        now = self.followed.values.get(self.year, np.nan)
        return ChangeRate.between(self.start, now).value() if self.start else np.nan

    @property
    def achieved(self) -> float:
        """What is reached, under the kind of the target and in its unit."""
        now = self.followed.values.get(self.year, np.nan)
        if self.goal.kind == "level":
            return now * self.scale
        return self.shown(now / self.start if self.start else np.nan)

    def shown(self, ratio: float) -> float:
        """Return a ratio to the base year as the reduction or change that the target states."""
        change = ChangeRate(ratio - 1.0)
        rate = change.as_reduction() if self.goal.kind == "reduction" else change
        return rate.value(self.goal.unit)

    def required(self, path: Path) -> float:
        """Return what a path asks for in the year."""
        demand, goal = self.goal.demand, self.goal
        if demand is None:
            return np.nan
        part = (self.year - goal.base_year) / (goal.year - goal.base_year)
        if goal.kind != "level":
            return self.shown(_between(1.0, ratio_of(demand, goal.unit), part, path))
        start = self.start * self.scale
        if part == 1 or self.ahead(start, demand.easy) >= 0:
            return demand.easy
        return _between(start, demand.easy, part, path)

    def ahead(self, value: float, asked: float) -> float:
        """Return by how much a value is on the good side of what is asked."""
        more = self.goal.kind == "reduction" or self.demand.sense == "at_least"
        return value - asked if more else asked - value

    @property
    def demand(self) -> Demand:
        """What the target asks for, where it is known."""
        assert self.goal.demand is not None
        return self.goal.demand

    @property
    def lead(self) -> float:
        """By how much the target is ahead of its path, in its unit."""
        if self.goal.demand is None:
            return np.nan
        return self.ahead(self.achieved, self.required(self.path))

    @property
    def verdict(self) -> Verdict:
        """What is to be said of the target in the year."""
        lead = self.lead
        if np.isnan(lead):
            return "not_known"
        good = self._kept(lead)
        if self.year < self.goal.year:
            return "on_track" if good else "late"
        return "met" if good else "missed"

    @property
    def hard_end_met(self) -> bool | None:
        """Whether the harder end of a range is reached in the target year."""
        if self.goal.range is None or self.verdict not in ("met", "missed"):
            return None
        return self._kept(self.ahead(self.achieved, self.demand.hard))

    def _kept(self, lead: float) -> bool:
        """Whether a lead is none but for rounding, or better."""
        return lead >= -_ROUNDING * max(abs(self.achieved), abs(self.demand.easy))

    def row(self) -> dict[str, Any]:
        """Return the row of the table."""
        goal = self.goal
        stated = ("indicator", "base_year", "binding", "stand_in", "kind", "unit")
        return {
            **{name: getattr(goal, name) for name in stated},
            **{f"title_{lang}": goal.title(lang) for lang in LANGUAGES},
            "target_year": goal.year,
            "asked": np.nan if goal.demand is None else goal.demand.easy,
            **{f"required_{path}": self.required(path) for path in PATHS},
            "achieved": self.achieved,
            "change": self.change,
            "lead": self.lead,
            "verdict": self.verdict,
            "hard_end_met": self.hard_end_met,
            "basis": self.followed.basis,
            **{f"sentence_{lang}": sentence(self, lang) for lang in LANGUAGES},
        }


def _between(start: float, end: float, part: float, path: Path) -> float:
    """Return the point of a path; a constant rate needs two ends above zero."""
    if path == "linear":
        return start + (end - start) * part
    return float(start * (end / start) ** part) if start > 0 and end > 0 else np.nan


def sentence(check: _Check, lang: Language) -> str:
    """Say in a few sentences what a year means for a target."""
    parts = [_finding(check, lang)]
    if check.verdict != "not_known":
        parts.append(_judgement(check, lang))
    if check.goal.stand_in and check.goal.set_by is not None:
        setter = check.goal.set_by
        where, authority = setter.place(lang), setter.authority(lang)
        parts.append(_say("stand_in", lang, authority=authority, where=where))
    return ("" if lang == "zh" else " ").join(parts)


def _finding(check: _Check, lang: Language) -> str:
    """Say what is there and what the path asks for, or why that is not known."""
    goal, words = check.goal, {"title": check.goal.title(lang), "year": str(check.year)}
    if np.isnan(check.achieved):
        return _say("unknown", lang, reason=_reason(check, lang), **words)
    if goal.kind == "level":
        found = _say("level", lang, value=_amount(check.achieved, goal.unit, lang), **words)
    else:
        found = _say("rate", lang, moved=_moved(check.change, lang), base=goal.base_year, **words)
    required = check.required(check.path)
    if np.isnan(required):
        key, words = "alone", {}
        if goal.demand is not None:
            key, words["year"] = "no_path", str(goal.year)
            words["required"] = _asked(check, goal.demand.easy, lang)
        return _say(key, lang, found=found, reason=_reason(check, lang), **words)
    key = "final" if check.year == goal.year else check.path
    asked = _say(f"asks.{key}", lang, year=goal.year)
    return _say("both", lang, found=found, asked=asked, required=_asked(check, required, lang))


def _reason(check: _Check, lang: Language) -> str:
    """Say why there is no verdict."""
    followed, base = check.followed, check.goal.base_year
    if check.goal.demand is None:
        return check.goal.unknown(lang, check.region)
    late = bool(followed.values) and max(followed.values) <= base
    no_level = check.goal.kind == "level" and np.isnan(check.achieved)
    missing = "no_base" if np.isnan(check.start) and not no_level else "no_value"
    reason = followed.reason or ("no_later" if late else missing)
    recorded = check.goal.indicator == "forest_cover" or not check.goal.model
    if reason == "no_base" and (recorded or check.goal.per_gdp):
        reason = "no_base_row"
    row = "gdp" if check.goal.per_gdp else check.goal.indicator
    return _say(f"reason.{reason}", lang, base=base, row=row)


def _asked(check: _Check, required: float, lang: Language) -> str:
    """Say what is required: at most or at least a level, a fall or a rise."""
    if check.goal.kind == "level":
        return _say(check.demand.sense, lang, value=_amount(required, check.goal.unit, lang))
    change = -required if check.goal.kind == "reduction" else required
    percent = change * units.factor(check.goal.unit, "percent")
    key = ("fall" if percent < 0 else "rise") + f".{check.demand.sense}"
    return _say(key, lang, value=_amount(abs(percent), "percent", lang))


def _moved(change: float, lang: Language) -> str:
    key = "unmoved" if change == 0 else "up" if change > 0 else "down"
    return _say(key, lang, value=_amount(abs(change), "percent", lang))


def _judgement(check: _Check, lang: Language) -> str:
    """Say the verdict with its distance, and of a range whether its harder end is reached."""
    said = [_say(check.verdict, lang, lead=_distance(check, lang))]
    if check.hard_end_met is not None:
        said.append(_say("hard_met" if check.hard_end_met else "hard_missed", lang))
    return ("" if lang == "zh" else " ").join(said)


def _distance(check: _Check, lang: Language) -> str:
    """Say a lead; that of a rate, or of a percentage, is in percentage points."""
    percent = units.same_dimension(check.goal.unit, "percent")
    if check.goal.kind == "level" and not percent:
        return _amount(abs(check.lead), check.goal.unit, lang)
    points = abs(check.lead) * units.factor(check.goal.unit, "percent")
    return _say("points", lang, value=f"{points:.2f}")


def _amount(value: float, unit: str, lang: Language) -> str:
    if unit in ("percent", "%"):
        return f"{value:.2f} %"
    number = f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
    return number if unit == "1" else f"{number} {unit_words(unit, lang)}"


def _say(key: str, lang: Language, **words: object) -> str:
    return label(f"progress.{key}", lang).format(**words)


@checked
def dual_control(region: Region, result: xr.Dataset) -> pd.DataFrame:
    """Set energy total and intensity beside carbon total and intensity, by year.

    Parameters
    ----------
    region : Region
        Gives the GDP of an inventory.
    result : xr.Dataset
        Pathway or inventory.

    Returns
    -------
    DataFrame
        By year: energy total (万吨标煤) and intensity (tce/万元) under both conventions of
        electricity, CO2 total (万吨) and intensity (t/万元), each with its ``_change`` on
        the first year in percent, positive for an increase. ``attrs["units"]`` names the unit
        of each column.
    """
    import pandas as pd

    known = prepared(region, result)
    table = pd.DataFrame(
        {name: _column(indicator(known, name), unit) for name, unit in DUAL.items()}
    )
    for name in DUAL:
        table[f"{name}_change"] = (table[name] / table[name].iloc[0] - 1.0) * 100.0
    table.attrs["units"] = {
        **DUAL,
        **dict.fromkeys((f"{name}_change" for name in DUAL), "percent"),
    }
    return table


def _column(series: xr.DataArray, unit: str) -> pd.Series[float]:
    return series.to_series() * units.factor(str(series.attrs["units"]), unit)
