"""Global-warming potentials: the named metrics that turn masses of gases into CO2e."""

from __future__ import annotations

import csv
import functools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from carbonpeak.errors import UnitError, suggestion
from carbonpeak.locate import definitions


class Potential(NamedTuple):
    """The value of a metric for a gas, in t CO2e per t, and how it is known."""

    value: float
    source: str
    where: str
    verified: str


@functools.cache
def _table() -> dict[str, dict[str, Potential]]:
    table: dict[str, dict[str, Potential]] = {}
    with definitions("metrics.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            table.setdefault(row["metric"], {})[row["gas"]] = Potential(
                float(row["value"]), row["source"], row["where"], row["verified"]
            )
    return table


def metrics() -> tuple[str, ...]:
    """Return the names of the metrics, oldest report first."""
    return tuple(_table())


def gwp(metric: str, gas: str) -> float:
    """Return the mass of CO2 that one mass of `gas` counts for, in t CO2e per t of gas.

    Raises
    ------
    UnitError
        When the metric is unknown, or holds no value for the gas.
    """
    return stated_gwp(metric, gas).value


def stated_gwp(metric: str, gas: str) -> Potential:
    """Return what `gwp` returns, with its source.

    Raises
    ------
    UnitError
        As `gwp`.
    """
    if metric not in _table():
        raise UnitError(f"unknown metric '{metric}'; {suggestion(metric, metrics())}")
    values = _table()[metric]
    if gas not in values:
        raise UnitError(f"{metric} holds no value for gas '{gas}'; {_elsewhere(gas, values)}")
    return values[gas]


def _elsewhere(gas: str, values: dict[str, Potential]) -> str:
    holders = [metric for metric, held in _table().items() if gas in held]
    if holders:
        return f"these do: {', '.join(holders)}"
    same_letters = [held for held in values if held.lower() == gas.lower()]
    return suggestion(gas, same_letters or tuple(values))


def gwp_table(metric_names: Sequence[str], gases: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return the values of several metrics for several gases, (metric, gas), t CO2e per t.

    Raises
    ------
    UnitError
        When a metric is unknown, or holds no value for one of the gases.
    """
    return np.array([[gwp(metric, gas) for gas in gases] for metric in metric_names], dtype=float)
