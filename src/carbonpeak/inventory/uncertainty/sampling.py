"""Numbers between 0 and 1 for Monte Carlo, in blocks that do not depend on how they are used.

Draw number i is the same whatever is drawn after it and however many are evaluated at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np
from scipy.stats import qmc

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.model import Floats

Sampler = Literal["sobol", "latin_hypercube"]
SAMPLERS: tuple[str, ...] = get_args(Sampler)

BLOCK = 1024
"""Draws made at once; a power of two keeps a Sobol sequence balanced."""


def blocks(names: Sequence[str], *, sampler: str, seed: int) -> Iterator[Floats]:
    """Yield blocks of numbers between 0 and 1, (draw, dimension), without end.

    Parameters
    ----------
    names : sequence of str
        One for each dimension.
    sampler : str
        ``sobol``: one scrambled sequence over all dimensions. ``latin_hypercube``: 1024 strata
        in each block; each dimension depends on its name and the seed alone, so that a factor
        has the same draws in every region and when lines are added.
    seed : int
        Same seed, same draws.

    Raises
    ------
    ResultError
        When the sampler is unknown.
    """
    if sampler not in SAMPLERS:
        raise ResultError(f"no sampler '{sampler}'; {suggestion(sampler, SAMPLERS)}")
    return _sobol(len(names), seed) if sampler == "sobol" else _hypercube(names, seed)


def _sobol(dimensions: int, seed: int) -> Iterator[Floats]:
    if dimensions > qmc.Sobol.MAXDIM:
        raise ResultError(
            f"{dimensions} inputs are more than a Sobol sequence has dimensions "
            f"({qmc.Sobol.MAXDIM}); use the sampler 'latin_hypercube'"
        )
    bits = 30
    sequence = qmc.Sobol(dimensions, scramble=True, bits=bits, seed=seed)
    while True:
        block = sequence.random(BLOCK)
        block += 0.5 ** (bits + 1)
        yield block


def _hypercube(names: Sequence[str], seed: int) -> Iterator[Floats]:
    streams = [_stream(name, seed) for name in names]
    while True:
        block = np.empty((len(names), BLOCK))
        for row, stream in zip(block, streams, strict=True):
            stratum = stream.permutation(BLOCK)
            np.clip(stream.random(BLOCK), 1e-12, None, out=row)
            row += stratum
        yield block.T / BLOCK


def _stream(name: str, seed: int) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}|{name}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))
