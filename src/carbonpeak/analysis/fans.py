"""The fan of an ensemble of paths: quantiles of every year, from draws that are never all held."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError
from carbonpeak.inventory.uncertainty.sketch import EXACT, Sketch

Floats = npt.NDArray[np.float64]

CHANCES = (0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975)

# A path beside the fan by less than this share of its size differs only by rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Fan:
    """Quantiles of an ensemble by year.

    Attributes
    ----------
    chances : (chance,)
        Rising, between 0 and 1.
    levels : (chance, year)
        That share of the paths lies below.
    mean : (year,)
        Mean path.
    draws : int
        How many paths were seen.
    exact : bool
        Whether the quantiles are exact, or good to one of 4096 bins of the range.
    """

    chances: tuple[float, ...]
    levels: Floats
    mean: Floats
    draws: int
    exact: bool

    def band(self, coverage: float) -> tuple[Floats, Floats]:
        """Return the lower and upper edge of the band that holds a share of the paths.

        Raises
        ------
        ResultError
            When the fan has no such band.
        """
        ends = [(1 - coverage) / 2, (1 + coverage) / 2]
        found = [np.flatnonzero(np.isclose(self.chances, end)) for end in ends]
        if not all(place.size for place in found) or coverage <= 0:
            bands = [f"{1 - 2 * one:g}" for one in self.chances if _has_twin(one, self.chances)]
            raise ResultError(
                f"no band of {coverage:g} in this fan; it has {', '.join(bands) or 'none'}. "
                f"Ask fan_of for the chances {ends[0]:g} and {ends[1]:g}"
            )
        lower, upper = (self.levels[int(place[0])] for place in found)
        return lower, upper


@checked
def fan_of(
    chunks: Iterable[npt.ArrayLike],
    *,
    chances: Sequence[float] = CHANCES,
    central: npt.ArrayLike | None = None,
) -> Fan:
    """Return the fan of an ensemble that comes in chunks.

    Up to 16,384 draws the quantiles are exact; beyond, each year is counted in bins, so that
    memory no longer grows. The result does not depend on how the draws are cut into chunks.

    Parameters
    ----------
    chunks : iterable of (draw, year)
        Paths in one unit, the same years in each chunk.
    chances : sequence of float
        Which quantiles, rising, from 0 to 1.
    central : (year,), optional
        The path that the draws vary. A fan that does not hold it is refused.

    Raises
    ------
    ResultError
        When there are no draws, a value is missing, chunks differ in years, the chances do
        not rise from 0 to 1, or the central path lies outside the fan.
    """
    require_chances(chances)
    sketch, total, draws = None, np.zeros(0), 0
    for chunk in chunks:
        paths = _paths(chunk, draws)
        if sketch is None:
            sketch, total = Sketch(paths.shape[1]), np.zeros(paths.shape[1])
        if paths.shape[1] != total.size:
            raise ResultError(
                f"a chunk has {paths.shape[1]} years, those before it {total.size}; "
                "give every chunk the same years"
            )
        sketch.add(paths.T)
        total += paths.sum(axis=0)
        draws += len(paths)
    if sketch is None or not draws:
        raise ResultError("an ensemble without draws has no fan")
    levels = sketch.quantiles(chances)
    if central is not None:
        _require_inside(np.asarray(central, dtype=np.float64), levels)
    return Fan(tuple(chances), levels, total / draws, draws, draws <= EXACT)


def require_chances(chances: Sequence[float]) -> None:
    """Refuse chances that do not rise between 0 and 1."""
    if not chances or min(chances) < 0 or max(chances) > 1 or (np.diff(chances) <= 0).any():
        raise ResultError(f"chances {tuple(chances)} do not rise between 0 and 1")


def _has_twin(chance: float, chances: Sequence[float]) -> bool:
    return chance < 0.5 and bool(np.isclose(chances, 1 - chance).any())


def _paths(chunk: npt.ArrayLike, before: int) -> Floats:
    paths = np.asarray(chunk, dtype=np.float64)
    if paths.ndim != 2 or not paths.shape[1]:
        raise ResultError(f"a chunk has the shape {paths.shape}; expected (draw, year)")
    if not np.isfinite(paths).all():
        draw = before + int(np.flatnonzero(~np.isfinite(paths).all(axis=1))[0])
        raise ResultError(f"draw {draw} holds a missing value; give every year a number")
    return paths


def _require_inside(central: Floats, levels: Floats) -> None:
    if central.shape != levels.shape[1:]:
        raise ResultError(
            f"the central path has the shape {central.shape}; expected {levels.shape[1:]}"
        )
    slack = _ROUNDING * np.abs(central)
    inside = (levels[0] - slack <= central) & (central <= levels[-1] + slack)
    if not inside.all():
        first = int(np.flatnonzero(~inside)[0])
        raise ResultError(
            f"the central path leaves the fan in {np.count_nonzero(~inside)} years, first in "
            f"year {first + 1} of {central.size}: {central[first]:g} is not between "
            f"{levels[0, first]:g} and {levels[-1, first]:g}. The draws do not vary this path; "
            "check their ranges, or ask for wider chances"
        )
