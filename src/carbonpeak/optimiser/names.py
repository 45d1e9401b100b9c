"""Names of columns and rows that every reader of LP and MPS files takes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from carbonpeak.optimiser.blocks import Block, Rows

_UNSAFE = re.compile(r"[^A-Za-z0-9_.,()]")


def column_names(blocks: Iterable[Block]) -> list[str]:
    """Return a name for every column, such as `builds(gas_chp,2025)`, each different."""
    return _distinct(name for block in blocks for name in _labelled(block))


def row_names(rows: Iterable[Rows]) -> list[str]:
    """Return a name for every row that stands, each different."""
    return _distinct(name for block in rows for name in _labelled(block))


def _labelled(block: Block | Rows) -> Iterator[str]:
    numbers = block.numbers.ravel() if isinstance(block, Rows) else block.columns.ravel()
    labels = itertools.product(*(map(str, values) for values in block.coords.values()))
    for number, label in zip(numbers, labels, strict=True):
        if number >= 0:
            yield f"{block.name}({','.join(label)})" if label else block.name


def _distinct(names: Iterable[str]) -> list[str]:
    """Replace what a file cannot hold; names that become the same get a number."""
    taken: dict[str, int] = {}
    distinct = []
    for name in names:
        safe = _UNSAFE.sub("_", name)
        taken[safe] = taken.get(safe, 0) + 1
        distinct.append(safe if taken[safe] == 1 else f"{safe}.{taken[safe]}")
    return distinct
