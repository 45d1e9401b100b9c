"""Derive the tables of the built-in case Yangjiang from the raw case compilation.

    python tools/build_yangjiang.py SOURCE_DIR [--out scenarios/yangjiang]

SOURCE_DIR holds `case-assumptions.csv`: one number a row with its range, source and how it was
obtained. Written are activity/energy_balance.csv, indicators.csv, drivers.csv and prices.csv.
The same input always gives the same bytes. The Chinese of places and notes is put together from
`yangjiang_case/chinese.csv`; a text with a part that is not there has none. All other files of the
case are written by hand.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path

from yangjiang_case import chinese
from yangjiang_case.activity import balance, indicators
from yangjiang_case.compilation import Compilation, Output, read
from yangjiang_case.outlook import drivers, prices

NUMBER = ["value", "unit", "low", "high", "source_id", "where", "evidence", "note"]
NUMBER += ["where_zh", "note_zh"]
COLUMNS = {
    "activity/energy_balance.csv": ["category", "site", "source", "item", "year", *NUMBER],
    "indicators.csv": ["indicator", "year", *NUMBER],
    "drivers.csv": ["series", "year", "value", "unit", "measure_of", *NUMBER[2:]],
    "prices.csv": ["source", "year", *NUMBER],
}


def tables(compilation: Compilation) -> dict[str, list[Output]]:
    """Return all derived tables by relative path."""
    return {
        "activity/energy_balance.csv": balance(compilation),
        "indicators.csv": indicators(compilation),
        "drivers.csv": drivers(compilation),
        "prices.csv": prices(compilation),
    }


def write(out: Path, name: str, *, rows: Sequence[Output]) -> None:
    """Write one table, UTF-8 with plain line ends."""
    path = out / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[name], lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | in_chinese(row) for row in rows)


def in_chinese(row: Output) -> Output:
    """Return the place and the note of a row in Chinese."""
    where, note = str(row["where"]), str(row["note"])
    return {"where_zh": chinese.place(where), "note_zh": chinese.note(note)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Build the derived tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("source", type=Path, help="folder that holds case-assumptions.csv")
    parser.add_argument("--out", type=Path, default=Path("scenarios/yangjiang"))
    options = parser.parse_args(arguments)
    for name, rows in tables(read(options.source)).items():
        write(options.out, name, rows=rows)


if __name__ == "__main__":
    main()
