"""Emission factors: sets read from their folders, and the one row in force for a key."""

from __future__ import annotations

import difflib
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Literal

from pydantic import Field

from carbonpeak import locate, units
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, MissingFactorError, suggestion
from carbonpeak.evidence.factor_rows import ALL, DEFAULT, NO_GAS, FactorRow, factor_faults
from carbonpeak.evidence.portraits import factor_set_card
from carbonpeak.records import (
    Document,
    Evidence,
    Row,
    Verified,
    collect,
    read_table,
    read_yaml,
    shown,
)
from carbonpeak.vocabulary import Titled

__all__ = ["Factor", "FactorRow", "FactorSet", "SetRecord", "load_factor_set"]

LOCAL = "local"
SHOWN = 8
"""How many near misses an error lists."""


@dataclass(frozen=True)
class Factor:
    """One factor: what it is for, its value, and where it comes from.

    Attributes
    ----------
    parameter, subject, condition, region, gas, year
        The key; the last four may be the word ``all`` (``none`` for a gas that does not apply).
    variant : str
        ``default``, or the name of an alternative.
    value, low, high : float
        In `unit`; low and high are the 95 % range and may be None.
    source, where, where_zh : str
        The document and the place in it, in Chinese too where that is stated; so `note_zh`.
    verified, evidence : str
        How the number is known, and what kind of number it is.
    set : str
        The set that holds the row, perhaps the fallback; ``local`` for one of the region itself.
    path, line
        The place of the row on disk.
    """

    parameter: str
    subject: str
    condition: str
    region: str
    gas: str
    year: int | str
    variant: str
    value: float
    unit: str
    low: float | None
    high: float | None
    source: str
    where: str
    where_zh: str
    verified: Verified
    evidence: Evidence
    note: str
    note_zh: str
    set: str
    path: Path
    line: int

    @classmethod
    def of(cls, row: Row[FactorRow], name: str) -> Factor:
        """Return the factor of a checked row of a set."""
        return cls(**row.record.model_dump(), set=name, path=row.path, line=row.line)

    @property
    def is_default(self) -> bool:
        """Whether the row is in force, not an alternative."""
        return self.variant == DEFAULT


class SetRecord(Titled):
    """The content of `set.yaml`."""

    schema_name: Literal["carbonpeak/factor_set/1"] = Field(alias="schema")
    name: str
    edition: str
    fallback: str | None = None
    default_metric: str
    note: str = ""


_Place = tuple[str, str, int | str]
_Group = tuple[str, str, str]
_Content = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Layer:
    """The rows of one set, found by their key."""

    name: str
    factors: tuple[Factor, ...] = field(repr=False)

    @cached_property
    def groups(self) -> Mapping[_Group, tuple[Factor, ...]]:
        """All rows by parameter, subject and gas."""
        groups: dict[_Group, list[Factor]] = defaultdict(list)
        for factor in self.factors:
            groups[factor.parameter, factor.subject, factor.gas].append(factor)
        return {key: tuple(members) for key, members in groups.items()}

    @cached_property
    def index(self) -> Mapping[tuple[_Group, str], Mapping[_Place, Factor]]:
        """Rows by group and variant, then by condition, region and year."""
        index: dict[tuple[_Group, str], dict[_Place, Factor]] = defaultdict(dict)
        for factor in self.factors:
            group = (factor.parameter, factor.subject, factor.gas)
            index[group, factor.variant][factor.condition, factor.region, factor.year] = factor
        return dict(index)


@dataclass(frozen=True, repr=False)
class FactorSet:
    """A factor set with the values of a region before it and its fallback behind it.

    Attributes
    ----------
    record : SetRecord
        Titles, edition, fallback, metric.
    path : Path
        The folder.
    """

    record: SetRecord
    path: Path
    _layers: tuple[_Layer, ...]

    def __repr__(self) -> str:
        behind = f", falls back on {self.fallback_name}" if self.fallback_name else ""
        return f"FactorSet({self.name}: {len(self.rows)} rows{behind})"

    def _repr_html_(self) -> str:
        return factor_set_card(self)

    @property
    def name(self) -> str:
        """The name of the set."""
        return self.record.name

    @property
    def chain(self) -> tuple[str, ...]:
        """Who is asked for a factor, in this order; ``local`` is the region itself."""
        return tuple(layer.name for layer in self._layers)

    @property
    def fallback_name(self) -> str | None:
        """The name of the set that is asked when this one has no row."""
        return self.record.fallback

    @property
    def rows(self) -> tuple[Factor, ...]:
        """Every row that can be found: local ones, the set's, the fallback's."""
        return tuple(factor for layer in self._layers for factor in layer.factors)

    def find(
        self,
        parameter: str,
        subject: str,
        *,
        condition: str = ALL,
        gas: str = NO_GAS,
        region: str | Sequence[str] = ALL,
        year: int | str = ALL,
        variant: str = DEFAULT,
    ) -> Factor:
        """Return the factor in force for a key.

        A row fits when each of its condition, region and year is the one asked for or the
        word ``all``. Of the rows that fit, one with the condition asked for goes before one
        for all conditions; among equals the region decides, then the year. Several regions
        are asked in their order, such as a plant, its province and its group of provinces.
        Values of the region go before the set, the set before its fallback.

        Raises
        ------
        MissingFactorError
            When no row fits; it says what there is.
        """
        key = ((parameter, subject, gas), variant)
        wanted = _wider(condition, region, year)
        for layer in self._layers:
            places = layer.index.get(key)
            if places is None:
                continue
            for place in wanted:
                if place in places:
                    return places[place]
        regions = (region,) if isinstance(region, str) else tuple(region)
        asked = _Asked(parameter, subject, condition, gas, regions, year, variant)
        raise MissingFactorError(_missing(self, asked))

    def alternatives(
        self,
        parameter: str,
        subject: str,
        *,
        condition: str = ALL,
        gas: str = NO_GAS,
        region: str | Sequence[str] = ALL,
        year: int | str = ALL,
    ) -> list[Factor]:
        """Return the rows that fit a key and are not in force, best fit of each set first."""
        order = {place: rank for rank, place in enumerate(_wider(condition, region, year))}
        return [
            factor
            for layer in self._layers
            for factor in sorted(
                layer.groups.get((parameter, subject, gas), ()),
                key=lambda factor: order.get(_place(factor), len(order)),
            )
            if _place(factor) in order and not factor.is_default
        ]

    def classes(self, parameter: str, subject: str, *, gas: str = NO_GAS) -> list[Factor]:
        """Return the rows in force for each condition, such as the age classes of a stand.

        All come from one place: the first of region, set and fallback that has any.
        """
        for layer in self._layers:
            found = layer.index.get(((parameter, subject, gas), DEFAULT))
            if found:
                return sorted(found.values(), key=lambda factor: factor.condition)
        return []

    def with_local(self, rows: Sequence[Row[FactorRow]]) -> FactorSet:
        """Return the set with the values of a region, which go before its own.

        Raises
        ------
        InputError
            With every fault of the rows.
        """
        faults = factor_faults(rows)
        if faults:
            raise InputError(faults)
        local = _Layer(LOCAL, tuple(Factor.of(row, LOCAL) for row in rows))
        return FactorSet(self.record, self.path, (local, *self._layers))

    def keeping_local(self, other: FactorSet) -> FactorSet:
        """Return this set with the values of a region that another set has before its own."""
        local = tuple(layer for layer in other._layers if layer.name == LOCAL)
        return FactorSet(self.record, self.path, (*local, *self._layers))


def _place(factor: Factor) -> _Place:
    return (factor.condition, factor.region, factor.year)


def _wider(condition: str, region: str | Sequence[str], year: int | str) -> list[_Place]:
    """Return the places that fit, most specific first."""
    regions = (region,) if isinstance(region, str) else tuple(region)
    return [
        (one, two, three)
        for one in (condition, ALL)
        for two in (*regions, ALL)
        for three in (year, ALL)
    ]


@checked
def load_factor_set(name: str | Path) -> FactorSet:
    """Load a factor set by its shipped name or from its folder, with its fallback.

    Raises
    ------
    InputError
        With every fault of every file of the set, and of its fallback.
    """
    return _load(locate.find("emission_factors", name), ())


def _load(path: Path, before: tuple[str, ...]) -> FactorSet:
    document, layer, found = _read(path, _content(path))
    faults = list(found)
    if document is not None:
        faults += _record_faults(document, before)
    behind: tuple[_Layer, ...] = ()
    if document is not None and document.record.fallback and not faults:
        behind = _fallback(document, (*before, path.name))._layers
    if faults or document is None:
        raise InputError(faults)
    return FactorSet(document.record, path, (layer, *behind))


def _content(path: Path) -> _Content:
    """Return the hash of each file of a set."""
    files = sorted([*path.glob("*.csv"), *path.glob("set.yaml")])
    return tuple((one.name, hashlib.sha256(one.read_bytes()).hexdigest()) for one in files)


@lru_cache(maxsize=16)
def _read(path: Path, _: _Content) -> tuple[Document[SetRecord] | None, _Layer, tuple[Fault, ...]]:
    """Read a set once, for however many regions; changed files are another content."""
    faults: list[Fault] = []
    document = collect(faults, partial(read_yaml, path / "set.yaml", SetRecord))
    rows = _read_tables(path, faults)
    faults += factor_faults(rows)
    layer = _Layer(path.name, tuple(Factor.of(row, path.name) for row in rows))
    return document, layer, tuple(faults)


def _read_tables(path: Path, faults: list[Fault]) -> list[Row[FactorRow]]:
    tables = sorted(path.glob("*.csv"))
    return [
        row
        for table in tables
        for row in collect(faults, partial(read_table, table, FactorRow)) or []
    ]


def _record_faults(document: Document[SetRecord], before: tuple[str, ...]) -> Iterator[Fault]:
    record, folder = document.record, document.path.parent.name
    if record.name != folder:
        yield document.fault(("name",), f"'{record.name}' is not its folder", f"write '{folder}'")
    if record.default_metric not in units.metrics():
        remedy = suggestion(record.default_metric, units.metrics())
        yield document.fault(("default_metric",), f"unknown '{record.default_metric}'", remedy)
    if record.fallback is not None and record.fallback in (*before, folder):
        chain = " → ".join((*before, folder, record.fallback))
        yield document.fault(("fallback",), f"falls back on itself: {chain}", "cut the circle")


def _fallback(document: Document[SetRecord], before: tuple[str, ...]) -> FactorSet:
    name = str(document.record.fallback)
    beside = document.path.parent.parent / name
    if beside.is_dir():
        return _load(beside, before)
    shipped = locate.shipped("emission_factors")
    if name not in shipped:
        raise InputError(
            [document.fault(("fallback",), f"no set '{name}'", suggestion(name, shipped))]
        )
    return _load(locate.data_folder("emission_factors") / name, before)


@dataclass(frozen=True)
class _Asked:
    """The key of a lookup that found nothing."""

    parameter: str
    subject: str
    condition: str
    gas: str
    region: tuple[str, ...]
    year: int | str
    variant: str

    def __str__(self) -> str:
        said = [f"'{self.parameter}' of '{self.subject}'"]
        said += [] if self.gas == NO_GAS else [f"gas '{self.gas}'"]
        said += [] if self.condition == ALL else [f"condition '{self.condition}'"]
        said += [] if self.region == (ALL,) else [f"region '{', '.join(self.region)}'"]
        said += [] if self.year == ALL else [str(self.year)]
        said += [] if self.variant == DEFAULT else [f"variant '{self.variant}'"]
        return ", ".join(said)


def _missing(factors: FactorSet, asked: _Asked) -> str:
    behind = [name for name in factors.chain if name not in (LOCAL, factors.name)]
    backed = f", nor in its fallback {' → '.join(behind)}" if behind else ""
    near, rows = _near(factors, asked)
    return (
        f"no factor {asked} in set '{factors.name}'{backed}; {near}. "
        f"{_unasked(factors, asked)}{_way_out(factors, rows)}"
    )


def _near(factors: FactorSet, asked: _Asked) -> tuple[str, list[Factor]]:
    """Say what the set has that comes closest to what was asked, and give those rows."""
    rows = [row for row in factors.rows if row.variant == asked.variant]
    for name in ("parameter", "subject", "gas", "condition", "region", "year"):
        asked_for = getattr(asked, name)
        wanted = asked_for if isinstance(asked_for, tuple) else (asked_for,)
        fitting = [row for row in rows if getattr(row, name) in (*wanted, ALL)]
        if not fitting:
            there = sorted({str(getattr(row, name)) for row in rows})
            return f"for {name} it has {_nearest_of(str(wanted[0]), there)}", rows
        rows = fitting
    return "no row fits all of these at once", rows


def _nearest_of(wanted: str, words: list[str]) -> str:
    if len(words) <= SHOWN:
        return ", ".join(words) or "nothing"
    close = difflib.get_close_matches(wanted, words, n=SHOWN, cutoff=0.4) or words[:SHOWN]
    return f"{', '.join(close)} and {len(words) - len(close)} more"


def _unasked(factors: FactorSet, asked: _Asked) -> str:
    fitting = factors.alternatives(
        asked.parameter,
        asked.subject,
        condition=asked.condition,
        gas=asked.gas,
        region=asked.region,
        year=asked.year,
    )
    names = ", ".join(dict.fromkeys(factor.variant for factor in fitting))
    return f"Alternatives, never used unasked: {names}. " if names else ""


def _way_out(factors: FactorSet, rows: Iterable[Factor]) -> str:
    table = next((row.path for row in rows if row.set == factors.name), factors.path / "fuels.csv")
    named = "" if factors.fallback_name else ", or name a fallback in set.yaml"
    return f"Add a row to {shown(table)} or to the region's factors.csv{named}"
