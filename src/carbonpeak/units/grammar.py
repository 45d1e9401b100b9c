"""How a unit or a quantity is written; knows spelling, not meaning.

A space binds tighter than a slash, as on paper: ``kg N2O/kg N`` is ``kg*N2O/(kg*N)``.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable

from carbonpeak.errors import UnitError

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<power>10(?:\^|\*\*)[+-]?\d+|1e\d+|10*(?![\d.]))
    | (?P<name>[^\W\d]\w*(?:-\w+)*|°[CF]|[%‰])
    | (?P<exponent>(?:\^|\*\*)\s*[+-]?\d+)
    | (?P<sign>[*/()])
    )""",
    re.VERBOSE,
)
_NUMBER = re.compile(
    r"\s*(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d+(?![\d,]))?(?:\.\d+|\.(?!\w))?(?:[eE][+-]?\d+)?)"
    r"(?P<times>\s*[x×*](?=\s*10(?:\^|\*\*)))?\s*"
)

Resolve = Callable[[str], str]


def tidy(text: str) -> str:
    """Return the one spelling of what was written: half-width, single spaces, tight signs."""
    text = re.sub(r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", lambda found: "^" + found[0].translate(_SUPERSCRIPTS), text)
    text = unicodedata.normalize("NFKC", text).replace("−", "-")
    text = re.sub(r"[·⋅]", "*", text)
    text = re.sub(r"\bper\b", "/", text)
    text = re.sub(r"(?<=[百千万亿])\s+(?=[一-鿿])|(?<=[吨克])\s+(?=标准?[煤油])", "", text)
    text = re.sub(r"\s*([*/^()])\s*", r"\1", " ".join(text.split()))
    return re.sub(r"(?<=\w)\((?=\w)", " (", text)


def expression(text: str, resolve: Resolve) -> str:
    """Return `text`, tidy, in explicit Python signs; `resolve` turns each name into its own.

    Raises
    ------
    UnitError
        At a sign that belongs to no unit, an unclosed bracket, or a number that is no power of ten.
    """
    tokens = _Tokens(text)
    result = _product(tokens, resolve)
    if tokens.kind is not None:
        raise tokens.unreadable()
    return result


class _Tokens:
    """The tokens of one text, one ahead."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._position = 0
        self.kind: str | None = None
        self.word = ""
        self.advance()

    def advance(self) -> None:
        self._start = self._position
        if self._position >= len(self.text):
            self.kind = None
            return
        found = _TOKEN.match(self.text, self._position)
        if found is None:
            raise self.unreadable()
        self.kind, self.word = found.lastgroup, found[found.lastgroup or 0]
        self._position = found.end()

    def rest(self) -> str:
        return self.text[self._start :].strip()

    def unreadable(self) -> UnitError:
        if self.rest()[:1].isdigit():
            return UnitError(f"a number stands inside the unit '{self.text}', at '{self.rest()}'")
        return UnitError(f"cannot read unit '{self.text}' from '{self.rest()}' on")

    def take(self) -> str:
        word = self.word
        self.advance()
        return word

    def at(self, sign: str) -> bool:
        return self.kind == "sign" and self.word == sign


def _product(tokens: _Tokens, resolve: Resolve) -> str:
    parts = [_run(tokens, resolve)]
    while tokens.at("*") or tokens.at("/"):
        parts += [tokens.take(), _run(tokens, resolve)]
    return "".join(parts)


def _run(tokens: _Tokens, resolve: Resolve) -> str:
    """Read factors that stand side by side; a number may only be the first of them."""
    factors: list[str] = []
    while tokens.kind == "name" or tokens.at("(") or (tokens.kind == "power" and not factors):
        factors.append(_factor(tokens, resolve))
    if not factors:
        place = f"before '{tokens.rest()}'" if tokens.kind else "at the end"
        raise UnitError(f"a unit is missing in '{tokens.text}' {place}")
    return factors[0] if len(factors) == 1 else f"({'*'.join(factors)})"


def _factor(tokens: _Tokens, resolve: Resolve) -> str:
    if tokens.kind == "power":
        return _power_of_ten(tokens.take())
    base = _bracket(tokens, resolve) if tokens.at("(") else f"({resolve(tokens.take())})"
    if tokens.kind == "exponent":
        base += "**" + tokens.take().lstrip("^* ")
    return base


def _bracket(tokens: _Tokens, resolve: Resolve) -> str:
    tokens.take()
    inner = _product(tokens, resolve)
    if not tokens.at(")"):
        raise UnitError(f"a bracket is not closed in unit '{tokens.text}'")
    tokens.take()
    return f"({inner})"


def _power_of_ten(word: str) -> str:
    if "^" in word or "**" in word:
        exponent = int(re.split(r"\^|\*\*", word)[1])
    else:
        exponent = int(word[2:]) if "e" in word else len(word) - 1
    return f"ten**{exponent}" if exponent else "dimensionless"


def split_number(text: str) -> tuple[float, str]:
    """Return the number and the unit that a tidy text like ``1,234.5 t`` is made of.

    Raises
    ------
    UnitError
        When there is no number, more than one, one that is not finite, or no unit.
    """
    found = _NUMBER.match(text)
    if found is None or not re.match(r"[+-]?\.?\d", found["number"]):
        raise UnitError(f"no number in '{text}'; write a number and a unit, like '15 亩'")
    unit = text[found.end() :].strip()
    if re.match(r"[.,\d]", unit) and not re.match(r"10[\^*]|1$", unit):
        raise UnitError(f"more than one number in '{text}', or digits not grouped by thousands")
    if not unit:
        raise UnitError(f"no unit in '{text}'; write one after the number ('1' for a pure number)")
    value = float(found["number"].replace(",", ""))
    if not math.isfinite(value):
        raise UnitError(f"the number in '{text}' is too large")
    return value, unit
