"""A target split level by level: to towns, from each town to its departments, on to firms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, suggestion
from carbonpeak.planning.allocation import Kind, allocate

if TYPE_CHECKING:
    import pandas as pd

Rule = str | Mapping[str, float]
ADDED = ("base_emissions", "expected_emissions", "ability", "output")


@checked
def allocate_levels(
    total: float,
    receivers: pd.DataFrame,
    rules: Mapping[str, Rule],
    *,
    kind: Kind,
    unit: str,
    decimals: int,
) -> pd.DataFrame:
    """Split a budget or a reduction over levels, such as towns, departments and firms.

    A receiver of a higher level stands for the sum of those under it; its benchmark is theirs,
    weighed with their output. Its part is split among them in turn.

    Parameters
    ----------
    total : float
        As in `allocate`.
    receivers : DataFrame
        A row for each receiver of the lowest level, columns as in `allocate`. The index names
        the levels, highest first, for example ``town``, ``department`` and ``firm``.
    rules : mapping
        The rule of each level, as in `allocate`.
    kind, unit, decimals
        As in `allocate`.

    Returns
    -------
    DataFrame
        By receiver the amount of each level that it belongs to, ``amount_<level>``; the parts
        of a level sum to the part above in every digit.

    Raises
    ------
    InputError
        When a level has no rule, nobody is there, or as `allocate`, naming who was split.
    """
    levels = [str(name) for name in receivers.index.names]
    _require_rules(levels, rules, receivers)
    result = receivers[[]].copy()
    above: dict[tuple[Any, ...], float] = {(): total}
    for depth, level in enumerate(levels, start=1):
        parts: dict[tuple[Any, ...], float] = {}
        for who, amount in above.items():
            under = _grouped(_inside(receivers, who), levels[:depth])
            options = {"kind": kind, "unit": unit, "decimals": decimals}
            parts |= _split(amount, under, rules[level], who, **options)
        result[f"amount_{level}"] = [parts[key[:depth]] for key in _keys(receivers)]
        above = parts
    result.attrs = {"total": total, "kind": kind, "unit": unit, "decimals": decimals}
    return result


def _require_rules(levels: list[str], rules: Mapping[str, Rule], receivers: pd.DataFrame) -> None:
    faults = [
        Fault("rules", None, None, f"level '{level}' has no rule", "name one for each level")
        for level in levels
        if level not in rules
    ]
    faults += [
        Fault("rules", None, None, f"no level '{name}'", suggestion(name, levels))
        for name in rules
        if name not in levels
    ]
    if not len(receivers):
        problem = "there is nobody to allocate to"
        faults.append(Fault("receivers", None, None, problem, "give at least one row"))
    if faults:
        raise InputError(faults)


def _keys(receivers: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [key if isinstance(key, tuple) else (key,) for key in receivers.index]


def _inside(receivers: pd.DataFrame, who: tuple[Any, ...]) -> pd.DataFrame:
    kept = [key[: len(who)] == who for key in _keys(receivers)]
    return receivers.loc[kept]


def _grouped(receivers: pd.DataFrame, levels: list[str]) -> pd.DataFrame:
    """Sum receivers up to a level; those of the lowest level stay as they are."""
    if len(levels) == receivers.index.nlevels:
        return receivers
    table = receivers.copy()
    if {"output", "benchmark"} <= set(table.columns):
        table["allowed"] = table["output"] * table["benchmark"]
    groups = table.groupby(level=levels, sort=False)
    summed = groups[[name for name in (*ADDED, "allowed") if name in table.columns]].sum(
        min_count=1
    )
    if "allowed" in summed:
        summed["benchmark"] = summed["allowed"] / summed["output"].where(summed["output"] > 0)
    return summed


def _split(
    amount: float, under: pd.DataFrame, rule: Rule, who: tuple[Any, ...], **options: Any
) -> dict[tuple[Any, ...], float]:
    """Split one part among those under it; nothing stays nothing."""
    keys = _keys(under)
    if amount == 0 and who:
        return dict.fromkeys(keys, 0.0)
    named = under.set_axis(["/".join(str(part) for part in key) for key in keys])
    try:
        parts = allocate(amount, named, rule, **options)
    except InputError as error:
        if not who:
            raise
        inside = "/".join(str(part) for part in who)
        raise InputError(
            Fault(f"in '{inside}': {fault.where}", None, fault.column, fault.problem, fault.remedy)
            for fault in error.faults
        ) from error
    return dict(zip(keys, (float(part) for part in parts["amount"]), strict=True))
