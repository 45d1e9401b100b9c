"""Where shipped data lives, installed or beside the repository."""

from __future__ import annotations

from pathlib import Path

from carbonpeak.errors import Fault, InputError, suggestion

_PACKAGE = Path(__file__).parent


def definitions(name: str) -> Path:
    """Return the path of a vocabulary file of the package."""
    return _PACKAGE / "definitions" / name


def data_folder(kind: str) -> Path:
    """Return the shipped folder `emission_factors` or `scenarios`.

    A wheel carries both under ``_data``; an editable install reads them beside ``src``.
    """
    for root in (_PACKAGE / "_data", _PACKAGE.parents[1]):
        if (root / kind).is_dir():
            return root / kind
    raise InputError(
        [Fault(kind, None, None, "shipped data folder not found", "reinstall carbonpeak")]
    )


def shipped(kind: str) -> list[str]:
    """Return the names of the shipped factor sets or regions, sorted."""
    return sorted(path.name for path in data_folder(kind).iterdir() if path.is_dir())


def find(kind: str, name: str | Path) -> Path:
    """Return the folder meant by a shipped name or by a path.

    Raises
    ------
    InputError
        When there is neither a folder nor a shipped entry of that name.
    """
    given = Path(name)
    if given.is_dir():
        return given
    if (data_folder(kind) / str(name)).is_dir() and len(given.parts) == 1:
        return data_folder(kind) / str(name)
    problem = "is a file, not a folder" if given.exists() else "no such folder or shipped name"
    raise InputError([Fault(str(name), None, None, problem, suggestion(str(name), shipped(kind)))])
