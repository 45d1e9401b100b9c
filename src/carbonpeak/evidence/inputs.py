"""Where the tables of a region come from: a folder, data frames, or a workbook."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.evidence.region_rows import ActivityRow, RegionRecord
from carbonpeak.records import (
    Document,
    Lines,
    Origin,
    Place,
    Row,
    check_document,
    csv_lines,
    read_yaml,
    shown,
)

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("activity", "sites", "sources", "indicators")
OPTIONAL = ("gaps", "notation", "supply", "firms", "factors", "deflators")
Table = tuple[Origin, Lines]


class Inputs(Protocol):
    """What a folder, data frames and a workbook have in common while they are read."""

    @property
    def path(self) -> Path:
        """The folder, the workbook, or a word for the frames."""

    def document(self) -> Document[RegionRecord]:
        """Return the facts of the region."""

    def tables(self, name: str) -> list[Table]:
        """Return the tables of a kind; none when an optional one is absent."""

    def arranged(self, rows: list[Row[ActivityRow]]) -> list[Row[ActivityRow]]:
        """Return the activity in the order in which it was first stated."""

    def nothing(self) -> Fault:
        """Return the fault of a region without activity."""


@dataclass(frozen=True)
class Folder:
    """CSV files and `region.yaml`."""

    path: Path

    def document(self) -> Document[RegionRecord]:
        """Return the content of `region.yaml`."""
        return read_yaml(self.path / "region.yaml", RegionRecord)

    def tables(self, name: str) -> list[Table]:
        """Return `<name>.csv`, or every file of the folder `activity`."""
        if name == "activity":
            paths = sorted((self.path / name).glob("*.csv"))
        else:
            path = self.path / f"{name}.csv"
            paths = [path] if name in REQUIRED or path.is_file() else []
        return [(Origin(path), csv_lines(path)) for path in paths]

    def arranged(self, rows: list[Row[ActivityRow]]) -> list[Row[ActivityRow]]:
        """Return the activity as it stands in the files."""
        return rows

    def nothing(self) -> Fault:
        """Return the fault of a region without activity."""
        remedy = "add rows to a CSV file in activity/"
        return Fault(shown(self.path / "activity"), None, None, "no activity data", remedy)


@dataclass(frozen=True)
class FrameOrigin(Origin):
    """A data frame; its rows are named by their labels."""

    labels: Sequence[Any]

    def place(self, line: int) -> str:
        """Return the place of a row for messages."""
        return f"{self.path}, row {self.labels[line]}"

    def fault(self, line: int | None, column: str | None, problem: str, remedy: str = "") -> Fault:
        """Make a fault that names the label of the row."""
        where = str(self.path) if line is None or line < 0 else self.place(line)
        return Fault(where, None, column, problem, remedy)


@dataclass(frozen=True)
class Frames:
    """Data frames with the columns of the CSV files, and the facts as a mapping."""

    facts: Mapping[str, Any]
    frames: Mapping[str, pd.DataFrame]
    path: Path = Path("data frames")

    def document(self) -> Document[RegionRecord]:
        """Return the facts of the region."""
        plain = {"schema": "carbonpeak/region/1", **self.facts}
        return check_document(self.path, plain, {(): _Fact(Path("facts"), 1, 1)}, RegionRecord)

    def tables(self, name: str) -> list[Table]:
        """Return the frame of this name."""
        frame = self.frames.get(name)
        if frame is not None:
            origin = FrameOrigin(Path(f"frame '{name}'"), list(frame.index))
            return [(origin, _lines_of(frame, origin))]
        if name in REQUIRED:
            raise InputError([Fault(f"frame '{name}'", None, None, "is missing", f"give {name}=")])
        return []

    def arranged(self, rows: list[Row[ActivityRow]]) -> list[Row[ActivityRow]]:
        """Return the activity as it stands in the frame."""
        return rows

    def nothing(self) -> Fault:
        """Return the fault of a region without activity."""
        return Fault("frame 'activity'", None, None, "no activity data", "add rows")

    def unknown(self) -> list[Fault]:
        """Return a fault for each frame of an unknown name."""
        known = [*REQUIRED, *OPTIONAL]
        return [
            Fault(f"frame '{name}'", None, None, "is not known", suggestion(name, known))
            for name in self.frames
            if name not in known
        ]


class _Fact(Place):
    def fault(self, name: str, problem: str, remedy: str) -> Fault:
        return Fault(str(self.path), None, name or None, problem, remedy)


def _lines_of(frame: pd.DataFrame, origin: Origin) -> Lines:
    header = [str(name) for name in frame.columns]
    yield -1, header, {}
    for line, values in enumerate(frame.itertuples(index=False, name=None)):
        yield line, *read_cells(origin, line, header, values)


@dataclass(frozen=True)
class Unreadable:
    """A cell that holds neither a text nor a number: what is wrong, and what to write."""

    problem: str
    remedy: str


def read_cells(
    origin: Origin, line: int, header: Sequence[str], values: Sequence[Any]
) -> tuple[list[str], dict[str, Fault]]:
    """Return the texts of a row as a CSV file would hold them, and the faults of its cells."""
    texts = [cell_text(value) for value in values]
    faults = {
        name: origin.fault(line, name, text.problem, text.remedy)
        for name, text in zip(header, texts, strict=False)
        if isinstance(text, Unreadable)
    }
    return ["" if isinstance(text, Unreadable) else text for text in texts], faults


def cell_text(value: Any) -> str | Unreadable:
    """Return what a cell holds as text; a whole number has no decimals, an absent one is empty."""
    if isinstance(value, Unreadable | str):
        return value
    if value is None or value != value:
        return ""
    if isinstance(value, date | time):
        problem = f"holds the date {value:%Y-%m-%d}" if isinstance(value, date) else "holds a time"
        return Unreadable(problem, "format the cell as text or number and write it again")
    if isinstance(value, float) and value.is_integer() and math.fabs(value) < 1e15:
        return str(int(value))
    return repr(float(value)) if isinstance(value, float) else str(value)
