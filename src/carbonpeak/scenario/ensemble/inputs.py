"""The uncertain inputs of a scenario, each declared once from the region's own rows.

Activity and factors are those of the inventory with their own distributions, correlations and
exact totals. A series of `drivers.csv` or a price has one quantile for its whole path; so has a
factor that follows a series. Efficiency trends and the engineering and cost numbers of the
measures that the scenario builds have one number each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import get_args

import numpy as np

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.declaration import (
    Correlation,
    Declared,
    Input,
    Of,
    declared,
)
from carbonpeak.inventory.uncertainty.distribution import Distribution

INCLUDED = ("drivers", "factors", "activity", "measures", "prices")


@dataclass(frozen=True)
class Path:
    """A series whose stated numbers share one quantile.

    Attributes
    ----------
    name : str
        ``driver|NAME`` or ``price|SOURCE``.
    laws : tuple of Distribution
        One for each of its rows.
    years : tuple of int
        Those of its rows, rising.
    """

    name: str
    laws: tuple[Distribution, ...]
    years: tuple[int, ...]

    @property
    def varies(self) -> bool:
        """Whether any row has a range."""
        return any(law.standard_deviation > 0 for law in self.laws)

    def law_of(self, year: int) -> Distribution:
        """Return how the series varies in the first stated year from a year on."""
        return self.laws[int(np.searchsorted(self.years, year))]


@dataclass(frozen=True)
class Drawn:
    """Values of everything that varies, for some draws.

    Attributes
    ----------
    numbers : (input, draw)
        In the order of `Inputs.numbers`.
    paths : mapping of name to (row, draw)
        What the rows of each series that varies say.
    """

    numbers: Floats
    paths: Mapping[str, Floats]


@dataclass(frozen=True)
class Inputs:
    """Everything that varies in an ensemble.

    Attributes
    ----------
    numbers : Declared
        Single numbers, with their correlations.
    paths : tuple of Path
        Series, each with one quantile.
    """

    numbers: Declared
    paths: tuple[Path, ...]

    @cached_property
    def names(self) -> list[str]:
        """The dimensions of a draw: numbers, correlations among them, then series."""
        return self.numbers.names + [path.name for path in self.paths]

    def rows(self, of: str) -> dict[int, int]:
        """Return the row of each number of a kind, by its place among those of that kind."""
        here, there = self.numbers.places(of)
        return dict(zip(there.tolist(), here.tolist(), strict=True))

    @cached_property
    def groups(self) -> dict[str, Integers]:
        """Places of the dimensions by what a user tells apart, in a stable order.

        A series, an efficiency trend and a measure are groups of their own; so are the activity
        of the base year and the factors as a whole.
        """
        found: dict[str, list[int]] = {}
        for place, name in enumerate(self.names):
            found.setdefault(self._group_of(place, name), []).append(place)
        return {name: np.array(found[name]) for name in sorted(found, key=_order)}

    def _group_of(self, place: int, name: str) -> str:
        count = len(self.numbers.inputs)
        if count <= place < len(self.numbers.names):
            first = np.flatnonzero(self.numbers.group == place - count)[0]
            return self._group_of(int(first), self.numbers.names[first])
        if place >= count:
            return name
        of = self.numbers.inputs[place].of
        return of if of in ("activity", "factor") else "|".join(name.split("|")[:2])

    @cached_property
    def _rows(self) -> tuple[Declared, Integers]:
        """Rows of all series as single numbers, and the dimension that moves each."""
        listed = [
            Input(f"{at}|{row}", "driver", at, law)
            for at, path in enumerate(self.paths)
            for row, law in enumerate(path.laws)
        ]
        rows = declared(listed)
        start = len(self.numbers.names)
        return rows, np.array([start + one.place for one in rows.inputs], dtype=np.int64)

    def drawn(self, chances: Floats) -> Drawn:
        """Turn numbers between 0 and 1, (draw, dimension), into values of the inputs."""
        numbers = self.numbers.draws(chances[:, : len(self.numbers.names)])
        rows, dimension = self._rows
        values = rows.draws(chances[:, dimension])
        paths = {
            path.name: np.repeat(
                np.array([law.value for law in path.laws])[:, None], len(chances), axis=1
            )
            for path in self.paths
        }
        for one, value in zip(rows.inputs, values, strict=True):
            at, row = (int(part) for part in one.name.split("|"))
            paths[self.paths[at].name][row] = value
        return Drawn(numbers, paths)

    def central(self) -> Drawn:
        """Return the stated value of everything, as one draw."""
        numbers = np.array([[one.distribution.value] for one in self.numbers.inputs])
        paths = {path.name: np.array([[law.value] for law in path.laws]) for path in self.paths}
        return Drawn(numbers.reshape(-1, 1), paths)


def _order(name: str) -> tuple[int, str]:
    kinds: tuple[str, ...] = get_args(Of)
    return kinds.index(name.split("|")[0]), name


def require_included(include: Sequence[str]) -> frozenset[str]:
    """Return the kinds of inputs that vary.

    Raises
    ------
    ResultError
        When one is unknown.
    """
    for name in include:
        if name not in INCLUDED:
            raise ResultError(f"no inputs called '{name}'; {suggestion(name, list(INCLUDED))}")
    return frozenset(include)


def gathered(
    numbers: Sequence[Input], paths: Sequence[Path], correlations: Sequence[Correlation]
) -> Inputs:
    """Gather what varies; a correlation among inputs that do not vary here is left out."""
    names = [one.name for one in numbers if one.distribution.standard_deviation > 0]
    kept = []
    for one in correlations:
        found = [
            pattern for pattern in one.inputs if any(fnmatchcase(name, pattern) for name in names)
        ]
        if found:
            kept.append(Correlation(one.name, found, one.coefficient))
    varying = tuple(path for path in paths if path.varies)
    return Inputs(declared(numbers, correlations=kept), varying)
