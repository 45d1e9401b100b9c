"""A finding of a check, and the override that accepts it by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.key_categories import key_categories
from carbonpeak.inventory.totals import co2e

Level = Literal["error", "warning", "info"]
LEVELS: tuple[Level, ...] = ("error", "warning", "info")


@dataclass(frozen=True)
class Override:
    """A finding that somebody accepts, with the reason.

    Attributes
    ----------
    check : str
        Name of the check.
    place : str
        Place of the finding, or a pattern such as ``1.A.2.a/*``.
    reason, author : str
        Why it is accepted, and who says so.
    """

    check: str
    place: str
    reason: str
    author: str


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Attributes
    ----------
    name : str
        Name of the check, such as ``year_on_year``.
    level : {'error', 'warning', 'info'}
        An error has to be put right or accepted by name before the inventory is final.
    place : str
        Line, category, factor or total, with the year where it matters.
    found, allowed, remedy : str
        What is there, what was expected, and the way out.
    override : Override, optional
        Who accepts it, and why.
    """

    name: str
    level: Level
    place: str
    found: str
    allowed: str
    remedy: str
    override: Override | None = None

    def __str__(self) -> str:
        accepted = self.override
        tail = f" (accepted by {accepted.author}: {accepted.reason})" if accepted else ""
        return (
            f"{self.level} {self.name} [{self.place}]: {self.found}; "
            f"expected {self.allowed}; {self.remedy}{tail}"
        )

    @property
    def stands(self) -> bool:
        """Whether nobody has accepted the finding."""
        return self.override is None

    def title(self, lang: vocabulary.Language) -> str:
        """Return the title of the check in Chinese or English."""
        return vocabulary.label(f"check.{self.name}", lang)


@dataclass(frozen=True)
class Comparison:
    """Two figures that should agree, such as the sum of firms and a row of the balance.

    Attributes
    ----------
    place : str
        What is compared, for example ``coke 2020``.
    part, whole : float
        In one unit.
    unit : str
    tolerance : float
        Allowed difference as a share of the whole.
    at_most : bool
        Whether the part may be smaller, as the sum of the big firms may.
    """

    place: str
    part: float
    whole: float
    unit: str
    tolerance: float = 0.05
    at_most: bool = False


@dataclass(frozen=True)
class Case:
    """What the checks look at.

    Attributes
    ----------
    region, inventory
        The inventory was compiled from the region.
    comparisons : tuple of Comparison
        Figures to be set beside each other.
    reference : xr.Dataset, optional
        From `reference_approach`.
    keys : xr.Dataset
        Key categories, approach 1, by line and gas.
    """

    region: Region
    inventory: xr.Dataset
    comparisons: tuple[Comparison, ...] = ()
    reference: xr.Dataset | None = None
    keys: xr.Dataset = field(default_factory=xr.Dataset)

    @classmethod
    def of(
        cls,
        region: Region,
        inventory: xr.Dataset,
        comparisons: Iterable[Comparison],
        reference: xr.Dataset | None,
    ) -> Case:
        """Return the case with its key categories."""
        keys = key_categories(inventory)
        return cls(region, inventory, tuple(comparisons), reference, keys)

    @property
    def years(self) -> list[int]:
        """The years of the inventory."""
        return [int(year) for year in self.inventory["year"].values]

    @property
    def lines(self) -> list[str]:
        """The ids of the lines."""
        return [str(line) for line in self.inventory["line"].values]

    def activity(self, name: str = "activity") -> Any:
        """Return activity as an array, (line, year)."""
        return self.inventory[name].transpose("line", "year").values

    def counts(self, place: int) -> bool:
        """Say whether a line counts in the direct total."""
        return int(self.inventory["scope"].values[place]) == 1

    def is_key(self, line: str) -> bool:
        """Say whether a line lies in a key category, by level or trend."""
        category = vocabulary.parse_line(line).category
        flags = self.keys["key"].values & (self.keys["part_category"].values == category)
        return bool(flags.any())

    def net(self) -> Any:
        """Return net tonnes of CO2e, (line, year), memo items as zero."""
        weighed = co2e(self.inventory, str(self.inventory.attrs["metric"]))
        part = (weighed["emissions"] - weighed["removals"]).sum("gas").transpose("line", "year")
        return np.where(self.inventory["is_memo"].values[:, None], 0.0, part.values)


Check = Callable[[Case], Iterable[Finding]]


def accepted(findings: Iterable[Finding], overrides: Sequence[Override]) -> list[Finding]:
    """Return the findings with their overrides, errors first.

    Raises
    ------
    ResultError
        When an override names a check that does not exist.
    """
    known = [key.removeprefix("check.") for key in vocabulary.labels() if key.startswith("check.")]
    for one in overrides:
        if one.check not in known:
            raise ResultError(
                f"override of an unknown check '{one.check}'; {suggestion(one.check, known)}"
            )
    marked = [replace(finding, override=_override(finding, overrides)) for finding in findings]
    return sorted(marked, key=lambda one: (LEVELS.index(one.level), one.name, one.place))


def _override(finding: Finding, overrides: Sequence[Override]) -> Override | None:
    return next(
        (
            one
            for one in overrides
            if one.check == finding.name and fnmatchcase(finding.place, one.place)
        ),
        None,
    )
