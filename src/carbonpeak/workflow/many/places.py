"""Where many regions come from: a folder, a list, or one table of rows; each read when needed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from carbonpeak.errors import ArgumentError, Fault, InputError
from carbonpeak.evidence.region import WORKBOOKS, Region, load_region, region_from_frames

REGION, PATH = "region", "path"
ACTIVITY = "category"
"""A table with this column holds activity; one without it lists places."""

FACTORS = "factors"
"""This table is common to all: its column `region` is the grid or site of a factor."""

BLOCK = 50_000
"""Rows of a long table in memory at once."""


@dataclass(frozen=True, eq=False)
class Place:
    """A region that is not yet read.

    Attributes
    ----------
    name : str
        Its label in the store.
    source : str, Path or Region
        What `load_region` takes, or the region itself; unused when there are `frames`.
    facts, frames : mapping
        What `region_from_frames` takes.
    """

    name: str
    source: str | Path | Region = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def load(self) -> Region:
        """Read the region.

        Raises
        ------
        InputError
            With every fault.
        """
        if self.frames:
            return region_from_frames(self.facts, **self.frames)
        return self.source if isinstance(self.source, Region) else load_region(self.source)


@dataclass(frozen=True, eq=False)
class Places:
    """The names of all regions, and the regions one by one.

    Attributes
    ----------
    names : tuple of str
        In order.
    each : iterable of Place
        In the same order; begins anew each time.
    """

    names: tuple[str, ...]
    each: Iterable[Place]


def places_of(
    regions: Any,
    facts: Mapping[str, Any] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Places:
    """Say where regions come from; see `map_regions`.

    Raises
    ------
    InputError
        When there is nothing, or a name comes twice.
    """
    if isinstance(regions, pd.DataFrame):
        return _of_frame(regions, facts, tables or {})
    if not isinstance(regions, str | Path):
        return _listed([_place(one) for one in regions], "the list of regions")
    path = Path(regions)
    if path.is_dir():
        return _listed(_in_folder(path), str(path))
    if not path.is_file():
        raise _fault(str(path), "no such file or folder", "name a folder of regions or a table")
    if path.suffix.lower() == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            header = next(csv.reader(file), [])
        if ACTIVITY in header:
            return _of_long_table(path, header, facts, tables or {})
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        return _of_list(frame, str(path), path.parent)
    lines = [line.strip() for line in path.read_text("utf-8-sig").splitlines()]
    return _listed([_place(line, path.parent) for line in lines if line], str(path))


def _in_folder(path: Path) -> list[Place]:
    if (path / "region.yaml").is_file():
        problem = "is one region"
        raise _fault(str(path), problem, "give the folder that holds the regions, or a list")
    found = [one for one in sorted(path.iterdir()) if not one.name.startswith((".", "~$"))]
    return [
        _place(one)
        for one in found
        if one.suffix.lower() in WORKBOOKS
        or (one / "region.yaml").is_file()
        or any(one.glob("*.xls*"))
    ]


def _place(one: Any, beside: Path | None = None) -> Place:
    if isinstance(one, Region):
        return Place(one.name, one)
    if not isinstance(one, str | PathLike):
        found = f"'regions' holds a {type(one).__name__}"
        raise ArgumentError(f"{found}; expected names, paths or Regions")
    path = Path(one)
    if beside is not None and (beside / path).exists():
        path = beside / path
    return Place(path.stem if path.suffix.lower() in WORKBOOKS else path.name, path)


def _of_list(frame: pd.DataFrame, where: str, beside: Path | None) -> Places:
    if REGION not in frame:
        problem = f"has no column '{REGION}'; it has {', '.join(map(str, frame.columns))}"
        raise _fault(where, problem, f"add '{REGION}', and '{PATH}' where a path is not the name")
    if PATH not in frame:
        return _listed([_place(name, beside) for name in frame[REGION]], where)
    pairs = zip(frame[REGION], frame[PATH], strict=True)
    return _listed([Place(name, _place(path, beside).source) for name, path in pairs], where)


def _of_frame(
    frame: pd.DataFrame, facts: Mapping[str, Any] | None, tables: Mapping[str, pd.DataFrame]
) -> Places:
    if ACTIVITY not in frame:
        return _of_list(frame, "the table of regions", None)
    shared = _shared("the table of rows", list(frame.columns), facts, tables)
    groups = dict(iter(frame.groupby(REGION, sort=False)))
    names = tuple(str(name) for name in groups)
    return Places(names, _Rows(shared, lambda: ((str(k), part) for k, part in groups.items())))


def _of_long_table(
    path: Path,
    header: list[str],
    facts: Mapping[str, Any] | None,
    tables: Mapping[str, pd.DataFrame],
) -> Places:
    """Return the regions of a table that is read in blocks and never whole."""
    shared = _shared(str(path), header, facts, tables)
    names: dict[str, None] = {}
    last = None
    for block in _blocks(path, [REGION]):
        for name in block[REGION]:
            if name != last and name in names:
                problem = f"rows of region '{name}' stand apart"
                raise _fault(str(path), problem, f"sort the table by '{REGION}'")
            names[name] = None
            last = name
    return Places(tuple(names), _Rows(shared, lambda: _grouped(path)))


def _blocks(path: Path, columns: list[str] | None = None) -> Iterator[pd.DataFrame]:
    with pd.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        encoding="utf-8-sig",
        usecols=columns,
        chunksize=BLOCK,
    ) as reader:
        for block in reader:
            block.index += 2
            yield block


def _grouped(path: Path) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the rows of each region, labelled by their line in the file."""
    held: list[pd.DataFrame] = []
    name = ""
    for block in _blocks(path):
        for found, part in block.groupby(REGION, sort=False):
            if held and found != name:
                yield name, pd.concat(held)
                held = []
            name = str(found)
            held.append(part)
    if held:
        yield name, pd.concat(held)


@dataclass(frozen=True, eq=False)
class _Shared:
    """What the regions of one table have in common."""

    facts: Mapping[str, Any]
    common: Mapping[str, pd.DataFrame]
    own: Mapping[str, Mapping[str, pd.DataFrame]]

    def place(self, name: str, rows: pd.DataFrame) -> Place:
        """Return the region of some rows."""
        frames = {kind: parts[name] for kind, parts in self.own.items() if name in parts}
        stated = frames.pop("facts", None)
        facts = {"name": name, "title_en": name, "title_zh": name, **self.facts}
        if stated is not None:
            facts |= {str(key): value for key, value in stated.iloc[0].items()}
        activity = rows.drop(columns=REGION)
        return Place(name, "", facts, {**self.common, **frames, "activity": activity})


@dataclass(frozen=True, eq=False)
class _Rows:
    """The regions of one table, anew at each turn."""

    shared: _Shared
    groups: Any

    def __iter__(self) -> Iterator[Place]:
        for name, rows in self.groups():
            yield self.shared.place(name, rows)


def _shared(
    where: str,
    header: list[str],
    facts: Mapping[str, Any] | None,
    tables: Mapping[str, pd.DataFrame],
) -> _Shared:
    if REGION not in header:
        raise _fault(where, f"has no column '{REGION}'", "add it, so that rows have a region")
    if facts is None:
        remedy = "give facts=, the content of region.yaml that the regions have in common"
        raise _fault(where, "rows alone do not make a region", remedy)
    split = [kind for kind, table in tables.items() if REGION in table and kind != FACTORS]
    own = {
        kind: {
            str(name): part.drop(columns=REGION) for name, part in table.groupby(REGION, sort=False)
        }
        for kind, table in tables.items()
        if kind in split
    }
    common = {kind: table for kind, table in tables.items() if kind not in split}
    return _Shared(facts, common, own)


def _listed(found: list[Place], where: str) -> Places:
    names = [one.name for one in found]
    twice = sorted(name for name, count in Counter(names).items() if count > 1)
    if not found:
        raise _fault(
            where, "holds no region", "a region is a folder with region.yaml or a workbook"
        )
    if twice:
        problem = f"regions given more than once: {', '.join(twice)}"
        raise _fault(where, problem, "each needs a name of its own: the name of its folder or file")
    return Places(tuple(names), found)


def _fault(where: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(where, None, None, problem, remedy)])
