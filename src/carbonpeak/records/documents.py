"""YAML documents into frozen records, each key with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from carbonpeak.errors import Fault, InputError
from carbonpeak.records.model import Model
from carbonpeak.records.places import Origin, Spoken, read_text, shown
from carbonpeak.records.wording import explain

Keys = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where a key of a document stands."""

    path: Path
    line: int
    column: int

    @property
    def table(self) -> Origin:
        """What the key was read from."""
        return Origin(self.path)

    def __str__(self) -> str:
        return self.table.place(self.line)

    def fault(self, name: str, problem: str, remedy: str) -> Fault:
        """Make a fault of the key of this name."""
        column = f"{name}, column {self.column}" if name else None
        return Fault(shown(self.path), self.line, column, problem, remedy)


@dataclass(frozen=True)
class SpokenPlace(Place):
    """A key of something said in a program, which has a name and no lines."""

    @property
    def table(self) -> Origin:
        """What was said."""
        return Spoken(self.path)

    def fault(self, name: str, problem: str, remedy: str) -> Fault:
        """Make a fault of the key of this name."""
        return Fault(str(self.path), None, name or None, problem, remedy)


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
    plain, places = _parsed(path, read_text(path))
    return deepcopy(plain), dict(places)


@lru_cache(maxsize=256)
def _parsed(path: Path, text: str) -> tuple[dict[str, Any], dict[Keys, Place]]:
    """Parse a text once, however often it is read; a changed file is another text."""
    try:
        loaded = YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        # The values of a doubled key can be whole entries.
        problem = f"broken YAML: {str(error.problem).partition(' with value ')[0]}"
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
        for index in range(len(node)):
            line, column = node.lc.item(index)
            places[(*at, str(index))] = Place(path, line + 1, column + 1)
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
                path, places, tuple(str(part) for part in detail["loc"]), *explain(detail, model)
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
    return places.get(known, Place(path, 1, 1)).fault(".".join(at), problem, remedy)
