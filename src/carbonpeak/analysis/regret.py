"""Regret: what a scenario loses against the best choice in each possible future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]
Best = Literal["least", "most"]


@dataclass(frozen=True)
class RegretTable:
    """Regret of scenarios in futures.

    Attributes
    ----------
    scenarios : tuple of str
        The choices.
    regret : (scenario, future)
        How much worse than the best scenario of that future, in the unit of the outcomes; at
        least 0, and 0 for the best.
    worst : (scenario,)
        Largest regret of each.
    choices : tuple of str
        The scenarios whose largest regret is smallest; several when they tie.
    """

    scenarios: tuple[str, ...]
    regret: Floats
    worst: Floats
    choices: tuple[str, ...]


@checked
def regret_table(outcomes: npt.ArrayLike, *, scenarios: Sequence[str], best: Best) -> RegretTable:
    """Compare scenarios across futures by minimax regret (Savage 1951).

    No future needs a probability. A scenario that is never best may still be the choice.

    Parameters
    ----------
    outcomes : (scenario, future)
        One measure of success, such as cost or emissions.
    scenarios : sequence of str
        Names of the rows.
    best : {"least", "most"}
        Whether less or more is better.

    Raises
    ------
    ResultError
        When the names do not fit, a value is missing, or `best` is unknown.
    """
    values = np.asarray(outcomes, dtype=np.float64)
    if values.ndim != 2 or len(values) != len(scenarios) or not values.size:
        raise ResultError(
            f"outcomes {values.shape} and {len(scenarios)} names do not fit; expected "
            "(scenario, future) and one name for each scenario"
        )
    if not np.isfinite(values).all():
        at, future = np.argwhere(~np.isfinite(values))[0]
        raise ResultError(
            f"'{scenarios[at]}' has no outcome in future {future}; a future that a scenario "
            "cannot meet needs its shortfall priced, or left out for all"
        )
    require_best(best)
    losses = values if best == "least" else -values
    regret = losses - losses.min(axis=0)
    worst = regret.max(axis=1)
    tied = np.isclose(worst, worst.min(), rtol=1e-9, atol=0.0)
    choices = tuple(name for name, chosen in zip(scenarios, tied, strict=True) if chosen)
    return RegretTable(tuple(scenarios), regret, worst, choices)


def require_best(best: str) -> None:
    """Refuse another answer than least or most.

    Raises
    ------
    ResultError
        With both.
    """
    if best not in get_args(Best):
        raise ResultError(f"'best' is '{best}'; expected 'least' or 'most'")
