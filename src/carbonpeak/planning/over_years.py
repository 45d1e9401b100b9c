"""Targets over several years held against a path: budget, peak, no rise, plateau."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from carbonpeak import units
from carbonpeak.planning.follow import Followed
from carbonpeak.planning.goals import AMOUNT_UNITS, Goal
from carbonpeak.vocabulary import LANGUAGES, Language, label, unit_words

SpanVerdict = Literal["on_track", "late", "met", "missed", "not_known"]
_ROUNDING = 1e-9


@dataclass(frozen=True)
class SpanCheck:
    """A target over several years, as far as a path tells up to a year.

    Attributes
    ----------
    asked, required, achieved : float
        In `unit`; the last is missing where the path does not tell.
    unit : str
        That of the target; empty where the numbers are years.
    size : float
        Magnitude in `unit` against which a difference is called rounding.
    """

    goal: Goal
    year: int
    asked: float
    required: float
    achieved: float
    unit: str
    size: float
    basis: str

    @property
    def lead(self) -> float:
        """By how much the target is ahead of what is required; every one is a ceiling."""
        return self.required - self.achieved

    @property
    def verdict(self) -> SpanVerdict:
        """What is to be said of the target, as in `check_progress`."""
        if np.isnan(self.lead):
            return "not_known"
        good = self.lead >= -_ROUNDING * self.size
        if self.year < self.goal.year:
            return "on_track" if good else "late"
        return "met" if good else "missed"

    def row(self) -> dict[str, Any]:
        """Return the row of the table of progress."""
        goal = self.goal
        stated = ("indicator", "base_year", "binding", "stand_in")
        return {
            **{name: getattr(goal, name) for name in stated},
            **{f"title_{lang}": goal.title(lang) for lang in LANGUAGES},
            "target_year": goal.year,
            "kind": goal.over_years,
            "unit": self.unit,
            "asked": self.asked,
            "required_linear": self.required,
            "required_constant_rate": np.nan,
            "achieved": self.achieved,
            "change": np.nan,
            "lead": self.lead,
            "verdict": self.verdict,
            "hard_end_met": None,
            "basis": self.basis,
            **{f"sentence_{lang}": self.sentence(lang) for lang in LANGUAGES},
        }

    def sentence(self, lang: Language) -> str:
        """Say what is found, what is asked for, and the verdict."""
        words: dict[str, object] = {
            "title": self.goal.title(lang),
            "year": self.year,
            "last": self.goal.year,
        }
        if self.verdict == "not_known":
            return label("span.unknown", lang).format(**words)
        words |= {
            "achieved": _number(self.achieved, self.unit, lang),
            "required": _number(self.required, self.unit, lang),
            "verdict": label(f"span.{self.verdict}", lang),
        }
        return label(f"span.{self.goal.over_years}", lang).format(**words)


def span_checks(goal: Goal, followed: Followed) -> Iterator[SpanCheck]:
    """Hold a target over several years against the yearly values of its amount.

    A budget is judged in each of its years: what is spent so far against as many parts of it as
    years have gone. A peak is found in the highest year, no rise by the largest rise from one year
    to the next, a plateau by the farthest value; these once, and only where the path goes on after
    the year (or to the end of the plateau).
    """
    if goal.years is not None:
        yield from _spent(goal, followed)
        return
    values = followed.values
    largest = max((abs(value) for value in values.values()), default=0.0)
    if goal.plateau is not None:
        limit, unit, size = goal.asked, goal.unit, units.factor("1", goal.unit)
    elif goal.peak_by is not None:
        limit, unit, size = goal.asked, "", 0.0
    else:
        limit, unit, size = 0.0, AMOUNT_UNITS[goal.amount], largest
    found = _found(goal, values)
    yield SpanCheck(goal, goal.year, goal.asked, limit, found, unit, size, followed.basis)


def _spent(goal: Goal, followed: Followed) -> Iterator[SpanCheck]:
    assert goal.years is not None
    first, last = goal.years
    scale = units.factor(AMOUNT_UNITS[goal.amount].removesuffix("/year"), goal.unit)
    known = [year for year in range(first, last + 1) if _spans(followed.values, first, year)]
    for year in known or [last]:
        held = [followed.values.get(one, np.nan) for one in range(first, year + 1)]
        share = goal.asked * (year - first + 1) / (last - first + 1)
        spent = float(np.sum(held)) * scale
        size = abs(goal.asked)
        yield SpanCheck(goal, year, goal.asked, share, spent, goal.unit, size, followed.basis)


def _found(goal: Goal, values: Mapping[int, float]) -> float:
    """Return what a path makes of a target, in the unit of its check; NaN where it is too short."""
    if goal.plateau is not None:
        first, last = goal.plateau
        if not _spans(values, first, last):
            return np.nan
        height = values[first]
        far = max(abs(values[year] - height) for year in range(first, last + 1))
        return far / abs(height) * units.factor("1", goal.unit) if height else np.nan
    later = [year for year in values if year > goal.year]
    if not later or not _spans(values, goal.year, max(later)):
        return np.nan
    if goal.peak_by is not None:
        top = max(values.values())
        return float(min(y for y, value in values.items() if value >= top - _ROUNDING * abs(top)))
    return max(values[year] - values[year - 1] for year in later)


def _spans(values: Mapping[int, float], first: int, last: int) -> bool:
    return all(year in values for year in range(first, last + 1))


def _number(value: float, unit: str, lang: Language) -> str:
    if not unit:
        return f"{value:.0f}"
    number = f"{value:,.0f}" if abs(value) >= 1e4 else f"{value:.4g}"
    return f"{number} {unit_words(unit, lang)}"
