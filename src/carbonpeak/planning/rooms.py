"""The room that a target leaves, before and after a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak import units
from carbonpeak.evidence.region import Region
from carbonpeak.planning.bounds import ratio_of
from carbonpeak.planning.follow import amount_of
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.rates import ChangeRate
from carbonpeak.planning.targets import level_unit
from carbonpeak.scenario.indicators import GRID_SHARE
from carbonpeak.vocabulary import LANGUAGES, Language, label, unit_words

RoomVerdict = Literal["fits", "breaks", "worsens", "eases", "not_known"]
COLUMNS = (
    *(f"title_{lang}" for lang in LANGUAGES),
    "year",
    "binding",
    "stand_in",
    "unit",
    "bound",
    "before",
    "after",
    "room_before",
    "room_after",
    "amount",
    "amount_unit",
    "verdict",
    "stops",
    *(f"sentence_{lang}" for lang in LANGUAGES),
)
"""Columns of a table of rooms."""

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Room:
    """A target, the region's value in its year, and what is left.

    Attributes
    ----------
    bound, before, after : float
        In `unit`, the unit of the indicator as a level; missing where they are not known.
    base : float
        The value of the base year.
    gdp : float
        GDP of the year with the project, in CNY2020/year.
    """

    region: Region
    name: str
    goal: Goal
    unit: str
    bound: float
    before: float
    after: float
    base: float
    gdp: float
    grid_known: bool

    def _left(self, value: float) -> float:
        demand = self.goal.demand
        at_least = demand is not None and demand.sense == "at_least"
        return value - self.bound if at_least else self.bound - value

    @property
    def room_before(self) -> float:
        """The room without the project; negative where the target is missed."""
        return self._left(self.before)

    @property
    def room_after(self) -> float:
        """The room that the project leaves."""
        return self._left(self.after)

    @property
    def amount(self) -> float:
        """The room that is left as a yearly amount; of an intensity at the GDP of the year."""
        return self.room_after * (self.gdp if self.goal.per_gdp else 1.0)

    @property
    def amount_unit(self) -> str:
        """The unit of that amount."""
        return f"{self.unit.split('/')[0]}/year" if self.goal.per_gdp else self.unit

    @property
    def verdict(self) -> RoomVerdict:
        """Whether the project keeps, breaks, worsens or eases the target."""
        before, after = self.room_before, self.room_after
        if np.isnan(before) or np.isnan(after):
            return "not_known"
        scale = max(abs(self.bound), abs(self.before)) * _ROUNDING
        if after >= -scale:
            return "fits"
        if before >= -scale:
            return "breaks"
        return "worsens" if after < before - scale else "eases"

    @property
    def stops(self) -> bool:
        """Whether the project cannot come because of this target."""
        return self.goal.binding and self.verdict in ("breaks", "worsens")

    def row(self) -> dict[str, Any]:
        """Return the row of the table, by column."""
        texts = {f"title_{lang}": self.goal.title(lang) for lang in LANGUAGES}
        texts |= {f"sentence_{lang}": self.sentence(lang) for lang in LANGUAGES}
        owners = dict.fromkeys(("year", "binding", "stand_in"), self.goal)
        return {
            name: texts[name] if name in texts else getattr(owners.get(name, self), name)
            for name in COLUMNS
        }

    def sentence(self, lang: Language) -> str:
        """Say what the project does to the target, and by how much."""
        words = {"title": self.goal.title(lang), "year": self.goal.year}
        if self.verdict == "not_known":
            return say("not_known", lang, reason=self.reason(lang), **words)
        more = self.amount - self.room_before * (self.gdp if self.goal.per_gdp else 1.0)
        shown = (abs(self.amount), abs(more))
        left, moved = (quantity(value, self.amount_unit, lang) for value in shown)
        return say(self.verdict, lang, left=left, moved=moved, **words)

    def reason(self, lang: Language) -> str:
        """Say why the room is not known."""
        if self.goal.demand is None:
            return self.goal.unknown(lang, self.region)
        if self.goal.model == "non_fossil_share" and not self.grid_known:
            return label("progress.reason.no_grid_share", lang)
        return say("no_value_added", lang)

    def condition(self, lang: Language) -> str:
        """Say on what the target makes the project depend; empty where on nothing."""
        words = {"title": self.goal.title(lang), "year": self.goal.year}
        if self.verdict == "not_known":
            return say("if.not_known", lang, reason=self.reason(lang), **words)
        left = quantity(abs(self.amount), self.amount_unit, lang)
        if self.verdict == "eases":
            return say("if.eases", lang, left=left, **words)
        if self.verdict in ("breaks", "worsens"):
            return "" if self.goal.binding else say("if.expected", lang, left=left, **words)
        if self.goal.stand_in and self.goal.set_by is not None:
            authority = self.goal.set_by.authority(lang)
            return say(
                "if.stand_in", lang, authority=authority, most=self._strictest(lang), **words
            )
        return ""

    def _strictest(self, lang: Language) -> str:
        """Return the strictest number under which the target would still be kept."""
        if self.goal.kind == "level":
            value = self.after * units.factor(self.unit, self.goal.unit)
            return quantity(value, self.goal.unit, lang)
        change = ChangeRate.between(self.base, self.after)
        rate = change.as_reduction() if self.goal.kind == "reduction" else change
        return quantity(rate.value(self.goal.unit), self.goal.unit, lang)


def room_of(region: Region, name: str, goal: Goal, before: xr.Dataset, after: xr.Dataset) -> Room:
    """Return the room of a target in a pathway, and in the same pathway with a project."""
    unit = str(level_unit(region, goal.indicator))
    grid_known = GRID_SHARE in before
    values = [np.nan] * 3
    if goal.model != "non_fossil_share" or grid_known:
        series = amount_of(before, goal)
        values = [float(series.sel(year=year)) for year in (goal.base_year, goal.year)]
        values.append(float(amount_of(after, goal).sel(year=goal.year)))
    base, now, then = values
    gdp = float(after["gdp"].sel(year=goal.year))
    return Room(
        region, name, goal, unit, _bound(goal, unit, base), now, then, base, gdp, grid_known
    )


def _bound(goal: Goal, unit: str, base: float) -> float:
    if goal.demand is None:
        return np.nan
    if goal.kind == "level":
        return goal.demand.easy * units.factor(goal.unit, unit)
    return base * ratio_of(goal.demand, goal.unit)


def quantity(value: float, unit: str, lang: Language) -> str:
    """Write an amount with its unit in words, large ones without decimals."""
    if unit in ("percent", "%"):
        return f"{value:.2f} %"
    number = f"{value:,.0f}" if abs(value) >= 1e3 else f"{value:.4g}"
    return number if unit == "1" else f"{number} {unit_words(unit, lang)}"


def say(key: str, lang: Language, **words: object) -> str:
    """Return a phrase of the screening in one language."""
    return label(f"screening.{key}", lang).format(**words)
