"""How likely a scenario meets each target, over the draws of an ensemble."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.inventory.model import Floats
from carbonpeak.planning.air_pollutants import POLLUTANTS
from carbonpeak.planning.bounds import area_to_plant, ratio_of
from carbonpeak.planning.goals import AMOUNT_UNITS, Goal, Sense
from carbonpeak.planning.targets import level_unit, load_targets
from carbonpeak.scenario.ensemble import Runs
from carbonpeak.scenario.ensemble.weights import GDP

if TYPE_CHECKING:
    import pandas as pd

_ROUNDING = 1e-9
CHANCES = (0.025, 0.5, 0.975)
NOT_DRAWN = ("non_fossil_energy", *(f"{pollutant}_burnt" for pollutant in POLLUTANTS))
COLUMNS = (
    "title_en",
    "title_zh",
    "indicator",
    "year",
    "binding",
    "stand_in",
    "chance",
    "central_met",
    "gap_low",
    "gap_median",
    "gap_high",
    "reason",
)


class Drawn(Protocol):
    """Anything that holds draws, such as an `Ensemble`."""

    @property
    def runs(self) -> Runs:
        """The draws."""


@checked
def target_odds(
    ensemble: Drawn,
    *,
    targets: Mapping[str, Goal] | None = None,
    parameters: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the share of the draws in which each target is met.

    A reduction is held against the base year of the same draw, a level against itself; of a
    range the easier end decides.

    Parameters
    ----------
    ensemble : Ensemble
        From `ensemble`; the same draws are run again for what the targets are about.
    targets : mapping of Goal, optional
        By default all of the region.
    parameters : mapping, optional
        Numbers that an authority has stated, as in `load_targets`.

    Returns
    -------
    pd.DataFrame
        One row a target, indexed by its name. ``chance`` is the share of the draws that meet
        it; ``central_met`` tells whether the central path does; ``gap_*`` in percent of what is
        asked, the 95 % range and the median, positive where the target is missed, missing where
        nothing is allowed (a level of zero). Where there is no chance, ``reason`` says why:
        ``no_number``, ``other_years``, ``over_years`` for a peak, no rise or a plateau, which
        are not judged here, or ``not_drawn`` for what an ensemble does not compute. A budget is
        judged by its sum.
    """
    import pandas as pd

    runs = ensemble.runs
    region = runs.layout.scenario.region
    goals = load_targets(region, parameters=parameters) if targets is None else targets
    reasons = {name: _reason(runs, goal) for name, goal in goals.items()}
    asked = [goal for name, goal in goals.items() if not reasons[name]]
    names = tuple(dict.fromkeys([*(goal.amount for goal in asked), GDP]))
    again = runs.of(names)
    blocks = [block.paths for block in again.blocks()]
    drawn = {name: np.concatenate([paths[name] for paths in blocks], axis=1) for name in names}
    central = {name: path[:, None] for name, path in again.central.items()}
    rows = [_row(runs, goal, reasons[name], drawn, central) for name, goal in goals.items()]
    return pd.DataFrame(rows, index=pd.Index(list(goals), name="target"), columns=list(COLUMNS))


def _reason(runs: Runs, goal: Goal) -> str:
    if goal.amount not in AMOUNT_UNITS or goal.amount in NOT_DRAWN:
        return "not_drawn" if goal.demand is not None or goal.over_years else "no_number"
    base = runs.years[0]
    if goal.years is not None:
        first, last = goal.years
        return "" if base <= first and last <= runs.years[-1] else "other_years"
    if goal.over_years:
        return "over_years"
    if goal.demand is None:
        return "no_number"
    within = goal.year in runs.years[1:] and goal.base_year == base
    return "" if within else "other_years"


def _row(
    runs: Runs,
    goal: Goal,
    reason: str,
    drawn: Mapping[str, Floats],
    central: Mapping[str, Floats],
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "title_en": goal.title("en"),
        "title_zh": goal.title("zh"),
        "indicator": goal.indicator,
        "year": goal.year,
        "binding": goal.binding,
        "stand_in": goal.stand_in,
        "chance": np.nan,
        "central_met": None,
        "reason": reason,
    }
    if reason:
        return row
    gap, met = _missed(runs, goal, drawn)
    low, middle, high = np.quantile(100 * gap, CHANCES)
    return row | {
        "chance": float(met.mean()),
        "central_met": bool(_missed(runs, goal, central)[1][0]),
        "gap_low": low,
        "gap_median": middle,
        "gap_high": high,
    }


def _missed(
    runs: Runs, goal: Goal, paths: Mapping[str, Floats]
) -> tuple[Floats, NDArray[np.bool_]]:
    """Return how far each draw misses a target, relative to what it asks, and if it is met."""
    moment = runs.years.index(goal.year)
    if goal.years is not None:
        path = paths[goal.amount]
        unit = AMOUNT_UNITS[goal.amount].removesuffix("/year")
        spent = path[runs.years.index(goal.years[0]) : moment + 1].sum(axis=0)
        return _judged(spent, goal.asked * units.factor(goal.unit, unit), "at_most", path[0])
    demand = goal.demand
    assert demand is not None
    amount = paths[goal.amount] / (paths[GDP] if goal.per_gdp else 1.0)
    region = runs.layout.scenario.region
    if goal.indicator == "forest_cover":
        asked: Floats | float = area_to_plant(region, goal, demand)
    elif demand.kind == "level":
        asked = demand.easy * units.factor(goal.unit, str(level_unit(region, goal.indicator)))
    else:
        asked = amount[0] * ratio_of(demand, goal.unit)
    return _judged(amount[moment], asked, demand.sense, amount[0])


def _judged(
    reached: Floats, asked: Floats | float, sense: Sense, before: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    size = np.abs(np.broadcast_to(asked, reached.shape))
    short = (reached - asked) * (1.0 if sense == "at_most" else -1.0)
    gap = np.divide(short, size, out=np.full_like(short, np.nan), where=size > 0)
    return gap, short <= _ROUNDING * np.maximum(size, np.abs(before))
