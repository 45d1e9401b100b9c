"""Time two ways of doing one thing in turns, so that a busy machine slows both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

NO_BOUND = float("inf")


@dataclass(frozen=True)
class Measured:
    """A ratio and the bound it should stay under."""

    name: str
    ratio: float
    bound: float

    @property
    def holds(self) -> bool:
        """Whether the ratio stays within its bound."""
        return self.ratio <= self.bound


def fastest(*ways: Callable[[], object], repeats: int) -> list[float]:
    """Return the fastest of many runs of each way, in seconds, taken in turns."""
    best = [float("inf")] * len(ways)
    for _ in range(repeats):
        for place, way in enumerate(ways):
            start = time.perf_counter()
            way()
            best[place] = min(best[place], time.perf_counter() - start)
    return best


def against(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object],
    *,
    bound: float,
    repeats: int,
) -> Measured:
    """Compare our way with the floor."""
    first, second = fastest(ours, floor, repeats=repeats)
    return Measured(name, first / second, bound)
