"""Money inside a unit: its price year, and the same unit in the prices of another year."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from carbonpeak.errors import UnitError
from carbonpeak.units.catalogue import unit
from carbonpeak.units.grammar import tidy

_PRICED = re.compile(r"(CNY|元)((?:19|20)\d\d)(?!\d)")


@lru_cache(maxsize=4096)
def price_year(text: str) -> int | None:
    """Return the price year of the money in a unit: 2023 of ``万元2023/MW``.

    None for a unit without money, and for money that does not say its year.

    Raises
    ------
    UnitError
        When the unit is unknown, or holds money of several years.
    """
    unit(text)
    years = {int(found[2]) for found in _PRICED.finditer(tidy(text))}
    if len(years) > 1:
        raise UnitError(f"'{text}' holds money of several price years; write it in one of them")
    return next(iter(years), None)


@lru_cache(maxsize=4096)
def in_prices_of(text: str, year: int) -> str:
    """Return a unit with its money in another price year: ``CNY2020/t`` for ``CNY2023/t``."""
    return _PRICED.sub(rf"\g<1>{year}", tidy(text))


def money_power(text: str) -> int:
    """Return the power that money of a price year has in a unit: -1 in ``t CO2/CNY2020``."""
    powers: dict[str, Any] = dict(unit(text).dimensionality)
    return sum(int(powers[name]) for name in powers if name.startswith("[currency_"))
