"""The rows and the document that a region's folder holds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from carbonpeak import units, vocabulary
from carbonpeak.records import Number, Record, said
from carbonpeak.vocabulary import Language, Line, Noted, Titled

Convention = Literal["calorific", "equal"]
Flow = Literal[
    "production", "brought_in", "sent_out", "bunkers", "stock_change", "non_energy", "stored_share"
]
LINE_YEAR = ("category", "site", "source", "year")
"""What names an activity; it may be stated once."""

CONVENTIONS: tuple[Convention, ...] = ("calorific", "equal")


class Sourced(Number):
    """A number whose origin is a row of `sources.csv`."""

    source_id: str


class Total(Sourced):
    """An exact total that the activity of a year has to meet."""

    kind: Literal["energy", "net_bought", "intensity_change"]
    year: int
    convention: Convention = "equal"
    source: str = ""
    base_year: int | None = None


class OverrideRecord(Record):
    """A finding of a check that somebody accepts by name."""

    check: str
    place: str
    reason: str = Field(min_length=1)
    author: str = Field(min_length=1)


class CorrelationRecord(Record):
    """Uncertain inputs that move together, such as the activities of one survey."""

    inputs: tuple[str, ...] = Field(min_length=1)
    coefficient: float = Field(default=1.0, ge=0, le=1)


class RegionRecord(Titled, Noted):
    """The content of `region.yaml`."""

    schema_name: Literal["carbonpeak/region/1"] = Field(alias="schema")
    name: str
    province: str
    grid_region: str
    factor_regions: tuple[str, ...] = ()
    factor_set: str
    metric: str
    base_year: int
    years: tuple[int, ...] = Field(min_length=1)
    convention: Convention
    land_area: Sourced
    discount_rate: Sourced | None = None
    deflator: str | None = None
    totals: dict[str, Total] = Field(default_factory=dict)
    overrides: dict[str, OverrideRecord] = Field(default_factory=dict)
    correlations: dict[str, CorrelationRecord] = Field(default_factory=dict)

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions whose factors fit, nearest first: the grid's, then the others named."""
        return (self.grid_region, *self.factor_regions)


class ActivityRow(Sourced):
    """The activity of one line in one year."""

    category: str
    site: str = ""
    source: str
    item: str
    year: int
    value: float = Field(ge=0)

    @property
    def line(self) -> Line:
        """The line that this activity belongs to."""
        return vocabulary.find_line(self.category, self.source, self.site)


class IndicatorRow(Sourced):
    """A figure of the region as a whole in one year, such as its GDP."""

    indicator: str
    year: int


class SiteRow(Titled):
    """A plant, or a group of users, that has lines of its own."""

    site: str
    category: str = ""
    gbt4754: str = ""
    reductant_carbon: Literal["energy", "ippu"] = "energy"
    note: str = ""


class GapRow(Record):
    """A missing year of a line, and the method that fills it."""

    category: str
    site: str = ""
    source: str
    year: int
    method: str
    other: str = ""
    note: str = ""

    @property
    def line(self) -> Line:
        """The line whose year is missing."""
        return vocabulary.find_line(self.category, self.source, self.site)


class NotationRow(Record):
    """Why a category has no number: a notation key with its reason."""

    category: str
    source: str = ""
    key: Literal["NO", "NE", "IE", "NA", "C"]
    reason: str
    reason_zh: str = ""

    def why(self, lang: Language) -> str:
        """Return the reason in a language, or the one that is stated."""
        return said(lang, en=self.reason, zh=self.reason_zh)


class FirmRow(Record):
    """What one firm reports of a source; all firms together are part of the region's activity.

    Without a site the firm is set beside the rows of all sites.
    """

    category: str
    site: str = ""
    source: str
    firm: str
    year: int
    value: float = Field(ge=0)
    unit: str
    note: str = ""

    @property
    def line(self) -> Line:
        """The line that the firm reports of."""
        return vocabulary.find_line(self.category, self.source, self.site)


class SupplyRow(Sourced):
    """One flow of a fuel in one year; a row of `supply.csv`.

    `stock_change` is positive when stocks grow. `stored_share` is the part of the carbon of
    non-energy use that stays in products.
    """

    source: str
    flow: Flow
    year: int


class SourceRow(Record):
    """A document that numbers are taken from."""

    source_id: str
    title: str
    title_zh: str = ""
    url: str = ""
    note: str = ""

    def named(self, lang: Language) -> str:
        """Return the title in a language, or the one that is stated."""
        return self.title_zh if lang == "zh" and self.title_zh else self.title


class Cited(Record):
    """A document and a place in it, said in sentences of both languages."""

    source_id: str
    where: str
    where_zh: str = ""

    def place(self, lang: Language) -> str:
        """Return the place in a language, or the one that is stated."""
        return said(lang, en=self.where, zh=self.where_zh)


def activity_factor(unit: str, target: str) -> float:
    """Return the factor from a row's unit to the yearly unit of its method.

    A row carries its year, so an amount such as ``t`` means that amount in that year.

    Raises
    ------
    UnitError
        When the unit is unknown or of another dimension.
    """
    if target.endswith("/year") and units.same_dimension(unit, target.removesuffix("/year")):
        return units.factor(unit, target.removesuffix("/year"))
    return units.factor(unit, target)
