"""A scenario read from a small file that may extend another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import Cited, Sourced
from carbonpeak.records import (
    Document,
    Keys,
    Place,
    Record,
    SpokenPlace,
    check_document,
    read_yaml_plain,
    shown,
)
from carbonpeak.scenario.inheritance import check_removals, laid_over
from carbonpeak.scenario.trees import SeriesChange, ShareGroup, StockEntry
from carbonpeak.vocabulary import Line, Noted, Titled

Words = str | list[str]
NOT_SCENARIOS = frozenset({"region", "measures", "targets"})


class Selector(Noted):
    """Chooses lines by site, category and source; what is not named is not asked."""

    site: Words | None = None
    category: Words | None = None
    source: Words | None = None

    def selects(self, line: Line) -> bool:
        """Tell whether a line is chosen."""
        return all(
            wanted is None or value in ([wanted] if isinstance(wanted, str) else wanted)
            for wanted, value in (
                (self.site, line.site),
                (self.category, line.category),
                (self.source, line.source),
            )
        )


class ActivityDriver(Selector):
    """What moves the activity of the chosen lines: series, or the use of a source.

    Several series multiply, such as output and the energy of one unit of it.
    """

    series: str | tuple[str, ...] | None = None
    follows: str | None = None
    share_of: str | None = None
    elasticity: dict[str, Sourced] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_them(self) -> ActivityDriver:
        if (self.series is None) == (self.follows is None):
            raise ValueError("needs either 'series' or 'follows'")
        if self.follows is not None and (self.share_of or self.elasticity):
            raise ValueError("needs 'series' for 'share_of' and 'elasticity'")
        stray = [name for name in self.elasticity if name not in self.factors]
        if stray:
            raise ValueError(f"has an elasticity for '{stray[0]}', which is none of its series")
        return self

    @property
    def factors(self) -> tuple[str, ...]:
        """The names of its own series."""
        if self.series is None:
            return ()
        return (self.series,) if isinstance(self.series, str) else self.series

    def terms(self, shares: Mapping[str, ShareGroup]) -> tuple[tuple[str, float], ...]:
        """Return series and exponents: its index is the product of the powers of theirs."""
        own = [
            (name, self.elasticity[name].value if name in self.elasticity else 1.0)
            for name in self.factors
        ]
        parent = [] if self.share_of is None else [(shares[self.share_of].of, 1.0)]
        return (*parent, *own)


class Efficiency(Selector, Cited):
    """A yearly change of the activity that a unit of output needs, with its 95 % range."""

    change: float
    low: float | None = None
    high: float | None = None
    unit: Literal["percent/year"]
    evidence: str

    @model_validator(mode="after")
    def _in_its_range(self) -> Efficiency:
        if (self.low is None) != (self.high is None):
            raise ValueError("needs both 'low' and 'high', or neither")
        if self.low is None or self.high is None:
            return self
        if not self.low <= self.change <= self.high:
            ends = f"{self.low:g} to {self.high:g}"
            raise ValueError(f"'change' is {self.change:g}, outside its range {ends}")
        return self


class FactorPath(Noted):
    """A series that a factor follows after the base year."""

    parameter: str
    subject: str
    condition: str | None = None
    gas: str = "none"
    series: str


class Adoption(Noted):
    """How much of a measure is built when: in its native unit, or in percent of a line."""

    builds: dict[int, Annotated[float, Field(ge=0)]] = Field(default_factory=dict)
    start: int | None = None
    full: int | None = None
    amount: float | None = Field(default=None, ge=0)
    percent: float | None = Field(default=None, gt=0)
    of: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Adoption:
        spread = (self.start, self.full, self.amount, self.percent, self.of)
        if bool(self.builds) == any(part is not None for part in spread):
            raise ValueError(
                "needs either 'builds', or 'start' and 'full' with 'amount' or 'percent'"
            )
        if self.builds:
            return self
        if self.start is None or self.full is None or (self.amount is None) == (not self.percent):
            raise ValueError("needs 'start', 'full' and one of 'amount' and 'percent'")
        if (self.percent is None) != (self.of is None):
            raise ValueError("needs 'percent' and 'of', the role of the line, together")
        if self.full < self.start:
            raise ValueError(f"'full' {self.full} lies before 'start' {self.start}")
        return self

    @property
    def stated_years(self) -> tuple[int, ...]:
        """The years in which the scenario itself states that something is built."""
        if self.start is None or self.full is None:
            return tuple(self.builds)
        return tuple(range(self.start, self.full + 1))

    def by_year(self) -> dict[int, float]:
        """Return the builds of each year; none where they follow from a percentage."""
        if self.percent is not None:
            return {}
        if self.amount is None:
            return dict(self.builds)
        return dict.fromkeys(self.stated_years, self.amount / len(self.stated_years))

    def shares(self, years: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the share of the line asked for: even steps from `start` to `full`, then held.

        Returns
        -------
        (year,)
            Zero where the measure is not asked for in percent.
        """
        if self.percent is None:
            return np.zeros(len(years))
        steps = np.asarray(years) - self.stated_years[0] + 1
        return np.clip(steps / len(self.stated_years), 0.0, 1.0) * self.percent / 100.0


class Horizon(Record):
    """First and last year of a projection."""

    start: int
    end: int


class ScenarioRecord(Titled, Noted):
    """The content of a scenario file after everything it extends is merged in."""

    schema_name: Literal["carbonpeak/scenario/1"] = Field(alias="schema")
    extends: str | None = None
    horizon: Horizon
    gdp: str
    population: str
    activity: dict[str, ActivityDriver]
    shares: dict[str, ShareGroup] = Field(default_factory=dict)
    series: dict[str, SeriesChange] = Field(default_factory=dict)
    stocks: dict[str, StockEntry] = Field(default_factory=dict)
    efficiency: dict[str, Efficiency] = Field(default_factory=dict)
    factors: dict[str, FactorPath] = Field(default_factory=dict)
    measures: dict[str, Adoption] = Field(default_factory=dict)
    offers: list[str] | None = None
    interaction: Literal["refuse", "order"] = "refuse"
    order: list[str] = Field(default_factory=list)

    @model_validator(mode="after")
    def _order_is_meant(self) -> ScenarioRecord:
        if self.order and self.interaction != "order":
            raise ValueError("'order' has no effect without 'interaction: order'; add it")
        return self


@dataclass(frozen=True, repr=False)
class Scenario:
    """A scenario of a region, with the place of each of its values."""

    name: str
    region: Region
    document: Document[ScenarioRecord]
    plain: Mapping[str, Any]

    def __repr__(self) -> str:
        years = f"{self.years[0]} to {self.years[-1]}"
        measures = ", ".join(self.record.measures) or "no measure"
        return f"Scenario({self.region.name}/{self.name}: {years}; {measures})"

    def _repr_html_(self) -> str:
        from carbonpeak.scenario.portraits import scenario_card

        return scenario_card(self)

    @property
    def record(self) -> ScenarioRecord:
        """The merged content."""
        return self.document.record

    @property
    def years(self) -> tuple[int, ...]:
        """Every year from the base year to the end of the horizon."""
        return tuple(range(self.record.horizon.start, self.record.horizon.end + 1))

    def where_from(self, key: str) -> str:
        """Return the file and line, or the variant, that a value comes from.

        Parameters
        ----------
        key : str
            Dotted path, such as ``measures.gas_chp_6f``.

        Raises
        ------
        InputError
            When the scenario has no such key.
        """
        at = tuple(key.split("."))
        place = self.document.places.get(at)
        if place is None:
            known = [".".join(keys) for keys in self.document.places]
            raise InputError(
                [Fault(self.name, None, None, f"no key '{key}'", suggestion(key, known))]
            )
        return str(place)

    def variant(self, name: str, changes: Mapping[str, Any]) -> Scenario:
        """Return the scenario with some entries changed, checked as a file would be.

        Parameters
        ----------
        name : str
            Joins the name of the scenario: ``plan+slow_coal``.
        changes : mapping
            What a file that extends this scenario would hold, such as
            ``{"measures": {"gas_chp_9f": {"builds": {2030: 1}}}}``; None takes an entry out.

        Raises
        ------
        InputError
            With every fault of the changed scenario, named after the variant.
        """
        path = Path(f"variant {name}")
        titles = {key: f"{self.plain[key]} · {name}" for key in ("title_zh", "title_en")}
        spoken = _spoken_places(changes, path)
        check_removals(self.plain, changes, spoken)
        plain = laid_over(self.plain, {**titles, **changes})
        places = {**self.document.places, **spoken}
        return _checked(f"{self.name}+{name}", self.region, path, plain, places)


def _spoken_places(said: Mapping[Any, Any], path: Path, at: Keys = ()) -> dict[Keys, Place]:
    """Return a place without line for each key of nested mappings."""
    places: dict[Keys, Place] = {}
    for key, value in said.items():
        places[(*at, str(key))] = SpokenPlace(path, 0, 0)
        if isinstance(value, Mapping):
            places |= _spoken_places(value, path, (*at, str(key)))
    return places


@checked
def scenario_names(region: Region) -> list[str]:
    """Return the scenarios of a region's folder, sorted."""
    return sorted(
        path.stem for path in region.path.glob("*.yaml") if path.stem not in NOT_SCENARIOS
    )


@checked
def load_scenario(region: Region, name: str) -> Scenario:
    """Load a scenario of a region, with all that it extends.

    Parameters
    ----------
    region : Region
        Its folder holds the scenario files.
    name : str
        Name of the file without its ending.

    Raises
    ------
    InputError
        For an unknown or cyclic `extends`, or any fault of the content.
    """
    plain, places = _merged(region, name, ())
    return _checked(name, region, region.path / f"{name}.yaml", plain, places)


def _checked(
    name: str, region: Region, path: Path, plain: Mapping[str, Any], places: Mapping[Keys, Place]
) -> Scenario:
    document = check_document(path, plain, places, ScenarioRecord)
    faults = _horizon_faults(region, document) + _tree_faults(region, document)
    if faults:
        raise InputError(faults)
    return Scenario(name, region, document, plain)


def _merged(
    region: Region, name: str, behind: tuple[str, ...]
) -> tuple[dict[str, Any], dict[Keys, Place]]:
    """Read a file and lay it over the one that it extends."""
    path = region.path / f"{name}.yaml"
    if name in behind:
        loop = " -> ".join([*behind[behind.index(name) :], name])
        problem = f"'extends' runs in a circle: {loop}"
        raise InputError([Fault(shown(path), None, "extends", problem, "cut one of them")])
    if name in NOT_SCENARIOS or not path.is_file():
        hint = suggestion(name, scenario_names(region))
        caller = f" (extended by {behind[-1]})" if behind else ""
        raise InputError(
            [Fault(shown(region.path), None, None, f"no scenario '{name}'{caller}", hint)]
        )
    plain, places = read_yaml_plain(path)
    parent = plain.get("extends")
    if parent is None:
        return plain, places
    below, below_places = _merged(region, str(parent), (*behind, name))
    check_removals(below, plain, places)
    return laid_over(below, plain), {**below_places, **places}


def _tree_faults(region: Region, document: Document[ScenarioRecord]) -> list[Fault]:
    """Return what is wrong between drivers, their groups of shares and their sources."""
    shares, faults = document.record.shares, []
    for name, driver in document.record.activity.items():
        at = ("activity", name)
        group = shares.get(driver.share_of) if driver.share_of is not None else None
        if driver.share_of is not None and group is None:
            problem = f"unknown group of shares '{driver.share_of}'"
            hint = suggestion(driver.share_of, list(shares))
            faults.append(document.fault((*at, "share_of"), problem, hint))
        elif group is not None and not set(driver.factors) & set(group.parts):
            problem = f"'{driver.share_of}' has no part {' or '.join(driver.factors)}"
            hint = suggestion(driver.factors[0], group.parts)
            faults.append(document.fault((*at, "series"), problem, hint))
        for series, number in driver.elasticity.items():
            if number.source_id not in region.sources:
                problem = f"unknown source '{number.source_id}'"
                hint = suggestion(number.source_id, list(region.sources))
                faults.append(document.fault((*at, "elasticity", series), problem, hint))
    return faults


def _horizon_faults(region: Region, document: Document[ScenarioRecord]) -> list[Fault]:
    horizon, base = document.record.horizon, region.record.base_year
    faults = []
    if horizon.start != base:
        problem = f"starts in {horizon.start}; a projection starts in the base year"
        faults.append(document.fault(("horizon", "start"), problem, f"write {base}"))
    if horizon.end < horizon.start:
        problem = f"ends in {horizon.end}, before it starts"
        faults.append(document.fault(("horizon", "end"), problem, "give a later year"))
    for name, adoption in document.record.measures.items():
        outside = [
            year for year in adoption.stated_years if not horizon.start < year <= horizon.end
        ]
        if outside:
            problem = f"builds in {outside[0]}, outside {horizon.start + 1} to {horizon.end}"
            faults.append(
                document.fault(("measures", name), problem, "move the year or extend the horizon")
            )
    return faults
