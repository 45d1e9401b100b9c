"""One line explained: its activity, and for each gas the equation with its factors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import sectors, units, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.errors import ResultError
from carbonpeak.inventory.explain.explanation import Explanation, amount
from carbonpeak.inventory.explain.question import ROLES_OF, Account, Question, ask
from carbonpeak.method import Role, activity_input, factor_inputs
from carbonpeak.records import said
from carbonpeak.vocabulary import Language, label


def line_results(line: str) -> list[tuple[str, Role, Equation]]:
    """Return each gas of a line with its role and equation."""
    rule = vocabulary.parse_line(line).rule
    return sectors.find_method(rule.method).results(memo=rule.memo)


def explain_line(question: Question, line: str, account: Account | None) -> Explanation:
    """Explain a line: its activity, and the gases of an account or of all."""
    own = vocabulary.parse_line(line)
    wanted = [
        (gas, role, formula)
        for gas, role, formula in line_results(line)
        if question.asks(gas) and (account is None or role in ROLES_OF[account])
    ]
    beside = account is None and not all(role == "memo" for _, role, _ in wanted)
    gases = [
        _gas(question, line, gas, role, formula, beside and role == "memo", account)
        for gas, role, formula in wanted
    ]
    values = [part.value for part in gases if not part.apart]
    source = vocabulary.sources()[own.source].title(question.lang)
    return Explanation(
        "line",
        f"{line} ({source})",
        float("nan") if values and np.isnan(values).all() else float(np.nansum(values)),
        question.unit,
        parts=(_activity(question, line), *gases),
        lang=question.lang,
    )


def _activity(question: Question, line: str) -> Explanation:
    lang = question.lang
    unit, value = question.cell("activity_unit", line), question.cell("activity", line)
    reported, how = question.cell("activity_reported", line), question.cell("filled", line)
    rule = vocabulary.parse_line(line).rule
    above, sector = rule.activity_of, label(f"sector.{rule.sector}", lang)
    evidence, source = question.cell("evidence", line), question.cell("source_id", line)
    where, moved = question.place(line), not np.isclose(reported, value, equal_nan=True)
    notes = [
        label("origin.reported", lang).format(value=f"{reported:,.6g}") * bool(moved),
        label("origin.taken_from", lang).format(category=above) * bool(above),
        label("origin.reductant", lang).format(sector=sector) * (rule.item == "reductant"),
        label("origin.filled", lang).format(how=how) * bool(how),
        label("origin.from", lang).format(
            source=question.document(source),
            where=where,
            evidence=label(f"evidence.{evidence}", lang) if evidence else "–",
        ),
    ]
    return Explanation(
        "activity",
        label("origin.activity", lang),
        value,
        unit,
        tuple(filter(None, notes)),
        evidence=evidence,
        source=source,
        where=where,
        lang=lang,
    )


def _gas(
    question: Question,
    line: str,
    gas: str,
    role: Role,
    formula: Equation,
    apart: bool,
    account: Account | None,
) -> Explanation:
    lang = question.lang
    used = [
        (name, question.factor(at))
        for name, at in question.uses(line, gas)
        if name in formula.inputs
    ]
    mass = question.mass(line, gas, role)
    activity = activity_input(formula)
    given = question.cell("activity", line)
    inputs = [f"{activity} = {amount(given, formula.inputs[activity])}"]
    inputs += [f"{name} = {amount(row['value'], row['unit'])}" for name, row in used]
    by_age = sectors.find_method(vocabulary.parse_line(line).rule.method).by_age
    notes = [
        f"{formula.name} = {formula.formula}",
        label("origin.with", lang).format(inputs=", ".join(inputs)),
        label("origin.by_age", lang) * by_age,
        f"= {amount(mass, f't {gas}/year')}",
        label("origin.equation", lang).format(source=formula.source),
    ]
    factors = [_factor(name, row, lang) for name, row in used]
    sign = -1.0 if role == "removals" and account != "removals" else 1.0
    return Explanation(
        "gas",
        gas,
        sign * mass * question.weight(gas),
        question.unit,
        tuple(filter(None, notes)),
        (*factors, *_weighing(question, gas)),
        apart,
        lang=lang,
    )


def _weighing(question: Question, gas: str) -> list[Explanation]:
    """Return the value of the metric for a gas, where gases are weighed."""
    if not question.weighed or gas == "CO2":
        return []
    value = units.stated_gwp(question.metric, gas)
    return [
        Explanation(
            "factor",
            f"{question.metric} {gas}",
            value.value,
            f"t CO2e/t {gas}",
            (_checked(value.source, value.where, value.verified, "guideline", question.lang),),
            evidence="guideline",
            verified=value.verified,
            source=value.source,
            where=value.where,
            lang=question.lang,
        )
    ]


def _checked(source: str, where: str, verified: str, evidence: str, lang: Language) -> str:
    words = {
        "verified": label(f"verified.{verified}", lang),
        "evidence": label(f"evidence.{evidence}", lang),
    }
    return label("origin.checked", lang).format(source=source, where=where, **words)


def _factor(parameter: str, row: Mapping[str, Any], lang: Language) -> Explanation:
    where, note = (
        said(lang, en=row[name], zh=row.get(f"{name}_zh", "")) for name in ("where", "note")
    )
    key = [row[name] for name in ("subject", "condition", "region", "year") if row[name] != "all"]
    notes = [
        label("origin.range", lang).format(low=f"{row['low']:.6g}", high=f"{row['high']:.6g}")
        * (row["low"] == row["low"]),
        _checked(row["source"], where, row["verified"], row["evidence"], lang),
        note,
    ]
    return Explanation(
        "factor",
        f"{parameter} ({label(f'parameter.{parameter}', lang)}) "
        f"[{' '.join(key)}; {label('col.set', lang)} {row['set']}]",
        row["value"],
        row["unit"],
        tuple(filter(None, notes)),
        evidence=row["evidence"],
        verified=row["verified"],
        source=row["source"],
        where=where,
        lang=lang,
    )


def evaluate(dataset: xr.Dataset, line: str, *, year: int, gas: str) -> float:
    """Compute a number again from the activity and factors that a result carries.

    Returns
    -------
    float
        Tonnes a year; equal to what the result holds.
    """
    formula = next(formula for name, _, formula in line_results(line) if name == gas)
    question = ask(dataset, year, gas, None, "en")
    inputs = {}
    for parameter, at in question.uses(line, gas):
        row = question.factor(at)
        inputs[parameter] = row["value"] * units.factor(row["unit"], formula.inputs[parameter])
    missing = set(factor_inputs(formula)) - set(inputs)
    if missing:
        raise ResultError(f"this result carries no {', '.join(sorted(missing))} for '{line}'")
    activity = question.cell("activity", line)
    return float(formula.evaluate(**{activity_input(formula): activity}, **inputs))
