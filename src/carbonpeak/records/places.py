"""Files, and how a message names a place in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from carbonpeak.errors import Fault, InputError

Result = TypeVar("Result")


@dataclass(frozen=True)
class Origin:
    """A table that rows were read from; says where a row or a cell of it stands."""

    path: Path

    def place(self, line: int) -> str:
        """Return the place of a row for messages."""
        return f"{shown(self.path)}:{line}"

    def fault(self, line: int | None, column: str | None, problem: str, remedy: str = "") -> Fault:
        """Make a fault that points at a cell, a row, or the table as a whole."""
        return Fault(shown(self.path), line, column, problem, remedy)


@dataclass(frozen=True)
class Spoken(Origin):
    """Something said in a program instead of a file; it has a name and no lines."""

    def place(self, line: int) -> str:  # noqa: ARG002
        """Return its name."""
        return str(self.path)

    def fault(self, line: int | None, column: str | None, problem: str, remedy: str = "") -> Fault:  # noqa: ARG002
        """Make a fault that names it as a whole."""
        return Fault(str(self.path), None, column, problem, remedy)


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
        problem = f"is not UTF-8 (byte {error.start})"
        remedy = "save it as 'CSV UTF-8' in Excel"
        raise InputError([Fault(shown(path), None, None, problem, remedy)]) from error


def collect(faults: list[Fault], read: Callable[[], Result]) -> Result | None:
    """Call a reader; add the faults of its InputError to `faults` and return None."""
    try:
        return read()
    except InputError as error:
        faults += error.faults
        return None
