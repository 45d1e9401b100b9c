"""Scenario discovery: in which box of inputs does a result come about, said as a sentence.

The patient rule induction method of Friedman and Fisher (1999, doi:10.1023/A:1008894516817), with
coverage, density and quasi-p values as Bryant and Lempert (2010,
doi:10.1016/j.techfore.2009.08.002) use it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import binom

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.vocabulary import Language, label

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

LOWER, UPPER = 0, 1


@dataclass(frozen=True)
class Box:
    """A box of inputs in which cases of interest lie close together.

    Attributes
    ----------
    names : tuple of str
        The inputs.
    limits : (input, 2)
        Lower and upper limit of each, halfway between the cases on both sides; infinite where
        the box is open.
    quasi_p : (input, 2)
        How likely chance alone would give this density to the box without that limit; NaN
        where it is open. Above 0.05 a limit says little.
    coverage : float
        Share of all cases of interest that lies in the box.
    density : float
        Share of the cases in the box that is of interest.
    support : float
        Share of all cases that lies in the box.
    tradeoff : (step, 2)
        Coverage and density of each step of the peeling.
    after : int
        How many boxes were found before; their cases are not counted again.
    """

    names: tuple[str, ...]
    limits: Floats
    quasi_p: Floats
    coverage: float
    density: float
    support: float
    tradeoff: Floats
    after: int = 0

    def holds(self, inputs: npt.ArrayLike) -> Flags:
        """Return which cases, (case, input), lie in the box."""
        return _inside(np.asarray(inputs, dtype=np.float64), self.limits)

    def sentence(
        self,
        outcome: str,
        *,
        lang: Language = "zh",
        titles: Mapping[str, str] | None = None,
        units: Mapping[str, str] | None = None,
    ) -> str:
        """Say the box in words.

        Parameters
        ----------
        outcome : str
            What the cases of interest have in common, for example "emissions peak by 2030".
        lang : {"zh", "en"}
            Language.
        titles, units : mapping, optional
            What to call an input, and its unit, by name.

        Raises
        ------
        ResultError
            When a title or unit is for an unknown input.
        """
        for name in {**(titles or {}), **(units or {})}:
            if name not in self.names:
                raise ResultError(f"no input '{name}'; {suggestion(name, self.names)}")
        said = [
            _condition((titles or {}).get(name, name), limits, (units or {}).get(name, ""), lang)
            for name, limits in zip(self.names, self.limits, strict=True)
            if np.isfinite(limits).any()
        ]
        sentence = label(f"discovery.{'box' if said else 'everywhere'}", lang).format(
            outcome=outcome,
            conditions=_listed(said, lang),
            density=_percent(self.density, lang),
            coverage=_percent(self.coverage, lang),
        )
        return label("discovery.rest", lang).format(said=sentence) if self.after else sentence


@checked
def find_boxes(
    inputs: npt.ArrayLike,
    of_interest: npt.ArrayLike,
    *,
    names: Sequence[str],
    density: float,
    boxes: int = 1,
    peel: float = 0.05,
    paste: float = 0.05,
    least_support: float = 0.05,
) -> tuple[Box, ...]:
    """Find boxes of inputs in which cases of interest are dense.

    Limits are peeled off a little at a time, each time where the density gains most. The first
    box that reaches the density is pasted back as long as that loses none, and a limit without
    which the density is still reached is dropped. The next box is sought among the cases
    outside.

    Parameters
    ----------
    inputs : (case, input)
        What varied.
    of_interest : (case,) of bool
        Which cases to find, for example those that peak by a year.
    names : sequence of str
        Of the inputs.
    density : float
        Share of the cases in a box that must be of interest, above 0 and up to 1.
    boxes : int
        At most so many; fewer when the rest holds none.
    peel, paste : float
        Share of the cases in the box that one step takes away or adds.
    least_support : float
        No box holds a smaller share of all cases.

    Raises
    ------
    ResultError
        When no box reaches the density, no case or every case is of interest, a value is
        missing, or an option is out of range.
    """
    values, hits = _checked(inputs, of_interest, names)
    _check_shares(density=density, peel=peel, paste=paste, least_support=least_support)
    found: list[Box] = []
    left = np.ones(len(hits), dtype=bool)
    while len(found) < boxes and hits[left].any():
        search = _Search(values[left], hits[left], least_support * len(hits))
        steps = search.peeled(peel)
        tradeoff = np.array([search.score(limits) for limits in steps]) / [hits.sum(), 1]
        reached = np.flatnonzero(tradeoff[:, 1] >= density)
        if not reached.size:
            break
        limits = search.without_idle(search.pasted(steps[reached[0]], paste), density)
        counted, dense = search.score(limits)
        inside = _inside(values[left], limits)
        found.append(
            Box(
                tuple(names),
                limits,
                search.quasi_p(limits),
                coverage=counted / int(hits.sum()),
                density=dense,
                support=int(inside.sum()) / len(hits),
                tradeoff=tradeoff,
                after=len(found),
            )
        )
        left[np.flatnonzero(left)[inside]] = False
    if not found:
        best = tradeoff[tradeoff[:, 1].argmax()]
        raise ResultError(
            f"no box reaches a density of {density:g}; the densest has {best[1]:.2f} and covers "
            f"{best[0]:.2f}. Ask for less density or support, or vary other inputs"
        )
    return tuple(found)


class _Search:
    """Steps from box to box among some cases."""

    def __init__(self, values: Floats, hits: Flags, least: float) -> None:
        self.values, self.hits, self.least = values, hits, max(least, 1.0)
        self.sides = [(at, side) for at in range(values.shape[1]) for side in (LOWER, UPPER)]

    def score(self, limits: Floats) -> tuple[int, float]:
        """Return how many cases of interest a box holds, and its density."""
        inside = self.hits[_inside(self.values, limits)]
        return int(inside.sum()), float(inside.mean())

    def peeled(self, share: float) -> list[Floats]:
        """Return the boxes from all cases down to the least support or a pure box."""
        limits = np.tile([-np.inf, np.inf], (self.values.shape[1], 1))
        steps = [limits]
        while self.score(limits)[1] < 1:
            smaller = list(self._smaller(limits, share))
            if not smaller:
                break
            limits = max(smaller, key=lambda step: step[:2])[2]
            steps.append(limits)
        return steps

    def _gain(self, limits: Floats) -> tuple[float, int]:
        counted, dense = self.score(limits)
        return dense, counted

    def _smaller(self, limits: Floats, share: float) -> Iterator[tuple[float, int, Floats]]:
        """Yield density, cases of interest and limits of each box that is one step smaller."""
        inside = _inside(self.values, limits)
        values, hits = self.values[inside], self.hits[inside]
        away = max(1, int(share * len(hits)))
        for at, side in self.sides:
            column = _facing(values[:, at], side)
            edge = np.partition(column, away - 1)[away - 1]
            kept = column > edge
            if kept.sum() >= self.least:
                limit = float(_facing((edge + column[kept].min()) / 2, side))
                dense, counted = float(hits[kept].mean()), int(hits[kept].sum())
                yield dense, counted, _moved(limits, at, side, limit)

    def pasted(self, limits: Floats, share: float) -> Floats:
        """Return the box after adding what does not lower its density."""
        while True:
            counted, dense = self.score(limits)
            wider = [
                other
                for other in self._wider(limits, share)
                if self.score(other)[1] >= dense and self.score(other)[0] > counted
            ]
            if not wider:
                return limits
            limits = max(wider, key=self._gain)

    def _wider(self, limits: Floats, share: float) -> Iterator[Floats]:
        size = int(_inside(self.values, limits).sum())
        more = max(1, int(share * size))
        for at, side in self._limited(limits):
            opened = _moved(limits, at, side, _open(side))
            column = _facing(self.values[_inside(self.values, opened), at], side)
            outside = np.sort(column[column < _facing(limits[at, side], side)])[::-1]
            if not outside.size:
                continue
            beyond = outside[outside < outside[min(more, len(outside)) - 1]]
            if beyond.size:
                edge = outside[len(outside) - len(beyond) - 1]
                yield _moved(limits, at, side, float(_facing((edge + beyond[0]) / 2, side)))
            else:
                yield opened

    def without_idle(self, limits: Floats, density: float) -> Floats:
        """Return the box without limits that the density does not need."""
        while True:
            opened = [_moved(limits, *place, _open(place[1])) for place in self._limited(limits)]
            enough = [other for other in opened if self.score(other)[1] >= density]
            if not enough:
                return limits
            limits = max(enough, key=self._gain)

    def quasi_p(self, limits: Floats) -> Floats:
        """Return for each limit the chance of this density without it."""
        inside = self.hits[_inside(self.values, limits)]
        found = np.full(limits.shape, np.nan)
        for at, side in self._limited(limits):
            _, dense = self.score(_moved(limits, at, side, _open(side)))
            found[at, side] = binom.sf(inside.sum() - 1, inside.size, dense)
        return found

    def _limited(self, limits: Floats) -> list[tuple[int, int]]:
        return [place for place in self.sides if np.isfinite(limits[place])]


def _inside(values: Floats, limits: Floats) -> Flags:
    inside: Flags = np.all((values > limits[:, LOWER]) & (values < limits[:, UPPER]), axis=1)
    return inside


def _open(side: int) -> float:
    return -np.inf if side == LOWER else np.inf


def _facing(values: Any, side: int) -> Any:
    """Turn an axis so that the inside of a limit lies above it; twice turns it back."""
    return values if side == LOWER else -values


def _moved(limits: Floats, at: int, side: int, limit: float) -> Floats:
    other = limits.copy()
    other[at, side] = limit
    return other


def _checked(
    inputs: npt.ArrayLike, of_interest: npt.ArrayLike, names: Sequence[str]
) -> tuple[Floats, Flags]:
    values, hits = np.asarray(inputs, dtype=np.float64), np.asarray(of_interest)
    if values.ndim != 2 or values.shape != (*hits.shape, len(names)) or hits.dtype != bool:
        raise ResultError(
            f"inputs {values.shape}, cases of interest {hits.shape} of {hits.dtype} and "
            f"{len(names)} names do not fit; expected (case, input), (case,) of bool, one name "
            "for each input"
        )
    if not np.isfinite(values).all():
        raise ResultError("an input of a case is missing; give every case its inputs")
    if hits.all() or not hits.any():
        which = "every" if hits.all() else "no"
        raise ResultError(f"{which} case is of interest; there is nothing to tell apart")
    return values, hits


def _check_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 < share <= 1 or (share == 1 and name != "density"):
            raise ResultError(f"'{name}' is {share}; expected a share between 0 and 1")


def _condition(title: str, limits: Floats, unit: str, lang: Language) -> str:
    gap = "" if not unit or (lang == "zh" and unit == "%") else " "
    lower, upper = (f"{limit:.3g}{gap}{unit}" for limit in limits)
    if np.isinf(limits[LOWER]):
        return f"{title} < {upper}"
    return f"{title} > {lower}" if np.isinf(limits[UPPER]) else f"{lower} < {title} < {upper}"


def _listed(said: list[str], lang: Language) -> str:
    pair = label("discovery.pair", lang)
    return reduce(lambda first, last: pair.format(first=first, last=last), said) if said else ""


def _percent(share: float, lang: Language) -> str:
    # Nearly all is not all.
    whole = round(100 * share) if share == 1 else min(round(100 * share), 99)
    return f"{whole}%" if lang == "zh" else f"{whole} %"
