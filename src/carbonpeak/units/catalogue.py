"""The registry of units, built once from our own definitions, and what a unit text means."""

from __future__ import annotations

import csv
import functools
import re
import threading
from typing import Any

import pint

from carbonpeak.errors import UnitError, nearest
from carbonpeak.locate import definitions
from carbonpeak.units.grammar import expression, tidy

_LOCK = threading.RLock()
_PREFIXES = ("k", "M", "G", "T", "P")
_MULTIPLIERS = ("万亿", "百万", "千万", "亿", "万", "千", "百")
_PRICE_YEAR = re.compile(r"(?:CNY|元)((?:19|20)\d\d)$")
_REFUSED = {
    "ton": "write 't' for the tonne of 1000 kg",
    "tons": "write 't' for the tonne of 1000 kg",
    "mt": "write 'Mt' for a million tonnes, 't' for one",
    "MT": "write 'Mt' for a million tonnes, 't' for one",
    "knot": "write 'nmi/h'; 'kt' is a thousand tonnes",
    "KT": "write 'kt' for a thousand tonnes",
    "degC": "degrees Celsius have an offset; use degree_day, or K for a difference",
    "°C": "degrees Celsius have an offset; use degree_day, or K for a difference",
    "Sm3": "its temperature is not fixed; write 'Nm3' (0 °C), 'm3_15C' or 'm3_20C'",
}


def registry() -> pint.UnitRegistry[Any]:
    """Return the one registry, building it at the first call.

    Unit texts are read by `unit`, not by the registry itself: pint takes ``kg/kg N`` for
    ``(kg/kg)*N``.
    """
    with _LOCK:
        return _build()


@functools.cache
def _build() -> pint.UnitRegistry[Any]:
    return pint.UnitRegistry([*_unit_lines(), *_gas_lines()], on_redefinition="ignore")


def _unit_lines() -> list[str]:
    """Return the shipped definitions; pint takes longer over comments than over units."""
    lines = definitions("units.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]


def _gas_lines() -> list[str]:
    """Return a group of substances with one dimension for each gas of the vocabulary."""
    lines = ["@group gas"]
    with definitions("gases.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            alias = f" = _ = {row['title_zh']}" if row["title_zh"].isidentifier() else ""
            lines.append(f"    {row['gas']} = [{row['gas']}]{alias}")
    return [*lines, "@end"]


@functools.cache
def _members(group: str) -> frozenset[str]:
    return frozenset(registry().get_group(group, create_if_needed=False).members)


@functools.cache
def gases() -> frozenset[str]:
    """Return the names of the gases, each a dimension of its own."""
    return _members("gas")


@functools.cache
def names() -> tuple[str, ...]:
    """Return every name and alias that a unit may be written with, without prefixes, sorted."""
    return tuple(name for name in registry() if name.isidentifier() and not _PRICE_YEAR.match(name))


@functools.cache
def _substances() -> tuple[str, ...]:
    """Return the names of gases and other substances, longest first."""
    members = _members("gas") | _members("substance")
    found = [name for name in names() if registry().get_name(name) in members]
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _known(name: str) -> bool:
    """Say whether pint reads `name` as one unit, with a prefix only where one may stand."""
    candidates = registry().parse_unit_name(name)
    if not candidates:
        return False
    prefix, base, plural = candidates[0]
    if plural and len(name) < 4:
        return False
    return not (prefix and prefix.isascii()) or base in _members("metric")


@functools.cache
def _resolve(name: str) -> str:
    """Return a written word as a pint expression: ``tCO2`` as ``t*CO2``, ``万GJ`` as ``万*GJ``."""
    word = {"%": "percent", "‰": "permille"}.get(name, name).replace("-", "")
    if word in _REFUSED:
        raise UnitError(f"unit '{name}' is refused; {_REFUSED[word]}")
    _define_price_year(word)
    found = (_known(word) and word) or _massed(word) or _multiplied(word)
    if not found:
        raise UnitError(f"unknown unit '{name}'; {_hint(word)}")
    return found


def _define_price_year(word: str) -> None:
    """Make money of the price year that `word` ends in known to the registry."""
    found = _PRICE_YEAR.search(word)
    if found and f"CNY{found[1]}" not in registry():
        registry().define(f"CNY{found[1]} = [currency_{found[1]}] = _ = 元{found[1]}")


def _massed(word: str) -> str:
    for substance in _substances():
        mass = word.removesuffix(substance)
        if mass and mass != word and _known(mass) and _is_mass(mass):
            return f"{mass}*{substance}"
    return ""


def _is_mass(name: str) -> bool:
    return dict(registry().get_dimensionality(name)) == {"[mass]": 1}


def _multiplied(word: str) -> str:
    for multiplier in _MULTIPLIERS:
        rest = word.removeprefix(multiplier)
        if rest and rest != word:
            return f"{multiplier}*{_resolve(rest)}"
    return ""


def _hint(word: str) -> str:
    close = _same_letters(word) or nearest(word, spellings())
    return f"did you mean '{close}'?" if close else "known are for example t, GJ, tce, kWh, ha, CNY"


def _same_letters(word: str) -> str | None:
    """Return the unit that differs from `word` only by capitals: ``KWH`` is kWh."""
    return next((name for name in spellings() if name.lower() == word.lower()), None)


@functools.cache
def spellings() -> tuple[str, ...]:
    """Return the names, and those of the metric group also with each Latin prefix."""
    metric = [name for name in names() if registry().get_name(name) in _members("metric")]
    prefixed = [prefix + name for prefix in _PREFIXES for name in metric if name.isascii()]
    return (*names(), *(name for name in prefixed if name not in _REFUSED))


def unit(text: str) -> pint.Unit:
    """Return the pint unit of a text such as ``t CO2/year`` or ``万吨标煤``.

    Raises
    ------
    UnitError
        When the text is empty or names a unit that is not ours.
    """
    if not isinstance(text, str) or not text.strip():
        raise UnitError(f"no unit given ({text!r}); write '1' for a pure number")
    return _spelled(text)


@functools.cache
def _spelled(text: str) -> pint.Unit:
    return _parse(tidy(text))


@functools.cache
def _parse(text: str) -> pint.Unit:
    with _LOCK:
        return registry().parse_units(expression(text, _resolve))


def check(text: str) -> str:
    """Return a unit text in its tidy spelling: ``kg CH4 / ha/ day`` is ``kg CH4/ha/day``.

    Raises
    ------
    UnitError
        When the text is not a unit; the message names the nearest valid one.
    """
    unit(text)
    return tidy(text)
