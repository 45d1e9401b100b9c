"""Why two units do not convert, and the way out, in words."""

from __future__ import annotations

import re

from carbonpeak.errors import nearest
from carbonpeak.units.catalogue import gases, spellings, unit
from carbonpeak.units.potentials import metrics

_KINDS = {
    "a mass": "t",
    "an energy": "GJ",
    "a power": "MW",
    "a length": "km",
    "a speed": "km/h",
    "an area": "ha",
    "a volume": "m3",
    "a gas volume": "Nm3",
    "a time": "year",
    "money": "CNY",
    "a pure number": "1",
    "a number of people": "person",
    "a number of animals": "head",
    "an energy per year": "GJ/year",
    "a mass per year": "t/year",
    "an energy per mass": "GJ/t",
    "an energy per gas volume": "MJ/Nm3",
}


def explain_misfit(first: str, second: str) -> str:
    """Return one sentence on two known units of different dimension."""
    problem = f"'{first}' ({_kind(first)}) does not convert to '{second}' ({_kind(second)})"
    return f"{problem}; {_remedy(first, second)}"


def _kind(name: str) -> str:
    dimension = unit(name).dimensionality
    for kind, example in _KINDS.items():
        if unit(example).dimensionality == dimension:
            return kind
    text = re.sub(r"[][]", "", str(dimension)).replace("currency_", "money of ")
    return text.replace(" ** ", "^")


def _remedy(first: str, second: str) -> str:
    ratio = {name.strip("[]"): power for name, power in _ratio(first, second).items()}
    substances = ratio.keys() & gases()
    money = [name for name in ratio if name.startswith("currency")]
    known = f"({', '.join(metrics())})"
    if "CO2e" in ratio and substances:
        return f"gases become CO2e only by a named metric {known}"
    if len(substances) > 1:
        return f"different gases add up only as CO2e, by a named metric {known}"
    if substances and len(ratio) == 1:
        return f"one of them does not say that it is a mass of {min(substances)}"
    if "standard_volume" in ratio:
        return "state the basis of a gas volume: 'Nm3' at 0 °C, 'm3_20C' at 20 °C"
    if len(money) == 2:
        return _money_remedy(money)
    return _alternatives(first, second)


def _ratio(first: str, second: str) -> dict[str, float]:
    return dict((unit(first) / unit(second)).dimensionality)


def _money_remedy(money: list[str]) -> str:
    if "currency" in money:
        return "state the price year of both, like 'CNY2020'"
    return "deflate first: money of two price years is not the same money"


def _alternatives(first: str, second: str) -> str:
    """Name units that would have fitted: the one spelled like `first`, or the shortest."""
    wanted = unit(second)
    fitting = [name for name in spellings() if unit(name).dimensionality == wanted.dimensionality]
    close = nearest(first, fitting)
    if close is not None and len(close) > 1:
        return f"did you mean '{close}'?"
    others = [name for name in fitting if name.isascii() and unit(name) != wanted]
    shown = sorted(others, key=lambda name: (len(name), name))[:4]
    return f"write it in '{second}'" + (f" or {', '.join(shown)}" if shown else "")
