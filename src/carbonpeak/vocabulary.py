"""The words of the field as data: categories, sources, lines, gases and labels."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType
from typing import Literal

from carbonpeak import locate
from carbonpeak.errors import Fault, InputError, ResultError, suggestion
from carbonpeak.records import Language as Language
from carbonpeak.records import Record, read_table, read_tables, said

LANGUAGES: tuple[Language, ...] = ("zh", "en")


class Titled(Record):
    """Anything with a title in both languages."""

    title_en: str
    title_zh: str

    def title(self, lang: Language) -> str:
        """Return the title in Chinese or English."""
        return self.title_zh if lang == "zh" else self.title_en

    @classmethod
    def of(cls, tell: Callable[[Language], str]) -> Titled:
        """Return what is told in each language."""
        return Titled(title_en=tell("en"), title_zh=tell("zh"))


class Noted(Record):
    """Anything with a note, in one language or in both.

    A file of one language writes `note` alone, and it serves in both.
    """

    note: str = ""
    note_zh: str = ""

    def noted(self, lang: Language) -> str:
        """Return the note in Chinese or English, or the one that is stated."""
        return said(lang, en=self.note, zh=self.note_zh)


class Category(Titled):
    """A category of IPCC 2006 with the guideline's heading beside it."""

    code: str
    parent: str = ""


class Source(Titled):
    """What is burnt, used, made or planted: a fuel, an energy carrier, a kind of land."""

    source: str
    group: str
    measured_by: Literal[
        "mass",
        "volume",
        "energy",
        "electricity",
        "area",
        "heads",
        "persons",
        "nitrogen",
        "count",
        "other",
    ]
    biogenic: bool
    carrier: str
    note: str = ""


class Gas(Titled):
    """A greenhouse gas."""

    gas: str
    note: str = ""


class Label(Titled):
    """A word of tables, figures and reports."""

    key: str


class Parameter(Titled):
    """A quantity that a factor states, and the units that fit it."""

    parameter: str
    units: str
    least: float | None = None
    most: float | None = None
    note: str = ""

    def allowed(self, gas: str) -> list[str]:
        """Return one unit for each dimension that fits."""
        return [unit.strip().format(gas=gas) for unit in self.units.split(";")]

    @property
    def of_a_gas(self) -> bool:
        """Whether the quantity is a mass of gas, so that a row has to name the gas."""
        return "{gas}" in self.units


class IndicatorRule(Titled):
    """An indicator that a target may bound: its unit, its good direction, what computes it.

    `model` names the indicator of a pathway; without one it is recorded, and followed from the
    rows of `indicators.csv`.
    """

    indicator: str
    unit: str
    better: Literal["lower", "higher"]
    model: str = ""
    note: str = ""


class LineRule(Record):
    """Binds categories and sources to a method; a row of `definitions/lines`."""

    category: str
    sources: str
    item: str
    method: str
    condition: str
    sector: str
    scope: int
    memo: bool = False
    subject: str = ""
    activity_of: str = ""

    def covers(self, category: str, source: Source) -> bool:
        """Tell whether a category and a source fall under this rule."""
        return fnmatchcase(category, self.category) and self.sources in _names_of(source)


class ReductantPair(Record):
    """Where the carbon of a reductant counts: the process category, or its place in energy."""

    process: str
    energy: str


@dataclass(frozen=True)
class Line:
    """One line of an inventory: a category, perhaps a site, and a source."""

    category: str
    site: str
    source: str
    rule: LineRule

    @property
    def id(self) -> str:
        """The name of the line, for example ``1.A.2.a/iron_works/coke``."""
        return "/".join(part for part in (self.category, self.site, self.source) if part)


FUEL_GROUPS = frozenset({"coal", "oil", "gas", "biomass", "waste"})
"""Groups of sources that are burnt; only these answer to `fuel:` and `biomass:` in a rule."""


def _names_of(source: Source) -> tuple[str, ...]:
    names = (source.source, f"{source.group}:{source.measured_by}")
    if source.group not in FUEL_GROUPS:
        return names
    kind = "biomass" if source.biogenic else "fuel"
    return (*names, f"{kind}:{source.measured_by}")


@cache
def categories() -> Mapping[str, Category]:
    """Return all categories by code, parents before children."""
    rows = read_table(locate.definitions("categories.csv"), Category, key=["code"])
    return MappingProxyType({row.record.code: row.record for row in rows})


@cache
def sources() -> Mapping[str, Source]:
    """Return all sources by name."""
    rows = read_tables(locate.definitions("sources"), Source, key=["source"])
    return MappingProxyType({row.record.source: row.record for row in rows})


@cache
def gases() -> Mapping[str, Gas]:
    """Return all gases by formula."""
    rows = read_table(locate.definitions("gases.csv"), Gas, key=["gas"])
    return MappingProxyType({row.record.gas: row.record for row in rows})


@cache
def line_rules() -> tuple[LineRule, ...]:
    """Return the rules that bind categories and sources to methods."""
    rows = read_tables(locate.definitions("lines"), LineRule, key=["category", "sources"])
    known = {name for source in sources().values() for name in _names_of(source)}
    faults = [
        row.fault("sources", f"unknown source '{row.record.sources}'", "add it to sources/")
        for row in rows
        if row.record.sources not in known
    ]
    if faults:
        raise InputError(faults)
    return tuple(row.record for row in rows)


@cache
def reductant_pairs() -> tuple[ReductantPair, ...]:
    """Return the categories between which a plant allocates the carbon of its reductants."""
    rows = read_table(locate.definitions("reductants.csv"), ReductantPair, key=["process"])
    return tuple(row.record for row in rows)


@cache
def parameters() -> Mapping[str, Parameter]:
    """Return all parameters by name."""
    rows = read_tables(locate.definitions("parameters"), Parameter, key=["parameter"])
    return MappingProxyType({row.record.parameter: row.record for row in rows})


@cache
def labels() -> Mapping[str, Label]:
    """Return the words of tables, figures and reports by key."""
    rows = read_tables(locate.definitions("labels"), Label, key=["key"])
    found = {row.record.key: row.record for row in rows}
    for name, parameter in parameters().items():
        key = f"parameter.{name}"
        found[key] = Label(key=key, title_en=parameter.title_en, title_zh=parameter.title_zh)
    return MappingProxyType(found)


@cache
def indicators() -> Mapping[str, IndicatorRule]:
    """Return the indicators that targets may bound, by name."""
    rows = read_table(locate.definitions("indicators.csv"), IndicatorRule, key=["indicator"])
    return MappingProxyType({row.record.indicator: row.record for row in rows})


def require_language(lang: str) -> None:
    """Refuse a language that the library has no words in.

    Raises
    ------
    ResultError
        With those that it has.
    """
    if lang not in LANGUAGES:
        raise ResultError(f"no words in language '{lang}'; allowed: {', '.join(LANGUAGES)}")


def label(key: str, lang: Language) -> str:
    """Return a word of tables, figures and reports in one language.

    Raises
    ------
    ResultError
        When the vocabulary does not hold the key, or nobody speaks the language.
    """
    require_language(lang)
    found = labels().get(key)
    if found is None:
        raise ResultError(f"no label '{key}'; {suggestion(key, list(labels()))}")
    return found.title(lang)


_MONEY = re.compile(r"CNY(\d{4})")
_PART = re.compile("[^/()（）]+")
_PLURAL = re.compile("(?<=[a-z]{3})s$")
_WIDE = str.maketrans("()", "（）")


def unit_text(unit: str, lang: Language) -> str:
    """Return a unit in the words of a language.

    One without words of its own is told part by part, with the year of its prices behind it; a
    part without words stays as it is.
    """
    if f"unit:{unit}" in labels():
        return label(f"unit:{unit}", lang)
    prices = _MONEY.search(unit)
    bare = _MONEY.sub("CNY", unit.translate(_WIDE) if lang == "zh" else unit)
    told = _PART.sub(lambda part: _part_text(part, lang), bare)
    return told if prices is None else label("unit.prices", lang).format(unit=told, year=prices[1])


def _part_text(part: re.Match[str], lang: Language) -> str:
    """Return a part of a unit, such as ``kg CH4``; in English the plural only stands first."""
    text = part[0]
    if text == "1":
        return text
    known = f"unit:{text}" in labels()
    word, _, substance = (text, "", "") if known else text.partition(" ")
    if f"unit:{word}" not in labels():
        return text
    told = label(f"unit:{word}", lang)
    if "/" in part.string[: part.start()]:
        told = _PLURAL.sub("", told)
    if not substance:
        return told
    key = f"substance.{substance}"
    of = label(key, lang) if key in labels() else substance
    return f"{told}{of}" if lang == "zh" else f"{told} {of}"


def year_span(years: Sequence[int], lang: Language) -> str:
    """Return the first and the last of years as each language writes it, or the one that there is.

    ``2021–2025`` in English, ``2021—2025`` in Chinese.
    """
    sign = "—" if lang == "zh" else "–"
    return sign.join(str(year) for year in dict.fromkeys((years[0], years[-1])))


def unit_words(unit: str, lang: Language) -> str:
    """Return a unit as it follows a number in a sentence."""
    told = unit_text(unit, lang)
    return f"× {told}" if told.startswith("10") else told


@cache
def find_line(category: str, source: str, site: str = "") -> Line:
    """Return the line of a category and a source.

    Raises
    ------
    InputError
        When the category or the source is unknown, or when no rule binds them.
    """
    problem = unknown_line(category, source)
    if problem is not None:
        raise InputError([Fault("definitions/lines", None, None, *problem[1:])])
    return Line(category, site, source, _rules(category, source)[0])


def parse_line(name: str) -> Line:
    """Return the line of an id such as ``1.A.2.a/iron_works/coke``."""
    category, *site, source = name.split("/") if "/" in name else (name, "")
    return find_line(category, source, "/".join(site))


def unknown_line(category: str, source: str) -> tuple[str, str, str] | None:
    """Say which column is wrong and why when no line has this category and source."""
    if category not in categories():
        remedy = suggestion(category, list(categories()))
        return "category", f"unknown category '{category}'", remedy
    if source not in sources():
        return "source", f"unknown source '{source}'", suggestion(source, list(sources()))
    if len(_rules(category, source)) != 1:
        allowed = [name for name in sources() if len(_rules(category, name)) == 1]
        remedy = suggestion(source, allowed) if allowed else "name one of its subcategories"
        return "source", f"no line for '{source}' in category {category}", remedy
    return None


@cache
def _rules(category: str, source: str) -> tuple[LineRule, ...]:
    return tuple(rule for rule in line_rules() if rule.covers(category, sources()[source]))


@cache
def derived_lines(line: Line) -> tuple[Line, ...]:
    """Return the lines that take their activity from another, as manure does from heads."""
    source = sources()[line.source]
    return tuple(
        Line(rule.category, line.site, line.source, rule)
        for rule in line_rules()
        if rule.activity_of == line.category and rule.sources in _names_of(source)
    )


def ancestors(category: str) -> list[str]:
    """Return a category and its parents, nearest first."""
    chain = [category]
    while parent := categories()[chain[-1]].parent:
        chain.append(parent)
    return chain
