"""The equations of the library as they are declared: formula, units, source, words."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import ModuleType

from carbonpeak import sectors, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.method import Method
from carbonpeak.scenario.measures import forms as measure_forms
from carbonpeak.scenario.measures.form import AS_LINE
from generated import library
from generated.markdown import block, code, joined, plain, table

MOST_COLUMNS = 4
"""Forms of one formula that stand side by side; more of them stand below each other."""


def by_sector() -> str:
    """Return every sector module with its methods and its equations."""
    methods: dict[str, list[Method]] = defaultdict(list)
    variants: dict[str, dict[str, list[Equation]]] = defaultdict(lambda: defaultdict(list))
    users: dict[str, list[str]] = defaultdict(list)
    for method in sectors.methods().values():
        for result, formula in _formulas(method):
            variants[formula.bare.__module__][formula.bare.__name__].append(formula)
            users[_anchor(formula)].append(f"`{method.name}` → {result}")
        # A method without an equation only counts what others take their activity from.
        for _, formula in islice(_formulas(method), 1):
            methods[formula.bare.__module__].append(method)
    return joined(
        _sector(sys.modules[name], methods[name], variants[name], users)
        for name in sorted(variants)
    )


def _formulas(method: Method) -> Iterator[tuple[str, Equation]]:
    """Yield what each equation of a method gives: a gas, a memo item, energy."""
    yield from method.gases.items()
    for gas, formula in method.memo.items():
        yield f"{gas} (memo)", formula
    if method.energy is not None:
        yield "energy", method.energy


def _sector(
    module: ModuleType,
    methods: list[Method],
    variants: Mapping[str, list[Equation]],
    users: Mapping[str, list[str]],
) -> str:
    name = module.__name__.rpartition(".")[2].replace("_", " ")
    shown = [_equation(forms, users[_anchor(forms[0])]) for forms in variants.values()]
    table_of_methods = [f"### Methods of {name}", _methods(methods)] if methods else []
    return joined(
        [
            f"## {name.capitalize()}",
            f"{library.heading(module)}.",
            *table_of_methods,
            f"### Equations of {name}",
            *shown,
        ]
    )


def _methods(methods: list[Method]) -> str:
    """Return one row a method: its activity, what it gives by which equation, its lines."""
    rows = [
        (code(method.name), code(method.activity_unit), _gives(method), _lines(method))
        for method in methods
    ]
    return table(["method", "activity", "gives, by equation", "lines"], rows)


def _gives(method: Method) -> str:
    linked = [
        f"{result}: [{formula.name}](#equation-{_anchor(formula)})"
        for result, formula in _formulas(method)
    ]
    facts = ["removals"] * (method.role == "removals")
    facts += ["over the ages of a year's amount"] * method.by_age
    facts += ["taken off what other lines report"] * (method.sign < 0)
    return "; ".join([*linked, *facts])


def _lines(method: Method) -> str:
    """Say which categories use a method, for which sources."""
    found: dict[str, list[str]] = defaultdict(list)
    for rule in vocabulary.line_rules():
        if rule.method == method.name:
            found[rule.category].append(rule.sources)
    used = [f"{category} ({', '.join(names)})" for category, names in found.items()]
    return plain("; ".join(used))


def _anchor(formula: Equation) -> str:
    home = formula.bare.__module__.rpartition(".")[2]
    return f"{home}-{formula.bare.__name__}".replace("_", "-")


def _equation(variants: Iterable[Equation], users: Iterable[str]) -> str:
    """Return one formula with the units of each form in which it is declared."""
    distinct = {(one.name, one.returns, tuple(one.inputs.values())): one for one in variants}
    declared, sources = list(distinct.values()), dict.fromkeys(one.source for one in variants)
    first = declared[0]
    words = library.docstring(first.doc)
    return joined(
        [
            f"(equation-{_anchor(first)})=\n#### `{first.bare.__name__}`",
            plain(words.summary),
            plain(words.text),
            block(f"{first.bare.__name__} = {first.formula}", name="formula"),
            _units(declared, words.inputs, words.result),
            f"Source: {plain('; '.join(sources))}.",
            _used_by(users),
        ]
    )


def _units(declared: list[Equation], meanings: Mapping[str, str], result: str) -> str:
    """Return the inputs and the result with their units in each declared form."""
    if len(declared) > MOST_COLUMNS:
        return joined([_units(declared[:1], meanings, result), _forms(declared)])
    names = [one.name for one in declared]
    header = ["", "meaning", *(["unit"] if len(names) == 1 else map(code, names))]
    rows = [
        (code(name), plain(meanings.get(name, "")), *(code(one.inputs[name]) for one in declared))
        for name in declared[0].inputs
    ]
    rows.append(("**result**", plain(result), *(code(one.returns) for one in declared)))
    if any(one.scale != 1.0 for one in declared):
        scales = [f"{one.scale:.7g}" for one in declared]
        rows.append(("**scale**", "from the units of the inputs to that of the result", *scales))
    return table(header, rows)


def _forms(declared: list[Equation]) -> str:
    """Return the units of many forms of one formula, a row each."""
    inputs = list(declared[0].inputs)
    rows = [
        (
            code(one.name),
            *(code(one.inputs[name]) for name in inputs),
            code(one.returns),
            f"{one.scale:.7g}",
        )
        for one in declared
    ]
    return table(["form", *map(code, inputs), "result", "scale"], rows)


def _used_by(users: Iterable[str]) -> str:
    listed = list(dict.fromkeys(users))
    return f"Used by {'; '.join(listed)}." if listed else ""


def of_measures() -> str:
    """Return the equations by which measures turn engineering numbers into moves."""
    parts = []
    for module in library.modules("scenario.measures"):
        variants: dict[str, list[Equation]] = defaultdict(list)
        for formula in library.equations_of(module):
            variants[formula.bare.__name__].append(formula)
        if variants:
            parts += [f"### {library.heading(module)}"]
            parts += [_equation(declared, []) for declared in variants.values()]
    return joined(parts)


def forms() -> str:
    """Return every form of measure with its parameters and the lines it moves."""
    parts = []
    for form in measure_forms().values():
        acts = "each year of its life" if form.acts == "stock" else "once, in its year of building"
        facts = f"Kind {code(form.kind)}. One unit moves activity {acts}"
        facts += f", less by {code(form.decline)} each year." if form.decline else "."
        rows = [("number", code(name), _unit(unit)) for name, unit in form.parameters.items()]
        rows += [
            ("line, may be left out" if role in form.optional else "line", code(role), _unit(unit))
            for role, unit in form.roles.items()
        ]
        rows += [
            ("number of an open role", code(f"{prefix}<role>"), f"{AS_LINE} of that role")
            for prefix in form.open
        ]
        parts += [f"### `{form.name}`", facts, table(["", "name", "unit"], rows)]
    return joined(parts)


def _unit(unit: str) -> str:
    return unit if unit == AS_LINE else code(unit)
