"""What the files of measures hold: entries, numbers, pools; and what an entry inherits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import Field, RootModel

from carbonpeak import locate
from carbonpeak.errors import Fault, InputError, nearest
from carbonpeak.evidence.region import Sourced
from carbonpeak.evidence.region_rows import SourceRow
from carbonpeak.records import (
    Document,
    Keys,
    Place,
    Row,
    check_document,
    collect,
    duplicate_faults,
    read_table,
    read_yaml,
    read_yaml_plain,
    shown,
)
from carbonpeak.scenario.measures import forms
from carbonpeak.scenario.measures.payers import ActorRow, BudgetRow, read_actors, read_budgets
from carbonpeak.vocabulary import Titled

INHERITED = ("kind", "form", "unit", "integer")
"""What a ready-made measure fixes, because its numbers are stated for it."""

POLLUTANTS = ("so2", "nox", "pm25", "voc")
"""Numbers of any measure: what one unit removes of each pollutant."""

NOT_ROWS = frozenset({"sources", "pools"})


class Dependent(Titled):
    """A measure that may need, exclude or share with others."""

    kind: str
    form: str
    unit: str
    integer: bool = False
    once: bool = False
    needs: list[str] = Field(default_factory=list)
    excludes: list[str] = Field(default_factory=list)
    shares: list[str] = Field(default_factory=list)
    note: str = ""


class MeasureEntry(Dependent):
    """The content of `measures.yaml` for one measure."""

    inherits: str = Field(default="", alias="from")
    lines: dict[str, str]


class LibraryEntry(Dependent):
    """The content of a file of `definitions/measures` for one ready-made measure."""

    example: dict[str, str]


class MeasuresRecord(RootModel[dict[str, MeasureEntry]]):
    """The content of `measures.yaml`: measures by name."""


class LibraryRecord(RootModel[dict[str, LibraryEntry]]):
    """The content of a file of `definitions/measures`: ready-made measures by name."""


class MeasureRow(Sourced):
    """One number of one measure."""

    measure: str
    parameter: str


class PoolRow(Sourced):
    """How much there is of something that several measures share."""

    pool: str


Numbers = Mapping[str, Row[MeasureRow]]


@dataclass(frozen=True)
class Stated:
    """An entry, the document that holds it, and its numbers by parameter."""

    name: str
    entry: MeasureEntry
    document: Document[Any]
    rows: Numbers

    def fault(self, at: tuple[str, ...], problem: str, remedy: str = "") -> Fault:
        """Make a fault that points at a key of the entry."""
        return self.document.fault((self.name, *at), problem, remedy)


@dataclass(frozen=True)
class ReadyMade:
    """A ready-made measure: its theme, its entry, where it stands, and its numbers."""

    theme: str
    entry: LibraryEntry
    document: Document[LibraryRecord]
    rows: Numbers

    def as_stated(self, name: str) -> Stated:
        """Return the measure as a region would state it with the lines of its example."""
        plain = self.entry.model_dump(exclude={"example"}) | {"lines": self.entry.example}
        return Stated(name, MeasureEntry.model_validate(plain), self.document, self.rows)


@dataclass(frozen=True)
class Files:
    """Everything that the files of measures of a region state, before it is checked."""

    stated: Mapping[str, Stated]
    rows: tuple[Row[MeasureRow], ...]
    pools: Mapping[str, Row[PoolRow]]
    actors: Mapping[str, Row[ActorRow]]
    budgets: tuple[Row[BudgetRow], ...]


def by_measure(rows: Iterable[Row[MeasureRow]]) -> dict[str, dict[str, Row[MeasureRow]]]:
    """Return the numbers of each measure by parameter."""
    found: dict[str, dict[str, Row[MeasureRow]]] = {}
    for row in rows:
        found.setdefault(row.record.measure, {})[row.record.parameter] = row
    return found


def share_of(pool: str) -> str:
    """Return the parameter that says how much of a pool one native unit takes."""
    return f"share_{pool}"


@cache
def library_rows() -> tuple[Row[MeasureRow], ...]:
    """Return the numbers of all ready-made measures."""
    faults: list[Fault] = []
    rows = _rows(sorted(locate.definitions("measures").glob("*.csv")), faults)
    if faults:
        raise InputError(faults)
    return tuple(rows)


@cache
def ready_made() -> Mapping[str, ReadyMade]:
    """Return the ready-made measures by name, themes in alphabetical order.

    Raises
    ------
    InputError
        With every fault of the files, which are part of the package.
    """
    folder = locate.definitions("measures")
    faults: list[Fault] = []
    rows = by_measure(library_rows())
    found: dict[str, ReadyMade] = {}
    for path in sorted(folder.glob("*.yaml")):
        document = collect(faults, partial(read_yaml, path, LibraryRecord))
        if document is None:
            continue
        for name, entry in document.record.root.items():
            if name in found:
                faults.append(document.fault((name,), f"'{name}' stands twice", "keep one"))
            found[name] = ReadyMade(path.stem, entry, document, rows.get(name, {}))
    if faults:
        raise InputError(faults)
    return MappingProxyType(found)


@cache
def library_sources() -> Mapping[str, SourceRow]:
    """Return the documents that the numbers of ready-made measures are taken from."""
    path = locate.definitions("measures") / "sources.csv"
    rows = read_table(path, SourceRow, key=["source_id"]) if path.is_file() else []
    return MappingProxyType({row.record.source_id: row.record for row in rows})


def read_files(folder: Path) -> Files:
    """Read the measures of a region's folder.

    They stand in `measures.yaml` and `measures.csv`, or in any number of such pairs in the
    folder `measures`, or in both; pools stand in `pools.csv`, who pays in `actors.csv`, what
    each may spend in `budgets.csv`.

    Raises
    ------
    InputError
        With every fault that shows before the entries are compared with their forms.
    """
    faults: list[Fault] = []
    root = [folder / f"measures.{kind}" for kind in ("yaml", "csv")]
    alone = any(path.is_file() for path in root)
    yamls = [root[0]] * alone + sorted((folder / "measures").glob("*.yaml"))
    tables = [root[1]] * alone + sorted((folder / "measures").glob("*.csv"))
    rows = _rows(tables, faults)
    documents = [collect(faults, partial(_read_entries, path)) for path in yamls]
    pools = collect(faults, partial(read_pools, folder / "pools.csv"))
    actors = collect(faults, partial(read_actors, folder / "actors.csv"))
    budgets = collect(faults, partial(read_budgets, folder / "budgets.csv"))
    if faults:
        raise InputError(faults)
    stated = _joined([one for one in documents if one is not None], by_measure(rows))
    return Files(stated, tuple(rows), pools or {}, actors or {}, tuple(budgets or ()))


def read_pools(path: Path) -> dict[str, Row[PoolRow]]:
    """Return the pools of a region by name; none when it has no such file."""
    if not path.is_file():
        return {}
    rows = read_table(path, PoolRow, key=["pool"])
    return {row.record.pool: row for row in rows}


def _rows(paths: Iterable[Path], faults: list[Fault]) -> list[Row[MeasureRow]]:
    rows: list[Row[MeasureRow]] = []
    for path in paths:
        if path.stem not in NOT_ROWS:
            rows += collect(faults, partial(read_table, path, MeasureRow)) or []
    faults += duplicate_faults(rows, ["measure", "parameter"])
    return rows


def _joined(
    documents: Iterable[Document[MeasuresRecord]], rows: Mapping[str, dict[str, Row[MeasureRow]]]
) -> dict[str, Stated]:
    """Return every entry with its own numbers laid over those that it inherits."""
    found: dict[str, Stated] = {}
    faults = []
    for document in documents:
        for name, entry in document.record.root.items():
            if name in found:
                first = shown(found[name].document.path)
                faults.append(document.fault((name,), f"'{name}' stands in {first} too"))
            inherited = _inherited_rows(entry) if entry.inherits else {}
            found[name] = Stated(name, entry, document, {**inherited, **rows.get(name, {})})
    if faults:
        raise InputError(faults)
    return found


def _inherited_rows(entry: MeasureEntry) -> Numbers:
    """Return the ready-made numbers without those of roles and pools that an entry leaves out."""
    made = ready_made()[entry.inherits]
    needless = {share_of(pool) for pool in made.entry.shares if pool not in entry.shares}
    if entry.form in forms():
        form = forms()[entry.form]
        for role in set(made.entry.example) - set(entry.lines):
            needless |= {*form.optional.get(role, ()), *form.choices(role)}
    return {
        name: row for name, row in made.rows.items() if name not in needless or name in POLLUTANTS
    }


def _read_entries(path: Path) -> Document[MeasuresRecord]:
    plain, places = read_yaml_plain(path)
    faults: list[Fault] = []
    full = {name: _inheriting(places, name, own, faults) for name, own in plain.items()}
    if faults:
        raise InputError(faults)
    return check_document(path, full, places, MeasuresRecord)


def _inheriting(places: Mapping[Keys, Place], name: str, own: Any, faults: list[Fault]) -> Any:
    """Return an entry with what it does not state itself taken from the library."""
    if not isinstance(own, Mapping) or "from" not in own:
        return own
    model = str(own["from"])
    if model not in ready_made():
        place = places[name, "from"]
        close = nearest(model, ready_made())
        hint = f"did you mean '{close}'?" if close else "cp.measure_library() lists them"
        faults.append(place.fault(f"{name}.from", f"no ready-made measure '{model}'", hint))
        return own
    faults += [
        places[name, key].fault(
            f"{name}.{key}", f"'{model}' fixes the {key}", "take the key out, or 'from'"
        )
        for key in INHERITED
        if key in own
    ]
    below = ready_made()[model].entry.model_dump(exclude={"example"})
    return {**below, **own}
