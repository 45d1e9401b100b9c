"""A long table of activity, read and checked, beside pandas that reads it unchecked."""

from __future__ import annotations

import tempfile
import tracemalloc
from pathlib import Path

import pandas as pd

from benchmarks.timing import NO_BOUND, Measured, fastest
from carbonpeak.evidence.region_rows import ActivityRow
from carbonpeak.records import scan_table

HEAD = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note"
ROWS = 100_000
FLAT = 1.1
"""Bound of the peak memory of a row in a long table over that in one of half the length."""


def written(rows: int, folder: Path) -> Path:
    """Write a table of so many rows, each of a plant of its own."""
    path = folder / f"{rows}.csv"
    lines = (
        f"1.A.2.f,plant_{at},raw_coal,burnt,2020,{1000 + at},t,900,900000,book,table {at % 50},"
        "statistics,"
        for at in range(rows)
    )
    path.write_text("\n".join([HEAD, *lines]) + "\n", "utf-8")
    return path


def peak_of(path: Path) -> int:
    """Return the peak of memory while a table is read."""
    tracemalloc.start()
    scan_table(path, ActivityRow)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def bench() -> list[Measured]:
    """Return the ratios of reading."""
    with tempfile.TemporaryDirectory() as folder:
        half, whole = (written(rows, Path(folder)) for rows in (ROWS // 2, ROWS))
        ours, bare = fastest(
            lambda: scan_table(whole, ActivityRow), lambda: pd.read_csv(whole), repeats=3
        )
        memory = peak_of(whole) / peak_of(half) / 2
    return [
        Measured("reading, seconds for 100,000 checked rows", ours, NO_BOUND),
        Measured("reading, thousand rows a second", ROWS / ours / 1000, NO_BOUND),
        Measured("reading and checking, over pandas.read_csv", ours / bare, NO_BOUND),
        Measured("reading, memory a row: 100,000 over 50,000 rows", memory, FLAT),
    ]
