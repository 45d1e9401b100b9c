"""Every row of the vocabulary."""

from __future__ import annotations

import csv

import pytest

from carbonpeak import locate, sectors, units, vocabulary
from carbonpeak.equation import Equation
from carbonpeak.evidence.factor_rows import parameters
from carbonpeak.method import factor_inputs

FOLDER = locate.definitions("")
TABLES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.csv"))
MEASURE_NUMBERS = {name for name in TABLES if name.startswith("measures/")} - {
    "measures/sources.csv"
}


def rows_of(table: str) -> list[dict[str, str]]:
    with (FOLDER / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def equations() -> list[Equation]:
    found = [
        formula
        for method in sectors.methods().values()
        for formula in (*method.gases.values(), *([method.energy] if method.energy else []))
    ]
    return list({id(formula): formula for formula in found}.values())


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_rectangular_and_tidy(table: str) -> None:
    rows = rows_of(table)
    assert rows
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert all(cell == cell.strip() for cell in row.values()), row


@pytest.mark.parametrize("table", TABLES)
def test_every_title_has_both_languages(table: str) -> None:
    for row in rows_of(table):
        # A document that was not written in Chinese has no Chinese title.
        if "title" not in row and ("title_en" in row or "title_zh" in row):
            assert row["title_en"], row
            assert row["title_zh"], row


@pytest.mark.parametrize("table", TABLES)
def test_every_key_stands_once(table: str) -> None:
    rows = rows_of(table)
    pairs = ("metrics", "lines/", "usual_lines", "deflators", "meanings")
    keyed = table in MEASURE_NUMBERS or table.startswith(pairs)
    width = 2 if keyed else 1
    keys = [tuple(row.values())[:width] for row in rows]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("title", ["title_en", "title_zh"])
def test_no_two_parameters_share_a_title(title: str) -> None:
    titles = [getattr(parameter, title) for parameter in parameters().values()]
    assert len(titles) == len(set(titles))


def test_every_category_has_its_parent_before_it() -> None:
    seen: set[str] = set()
    for code, category in vocabulary.categories().items():
        assert category.parent in seen or category.parent == "", code
        if category.parent and category.parent[0].isdigit():
            assert code.startswith(category.parent + "."), code
        seen.add(code)


def test_ancestors_end_at_a_root() -> None:
    for code in vocabulary.categories():
        assert vocabulary.categories()[vocabulary.ancestors(code)[-1]].parent == ""


def test_every_rule_names_a_method_and_a_category() -> None:
    from fnmatch import fnmatchcase

    for rule in vocabulary.line_rules():
        assert rule.method in sectors.methods()
        assert any(fnmatchcase(code, rule.category) for code in vocabulary.categories()), rule
        assert rule.subject in vocabulary.sources() or rule.subject == ""
        assert rule.scope in (0, 1, 2)


def test_every_method_is_used() -> None:
    assert {rule.method for rule in vocabulary.line_rules()} == set(sectors.methods())


def test_no_line_has_two_rules() -> None:
    for code in vocabulary.categories():
        for name, source in vocabulary.sources().items():
            fitting = [rule for rule in vocabulary.line_rules() if rule.covers(code, source)]
            assert len(fitting) <= 1, (code, name)


@pytest.mark.parametrize("formula", equations(), ids=lambda formula: formula.name)
def test_every_equation_is_proved_and_linear_in_its_activity(formula: Equation) -> None:
    formula.prove()
    assert formula.linear_in(next(iter(formula.inputs)))
    assert formula.source
    assert "Returns" in formula.doc


@pytest.mark.parametrize("formula", equations(), ids=lambda formula: formula.name)
def test_every_factor_of_an_equation_is_a_known_parameter(formula: Equation) -> None:
    assert set(factor_inputs(formula)) <= set(parameters())


def test_every_gas_of_a_method_has_a_weight_in_every_metric() -> None:
    gases = {gas for method in sectors.methods().values() for gas in method.gases}
    assert gases <= set(vocabulary.gases())
    for metric in units.metrics():
        assert all(units.gwp(metric, gas) > 0 for gas in gases)


def test_every_unit_of_a_method_parses() -> None:
    for method in sectors.methods().values():
        units.check(method.activity_unit)


def test_labels_fill_the_same_places_in_both_languages() -> None:
    import string

    for key, entry in vocabulary.labels().items():
        zh, en = (
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (entry.title_zh, entry.title_en)
        )
        assert zh == en, key


def test_a_line_that_shares_an_activity_shares_its_unit() -> None:
    """Heads stated for one category serve another only in the same unit."""
    for rule in vocabulary.line_rules():
        if not rule.activity_of:
            continue
        shared = sectors.find_method(rule.method).activity_unit
        found = [
            sectors.find_method(other.method).activity_unit
            for other in vocabulary.line_rules()
            if other.category == rule.activity_of
            and any(
                other.sources in vocabulary._names_of(source)
                and rule.sources in vocabulary._names_of(source)
                for source in vocabulary.sources().values()
            )
        ]
        assert found, rule
        assert set(found) == {shared}, rule
