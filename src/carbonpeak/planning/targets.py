"""The targets of a region, read from `targets.yaml` with every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import RootModel, ValidationError

from carbonpeak import units, vocabulary
from carbonpeak.arguments import checked
from carbonpeak.errors import ArgumentError, Fault, InputError, UnitError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.planning.goals import AMOUNT_UNITS, NUMBERS, Goal, Sense, SetBy
from carbonpeak.planning.magnitudes import doubt
from carbonpeak.records import Document, read_yaml


class GoalsRecord(RootModel[dict[str, Goal]]):
    """The content of `targets.yaml`: targets by name."""


@checked
def load_targets(
    region: Region, *, parameters: Mapping[str, float] | None = None
) -> dict[str, Goal]:
    """Load the targets of a region; a region without `targets.yaml` has none.

    Parameters
    ----------
    region : Region
        From `load_region`.
    parameters : mapping, optional
        Numbers that an authority has stated since, by the name that ``set_by`` gives them, in
        the unit of the target. They take the place of a stand-in.

    Returns
    -------
    dict of Goal
        By name.

    Raises
    ------
    InputError
        With every fault of the file, or for a parameter that is unknown or that no target of
        its kind can have, such as a negative reduction.
    """
    path = region.path / "targets.yaml"
    if not path.is_file():
        return _with_parameters({}, parameters or {})
    document = read_yaml(path, GoalsRecord)
    faults = [
        fault
        for name, goal in document.record.root.items()
        for fault in _goal_faults(region, document, name, goal)
    ]
    if faults:
        raise InputError(faults)
    return _with_parameters(document.record.root, parameters or {})


def _with_parameters(goals: Mapping[str, Goal], parameters: Mapping[str, float]) -> dict[str, Goal]:
    known = [goal.set_by.parameter for goal in goals.values() if goal.set_by is not None]
    faults = [
        Fault("parameters", None, None, f"no parameter '{name}'", suggestion(name, known))
        for name in parameters
        if name not in known
    ]
    stated = dict(goals)
    for name, goal in goals.items():
        if goal.set_by is not None and goal.set_by.parameter in parameters:
            found = _stated(goal, goal.set_by, parameters[goal.set_by.parameter])
            if isinstance(found, Fault):
                faults.append(found)
            else:
                stated[name] = found
    if faults:
        raise InputError(faults)
    return stated


def _stated(goal: Goal, setter: SetBy, number: float) -> Goal | Fault:
    """Return a target with the number that its authority has stated, or what is wrong with it."""
    empty = dict.fromkeys([*NUMBERS, "range"])
    plain = {**goal.model_dump(), **empty, setter.kind: number, "stand_in": False}
    wanted = f"state a number in {goal.unit} ({setter.kind})"
    at = Fault("parameters", None, setter.parameter, f"{number!r}", wanted)
    stated = _validated(plain, at)
    if isinstance(stated, Fault):
        return stated
    found = doubt(stated)
    return replace(at, problem=found[0], remedy=found[1]) if found else stated


def _validated(plain: Mapping[str, object], fault: Fault) -> Goal | Fault:
    """Return the target that was stated, or what is wrong with it at the place of a fault."""
    try:
        return Goal.model_validate(plain)
    except ValidationError as error:
        first = error.errors()[0]
        said = [*map(str, first["loc"]), first["msg"].removeprefix("Value error, ")]
        return replace(fault, problem=": ".join([fault.problem, *said] if fault.problem else said))


def refuse_misstated(region: Region, goals: Mapping[str, Goal]) -> None:
    """Refuse targets stated in code that `targets.yaml` could not state.

    Raises
    ------
    ArgumentError
        When one is no `Goal`.
    InputError
        With what is wrong with each: an unknown indicator, a unit that does not fit it, a number
        that no such target can have, a fraction where percent is meant.
    """
    faults = []
    for name, goal in goals.items():
        if not isinstance(goal, Goal):
            found = f"the targets: '{name}' is a {type(goal).__name__}"
            raise ArgumentError(f"{found}; expected a Goal, as load_targets(region) gives them")
        at = Fault("targets", None, name, "")
        judged = _validated(goal.model_dump(), at)
        if isinstance(judged, Fault):
            faults.append(judged)
        elif found := _misstated(region, judged):
            faults.append(replace(at, problem=found[0], remedy=found[1]))
    if faults:
        raise InputError(faults)


def _misstated(region: Region, goal: Goal) -> tuple[str, str] | None:
    """Return what is wrong with the indicator, unit or size of a number, and the way out."""
    unit = level_unit(region, goal.indicator)
    if unit is None:
        hint = suggestion(goal.indicator, list(vocabulary.indicators()))
        return f"unknown indicator '{goal.indicator}'", hint
    return _unit_misfit(goal, unit) or doubt(goal)


def _goal_faults(
    region: Region, document: Document[GoalsRecord], name: str, goal: Goal
) -> list[Fault]:
    return [
        *_source_faults(region, document, name, goal),
        *_year_faults(region, document, name, goal),
        *_indicator_faults(region, document, name, goal),
        *_price_faults(document, name, goal),
    ]


def _source_faults(
    region: Region, document: Document[GoalsRecord], name: str, goal: Goal
) -> list[Fault]:
    cited: dict[tuple[str, ...], str] = {("source_id",): goal.source_id}
    if goal.price is not None:
        cited[("price", "source_id")] = goal.price.source_id
    if goal.printed is not None:
        cited[("printed", "source_id")] = goal.printed.source_id
    faults = []
    if goal.set_by is not None and goal.set_by.source_id and goal.set_by.where:
        cited[("set_by", "source_id")] = goal.set_by.source_id
    elif goal.set_by is not None:
        problem = f"parameter '{goal.set_by.parameter}' has no legal source"
        remedy = "name the document (source_id) and its place (where) that let the authority set it"
        faults.append(document.fault((name, "set_by"), problem, remedy))
    for at, source_id in cited.items():
        if source_id not in region.sources:
            hint = suggestion(source_id, list(region.sources))
            faults.append(document.fault((name, *at), f"unknown source '{source_id}'", hint))
    return faults


def _year_faults(
    region: Region, document: Document[GoalsRecord], name: str, goal: Goal
) -> list[Fault]:
    """A target ahead starts from the base year of the inventory; one behind has its own."""
    now = region.record.base_year
    if goal.over_years:
        return []
    if goal.base_year >= goal.year:
        problem = f"is {goal.base_year}, not before the year of the target, {goal.year}"
        return [document.fault((name, "base_year"), problem, "state an earlier year")]
    if goal.model and goal.year > now and goal.base_year != now:
        problem = f"is {goal.base_year}; the inventory's base year is {now}"
        return [document.fault((name, "base_year"), problem, "state the target against it")]
    return []


def _indicator_faults(
    region: Region, document: Document[GoalsRecord], name: str, goal: Goal
) -> list[Fault]:
    unit = level_unit(region, goal.indicator)
    if unit is None:
        problem = f"unknown indicator '{goal.indicator}'"
        hint = suggestion(goal.indicator, list(vocabulary.indicators()))
        remedy = f"{hint} Or add its rows to indicators.csv"
        return [document.fault((name, "indicator"), problem, remedy)]
    misfit = _unit_misfit(goal, unit)
    return [
        *(
            [document.fault((name, "unit"), *misfit)]
            if misfit
            else _magnitude_faults(document, name, goal)
        ),
        *_direction_faults(document, name, goal),
    ]


def _unit_misfit(goal: Goal, unit: str) -> tuple[str, str] | None:
    """Return why the unit of a target does not fit its indicator, and which does."""
    if goal.over_years in ("peak_by", "no_rise_after"):
        return None
    wanted = unit if goal.kind == "level" and not goal.over_years else "1"
    if goal.over_years == "years":
        wanted = AMOUNT_UNITS[goal.amount].removesuffix("/year")
    try:
        if units.same_dimension(goal.unit, wanted):
            return None
    except UnitError as error:
        return str(error), f"a unit such as {wanted} fits"
    problem = f"'{goal.unit}' does not fit {goal.indicator}"
    remedy = f"write a unit such as {wanted}"
    if units.same_dimension(f"{goal.unit}/year", wanted):
        remedy += f", or state 'years: [first, last]' for a budget in {goal.unit}"
    return problem, remedy


def _price_faults(document: Document[GoalsRecord], name: str, goal: Goal) -> list[Fault]:
    """The price of a soft target is money of 2020 for each unit of the amount that is missed."""
    if goal.price is None or goal.amount not in AMOUNT_UNITS:
        return []
    wanted = price_unit(goal)
    try:
        fits = units.same_dimension(goal.price.unit, wanted)
    except UnitError as error:
        return [document.fault((name, "price", "unit"), str(error), f"write {wanted}")]
    if not fits:
        problem = f"'{goal.price.unit}' is no price of {goal.amount}"
        return [document.fault((name, "price", "unit"), problem, f"write a unit such as {wanted}")]
    if goal.price.value <= 0:
        problem = f"is {goal.price.value:g}; expected above 0"
        return [document.fault((name, "price", "value"), problem, "leave it out for a hard target")]
    return []


def price_unit(goal: Goal) -> str:
    """Return the unit in which the optimiser takes the price of missing a target."""
    return f"CNY2020/({AMOUNT_UNITS[goal.amount].removesuffix('/year')})"


def _magnitude_faults(document: Document[GoalsRecord], name: str, goal: Goal) -> list[Fault]:
    """Refuse a fraction where percent is meant, or percent where a fraction is."""
    found = doubt(goal)
    at = [key for key in (*NUMBERS, "range") if getattr(goal, key) is not None]
    return [document.fault((name, *at), *found)] if found else []


def _direction_faults(document: Document[GoalsRecord], name: str, goal: Goal) -> list[Fault]:
    """Refuse a target that asks for more of what is bad, or for less of what is good."""
    rule, demand = vocabulary.indicators().get(goal.indicator), goal.demand
    if demand is None:
        return []
    if rule is None:
        if demand.kind != "level" or goal.level is not None:
            problem = f"does not say which way is good for '{goal.indicator}'"
            return [document.fault((name,), problem, "write at_most or at_least")]
        return []
    good: Sense = "at_least" if rule.better == "higher" else "at_most"
    if demand.sense != good:
        problem = f"is {demand.sense}, but {rule.better} is better for {goal.indicator}"
        return [document.fault((name,), problem, f"write {good}")]
    if demand.kind == "reduction" and rule.better == "higher":
        problem = f"asks for a reduction of {goal.indicator}, of which more is better"
        return [document.fault((name, "reduction"), problem, "write a change or at_least")]
    return []


def level_unit(region: Region, name: str) -> str | None:
    """Return the unit of an indicator as a level; None when nobody knows the indicator."""
    rule = vocabulary.indicators().get(name)
    if rule is not None:
        return rule.unit
    rows = [row.record for row in region.indicators if row.record.indicator == name]
    return rows[0].unit if rows else None
