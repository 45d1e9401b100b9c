"""What the series and trends of a region are called in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from carbonpeak.records import read_table
from carbonpeak.vocabulary import Language, Titled

if TYPE_CHECKING:
    from carbonpeak.evidence.region import Region


class TitleRow(Titled):
    """The title of a series or an efficiency trend; a row of `titles.csv`."""

    name: str


def read_titles(region: Region) -> Mapping[str, TitleRow]:
    """Return the titles of a region by name; none when it has no `titles.csv`.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    path = region.path / "titles.csv"
    if not path.is_file():
        return {}
    return {row.record.name: row.record for row in read_table(path, TitleRow, key=["name"])}


def title_of(region: Region, name: str, lang: Language) -> str:
    """Return what a series or trend is called; its name in words where no title is stated."""
    stated = read_titles(region).get(name)
    return name.replace("_", " ") if stated is None else stated.title(lang)
