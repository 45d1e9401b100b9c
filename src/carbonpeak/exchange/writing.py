"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from carbonpeak.errors import Fault, InputError


def whole_file(path: Path, write: Callable[[Path], object]) -> Path:
    """Write one file beside its place, then move it there.

    Raises
    ------
    InputError
        When the folder cannot be written.
    """
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write(part)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        problem = f"cannot be written: {error.strerror}"
        raise InputError([Fault(str(path), None, None, problem, "name another place")]) from error
    return path
