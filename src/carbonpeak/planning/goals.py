"""Targets with a sign that cannot be misread: reductions, changes and levels are three kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from carbonpeak import vocabulary
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Cited
from carbonpeak.planning.rates import ChangeRate, ReductionRate
from carbonpeak.records import Evidence, Record
from carbonpeak.vocabulary import Language, label

Kind = Literal["reduction", "change", "level"]
Sense = Literal["at_most", "at_least"]
Stated = Literal["reduction", "change", "level", "at_most", "at_least"]
Numerator = Literal["energy_co2", "direct_co2", "gross_ghg", "net_ghg"]

NUMBERS: tuple[Stated, ...] = ("reduction", "change", "level", "at_most", "at_least")

_BOTH_SIGNS = (
    "states a reduction and a change, which are two signs of one move; keep one of them: "
    "'reduction: 18' (positive is good) says the same as 'change: -18' (positive is an increase)"
)


class Range(Record):
    """A number that is given as a range; its easier end decides whether a target is met."""

    kind: Stated
    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if not self.low < self.high:
            raise ValueError(f"runs from {self.low:g} to {self.high:g}; put the lower one first")
        return self


class SetBy(Cited):
    """A number that an authority sets: the name of the parameter, and what makes it so."""

    authority_en: str
    authority_zh: str
    parameter: str
    kind: Stated = "reduction"
    source_id: str = ""
    where: str = ""

    def authority(self, lang: Language) -> str:
        """Return the name of the authority in Chinese or English."""
        return self.authority_zh if lang == "zh" else self.authority_en


class Printed(Record):
    """What a document prints as achieved on the base year, under the sign that it prints."""

    reduction: float | None = None
    change: float | None = None
    unit: str
    source_id: str
    where: str
    evidence: Evidence

    @model_validator(mode="after")
    def _one_sign(self) -> Printed:
        if (self.reduction is None) == (self.change is None):
            raise ValueError("needs either 'reduction' or 'change'; write the one that is printed")
        return self

    @property
    def rate(self) -> ChangeRate:
        """The printed number as a change rate: a reduction of -20.34 is a change of +20.34."""
        if self.change is not None:
            return ChangeRate.stated(self.change, self.unit)
        return ReductionRate.stated(self.reduction or 0.0, self.unit).as_change()


@dataclass(frozen=True)
class Demand:
    """What a target asks for, in the unit of the target.

    `easy` decides whether it is met; `hard` is the other end of a range, else the same number.
    """

    kind: Kind
    sense: Sense
    easy: float
    hard: float


class Goal(Cited):
    """One target: a reduction or a change against a base year, or a level.

    `numerator` says which gases a carbon target counts: energy CO2 with net bought electricity
    and heat, direct CO2, or all gases without and with land use (both with what is bought).
    A reduction of 18 percent means 18 percent less than in the base year. A plan that prints a
    reduction of -20.34 has seen a change of +20.34, an increase, and no target states one.
    """

    indicator: str
    year: int
    base_year: int
    reduction: float | None = Field(default=None, lt=100)
    change: float | None = None
    level: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    range: Range | None = None
    set_by: SetBy | None = None
    stand_in: bool = False
    printed: Printed | None = None
    unit: str
    binding: bool
    numerator: Numerator = "energy_co2"
    title_en: str = ""
    title_zh: str = ""
    evidence: Evidence
    note: str = ""

    @model_validator(mode="after")
    def _one_number(self) -> Goal:
        given = [name for name in (*NUMBERS, "range") if getattr(self, name) is not None]
        if {"reduction", "change"} <= set(given):
            raise ValueError(_BOTH_SIGNS)
        if len(given) > 1:
            raise ValueError(f"states {' and '.join(given)}; keep one of them")
        if not given and self.set_by is None:
            raise ValueError(
                f"needs one of {', '.join(NUMBERS)} or range; "
                "or name under 'set_by' who sets the number"
            )
        if self.stand_in and (self.set_by is None or not given):
            raise ValueError(
                "marks a number as a stand-in; 'stand_in' needs the number, and under 'set_by' "
                "who sets the true one"
            )
        return self

    @model_validator(mode="after")
    def _reduction_is_good(self) -> Goal:
        stated = [self.reduction]
        if self.range is not None and self.range.kind == "reduction":
            stated.append(self.range.low)
        for number in stated:
            if number is not None and number < 0:
                raise ValueError(
                    f"asks for a reduction of {number:g}, and a negative reduction is an increase; "
                    f"write 'change: {-number:g}' if an increase is allowed, or correct the sign"
                )
        return self

    def title(self, lang: Language) -> str:
        """Return the title in Chinese or English; without one that of the indicator."""
        own = self.title_zh if lang == "zh" else self.title_en
        rule = vocabulary.indicators().get(self.indicator)
        return own or (rule.title(lang) if rule else self.indicator)

    @property
    def amount(self) -> str:
        """The yearly amount that the target bounds, as an indicator of a pathway."""
        if self.indicator == "forest_cover":
            return "planted_area"
        if self.indicator in ("energy_intensity", "energy_total"):
            return "energy_total"
        return self.numerator if self.indicator in ("co2_intensity", "energy_co2") else self.model

    @property
    def model(self) -> str:
        """The indicator of a pathway that the target is about; empty for a recorded one."""
        rule = vocabulary.indicators().get(self.indicator)
        return rule.model if rule else ""

    @property
    def per_gdp(self) -> bool:
        """Whether the indicator is an amount per GDP."""
        return "_intensity" in self.indicator

    @property
    def kind(self) -> Kind:
        """Whether the target is a reduction, a change or a level, also while it has no number."""
        if self.demand is not None:
            return self.demand.kind
        return "level" if self.set_by is None else _kind(self.set_by.kind)

    @property
    def demand(self) -> Demand | None:
        """What the target asks for; None while its authority has not stated the number."""
        if self.range is not None:
            return self._between(self.range)
        for name in NUMBERS:
            number = getattr(self, name)
            if number is not None:
                return Demand(_kind(name), self._sense(name), number, number)
        return None

    def _between(self, given: Range) -> Demand:
        kind, sense = _kind(given.kind), self._sense(given.kind)
        more_is_harder = kind == "reduction" or sense == "at_least"
        ends = (given.low, given.high) if more_is_harder else (given.high, given.low)
        return Demand(kind, sense, *ends)

    def _sense(self, stated: Stated) -> Sense:
        if stated in ("at_most", "at_least"):
            return "at_most" if stated == "at_most" else "at_least"
        rule = vocabulary.indicators().get(self.indicator)
        return "at_least" if rule is not None and rule.better == "higher" else "at_most"

    def unknown(self, lang: Language, region: Region) -> str:
        """Say who sets the number that is not there, and under what document of the region."""
        if self.set_by is None or self.demand is not None:
            return ""
        return label("target.set_by", lang).format(
            authority=self.set_by.authority(lang),
            source=region.document(self.set_by.source_id, lang),
            where=self.set_by.place(lang),
            parameter=self.set_by.parameter,
        )


def _kind(stated: Stated) -> Kind:
    if stated == "reduction":
        return "reduction"
    return "change" if stated == "change" else "level"
