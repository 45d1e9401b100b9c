"""Analyses of paths against the same arithmetic in bare numpy."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from benchmarks.timing import Measured, against
from carbonpeak.analysis.lmdi import lmdi_parts
from carbonpeak.analysis.peak import peak_year

Floats = npt.NDArray[np.float64]


def bench() -> Iterator[Measured]:
    """Yield the ratios: chained decomposition, and peak years of an ensemble."""
    draw = np.random.default_rng(11)
    drivers = draw.uniform(0.5, 2.0, (6, 240, 41))
    cells = drivers.prod(axis=0)

    def ours() -> Floats:
        return lmdi_parts(cells[:, :-1], drivers[..., :-1], cells[:, 1:], drivers[..., 1:])

    def floor() -> Floats:
        before, after = cells[:, :-1], cells[:, 1:]
        weights = (after - before) / np.log(after / before)
        parts: Floats = weights * np.log(drivers[..., 1:] / drivers[..., :-1])
        return parts

    yield against("LMDI, 6 factors x 240 cells x 41 years", ours, floor, bound=2.0, repeats=40)
    paths, years = draw.normal(size=(100_000, 41)), np.arange(2020, 2061)
    yield against(
        "peak year of 100,000 paths x 41 years",
        lambda: peak_year(paths, years),
        lambda: years[paths.argmax(axis=1)],
        bound=2.0,
        repeats=10,
    )
