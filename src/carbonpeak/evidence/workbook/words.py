"""What the cells of a workbook say for the words of the library, and what they may say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache
from types import MappingProxyType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from carbonpeak import locate, sectors, units, vocabulary
from carbonpeak.errors import suggestion
from carbonpeak.evidence.factor_rows import NO_GAS, FactorRow, parameters
from carbonpeak.evidence.region_rows import RegionRecord, Total
from carbonpeak.evidence.workbook.layout import SECTORS, SHEETS, SINGLE, Sheet, title_or
from carbonpeak.records import Record
from carbonpeak.vocabulary import LANGUAGES, Language

UNITS = (
    "吨", "千克", "万吨", "千瓦时", "万千瓦时", "GJ", "标立方米", "万标立方米", "立方米",
    "万立方米", "公顷", "亩", "万亩", "人", "万人", "头", "万头",
)  # fmt: skip
"""Units of Chinese statistics, offered where they fit."""

Lists = dict[str, tuple[str, ...]]


def closed(model: type[Record], field: str) -> tuple[str, ...]:
    """Return the only words that a column may hold; none when it is free."""
    if field == "category":
        return tuple(vocabulary.categories())
    if field == "parameter":
        return tuple(parameters())
    if field == "subject" or (field == "source" and model is not FactorRow):
        return tuple(vocabulary.sources())
    return _literals(model, field)


@cache
def _literals(model: type[Record], field: str) -> tuple[str, ...]:
    annotation: Any = model.model_fields[field].annotation if field in model.model_fields else None
    if get_origin(annotation) in (Union, UnionType):
        annotation = next((arg for arg in get_args(annotation) if get_origin(arg) is Literal), None)
    return get_args(annotation) if get_origin(annotation) is Literal else ()


def shown(field: str, code: str, lang: Language) -> str:
    """Return what a cell shows for a word: its title, a category with its code before it."""
    if field == "category" and code in vocabulary.categories():
        return f"{code} {vocabulary.categories()[code].title(lang)}"
    if field == "parameter" and code in parameters():
        return parameters()[code].title(lang)
    if field in ("source", "subject") and code in vocabulary.sources():
        return vocabulary.sources()[code].title(lang)
    plain = title_or(f"template.word.{code}", code, lang)
    return title_or(f"template.word.{field}.{code}", plain, lang)


def meant(model: type[Record], field: str, text: str) -> str | None:
    """Return the word that a cell means by its code or its title; None when it is not known."""
    if field == "name" and model is Total:
        return _by_text(field, SINGLE).get(text, text)
    known = closed(model, field)
    return _by_text(field, known).get(text) if known else text


def nearest_word(model: type[Record], field: str, text: str) -> str:
    """Say which word was probably meant, in the language of the text."""
    chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text)
    lang: Language = "zh" if chinese else "en"
    known = closed(model, field)
    titles = [shown(field, code, lang).removeprefix(f"{code} ") for code in known]
    return suggestion(text, titles if chinese else [*known, *titles])


@cache
def _by_text(field: str, known: tuple[str, ...]) -> Mapping[str, str]:
    """Return the word of every text that means one word only."""
    found: dict[str, set[str]] = defaultdict(set)
    for code in known:
        for lang in LANGUAGES:
            text = shown(field, code, lang)
            found[text].add(code)
            found[text.removeprefix(f"{code} ")].add(code)
    single = {text: next(iter(codes)) for text, codes in found.items() if len(codes) == 1}
    return MappingProxyType(single | {code: code for code in known})


@cache
def offered_lists() -> Mapping[str, tuple[str, ...]]:
    """Return the words of the drop-downs: `<column>.<sheet>`, or `<column>` for every sheet."""
    found: Lists = {}
    for sector in SECTORS:
        found |= {f"{name}.{sector}": codes for name, codes in _of_sector(sector).items()}
    for name in ("category", "source", "unit"):
        every = [code for sector in SECTORS for code in found[f"{name}.{sector}"]]
        found[f"{name}.firms"] = found[f"{name}.gaps"] = tuple(dict.fromkeys(every))
    found["category"], found["source"] = tuple(vocabulary.categories()), ()
    found["source.numbers"] = ("electricity", "heat")
    found["name.numbers"] = SINGLE
    found["source.notation"] = found["subject"] = tuple(vocabulary.sources())
    found["source.supply"] = found["source.energy"]
    found["parameter"] = tuple(parameters())
    found["gas"] = (NO_GAS, *vocabulary.gases())
    found["factor_set"] = tuple(locate.shipped("emission_factors"))
    found["metric"] = tuple(units.metrics())
    models: list[type[Record]] = [RegionRecord, *(sheet.model for sheet in SHEETS.values())]
    for model in models:
        for field in model.model_fields:
            if _literals(model, field) and field != "schema_name":
                found.setdefault(field, _literals(model, field))
    return MappingProxyType({name: codes for name, codes in found.items() if codes})


def list_of(sheet: Sheet | None, field: str) -> str | None:
    """Return the name of the list that a column chooses from."""
    own = f"{field}.{sheet.name}" if sheet is not None else field
    if own in offered_lists():
        return own
    free = sheet is not None and sheet.model is FactorRow and field == "source"
    return field if field in offered_lists() and not free else None


def _of_sector(sector: str) -> Lists:
    """Return the categories, sources and units of the activity of a sector."""
    rules = [rule for rule in vocabulary.line_rules() if rule.sector == sector]
    rules = [rule for rule in rules if not rule.activity_of]
    categories = [
        code
        for code in vocabulary.categories()
        if any(fnmatchcase(code, rule.category) for rule in rules)
    ]
    sources = [
        name
        for name, source in vocabulary.sources().items()
        if any(rule.covers(code, source) for rule in rules for code in categories)
    ]
    measured = {sectors.find_method(rule.method).activity_unit for rule in rules}
    plain = [unit.removesuffix("/year") for unit in sorted(measured)]
    fitting = [unit for unit in UNITS if any(units.same_dimension(unit, one) for one in plain)]
    return {
        "category": tuple(categories),
        "source": tuple(sources),
        "unit": tuple(dict.fromkeys([*fitting, *plain])),
    }
