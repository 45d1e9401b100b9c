"""A target as one linear row over numerators and years; it knows no region and no file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from carbonpeak.errors import suggestion
from carbonpeak.optimiser.blocks import FloatArray

Sense = Literal["at_most", "at_least"]


@dataclass(frozen=True, eq=False)
class Numerator:
    """What a target caps, and how each build changes it.

    Attributes
    ----------
    baseline : (year,)
        Value without measures, in `unit` a year.
    effect : (measure, build year, year)
        Change per native unit built; removals are negative. No bound holds the sum at zero.
    unit : str
        For example `"t CO2"`.
    retired : (retirement, year), optional
        Change per native unit retired, in the order of the problem's `retirements`. By default
        what a build does ends when it is retired; not so where activity acts on later, as
        landfilled waste does.
    """

    baseline: FloatArray
    effect: FloatArray
    unit: str = "t CO2"
    retired: FloatArray = field(default_factory=lambda: np.zeros((0, 0)))


class Part(NamedTuple):
    """A numerator in one year, and how often it counts in the row of a target."""

    numerator: str
    year: int
    weight: float = 1.0


@dataclass(frozen=True)
class Target:
    """A ceiling or floor on a weighted sum of numerators over years:  Σ w·E[numerator, year].

    Attributes
    ----------
    name : str
        Own name.
    parts : tuple of Part
        What is summed; at least one, all of one unit.
    cap : float
        Bound, in the unit of the numerators.
    price : float, optional
        Without it the target is hard; with it each unit missed costs so many CNY2020 of the last
        year of the parts, discounted from there.
    sense : "at_most" or "at_least"
        Ceiling or floor.
    group : str
        The statement that the row belongs to, where a statement takes several; by default `name`.
    either : str
        An alternative of the group: the row holds only when the optimiser chooses it, and of each
        group it chooses one. Empty for a row that holds in any case.
    """

    name: str
    parts: tuple[Part, ...]
    cap: float
    price: float | None = None
    sense: Sense = "at_most"
    group: str = ""
    either: str = ""

    def __post_init__(self) -> None:
        """Let the row stand for itself where it belongs to no other statement."""
        object.__setattr__(self, "group", self.group or self.name)

    @classmethod
    def at(
        cls,
        name: str,
        numerator: str,
        year: int,
        cap: float,
        price: float | None = None,
        sense: Sense = "at_most",
    ) -> Target:
        """Return a ceiling or floor on one numerator in one year."""
        return cls(name, (Part(numerator, year),), cap, price, sense)

    @property
    def alternative(self) -> str:
        """Group and alternative in one label; empty for a row that holds in any case."""
        return f"{self.group}.{self.either}" if self.either else ""

    @property
    def year(self) -> int:
        """Last year of the parts; from there a price is discounted."""
        return max(part.year for part in self.parts)

    @property
    def numerator(self) -> str:
        """Numerator of the first part; it names the unit of the row."""
        return self.parts[0].numerator

    def value(self, series: Mapping[str, FloatArray], years: Sequence[int]) -> float:
        """Return the weighted sum of yearly values, each of `series` over `years`."""
        return float(sum(w * series[name][years.index(year)] for name, year, w in self.parts))

    def effect(self, numerators: Mapping[str, Numerator], years: Sequence[int]) -> FloatArray:
        """Return the change of the sum per native unit built, (measure, build year)."""
        terms = [
            w * numerators[name].effect[:, :, years.index(year)] for name, year, w in self.parts
        ]
        return np.asarray(np.sum(terms, axis=0))

    def size(self, numerators: Mapping[str, Numerator]) -> float:
        """Return the magnitude of the row: the larger of its bound and of its largest part."""
        parts = [abs(w) * np.abs(numerators[name].baseline).max() for name, _, w in self.parts]
        return float(max(abs(self.cap), *parts))


class Held(NamedTuple):
    """What is kept or not by itself: a row, or a target of which one alternative is enough.

    Attributes
    ----------
    name : str
        Of the row, or of the target that leaves a choice.
    ways : tuple of tuple of int
        Places of the rows that hold together, by alternative.
    """

    name: str
    ways: tuple[tuple[int, ...], ...]


def held_by(targets: Sequence[Target]) -> tuple[Held, ...]:
    """Return what is kept or not by itself, in the order of the rows."""
    found: dict[tuple[bool, str], dict[str, list[int]]] = {}
    for row, target in enumerate(targets):
        key = (True, target.group) if target.either else (False, target.name)
        found.setdefault(key, {}).setdefault(target.either, []).append(row)
    return tuple(
        Held(name, tuple(tuple(rows) for rows in ways.values()))
        for (_, name), ways in found.items()
    )


def target_faults(
    targets: Sequence[Target], numerators: Mapping[str, Numerator], years: Sequence[int]
) -> Iterator[str]:
    """Say what is wrong with each target."""
    names = [target.name for target in targets]
    for target in targets:
        where = f"target '{target.name}'"
        if names.count(target.name) > 1:
            yield f"{where}: the name is used more than once"
        if not target.parts:
            yield f"{where}: sums nothing; it needs at least one part"
        yield from _part_faults(where, target, numerators, years)
        if not np.isfinite(target.cap):
            yield f"{where}: the cap is not a finite number"
        if target.price is not None and not target.price > 0:
            yield f"{where}: the price of missing it must be above 0"


def _part_faults(
    where: str, target: Target, numerators: Mapping[str, Numerator], years: Sequence[int]
) -> Iterator[str]:
    for name in dict.fromkeys(part.numerator for part in target.parts):
        if name not in numerators:
            yield f"{where}: no numerator '{name}'; {suggestion(name, list(numerators))}"
    for year in dict.fromkeys(part.year for part in target.parts):
        if year not in years:
            yield f"{where}: {year} lies outside the horizon {years[0]}-{years[-1]}"
    if not all(np.isfinite(part.weight) and part.weight for part in target.parts):
        yield f"{where}: a weight is zero or not a finite number"
    held = [
        numerators[part.numerator].unit for part in target.parts if part.numerator in numerators
    ]
    if len(found := dict.fromkeys(held)) > 1:
        yield f"{where}: adds {' and '.join(found)}; the parts of a row have one unit"
