"""A stock of a scenario as a labelled result."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ScenarioError, suggestion
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.series import Series
from carbonpeak.scenario.stock import stock_numbers, turned_over, use_unit
from carbonpeak.scenario.survival import Turnover


@checked
def stock_turnover(scenario: Scenario, name: str) -> xr.Dataset:
    """Return a stock of a scenario by technology, age and year.

    Parameters
    ----------
    scenario : Scenario
        From `load_scenario`.
    name : str
        An entry under ``stocks``.

    Returns
    -------
    xr.Dataset
        ``by_age`` (technology, age, year), ``stock``, ``sales`` and ``scrapped`` (technology,
        year) in the unit of the stock, ``survival`` (age), and with intensities ``use`` and
        ``average_intensity`` (technology, year).

    Raises
    ------
    ScenarioError
        For an unknown stock, shares that do not sum to 1, or a stock that falls faster than
        its units are scrapped.
    """
    known = scenario.record.stocks
    if name not in known:
        raise ScenarioError(f"{scenario.name}: no stock '{name}'; {suggestion(name, list(known))}")
    series = read_series(scenario)
    turned, survival = turned_over(scenario, name, stock_numbers(scenario)[name], series)
    return _labelled(scenario, name, turned, survival, series)


def _labelled(
    scenario: Scenario,
    name: str,
    turned: Turnover,
    survival: Floats,
    series: Mapping[str, Series],
) -> xr.Dataset:
    entry = scenario.record.stocks[name]
    cell = ("technology", "year")
    ages = turned.by_age.shape[1]
    alive = np.concatenate([survival, np.zeros(ages - len(survival))])
    variables = {
        "by_age": (("technology", "age", "year"), turned.by_age, "units in use", entry.unit),
        "stock": (cell, turned.stock, "units in use", entry.unit),
        "sales": (cell, turned.sales, "new units", f"({entry.unit})/year"),
        "scrapped": (cell, turned.scrapped, "units scrapped", f"({entry.unit})/year"),
        "survival": (("age",), alive, "share in use", "1"),
    }
    if entry.intensity:
        unit = series[next(iter(entry.intensity.values()))].unit
        variables["use"] = (cell, turned.use, "use", use_unit(entry, series))
        average = turned.average_intensity
        variables["average_intensity"] = (cell, average, "use of one unit", unit)
    return xr.Dataset(
        {
            key: (dims, values, {"units": unit, "long_name": title})
            for key, (dims, values, title, unit) in variables.items()
        },
        coords={
            "technology": list(entry.technologies),
            "age": np.arange(ages),
            "year": list(scenario.years),
        },
        attrs={"scenario": scenario.name, "stock": name, "kind_of_survival": entry.survival},
    )
