"""Split a target over towns, departments or firms, by named rules and to the last digit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from numbers import Real
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, suggestion

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["budget", "reduction"]
Numbers = Mapping[str, Sequence[Fraction]]

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "grandfathering": ("base_emissions",),
        "benchmark": ("output", "benchmark"),
        "capacity": ("ability",),
        "equal_rate": ("expected_emissions",),
    }
)
"""Rules with the columns whose product each splits by."""

SPLITS_ONLY: Mapping[str, Kind] = MappingProxyType({"benchmark": "budget", "capacity": "reduction"})
"""What a rule splits; the other is then what is left of the expected emissions."""


@checked
def allocate(
    total: float,
    receivers: pd.DataFrame,
    rule: str | Mapping[str, float],
    *,
    kind: Kind,
    unit: str,
    decimals: int,
) -> pd.DataFrame:
    """Split a budget or a reduction over receivers.

    Parameters
    ----------
    total : float
        What is split; it may have no more decimals than `decimals`.
    receivers : DataFrame
        One row for each town, department or firm, named by the index. Columns as the rules need:
        ``base_emissions`` and ``expected_emissions`` (without the target, in its year) in `unit`;
        ``output`` and ``benchmark`` in units whose product is `unit`; ``ability``, such as GDP.
    rule : str or mapping
        ``grandfathering``: by base emissions. ``equal_rate``: everyone cuts the same percentage
        of the expected emissions. ``benchmark``: the budget by output times benchmark.
        ``capacity``: the reduction by ability. A mapping of rules to weights that sum to 1 blends
        them. A reduction by benchmark is what its budget leaves of the expected emissions, and a
        budget by capacity likewise.
    kind : {"budget", "reduction"}
        What `total` is.
    unit : str
        Unit of `total`.
    decimals : int
        To how many decimals a part is rounded, by largest remainder; of equal remainders the
        receiver that stands first.

    Returns
    -------
    DataFrame
        ``amount``, which sums to `total` in every digit, ``share``, ``rule``, the unrounded part
        ``by_<rule>`` under each rule, and the columns that these rest on.

    Raises
    ------
    InputError
        With every fault of receivers, rules and total, or when a part would be negative.
    UnitError
        When the unit is unknown.
    """
    units.check(unit)
    weights = {rule: 1.0} if isinstance(rule, str) else dict(rule)
    columns = _columns(weights, kind)
    faults = [
        *_rule_faults(weights, kind),
        *_total_faults(total, decimals),
        *_receiver_faults(receivers, columns),
    ]
    if faults:
        raise InputError(faults)
    numbers = {name: [_exact(value) for value in receivers[name]] for name in columns}
    parts = {name: _part(_exact(total), numbers, name, kind) for name in weights}
    blend = [
        sum((_exact(weights[name]) * part[at] for name, part in parts.items()), Fraction(0))
        for at in range(len(receivers))
    ]
    _require_possible(blend, numbers, list(receivers.index), kind)
    amounts = _rounded(blend, decimals)
    result = receivers[list(columns)].copy()
    result.insert(0, "amount", amounts)
    result.insert(1, "share", [float(part / _exact(total)) for part in blend])
    result.insert(2, "rule", _rule_text(weights))
    for at, (name, part) in enumerate(parts.items()):
        result.insert(3 + at, f"by_{name}", [float(one) for one in part])
    result.attrs = {"total": total, "kind": kind, "unit": unit, "decimals": decimals}
    return result


def _columns(weights: Mapping[str, float], kind: Kind) -> tuple[str, ...]:
    """Return the columns that the known rules need, each once."""
    needed = [name for rule in weights for name in RULES.get(rule, ())]
    if "capacity" in weights or any(_is_rest(rule, kind) for rule in weights):
        needed.append("expected_emissions")
    return tuple(dict.fromkeys(needed))


def _is_rest(rule: str, kind: Kind) -> bool:
    return SPLITS_ONLY.get(rule, kind) != kind


def _part(total: Fraction, numbers: Numbers, rule: str, kind: Kind) -> list[Fraction]:
    """Return the unrounded parts under one rule."""
    keys = [math.prod(row) for row in zip(*(numbers[name] for name in RULES[rule]), strict=True)]
    whole = sum(keys, Fraction(0))
    if not whole:
        problem = f"{' x '.join(RULES[rule])} is 0 for all"
        raise InputError([_fault("receivers", problem, f"{rule} has nothing to split by")])
    if not _is_rest(rule, kind):
        return [total * key / whole for key in keys]
    expected = numbers["expected_emissions"]
    other = sum(expected, Fraction(0)) - total
    if other < 0:
        problem = f"is above the expected emissions of all, {float(total + other):g}"
        raise InputError([_fault("total", problem, f"{rule} needs a total below them")])
    return [mine - other * key / whole for mine, key in zip(expected, keys, strict=True)]


def _rounded(parts: Sequence[Fraction], decimals: int) -> list[float]:
    """Round to decimals by largest remainder, so that the sum stays what it is."""
    scale = 10**decimals
    counts = [math.floor(part * scale) for part in parts]
    left = int(sum(parts, Fraction(0)) * scale) - sum(counts)
    by_remainder = sorted(range(len(parts)), key=lambda at: counts[at] - parts[at] * scale)
    for at in by_remainder[:left]:
        counts[at] += 1
    return [float(Fraction(count, scale)) for count in counts]


def _exact(value: float) -> Fraction:
    """Return the decimal number that a float is written as."""
    return Fraction(repr(float(value)))


def _rule_text(weights: Mapping[str, float]) -> str:
    if len(weights) == 1:
        return next(iter(weights))
    return " + ".join(f"{weight:g} {name}" for name, weight in weights.items())


def _rule_faults(weights: Mapping[str, float], kind: str) -> list[Fault]:
    faults = [
        Fault("rule", None, None, f"unknown rule '{name}'", suggestion(name, list(RULES)))
        for name in weights
        if name not in RULES
    ]
    if kind not in ("budget", "reduction"):
        faults.append(_fault("kind", f"unknown kind '{kind}'", "write budget or reduction"))
    if wrong := [name for name, weight in weights.items() if not _usable(weight)]:
        problem = f"the weight of {', '.join(wrong)} is missing or negative"
        faults.append(_fault("rule", problem, "give each rule of the blend a weight, 0 or above"))
    elif sum(map(_exact, weights.values()), Fraction(0)) != 1:
        problem = f"the weights sum to {math.fsum(weights.values()):g}"
        faults.append(_fault("rule", problem, "let them sum to 1"))
    return faults


def _total_faults(total: float, decimals: int) -> list[Fault]:
    if not _usable(total) or total == 0:
        return [_fault("total", f"is {total:g}; there is nothing to split", "give it above 0")]
    if decimals < 0 or (_exact(total) * 10**decimals).denominator != 1:
        problem = f"{total!r} cannot be split into parts of {decimals} decimals"
        return [_fault("total", problem, "give more decimals, or round the total first")]
    return []


def _receiver_faults(receivers: pd.DataFrame, columns: Sequence[str]) -> list[Fault]:
    if not len(receivers):
        return [_fault("receivers", "there is nobody to allocate to", "give at least one row")]
    twice = receivers.index[receivers.index.duplicated()].unique()
    faults = [_fault(f"receiver '{name}'", "stands twice", "keep one row") for name in twice]
    given = [str(name) for name in receivers.columns]
    for column in columns:
        if column in given:
            faults += _column_faults(column, receivers[column])
        else:
            hint = f"add it; the columns are {', '.join(given) or 'none'}"
            faults.append(Fault("receivers", None, column, "is missing", hint))
    return faults


def _column_faults(column: str, values: pd.Series[float]) -> list[Fault]:
    return [
        Fault(f"receiver '{name}'", None, column, f"is {value}", "give a number, 0 or above")
        for name, value in values.items()
        if not _usable(value)
    ]


def _usable(value: object) -> bool:
    return isinstance(value, Real) and math.isfinite(value) and float(value) >= 0


def _fault(where: str, problem: str, remedy: str) -> Fault:
    return Fault(where, None, None, problem, remedy)


def _require_possible(
    parts: Sequence[Fraction], numbers: Numbers, names: Sequence[object], kind: Kind
) -> None:
    """Refuse a negative part, and a reduction of more than is expected."""
    expected = numbers.get("expected_emissions", parts) if kind == "reduction" else parts
    faults = []
    for name, part, most in zip(names, parts, expected, strict=True):
        if part < 0:
            problem = f"would get a negative {kind}, {float(part):g}"
        elif part > most:
            problem = f"would have to cut {float(part):g} of {float(most):g} expected"
        else:
            continue
        remedy = "choose another rule, blend it, or leave this receiver out"
        faults.append(_fault(f"receiver '{name}'", problem, remedy))
    if faults:
        raise InputError(faults)
