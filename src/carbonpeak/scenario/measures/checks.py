"""What is wrong between the entries of measures, their forms, their lines and their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter

from carbonpeak import sectors, units, vocabulary
from carbonpeak.errors import Fault, InputError, UnitError, suggestion
from carbonpeak.evidence.deflation import Deflator, money_factor
from carbonpeak.method import Method
from carbonpeak.records import Row
from carbonpeak.scenario.measures import forms
from carbonpeak.scenario.measures.entries import (
    POLLUTANTS,
    MeasureEntry,
    MeasureRow,
    PoolRow,
    Stated,
    share_of,
)
from carbonpeak.scenario.measures.form import AS_LINE, Form
from carbonpeak.scenario.measures.payers import ActorRow, BudgetRow

ELSEWHERE = "effect_elsewhere"
"""What a measure spares outside the territory: told, never added to a result."""

OWN_ROWS = "add a row to measures.csv"


def needed_numbers(entry: MeasureEntry) -> dict[str, str]:
    """Return the unit of each number that every measure states, in its native unit."""
    native = entry.unit
    return {
        "capex": f"CNY2020/({native})",
        "fixed_opex": f"CNY2020/year/({native})",
        "potential": native,
        "yearly_limit": f"({native})/year",
        "lifetime": "year",
        "first_year": "year",
        "last_year": "year",
    }


def other_numbers(entry: MeasureEntry) -> dict[str, str]:
    """Return the unit of each number that a measure may state besides."""
    native = entry.unit
    return {
        "learning": "1/year",
        "build_time": "year",
        "ramp_rate": "1/year",
        "ramp_seed": f"({native})/year",
        "minimum_build": f"({native})/year",
        "retire_cost": f"CNY2020/({native})",
        **dict.fromkeys(POLLUTANTS, "t/year"),
        ELSEWHERE: "t CO2e/year",
    }


def declared(entry: MeasureEntry, pools: Mapping[str, Row[PoolRow]]) -> dict[str, str]:
    """Return the unit in which the form takes each number.

    A number whose unit hangs on a line or a pool that does not exist is left out.
    """
    form = forms()[entry.form]
    held = {role: method.activity_unit for role, method in _methods(entry).items()}
    found = needed_numbers(entry) | other_numbers(entry)
    for name in form.needed_parameters(entry.lines):
        unit = form.parameters[name]
        if {key for _, key, _, _ in Formatter().parse(unit) if key} <= set(held):
            found[name] = unit.format(**held)
    for role in form.open_roles(entry.lines):
        if role in held:
            found |= dict.fromkeys(form.choices(role), held[role])
    for pool in entry.shares:
        if pool in pools:
            found[share_of(pool)] = pools[pool].record.unit
    return found


def _unclear(entry: MeasureEntry, known: Mapping[str, str]) -> set[str]:
    """Return the numbers that are meant but have no unit yet; the reason is a fault elsewhere."""
    form = forms()[entry.form]
    meant = {*form.needed_parameters(entry.lines), *map(share_of, entry.shares)}
    meant |= {name for role in form.open_roles(entry.lines) for name in form.choices(role)}
    return meant - set(known)


def accepted(entry: MeasureEntry, parameter: str, unit: str) -> list[str]:
    """Return the units that a number may be stated in: for one native unit, or per unit."""
    form = forms()[entry.form]
    open_names = {name for role in form.open_roles(entry.lines) for name in form.choices(role)}
    shares = map(share_of, entry.shares)
    if parameter in (*form.per_unit, *POLLUTANTS, ELSEWHERE, *open_names, *shares):
        return [unit, f"({unit})/({entry.unit})"]
    return [unit]


def scale(entry: MeasureEntry, row: MeasureRow, unit: str, deflator: Deflator | None) -> float:
    """Return the factor from the unit of a row to that which the form takes.

    Raises
    ------
    UnitError
        When it fits neither for one native unit nor per unit, or is money of another price year
        that no deflator brings over.
    """
    choices = accepted(entry, row.parameter, unit)
    asked = units.price_year(unit)
    same = row.unit if asked is None else units.in_prices_of(row.unit, asked)
    fitting = [choice for choice in choices if units.same_dimension(same, choice)]
    return money_factor(row.unit, fitting[0] if fitting else choices[0], deflator)


def entry_faults(stated: Stated) -> list[Fault]:
    """Return what is wrong between an entry and its form, lines and numbers."""
    entry = stated.entry
    form = forms().get(entry.form)
    if form is None:
        hint = suggestion(entry.form, list(forms()))
        return [stated.fault(("form",), f"unknown form '{entry.form}'", hint)]
    faults = _role_name_faults(stated, form)
    if entry.kind != form.kind:
        problem = f"'{entry.kind}' is not the kind of form '{form.name}'"
        faults.append(stated.fault(("kind",), problem, f"write '{form.kind}'"))
    for role in entry.lines:
        faults += _line_faults(stated, form, role)
    return faults


def number_faults(
    stated: Stated, pools: Mapping[str, Row[PoolRow]], deflator: Deflator | None
) -> list[Fault]:
    """Return what is wrong with the numbers that stand for a measure."""
    if stated.entry.form not in forms():
        return []
    known = declared(stated.entry, pools)
    unclear = _unclear(stated.entry, known)
    faults: list[Fault] = []
    for name, row in stated.rows.items():
        if name in known:
            try:
                scale(stated.entry, row.record, known[name], deflator)
            except UnitError as error:
                faults.append(row.fault("unit", str(error)))
        elif name not in unclear:
            hint = suggestion(name, list(known))
            faults.append(row.fault("parameter", f"unknown parameter '{name}'", hint))
    if not faults:
        faults += _minimum_faults(stated, known)
    faults += _doubled_faults(stated) + _ramp_faults(stated) + _window_faults(stated)
    return faults + _retire_faults(stated)


def pool_faults(stated: Stated, pools: Mapping[str, Row[PoolRow]]) -> list[Fault]:
    """Return a fault for each pool that the region does not declare."""
    return [
        stated.fault(
            ("shares",),
            f"unknown pool '{pool}'",
            f"{suggestion(pool, list(pools))} Add a row to pools.csv"
            if pools
            else "add a row to pools.csv",
        )
        for pool in stated.entry.shares
        if pool not in pools
    ]


def partner_faults(stated: Stated, known: Iterable[str]) -> list[Fault]:
    """Return a fault for each measure needed or excluded that cannot be."""
    names, entry = list(known), stated.entry
    faults = []
    for key, others in (("needs", entry.needs), ("excludes", entry.excludes)):
        for other in others:
            if other == stated.name:
                faults.append(stated.fault((key,), "names the measure itself", "remove it"))
            elif other not in names:
                hint = suggestion(other, names)
                faults.append(stated.fault((key,), f"unknown measure '{other}'", hint))
    faults += [
        stated.fault(("excludes",), f"'{other}' is needed and excluded", "keep one of the two")
        for other in entry.excludes
        if entry.needs == [other] and other != stated.name
    ]
    return faults


def missing_numbers(stated: Stated) -> list[str]:
    """Return the numbers that a measure has to state and does not."""
    entry, form = stated.entry, forms()[stated.entry.form]
    needed = (
        *needed_numbers(entry),
        *form.needed_parameters(entry.lines),
        *map(share_of, entry.shares),
    )
    return [name for name in needed if name not in stated.rows]


def missing_faults(stated: Stated) -> list[Fault]:
    """Return a fault for each number that a measure has to state and does not."""
    form = forms().get(stated.entry.form)
    if form is None:
        return []
    faults = [stated.fault((), f"has no '{name}'", OWN_ROWS) for name in missing_numbers(stated)]
    faults += [
        stated.fault((), f"has no number for role '{role}'", _choose(form, role))
        for role in form.open_roles(stated.entry.lines)
        if form.open and not any(name in stated.rows for name in form.choices(role))
    ]
    return faults


def source_faults(
    rows: Iterable[Row[MeasureRow] | Row[PoolRow] | Row[ActorRow] | Row[BudgetRow]],
    known: Mapping[str, object],
) -> list[Fault]:
    """Return a fault for each row whose document is not in the bibliography."""
    return [
        row.fault(
            "source_id",
            f"unknown source '{row.record.source_id}'",
            suggestion(row.record.source_id, list(known)),
        )
        for row in rows
        if row.record.source_id not in known
    ]


def stray_faults(rows: Iterable[Row[MeasureRow]], known: Mapping[str, object]) -> list[Fault]:
    """Return a fault for each row of a measure that no entry names."""
    return [
        row.fault(
            "measure",
            f"unknown measure '{row.record.measure}'",
            suggestion(row.record.measure, list(known)),
        )
        for row in rows
        if row.record.measure not in known
    ]


def _methods(entry: MeasureEntry) -> dict[str, Method]:
    """Return the method of each role's line, without lines that do not exist."""
    found = {}
    for role, line in entry.lines.items():
        try:
            found[role] = sectors.find_method(vocabulary.parse_line(line).rule.method)
        except InputError:
            continue
    return found


def _role_name_faults(stated: Stated, form: Form) -> list[Fault]:
    strangers = [] if form.open else form.open_roles(stated.entry.lines)
    faults = [
        stated.fault(
            ("lines", role),
            f"form '{form.name}' has no role '{role}'",
            suggestion(role, list(form.roles)),
        )
        for role in strangers
    ]
    return faults + [
        stated.fault(("lines",), f"names no line for '{role}'", "add it")
        for role in form.needed_roles()
        if role not in stated.entry.lines
    ]


def _line_faults(stated: Stated, form: Form, role: str) -> list[Fault]:
    line, at = stated.entry.lines[role], ("lines", role)
    try:
        rule = vocabulary.parse_line(line).rule
    except InputError as error:
        return [stated.fault(at, fault.problem, fault.remedy) for fault in error.faults]
    if rule.activity_of:
        problem = f"'{line}' takes its activity from category {rule.activity_of}"
        return [stated.fault(at, problem, "name the line there; this one follows")]
    method = sectors.find_method(rule.method)
    wanted = _wanted(stated.entry, form.roles.get(role, AS_LINE), method.activity_unit)
    if not units.same_dimension(method.activity_unit, wanted):
        problem = f"'{line}' is held in {method.activity_unit}, not in {wanted}"
        return [stated.fault(at, problem, "name a line of the right kind")]
    return _age_faults(stated, form, role, method)


def _wanted(entry: MeasureEntry, unit: str, own: str) -> str:
    """Return the unit that a role asks for: its own, that of another role, or any."""
    other = _methods(entry).get(unit.strip("{}"))
    if unit == AS_LINE or (unit.startswith("{") and other is None):
        return own
    return unit if other is None else other.activity_unit


def _age_faults(stated: Stated, form: Form, role: str, method: Method) -> list[Fault]:
    """Return a fault where an area would count anew each year, or in one year only."""
    held_once = method.by_age and not method.activity_unit.endswith("/year")
    standing = not method.by_age and not method.activity_unit.endswith("/year")
    line = stated.entry.lines[role]
    if form.acts == "stock" and held_once:
        problem = f"'{line}' holds what is planted in a year; form '{form.name}' would plant anew"
        return [stated.fault(("lines", role), problem, "use form 'planting'")]
    if form.acts == "once" and standing:
        problem = f"'{line}' holds what stands; form '{form.name}' would count it for one year"
        return [stated.fault(("lines", role), problem, "use form 'managed_area' or 'added_area'")]
    return []


def _ramp_faults(stated: Stated) -> list[Fault]:
    rate, seed = (stated.rows.get(name) for name in ("ramp_rate", "ramp_seed"))
    if rate is None and seed is not None:
        return [
            seed.fault("parameter", "a seed without 'ramp_rate' limits nothing", "add the rate")
        ]
    if rate is None or (seed is not None and seed.record.value > 0):
        return []
    at = rate if seed is None else seed
    problem = "a ramp that starts from nothing never starts"
    return [at.fault("parameter", problem, "state a 'ramp_seed' above 0, or take the ramp out")]


def _minimum_faults(stated: Stated, known: Mapping[str, str]) -> list[Fault]:
    """Return a fault where the least that is built in a year is more than may be built."""
    least = stated.rows.get("minimum_build")
    if least is None:
        return []
    limits = [stated.rows[name] for name in ("yearly_limit", "potential") if name in stated.rows]
    asked = least.record.value * units.factor(least.record.unit, known["minimum_build"])
    if asked < 0:
        return [least.fault("value", f"{asked:g} is below 0", "give 0 or more")]
    faults = []
    for row in limits:
        name = row.record.parameter
        most = row.record.value * units.factor(row.record.unit, known[name])
        if asked > most * (1 + 1e-9):
            problem = f"'{stated.name}' builds at least {asked:g}, but its {name} is {most:g}"
            faults.append(least.fault("value", problem, f"lower it, or raise it in {row.place}"))
    return faults


def _retire_faults(stated: Stated) -> list[Fault]:
    row = stated.rows.get("retire_cost")
    if row is None:
        return []
    if row.record.value < 0:
        problem = f"a cost of {row.record.value:g} would pay for tearing down"
        return [row.fault("value", problem, "give 0 or more")]
    if forms()[stated.entry.form].acts == "once":
        problem = f"form '{stated.entry.form}' acts in the year of building; nothing retires"
        return [row.fault("parameter", problem, "take the row out")]
    return []


def _doubled_faults(stated: Stated) -> list[Fault]:
    form, faults = forms()[stated.entry.form], []
    for role in form.open_roles(stated.entry.lines):
        given = [name for name in form.choices(role) if name in stated.rows]
        if len(given) > 1:
            problem = f"{' and '.join(map(repr, given))} stand for one role '{role}'"
            faults.append(stated.rows[given[1]].fault("parameter", problem, _choose(form, role)))
    return faults


def _choose(form: Form, role: str) -> str:
    return f"state one of {', '.join(map(repr, form.choices(role)))}"


def _window_faults(stated: Stated) -> list[Fault]:
    first, last = (stated.rows.get(name) for name in ("first_year", "last_year"))
    if first is None or last is None or first.record.value <= last.record.value:
        return []
    problem = f"ends before {first.record.value:g}, when the window begins"
    return [last.fault("value", problem, "give a later year")]
