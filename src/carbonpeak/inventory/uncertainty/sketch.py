"""Quantiles of many numbers in bounded memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from carbonpeak.inventory.model import Floats

EXACT = 16384
"""Draws that are kept as they are; with more, counts in bins replace them."""
BINS = 4096


class Sketch:
    """Quantiles of streamed draws, row by row.

    Up to `EXACT` draws are kept and quantiles are exact. Beyond, each row is counted in bins
    over the range of those first draws, a quarter wider on both sides; a quantile is then
    good to one bin. The outer bins reach to the least and the greatest draw. How the draws
    are cut into blocks does not matter.
    """

    def __init__(self, rows: int, *, exact: int = EXACT, bins: int = BINS) -> None:
        self._kept: list[Floats] = []
        self._room = exact
        self._rows, self._bins = rows, bins
        self._smallest, self._greatest = np.full(rows, np.inf), np.full(rows, -np.inf)
        self._counts: np.ndarray | None = None

    def add(self, draws: Floats) -> None:
        """Take draws, (row, draw)."""
        np.minimum(self._smallest, draws.min(axis=1, initial=np.inf), out=self._smallest)
        np.maximum(self._greatest, draws.max(axis=1, initial=-np.inf), out=self._greatest)
        if self._counts is None:
            first, draws = draws[:, : self._room], draws[:, self._room :]
            self._kept.append(first.copy())
            self._room -= first.shape[1]
        if not draws.shape[1]:
            return
        if self._counts is None:
            kept = np.concatenate(self._kept, axis=1)
            self._kept.clear()
            self._lay_bins(kept)
            self._count(kept)
        self._count(draws)

    def _lay_bins(self, draws: Floats) -> None:
        least, most = draws.min(axis=1), draws.max(axis=1)
        margin = np.where(most > least, 0.25 * (most - least), 1.0)
        self._least = least - margin
        self._width = (most - least + 2 * margin) / self._bins
        self._counts = np.zeros(self._rows * self._bins, dtype=np.int64)

    def _count(self, draws: Floats) -> None:
        place = ((draws - self._least[:, None]) / self._width[:, None]).astype(np.int64)
        np.clip(place, 0, self._bins - 1, out=place)
        place += np.arange(self._rows)[:, None] * self._bins
        assert self._counts is not None
        self._counts += np.bincount(place.ravel(), minlength=self._counts.size)

    def quantiles(self, chances: Sequence[float]) -> Floats:
        """Return quantiles, (chance, row)."""
        if self._counts is None:
            return np.asarray(np.quantile(np.concatenate(self._kept, axis=1), chances, axis=1))
        counts = self._counts.reshape(self._rows, self._bins)
        below = np.cumsum(counts, axis=1)
        found = np.empty((len(chances), self._rows))
        for row in range(self._rows):
            edges = self._least[row] + self._width[row] * np.arange(self._bins + 1)
            edges[0] = min(edges[0], self._smallest[row])
            edges[-1] = max(edges[-1], self._greatest[row])
            shares = np.concatenate([[0.0], below[row] / below[row, -1]])
            found[:, row] = np.interp(chances, shares, edges)
        return np.clip(found, self._smallest, self._greatest)
