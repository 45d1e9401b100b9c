"""A finding of a check, and the override that accepts it by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.key_categories import key_categories
from carbonpeak.inventory.model import Model
from carbonpeak.inventory.totals import co2e
from carbonpeak.vocabulary import Language, Titled

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


Values = Mapping[str, str | Titled]
Part = Literal["found", "allowed", "remedy"]


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
    values : mapping
        What the sentences of the finding say; a title has its own word in each language.
    form : str
        Which sentences, where a check has several; by default those of its name.
    override : Override, optional
        Who accepts it, and why.
    """

    name: str
    level: Level
    place: str
    values: Values = field(default_factory=dict)
    form: str = ""
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

    @property
    def found(self) -> str:
        """What is there, in English."""
        return self.words("found", "en")

    @property
    def allowed(self) -> str:
        """What was expected, in English."""
        return self.words("allowed", "en")

    @property
    def remedy(self) -> str:
        """The way out, in English."""
        return self.words("remedy", "en")

    def words(self, part: Part, lang: Language) -> str:
        """Return what was found, what was expected, or the way out, in Chinese or English."""
        values = {
            name: value.title(lang) if isinstance(value, Titled) else value
            for name, value in self.values.items()
        }
        key = f"finding.{self.form or self.name}.{part}"
        return vocabulary.label(key, lang).format_map(values)

    def title(self, lang: Language) -> str:
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

    @cached_property
    def model(self) -> Model:
        """The lines of the region, bound to their factors."""
        return bind(self.region, region_lines(self.region), self.region.record.years)

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

    def standard_coal(self) -> Any:
        """Return tonnes of standard coal under the stated convention, (line, year)."""
        stated = self.inventory["energy"].sel(convention=self.inventory.attrs["convention"])
        return stated.transpose("line", "year").values

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


def joined(parts: Iterable[object]) -> str:
    """Return years or names, one after the other."""
    return ", ".join(str(part) for part in parts)


Check = Callable[[Case], Iterable[Finding]]


def accepted(
    findings: Iterable[Finding], overrides: Sequence[Override], known: Sequence[str]
) -> list[Finding]:
    """Return the findings with their overrides, errors first.

    Parameters
    ----------
    findings : iterable of Finding
    overrides : sequence of Override
        One that fits no finding is a finding itself.
    known : sequence of str
        Names of the checks.

    Raises
    ------
    ResultError
        When an override names a check that does not exist.
    """
    for one in overrides:
        if one.check not in known:
            raise ResultError(
                f"override of an unknown check '{one.check}'; {suggestion(one.check, known)}"
            )
    marked = [replace(finding, override=_override(finding, overrides)) for finding in findings]
    marked += _unused(overrides, {one.override for one in marked})
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


def _unused(overrides: Sequence[Override], used: Collection[Override | None]) -> Iterator[Finding]:
    for one in overrides:
        if one not in used:
            values = {"author": one.author, "reason": one.reason}
            yield Finding("unused_override", "info", f"{one.check} {one.place}", values)
