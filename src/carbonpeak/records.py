"""Tables and YAML files into frozen records, every fault gathered with its place.

A CSV row or a YAML document is checked against one pydantic model. Nothing is guessed:
an unknown column, an empty required cell or a number written as text is a fault, and all
faults of a file are raised together.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from carbonpeak.errors import Fault, InputError, suggestion

Evidence = Literal["measured", "statistics", "guideline", "plan", "literature", "assumption"]
Verified = Literal["read", "two_secondary", "one_secondary", "derived", "unverified"]

EVIDENCE: tuple[str, ...] = get_args(Evidence)
VERIFIED: tuple[str, ...] = get_args(Verified)


class Record(BaseModel):
    """Base of every record: frozen, and no key that it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, str_strip_whitespace=True
    )


class Number(Record):
    """A number with its unit, 95 % range and origin."""

    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    where: str
    evidence: Evidence
    note: str = ""

    @model_validator(mode="after")
    def _range_holds_value(self) -> Number:
        for bound, wrong in ((self.low, self._below), (self.high, self._above)):
            if bound is not None and wrong(bound):
                raise ValueError(
                    f"value {self.value:g} lies outside its range {self.low} to {self.high}"
                )
        return self

    def _below(self, low: float) -> bool:
        return self.value < low

    def _above(self, high: float) -> bool:
        return self.value > high


Model = TypeVar("Model", bound=BaseModel)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Row(Generic[Model]):
    """A checked record and the place that it came from."""

    record: Model
    path: Path
    line: int

    def fault(self, column: str | None, problem: str, remedy: str = "") -> Fault:
        """Make a fault that points at this row."""
        return Fault(shown(self.path), self.line, column, problem, remedy)


def shown(path: Path) -> str:
    """Return the short form of a path for messages: its last three parts."""
    return "/".join(path.parts[-3:]) if len(path.parts) > 3 else str(path)


def read_text(path: Path) -> str:
    """Return the text of a UTF-8 file, with or without a byte-order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        fault = Fault(shown(path), None, None, "missing file", f"create {path.name}")
        raise InputError([fault]) from None
    except UnicodeDecodeError as error:
        raise InputError(
            [
                Fault(
                    shown(path),
                    None,
                    None,
                    f"is not UTF-8 (byte {error.start})",
                    "save it as 'CSV UTF-8' in Excel",
                )
            ]
        ) from error


def read_table(path: Path, model: type[Model], *, key: Sequence[str] = ()) -> list[Row[Model]]:
    """Read a CSV file into records.

    Parameters
    ----------
    path : Path
        UTF-8 file with a header row.
    model : type
        The pydantic model of one row.
    key : sequence of str
        Columns whose joint value may occur only once.

    Returns
    -------
    list of Row
        In file order.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    rows, faults = scan_table(path, model, key=key)
    if faults:
        raise InputError(faults)
    return rows or []


def scan_table(
    path: Path, model: type[Model], *, key: Sequence[str] = ()
) -> tuple[list[Row[Model]] | None, list[Fault]]:
    """Read the good rows of a CSV file, and the faults of the others.

    Returns
    -------
    rows : list of Row, or None when the file cannot be read as a table at all
    faults : list of Fault
    """
    faults: list[Fault] = []
    text = collect(faults, lambda: read_text(path))
    if text is None:
        return None, faults
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row[Model]] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        faults += _header_faults(path, header, model)
        if faults:
            return None, faults
        for line, cells in _numbered(reader):
            record = _check_row(path, line, header, cells, model, faults)
            if record is not None:
                rows.append(Row(record, path, line))
    except csv.Error as error:
        faults.append(Fault(shown(path), reader.line_num, None, f"broken CSV: {error}"))
    faults += duplicate_faults(rows, key)
    return rows, sorted(faults, key=lambda fault: fault.line or 0)


def read_tables(folder: Path, model: type[Model], *, key: Sequence[str] = ()) -> list[Row[Model]]:
    """Read every CSV file of a folder, in the order of their names, as one table.

    Raises
    ------
    InputError
        With every fault of every file; a key may occur only once in all of them.
    """
    faults: list[Fault] = []
    rows: list[Row[Model]] = []
    for path in sorted(folder.glob("*.csv")):
        try:
            rows += read_table(path, model)
        except InputError as error:
            faults += error.faults
    faults += duplicate_faults(rows, key)
    if faults:
        raise InputError(faults)
    return rows


def _numbered(reader: Any) -> Iterator[tuple[int, list[str]]]:
    start = reader.line_num + 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _header_faults(path: Path, header: list[str], model: type[BaseModel]) -> list[Fault]:
    fields = list(model.model_fields)
    if not any(header):
        return [Fault(shown(path), 1, None, "empty file", f"needs the columns {', '.join(fields)}")]
    faults = [
        Fault(shown(path), 1, name, f"unknown column '{name}'", suggestion(name, fields))
        for name in header
        if name not in fields
    ]
    faults += [
        Fault(shown(path), 1, name, f"column '{name}' stands twice", "keep one")
        for name in dict.fromkeys(header)
        if header.count(name) > 1
    ]
    faults += [
        Fault(shown(path), 1, name, f"missing column '{name}'", "add it to the header")
        for name, field in model.model_fields.items()
        if field.is_required() and name not in header
    ]
    return faults


def _check_row(
    path: Path,
    line: int,
    header: list[str],
    cells: list[str],
    model: type[Model],
    faults: list[Fault],
) -> Model | None:
    if len(cells) != len(header):
        problem = f"has {len(cells)} cells; the header has {len(header)}"
        faults.append(Fault(shown(path), line, None, problem, "quote cells that hold a comma"))
        return None
    filled = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        return model.model_validate(filled)
    except ValidationError as error:
        faults += [
            Fault(shown(path), line, _column(detail), *_explain(detail, model))
            for detail in error.errors(include_url=False)
        ]
        return None


def _column(detail: Mapping[str, Any]) -> str | None:
    return ".".join(str(part) for part in detail["loc"]) or None


def _explain(detail: Mapping[str, Any], model: type[BaseModel]) -> tuple[str, str]:
    """Put one pydantic finding into plain words: the problem and the remedy."""
    found, context = detail.get("input"), detail.get("ctx", {})
    plain: dict[str, Callable[[], tuple[str, str]]] = {
        "missing": lambda: ("is missing", "fill it in; a missing value is not zero"),
        "extra_forbidden": lambda: (
            f"unknown key '{detail['loc'][-1]}'",
            suggestion(str(detail["loc"][-1]), _siblings(model, detail["loc"])),
        ),
        "float_parsing": lambda: (f"'{found}' is not a number", _number_hint(str(found))),
        "float_type": lambda: (f"'{found}' is not a number", _number_hint(str(found))),
        "finite_number": lambda: (f"'{found}' is not a finite number", "give a number"),
        "int_parsing": lambda: (f"'{found}' is not a whole number", "give a whole number"),
        "int_from_float": lambda: (f"'{found}' is not a whole number", "give a whole number"),
        "greater_than_equal": lambda: (
            f"is {found}; expected at least {context['ge']:g}",
            "check the sign",
        ),
        "literal_error": lambda: (
            f"'{found}' is not allowed",
            suggestion(str(found), re.findall(r"'([^']*)'", context["expected"])),
        ),
        "value_error": lambda: (str(context["error"]), "correct the number or its range"),
    }
    words = plain.get(str(detail["type"]))
    return words() if words else (f"'{found}': {detail['msg']}", "")


def _siblings(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed where an unknown key was met."""
    current: Any = model
    for part in loc[:-1]:
        field = getattr(current, "model_fields", {}).get(part)
        inner = [field.annotation] if field else list(get_args(current))
        nested = [*inner, *(arg for item in inner for arg in get_args(item))]
        current = next((item for item in nested if hasattr(item, "model_fields")), current)
    return list(getattr(current, "model_fields", {}))


def _number_hint(found: str) -> str:
    if found.replace(",", "").replace(".", "", 1).isdigit():
        return "remove the thousands separator"
    return "write digits only; the unit has its own column"


def collect(faults: list[Fault], read: Callable[[], Result]) -> Result | None:
    """Call a reader; add the faults of its InputError to `faults` and return None."""
    try:
        return read()
    except InputError as error:
        faults += error.faults
        return None


def duplicate_faults(rows: Sequence[Row[Any]], key: Sequence[str]) -> list[Fault]:
    """Return a fault for each row whose key another row before it already has."""
    seen: dict[tuple[Any, ...], Row[Any]] = {}
    faults = []
    for row in rows:
        names = tuple(getattr(row.record, name) for name in key)
        if key and names in seen:
            first = seen[names]
            words = ", ".join(str(name) for name in names)
            faults.append(
                row.fault(
                    None,
                    f"duplicate of {shown(first.path)}:{first.line} ({words})",
                    "keep one row, or add the two numbers yourself",
                )
            )
        seen.setdefault(names, row)
    return faults


Keys = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a key of a YAML file stands."""

    path: Path
    line: int
    column: int


Places = Mapping[Keys, Place]


@dataclass(frozen=True)
class Document(Generic[Model]):
    """A checked YAML document and the place of each of its keys."""

    record: Model
    path: Path
    places: Places

    def fault(self, at: Sequence[str], problem: str, remedy: str = "") -> Fault:
        """Make a fault that points at a key, or at the nearest key above it."""
        return _yaml_fault(self.path, self.places, tuple(at), problem, remedy)


def read_yaml_plain(path: Path) -> tuple[dict[str, Any], dict[Keys, Place]]:
    """Read YAML 1.2 into plain Python, with the place of every key."""
    text = read_text(path)
    try:
        loaded = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = f"broken YAML: {error.problem}"
        raise InputError(
            [Fault(shown(path), line, None, problem, "check indentation, colons and doubled keys")]
        ) from error
    except YAMLError as error:
        raise InputError([Fault(shown(path), None, None, f"broken YAML: {error}")]) from error
    if not isinstance(loaded, CommentedMap):
        raise InputError([Fault(shown(path), 1, None, "expected 'key: value' lines at the top")])
    places: dict[Keys, Place] = {}
    return _plain(loaded, (), path, places), places


def _plain(node: Any, at: Keys, path: Path, places: dict[Keys, Place]) -> Any:
    if isinstance(node, CommentedMap):
        for key in node:
            line, column = node.lc.key(key)
            places[(*at, str(key))] = Place(path, line + 1, column + 1)
        return {
            _scalar(key): _plain(value, (*at, str(key)), path, places)
            for key, value in node.items()
        }
    if isinstance(node, CommentedSeq):
        return [_plain(value, (*at, str(index)), path, places) for index, value in enumerate(node)]
    return _scalar(node)


def _scalar(value: Any) -> Any:
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def check_document(
    path: Path, plain: Mapping[str, Any], places: Places, model: type[Model]
) -> Document[Model]:
    """Check plain YAML content against a model; `places` tells where its keys stand."""
    try:
        return Document(model.model_validate(plain), path, places)
    except ValidationError as error:
        raise InputError(
            _yaml_fault(
                path, places, tuple(str(part) for part in detail["loc"]), *_explain(detail, model)
            )
            for detail in error.errors(include_url=False)
        ) from None


def read_yaml(path: Path, model: type[Model]) -> Document[Model]:
    """Read one YAML 1.2 document into a record.

    Raises
    ------
    InputError
        With every fault of the document, each with its line and column.
    """
    return check_document(path, *read_yaml_plain(path), model)


def _yaml_fault(path: Path, places: Places, at: Keys, problem: str, remedy: str) -> Fault:
    known = at
    while known and known not in places:
        known = known[:-1]
    place = places.get(known, Place(path, 1, 1))
    name = ".".join(at)
    column = f"{name}, column {place.column}" if name else None
    return Fault(shown(place.path), place.line, column, problem, remedy)
