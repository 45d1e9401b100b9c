"""A fraction where percent is meant, or percent where a fraction is: refused, never guessed."""

from __future__ import annotations

from carbonpeak import units, vocabulary
from carbonpeak.planning.goals import Demand, Goal

SMALL = 0.01
"""Below this share a rate or a floor is questioned, unless it is written as a fraction."""


def doubt(goal: Goal) -> tuple[str, str] | None:
    """Return what is implausible about the number of a target, and what to write instead.

    A number that is meant as it stands has one spelling that is not questioned: a small share as
    a fraction, in unit ``1``, a large change in percent.

    Parameters
    ----------
    goal : Goal
        With a unit that fits its indicator.
    """
    demand = goal.demand
    if demand is None or not units.same_dimension(goal.unit, "1"):
        return None
    judge = _fraction_doubt if units.factor(goal.unit, "1") == 1 else _percent_doubt
    ends = dict.fromkeys([demand.easy, demand.hard])
    return next((found for number in ends if (found := judge(goal, demand, number))), None)


def _fraction_doubt(goal: Goal, demand: Demand, number: float) -> tuple[str, str] | None:
    """Question a fraction that is more than the whole of what it is a part of."""
    rate = demand.kind != "level"
    if (rate and abs(number) >= 1) or (_of_a_whole(goal) and number > 1):
        problem = f"is {number:g} in unit '{goal.unit}', which is {100 * number:.10g} percent"
        own = f" Or state {100 * number:.10g} in percent" if demand.kind == "change" else ""
        return problem, f"did you mean {number:g} percent?{own}"
    return None


def _percent_doubt(goal: Goal, demand: Demand, number: float) -> tuple[str, str] | None:
    """Question a number of percent that is next to nothing, or more than the whole."""
    scale, rate = units.factor(goal.unit, "1"), demand.kind != "level"
    share = number * scale
    if _of_a_whole(goal) and share > 1:
        return f"is {number:g} {goal.unit} of a whole", "write at most 100 percent"
    small = 0 < abs(share) < SMALL if rate else 0 < share <= SMALL
    if small and (rate or demand.sense == "at_least"):
        meant = f"did you mean {number / scale:g}? Or state {share:.10g} in unit '1'"
        return f"is {number:g} {goal.unit}", meant
    return None


def _of_a_whole(goal: Goal) -> bool:
    rule = vocabulary.indicators().get(goal.indicator)
    return rule is not None and rule.unit == "percent" and goal.kind == "level"
