"""Targets with a sign that cannot be misread: reductions, changes and levels are three kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from carbonpeak import vocabulary
from carbonpeak.errors import suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Cited, Sourced
from carbonpeak.planning.air_pollutants import POLLUTANTS
from carbonpeak.planning.rates import ChangeRate, ReductionRate
from carbonpeak.records import Built, Evidence
from carbonpeak.vocabulary import Language, Noted, label

Kind = Literal["reduction", "change", "level"]
Sense = Literal["at_most", "at_least"]
Stated = Literal["reduction", "change", "level", "at_most", "at_least"]
Numerator = Literal["energy_co2", "direct_co2", "gross_ghg", "net_ghg"]

OverYears = Literal["years", "peak_by", "no_rise_after", "plateau"]

NUMBERS: tuple[Stated, ...] = ("reduction", "change", "level", "at_most", "at_least")

OVER_YEARS: tuple[OverYears, ...] = ("years", "peak_by", "no_rise_after", "plateau")
"""What a target over several years states: a budget, a peak, no rise, a plateau."""

_SAID_ZH: Mapping[OverYears | None, str] = MappingProxyType(
    {
        None: "{years}年{title}",
        "years": "{years}年累计{title}",
        "peak_by": "{title}不晚于{years}年达峰",
        "no_rise_after": "{title}{years}年后不再上升",
        "plateau": "{title}{years}年平台期",
    }
)
"""What a target without a title is called in Chinese, by what it states."""

AMOUNT_UNITS: Mapping[str, str] = MappingProxyType(
    {
        "energy_co2": "t CO2/year",
        "direct_co2": "t CO2/year",
        "gross_ghg": "t CO2e/year",
        "net_ghg": "t CO2e/year",
        "energy_total": "tce/year",
        "coal": "tce/year",
        "non_fossil_energy": "tce/year",
        "own_non_fossil_energy": "tce/year",
        "planted_area": "ha",
        **{f"{pollutant}_burnt": "t/year" for pollutant in POLLUTANTS},
    }
)
"""Unit of each yearly amount that a target bounds."""

SUMMED = ("energy_co2", "energy_total", "coal", *(f"{name}_burnt" for name in POLLUTANTS))
"""Indicators that are a yearly amount as they stand, for targets over several years."""

_BOTH_SIGNS = (
    "states a reduction and a change, which are two signs of one move; keep one of them: "
    "'reduction: 18' (positive is good) says the same as 'change: -18' (positive is an increase)"
)


class Range(Built):
    """A number that is given as a range; its easier end decides whether a target is met."""

    kind: Stated
    low: float
    high: float

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if not self.low < self.high:
            raise ValueError(f"runs from {self.low:g} to {self.high:g}; put the lower one first")
        return self


class SetBy(Cited, Built):
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


class Printed(Built):
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


class Goal(Cited, Noted, Built):
    """One target: a reduction or a change against a base year, or a level.

    `numerator` says which gases a carbon target counts: energy CO2 with net bought electricity
    and heat, direct CO2, or all gases without and with land use (both with what is bought).
    A reduction of 18 percent means 18 percent less than in the base year. A plan that prints a
    reduction of -20.34 has seen a change of +20.34, an increase, and no target states one.

    Instead of `year`, a target over several years states `years` (a budget), `peak_by`,
    `no_rise_after` or `plateau`; its `year` is then the last that it names, also in a copy.

    Raises
    ------
    InputError
        With every fault of a target that is built or copied in code.
    """

    indicator: str
    year: int = 0
    years: tuple[int, int] | None = None
    peak_by: int | None = None
    no_rise_after: int | None = None
    plateau: tuple[int, int] | None = None
    band: float | None = Field(default=None, ge=0)
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
    unit: str = ""
    binding: bool
    price: Sourced | None = None
    numerator: Numerator = "energy_co2"
    title_en: str = ""
    title_zh: str = ""
    evidence: Evidence

    @model_validator(mode="before")
    @classmethod
    def _last_year(cls, given: Any) -> Any:
        """Take the year of a target over several years from what it states."""
        if not isinstance(given, dict):
            return given
        last = _last_named(given)
        return given if last is None or "year" in given else {**given, "year": last}

    @model_validator(mode="after")
    def _one_statement(self) -> Goal:
        given = [name for name in OVER_YEARS if getattr(self, name) is not None]
        if len(given) > 1:
            raise ValueError(f"states {' and '.join(given)}; make a target of each")
        if given and self.indicator not in SUMMED:
            hint = suggestion(self.indicator, list(SUMMED))
            raise ValueError(f"'{self.indicator}' is no yearly amount for {given[0]}; {hint}")
        if not given and not self.year:
            raise ValueError(f"needs 'year', or one of {', '.join(OVER_YEARS)}")
        named = getattr(self, given[0]) if given else self.year
        last = named[-1] if isinstance(named, tuple) else named
        if self.year != last:
            raise ValueError(f"states year {self.year}, and {given[0]} to {last}; leave out 'year'")
        if (self.band is None) == (self.plateau is not None):
            raise ValueError("'plateau: [first, last]' and its 'band' are stated together")
        for name, span in (("years", self.years), ("plateau", self.plateau)):
            if span is not None and span[1] <= span[0]:
                raise ValueError(
                    f"{name} runs from {span[0]} to {span[1]}; put the first year first"
                )
        if not self.unit and self.over_years not in ("peak_by", "no_rise_after"):
            raise ValueError("needs the 'unit' of its number")
        return self

    @model_validator(mode="after")
    def _one_number(self) -> Goal:
        given = [name for name in (*NUMBERS, "range") if getattr(self, name) is not None]
        if {"reduction", "change"} <= set(given):
            raise ValueError(_BOTH_SIGNS)
        if len(given) > 1:
            raise ValueError(f"states {' and '.join(given)}; keep one of them")
        if self.over_years:
            return self._number_over_years(given)
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

    def _number_over_years(self, given: list[str]) -> Goal:
        if self.over_years == "years" and given != ["at_most"]:
            raise ValueError("is a budget over years; state its amount as 'at_most'")
        if self.over_years != "years" and given:
            raise ValueError(f"states {self.over_years}, which takes no {given[0]}")
        if self.set_by is not None or self.stand_in or self.printed is not None:
            raise ValueError("covers several years; it takes no set_by, stand_in or printed")
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

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a target with some fields changed, checked as a new one is.

        The year of a target over several years follows from what the changed one states.

        Raises
        ------
        InputError
            With every fault of the changed target.
        """
        last = _last_named({**dict(self), **(update or {})})
        follows = {} if last is None and not self.over_years else {"year": last or 0}
        return super().model_copy(update={**follows, **(update or {})}, deep=deep)

    def title(self, lang: Language) -> str:
        """Return the title in Chinese or English; without one that of the indicator."""
        own = self.title_zh if lang == "zh" else self.title_en
        rule = vocabulary.indicators().get(self.indicator)
        return own or (rule.title(lang) if rule else self.indicator)

    def called(self, name: str, lang: Language) -> str:
        """Return the title; without one the name, in Chinese what is asked of the indicator."""
        if lang == "en":
            return self.title_en or name
        years = vocabulary.year_span(self.years or self.plateau or (self.year,), lang)
        said = _SAID_ZH[self.over_years].format(title=self.title("zh"), years=years)
        return self.title_zh or said

    @property
    def over_years(self) -> OverYears | None:
        """What a target over several years states; None for one about a single year."""
        return next((name for name in OVER_YEARS if getattr(self, name) is not None), None)

    @property
    def asked(self) -> float:
        """The number that is asked for, in the unit of the target; NaN while it is not known.

        Of a budget its amount, of a plateau its band, of a peak or of no rise the year.
        """
        if self.over_years is None:
            return float("nan") if self.demand is None else self.demand.easy
        stated = (self.at_most, self.band, self.peak_by, self.no_rise_after)
        return float(next(number for number in stated if number is not None))

    @property
    def amount(self) -> str:
        """The yearly amount that the target bounds, as an indicator of a pathway."""
        fixed = {"forest_cover": "planted_area", "non_fossil_share": "non_fossil_energy"}
        fixed |= dict.fromkeys(("energy_intensity", "energy_total"), "energy_total")
        if self.indicator in fixed:
            return fixed[self.indicator]
        if self.indicator in AMOUNT_UNITS and not self.model:
            return self.indicator
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
        """What the target asks for in its year; None while its authority has not stated it.

        A target over several years asks for nothing in one year, so that it has none either.
        """
        if self.over_years:
            return None
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
        """Say why nothing is asked for in the year: who sets the number, or that it has several.

        The document under which it is set is named as the region names it.
        """
        if self.over_years:
            return label("target.over_years", lang)
        if self.set_by is None or self.demand is not None:
            return ""
        return label("target.set_by", lang).format(
            authority=self.set_by.authority(lang),
            source=region.document(self.set_by.source_id, lang),
            where=self.set_by.place(lang),
            parameter=self.set_by.parameter,
        )


def _last_named(stated: Mapping[str, Any]) -> Any:
    """Return the last year that a target over several years names; None for one of a year."""
    named = [stated[key] for key in OVER_YEARS if stated.get(key) is not None]
    last = named[0][-1:] if named and isinstance(named[0], list | tuple) else named[:1]
    return last[0] if last else None


def _kind(stated: Stated) -> Kind:
    if stated == "reduction":
        return "reduction"
    return "change" if stated == "change" else "level"
