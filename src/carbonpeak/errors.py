"""Every error that carbonpeak raises.

CarbonPeakError
├── InputError        a file or table that people wrote; holds all its faults
├── UnitError         an unknown unit, or two that do not fit
├── MissingFactorError  no emission factor for a key
├── BalanceError      totals that cannot be met together
├── ScenarioError     a scenario that cannot be projected
├── ArgumentError     an argument of the wrong kind; a TypeError too
├── ResultError       a question that a result cannot answer
└── SolverError       the optimiser stopped without an answer
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Fault:
    """One thing wrong in one place of an input."""

    where: str
    line: int | None
    column: str | None
    problem: str
    remedy: str = ""

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        column = "" if self.column is None else f" [{self.column}]"
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{place}:{column} {self.problem}{remedy}"


class CarbonPeakError(Exception):
    """Root of all errors of this library."""


class InputError(CarbonPeakError):
    """What people wrote cannot be used; every fault found is listed."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnitError(CarbonPeakError):
    """A unit is unknown, or two units do not fit together."""


class MissingFactorError(CarbonPeakError):
    """A factor set, with its fallback, holds no row for a key; `lacking` names each in short."""

    def __init__(self, message: str, lacking: Iterable[str] = ()) -> None:
        self.lacking: tuple[str, ...] = tuple(dict.fromkeys(lacking))
        super().__init__(message)


class BalanceError(CarbonPeakError):
    """Exact totals contradict each other or the non-negativity of activity."""


class ScenarioError(CarbonPeakError):
    """A scenario asks for something that its region cannot do."""


class ResultError(CarbonPeakError):
    """A result does not hold what was asked of it."""


class ArgumentError(CarbonPeakError, TypeError):
    """A function was given an argument of the wrong kind."""


class SolverError(CarbonPeakError):
    """The solver ended without an answer for a reason of its own."""


ALIKE, ALIKE_IN_SHORT = 0.65, 0.5
"""From which likeness (1 for the same word) a word is proposed for another."""


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed word closest to `name` but for capitals, or None when none is close.

    Two Chinese characters of which one is mistyped are alike by half only: there the first has
    to be the same.
    """
    words = {word.casefold(): word for word in reversed(list(allowed))}
    name = name.casefold()
    close = difflib.get_close_matches(name, words, n=1, cutoff=ALIKE)
    if not close and len(name) == 2 and not name.isascii():
        beside = [word for word in words if len(word) == 2 and word[0] == name[0]]
        close = difflib.get_close_matches(name, beside, n=1, cutoff=ALIKE_IN_SHORT)
    return words[close[0]] if close else None


def suggestion(name: str, allowed: Sequence[str]) -> str:
    """Say which allowed word was probably meant, list some of those allowed, or say: none."""
    close = nearest(name, allowed)
    if close is not None:
        return f"did you mean '{close}'?"
    if not allowed:
        return "there is none to choose from"
    shown = ", ".join(list(allowed)[:12])
    return f"allowed: {shown}{', …' if len(allowed) > 12 else ''}"
