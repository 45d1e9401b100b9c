"""What would close the gap of an impossible problem: limits that give, in words, and how likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from carbonpeak.optimiser.conditions import LinearRow, Pool
from carbonpeak.optimiser.limit_families import FAMILY_WORDS, ROW_FAMILIES
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence, span
from carbonpeak.optimiser.wording import joined, listed, plain, with_unit

FAR = 10.0
"""A limit that gives more than so many times is hardly plausible, where no range is stated."""

_SHOWN = 4
_SURELY = 1.0 + 1e-6
_WHOLE: Mapping[str, float] = MappingProxyType({"1": 1.0, "%": 100.0, "percent": 100.0})
"""Of shares, by unit."""


@dataclass(frozen=True)
class Change:
    """One limit, before and after, in its native units; for a window what is built outside it.

    Attributes
    ----------
    family, subject : str
        Name of the family of limits, and what the limit belongs to.
    before, after : float
        Limits.
    years : tuple of int
        Those outside a window in which something is built; empty for another limit.
    """

    family: str
    subject: str
    before: float
    after: float
    years: tuple[int, ...] = ()

    @property
    def rises(self) -> bool:
        """Whether the limit gives by rising."""
        return self.after > self.before

    @property
    def enough(self) -> float:
        """The limit after, of four figures, rounded so that it is enough."""
        if not self.after:
            return 0.0
        step = 10.0 ** (np.floor(np.log10(abs(self.after))) - 3)
        parts = self.after / step
        return float(step * (np.ceil(parts - 1e-4) if self.rises else np.floor(parts + 1e-4)))


@dataclass(frozen=True)
class Remedy:
    """The smallest change of one kind of limit that makes every target possible.

    Attributes
    ----------
    family : str
        Name of the family, or `several` where no single one is enough.
    changes : tuple of Change
        Limits to move. Small is the sum of changes, each relative to its limit.
    cost : float
        Discounted CNY2020 of the cheapest plan after the change.
    proven : bool
        Whether the change is the smallest; not where the time limit came first.
    cost_above : float
        Discounted CNY2020 by which `cost` may lie above the least, at most: without whole
        projects nothing, with them what `SolverSettings.gap` leaves open, and infinite where
        the time limit came first.
    """

    family: str
    changes: tuple[Change, ...]
    cost: float
    proven: bool = True
    cost_above: float = 0.0


def remedy_words(problem: LeastCostProblem, remedy: Remedy) -> Sentence:
    """Say what gives how far, the largest changes first, and name what gives beside them."""
    largest = sorted(remedy.changes, key=lambda change: -change.after / (change.before or 1.0))
    parts = [_change_words(problem, change) for change in largest[:_SHOWN]]
    if others := largest[_SHOWN:]:
        named = listed([limit_words(problem, change) for change in others])
        parts.append(Sentence(f"with them the {named.en}", f"一并放宽{named.zh}"))
    if not remedy.proven:
        parts[-1] = Sentence(
            f"{parts[-1].en} (less may do; the time limit was reached)",
            f"{parts[-1].zh}（已达时间上限，所需幅度或可更小）",
        )
    return joined(parts, " and ", "，且")


def limit_words(problem: LeastCostProblem, change: Change) -> Sentence:
    """Name the limit that gives, a window with its years before and after."""
    title, family = problem.title(change.subject), FAMILY_WORDS[change.family]
    named = Sentence(f"{family.en} of {title.en}", f"{title.zh}的{family.zh}")
    if change.family != "window":
        return named
    own, opened = _windows(problem, change)
    if own is None:
        return Sentence(
            f"{named.en} (from none to {opened.en})",
            f"{named.zh}（原无，改为 {opened.zh} 年）",
        )
    return Sentence(
        f"{named.en} (from {own.en} to {opened.en})",
        f"{named.zh}（由 {own.zh} 年扩展到 {opened.zh} 年）",
    )


def unit_words(problem: LeastCostProblem, change: Change) -> Sentence:
    """Return the unit of a limit in words."""
    (unit,) = (one.unit for one in ROW_FAMILIES if one.name == change.family)
    return unit(problem, change.subject)


def doubt(problem: LeastCostProblem, change: Change) -> Sentence | None:
    """Say why a limit hardly gives so far; None where nothing speaks against it.

    A share of more than all is no share. A limit beyond the range that its source states is not
    what the source thinks possible; where none states a range, tenfold counts as too far.
    A window hardly opens before the earliest first year that its source states, nor after the
    latest last one.
    """
    if change.family == "window":
        return _out_of_season(problem, change)
    whole = _WHOLE.get(_shared_unit(problem, change), np.inf)
    if change.before <= whole and change.after > whole * _SURELY:
        return Sentence("more than 100 %", "超过 100 %")
    low, high = problem.stated_ranges.get((change.family, change.subject), (np.nan, np.nan))
    edge = high if change.rises else low
    if np.isnan(edge):
        return _far(change)
    beyond = change.after > edge * _SURELY if change.rises else change.after < edge / _SURELY
    if not beyond:
        return None
    told, side = plain(edge), "上限" if change.rises else "下限"
    return Sentence(f"beyond the stated range, which ends at {told}", f"超出所列区间{side} {told}")


def _out_of_season(problem: LeastCostProblem, change: Change) -> Sentence | None:
    ranges = problem.stated_ranges
    earliest, _ = ranges.get(("first_year", change.subject), (np.nan, np.nan))
    _, latest = ranges.get(("last_year", change.subject), (np.nan, np.nan))
    if min(change.years, default=np.inf) < earliest:
        return Sentence(
            f"before {earliest:.0f}, where the stated range of its first year begins",
            f"早于最早建成年份所列区间下限 {earliest:.0f} 年",
        )
    if max(change.years, default=-np.inf) > latest:
        return Sentence(
            f"after {latest:.0f}, where the stated range of its last year ends",
            f"晚于最晚建成年份所列区间上限 {latest:.0f} 年",
        )
    return None


def _far(change: Change) -> Sentence | None:
    smaller, larger = sorted((change.before, change.after), key=abs)
    # A row of the user may turn its sign, for which there is no such multiple.
    if not change.before or smaller * larger < 0 or abs(larger) <= FAR * abs(smaller) * _SURELY:
        return None
    if not smaller:
        return Sentence("nothing is left of it", "降为零")
    times = plain(larger / smaller, 3)
    if change.rises:
        return Sentence(f"{times} times what is stated", f"为所列数值的 {times} 倍")
    return Sentence(f"1/{times} of what is stated", f"为所列数值的 1/{times}")


def _shared_unit(problem: LeastCostProblem, change: Change) -> str:
    """Return the unit as a pool or a row of the user states it, empty for other limits."""
    stated: dict[str, tuple[Pool | LinearRow, ...]] = {"pool": problem.pools, "row": problem.rows}
    held = stated.get(change.family, ())
    return next((one.unit for one in held if one.name == change.subject), "")


def _change_words(problem: LeastCostProblem, change: Change) -> Sentence:
    after = with_unit(f"{change.enough:,.10g}", unit_words(problem, change))
    if change.family == "window":
        return _opening(problem, change, after)
    title, family = problem.title(change.subject), FAMILY_WORDS[change.family]
    before, hardly = plain(change.before), _hardly(problem, change)
    return Sentence(
        f"the {family.en} of {title.en} {'rises' if change.rises else 'falls'} "
        f"from {before} to {after.en}{hardly.en}",
        f"{title.zh}的{family.zh}由 {before} {'提高' if change.rises else '降低'}"
        f"到 {after.zh}{hardly.zh}",
    )


def _hardly(problem: LeastCostProblem, change: Change) -> Sentence:
    why = doubt(problem, change)
    if why is None:
        return Sentence("", "")
    return Sentence(f" (hardly plausible: {why.en})", f"（{why.zh}，难以实现）")


def _opening(problem: LeastCostProblem, change: Change, built: Sentence) -> Sentence:
    title, (own, opened) = problem.title(change.subject), _windows(problem, change)
    hardly = _hardly(problem, change)
    if own is None:
        return Sentence(
            f"{title.en}, which has no building year, gets a window of {opened.en} with "
            f"{built.en} built in it{hardly.en}",
            f"为原无可建年份的{title.zh}设定建设时段 {opened.zh} 年（其间建设 {built.zh}）"
            f"{hardly.zh}",
        )
    return Sentence(
        f"the window of {title.en} opens from {own.en} to {opened.en}, with {built.en} built "
        f"outside the former one{hardly.en}",
        f"{title.zh}的建设时段由 {own.zh} 年扩展到 {opened.zh} 年（原时段之外建设 {built.zh}）"
        f"{hardly.zh}",
    )


def _windows(problem: LeastCostProblem, change: Change) -> tuple[Sentence | None, Sentence]:
    """Return the years in which a measure may be built: as stated, None for none, and opened."""
    inside = problem.window[problem.measures.index(change.subject)]
    own = np.asarray(problem.years)[inside].tolist()
    opened = sorted({*own, *change.years})
    return span(own[0], own[-1]) if own else None, span(opened[0], opened[-1])
