"""The regions that tests share: minimal, opulent, empty, and broken ones."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import xarray as xr

import carbonpeak as cp

TESTS = Path(__file__).parent
MINIMAL = TESTS / "regions" / "minimal"
EVERY_FORM = TESTS / "regions" / "every_form"
BROKEN = TESTS / "broken"
SHIPPED = TESTS.parent / "scenarios"


@cache
def loaded(name: str = "yangjiang") -> cp.Region:
    """Load ``yangjiang`` or ``minimal`` once for all tests; nobody changes it."""
    return cp.load_region(MINIMAL if name == "minimal" else SHIPPED / name)


@cache
def compiled(name: str = "yangjiang") -> xr.Dataset:
    """Compile the inventory of a region once for all tests; nobody changes it."""
    return cp.compile_inventory(loaded(name))


def minimal(folder: Path) -> Path:
    """Copy the smallest valid region: one boiler, one electricity meter, one measure."""
    return _copied(MINIMAL, folder)


def opulent(folder: Path) -> Path:
    """Copy the built-in case: many lines, two years, exact totals, every form of measure."""
    return _copied(SHIPPED / "yangjiang", folder)


def every_form(folder: Path) -> Path:
    """Copy the sample county with one measure of every form in place of its own."""
    path = _copied(SHIPPED / "sample_county", folder)
    for name in ("measures.yaml", "measures.csv"):
        (path / name).unlink()
    shutil.copytree(EVERY_FORM, path, dirs_exist_ok=True)
    return path


def empty(folder: Path) -> Path:
    """Make the minimal region without a single row of activity."""
    path = minimal(folder)
    table = path / "activity" / "energy.csv"
    table.write_text(table.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return path


def broken(case: str, folder: Path) -> Path:
    """Lay the bad file of a case over the minimal region, or take a file away."""
    bad = BROKEN / case
    if (bad / "notes.txt").is_file():
        return bad
    path = minimal(folder)
    shutil.copytree(bad, path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.txt"))
    if (bad / "absent.txt").is_file():
        (path / (bad / "absent.txt").read_text("utf-8").strip()).unlink()
    return path


def expected_message(case: str) -> str:
    """Return the exact message that a broken case must give."""
    return (BROKEN / case / "message.txt").read_text("utf-8").rstrip("\n")


def broken_cases() -> list[str]:
    """Return every case that has a bad file."""
    return sorted(path.name for path in BROKEN.iterdir() if path.is_dir())


def edit(path: Path, old: str, new: str) -> None:
    """Replace a text that occurs once in a file."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"'{old}' occurs {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")


def _copied(source: Path, folder: Path) -> Path:
    # Messages show the last three parts of a path; none of them may be a name made up by pytest.
    return Path(shutil.copytree(source, folder / "county" / "regions" / source.name))
