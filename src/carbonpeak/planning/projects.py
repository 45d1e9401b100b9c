"""A project as data: what it uses, what it adds to the GDP, which coal it replaces."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from carbonpeak import units, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, UnitError, suggestion
from carbonpeak.evidence import references
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Cited, Sourced
from carbonpeak.records import (
    Document,
    Places,
    SpokenPlace,
    check_document,
    collect,
    read_yaml_plain,
    shown,
)
from carbonpeak.vocabulary import Line, Noted, Titled

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "projects"
COAL = ("coal", "coke")


class UseRow(Sourced):
    """What a project uses or makes in a full year; the columns of the activity files."""

    category: str
    site: str = ""
    source: str
    item: str
    value: float = Field(ge=0)

    @property
    def line(self) -> Line:
        """The line of the row."""
        return vocabulary.find_line(self.category, self.source, self.site)


class Replacement(Cited):
    """How much coal has to go for each unit of coal that comes, and what says so."""

    ratio: float = Field(ge=0)


class ProjectRecord(Titled, Noted):
    """The content of `projects/<name>.yaml`."""

    schema_name: Literal["carbonpeak/project/1"] = Field(alias="schema")
    start: int
    reductant_carbon: Literal["energy", "ippu"] | None = None
    activity: tuple[UseRow, ...] = Field(min_length=1)
    value_added: Sourced | None = None
    coal_replaced: tuple[UseRow, ...] = ()
    replacement: Replacement | None = None


@dataclass(frozen=True)
class Project:
    """A project and its name."""

    name: str
    record: ProjectRecord


@checked
def project_names(region: Region) -> list[str]:
    """Return the projects in the folder `projects` of a region, sorted."""
    return sorted(path.stem for path in (region.path / FOLDER).glob("*.yaml"))


@checked
def load_project(
    region: Region, project: str | Path | Mapping[str, Any], *, name: str = "project"
) -> Project:
    """Load a project of a region.

    Parameters
    ----------
    region : Region
        Its `sources.csv` holds the documents that the project names.
    project : str, Path or mapping
        Name of a file in the region's folder `projects`, a YAML file, or its content; then
        ``activity`` and ``coal_replaced`` may be data frames.
    name : str
        Name of a project that is given by its content.

    Raises
    ------
    InputError
        With every fault: lines, items and units that do not exist, missing or negative
        numbers, unknown documents, coal that the region does not burn.
    """
    if isinstance(project, Mapping):
        path, plain = Path(name), _listed(project)
        places: Places = {(): SpokenPlace(path, 0, 0)}
    else:
        path = _path(region, project)
        plain, places = read_yaml_plain(path)
    faults: list[Fault] = []
    document = collect(faults, lambda: check_document(path, plain, places, ProjectRecord))
    whole = Document[Any](plain, path, places)
    faults += _start_faults(region, whole, plain) + _row_faults(region, whole, plain)
    if document is not None:
        faults += _money_faults(document)
    if faults or document is None:
        raise InputError(faults)
    return Project(path.stem, document.record)


def load_projects(region: Region) -> dict[str, Project]:
    """Load every project in the folder of a region, by name; every fault shows at once."""
    faults: list[Fault] = []
    found = {
        name: collect(faults, lambda name=name: load_project(region, name))  # type: ignore[misc]
        for name in project_names(region)
    }
    if faults:
        raise InputError(faults)
    return {name: project for name, project in found.items() if project is not None}


def _path(region: Region, project: str | Path) -> Path:
    path = Path(project)
    if path.suffix in (".yaml", ".yml"):
        return path
    names = project_names(region)
    if str(project) not in names:
        hint = suggestion(str(project), names) if names else "it has none; give a YAML file"
        where = shown(region.path / FOLDER)
        raise InputError([Fault(where, None, None, f"no project '{project}'", hint)])
    return region.path / FOLDER / f"{project}.yaml"


def _listed(project: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content with data frames as lists of rows; an empty cell is no cell."""
    plain: dict[str, Any] = {"schema": "carbonpeak/project/1"}
    for key, value in project.items():
        plain[key] = _records(value) if hasattr(value, "to_dict") else value
    return plain


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [{str(key): cell for key, cell in row.items() if cell is not None} for row in rows]


def _row_faults(region: Region, document: Document[Any], plain: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the lines of the rows, also where other cells are wrong."""
    faults: list[Fault] = []
    for name in ("activity", "coal_replaced"):
        rows = plain.get(name, ())
        lines: dict[tuple[str, ...], int] = {}
        for count, row in enumerate(rows if isinstance(rows, (list, tuple)) else ()):
            at = (name, str(count))
            if isinstance(row, Mapping):
                faults += _line_faults(document, at, row)
                faults += _twice_faults(document, at, row, lines)
                if name == "activity" and row.get("site"):
                    problem = f"'{row['site']}': a project stands on a site of its own"
                    faults.append(document.fault((*at, "site"), problem, "leave it out"))
                if name == "coal_replaced":
                    faults += _coal_faults(region, document, at, row)
    for place, block in _sourced(plain):
        source_id = block.get("source_id")
        if isinstance(source_id, str) and source_id not in region.sources:
            hint = references.source_hint(source_id, list(region.sources))
            faults.append(
                document.fault((*place, "source_id"), f"unknown source '{source_id}'", hint)
            )
    return faults


def _sourced(plain: Mapping[str, Any]) -> list[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Return every block that names a document, with its place."""
    found: list[tuple[tuple[str, ...], Mapping[str, Any]]] = []
    for key, value in plain.items():
        if isinstance(value, Mapping):
            found.append(((key,), value))
        elif isinstance(value, (list, tuple)):
            rows = [(str(place), row) for place, row in enumerate(value)]
            found += [((key, place), row) for place, row in rows if isinstance(row, Mapping)]
    return found


def _line_faults(
    document: Document[Any], at: tuple[str, str], row: Mapping[str, Any]
) -> list[Fault]:
    words = [row.get(name) for name in ("category", "source", "item", "unit")]
    if not all(isinstance(word, str) for word in words):
        return []
    category, source, item, unit = (str(word) for word in words)
    return [
        document.fault((*at, column), problem, remedy)
        for column, problem, remedy in references.line_problems(category, source, item, unit)
    ]


def _twice_faults(
    document: Document[Any],
    at: tuple[str, str],
    row: Mapping[str, Any],
    lines: dict[tuple[str, ...], int],
) -> list[Fault]:
    """Refuse a second row of a line: which of the two counts would be a guess."""
    line = tuple(str(row.get(name, "")) for name in ("category", "site", "source"))
    first = lines.setdefault(line, int(at[1]))
    if first == int(at[1]):
        return []
    problem = f"is the same line as row {first + 1}"
    return [document.fault((*at, "source"), problem, "keep one row, or add the two numbers")]


def _coal_faults(
    region: Region, document: Document[Any], at: tuple[str, str], row: Mapping[str, Any]
) -> list[Fault]:
    """Refuse a replaced line that is no coal, or that the region does not have."""
    category, source = str(row.get("category", "")), str(row.get("source", ""))
    if vocabulary.unknown_line(category, source) is not None:
        return []
    if vocabulary.sources()[source].carrier not in COAL:
        problem = f"'{source}' is no coal"
        return [document.fault((*at, "source"), problem, "name a coal or coke of the region")]
    line = vocabulary.find_line(category, source, str(row.get("site", "")))
    known = list(dict.fromkeys(one.record.line.id for one in region.activity))
    if line.id in known:
        return []
    burnt = [name for name in known if vocabulary.parse_line(name).source == source]
    problem = f"the region has no line '{line.id}'"
    return [document.fault((*at, "category"), problem, suggestion(line.id, burnt or known))]


def _start_faults(region: Region, document: Document[Any], plain: Mapping[str, Any]) -> list[Fault]:
    start, base = plain.get("start"), region.record.base_year
    if not isinstance(start, int) or start > base:
        return []
    problem = f"is {start}, not after the base year {base}"
    remedy = "what runs already stands in the activity of the region"
    return [document.fault(("start",), problem, remedy)]


def _money_faults(document: Document[ProjectRecord]) -> list[Fault]:
    added = document.record.value_added
    if added is None:
        return []
    remedy = "write a unit such as CNY2020/year"
    try:
        if units.same_dimension(added.unit, "CNY2020/year"):
            return []
        problem = f"'{added.unit}' is no money of 2020 a year"
    except UnitError as error:
        problem = str(error)
    return [document.fault(("value_added", "unit"), problem, remedy)]
