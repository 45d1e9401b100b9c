"""Print every ratio with its bound:  python -m benchmarks [--check] [NAME ...]

Runs each `bench_*.py` of this folder. With ``--check`` the exit code is 1 when a bound is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.timing import Measured


def measured(names: list[str]) -> Iterator[Measured]:
    """Yield the ratios of the benchmarks named, or of all."""
    every = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    for stem in every:
        if not names or stem.removeprefix("bench_") in names:
            for row in import_module(f"benchmarks.{stem}").bench():
                yield row if isinstance(row, Measured) else Measured(**row)


def main(arguments: list[str]) -> int:
    """Print the table; return the exit code."""
    names = [name for name in arguments if not name.startswith("--")]
    print(f"{'ratio':52} {'measured':>9} {'bound':>6}")
    broken = 0
    for row in measured(names):
        broken += not row.holds
        print(f"{row.name:52} {row.ratio:9.2f} {row.bound:6.1f}{'' if row.holds else '  over'}")
    return int(broken > 0 and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
