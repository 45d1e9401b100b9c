"""Every line of the vocabulary finds its factors, or it is known which ones a region has to state.

`needs_local_factor.csv` names each factor that neither `cn_provincial_2011` nor its fallback
gives, with the reason. A factor that is added has to leave that table.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.errors import MissingFactorError
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.inventory.bind import bind
from carbonpeak.vocabulary import Line, LineRule

Gap = tuple[str, str, str]
ZONES = ("tropical_wet", "subtropical")
ASKED = re.compile(r"no factor '(\w+)' of '(\w+)'(?:, gas '\w+')?(?:, condition '(\w+)')?")


@cache
def region() -> cp.Region:
    """The built-in case without its own factors, in every climate zone that a row names."""
    case = worlds.loaded()
    regions = (*case.record.factor_regions, *ZONES)
    record = case.record.model_copy(update={"factor_regions": regions})
    return replace(case, record=record, factors=load_factor_set("cn_provincial_2011"))


def lines(rule: LineRule) -> Iterator[Line]:
    """Yield a line of the rule for each of its sources, in its first category."""
    category = next(c for c in vocabulary.categories() if fnmatchcase(c, rule.category))
    for source in vocabulary.sources().values():
        if rule.covers(category, source):
            yield Line(category, "", source.source, rule)


@cache
def gaps(rule: LineRule) -> frozenset[Gap]:
    """Return parameter, subject and condition of the factors that lines of a rule miss."""
    found: set[Gap] = set()
    for line in lines(rule):
        try:
            bind(region(), [line], [2020])
        except MissingFactorError as error:
            found |= {match.groups(default="") for match in ASKED.finditer(str(error))}
    return frozenset(found)


def listed() -> set[Gap]:
    path = Path(__file__).parent / "needs_local_factor.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert all(row["reason"] for row in rows)
    return {
        (row["parameter"], subject, condition)
        for row in rows
        for subject in row["subjects"].split("|")
        for condition in row["conditions"].split("|")
    }


@pytest.mark.parametrize(
    "rule", vocabulary.line_rules(), ids=lambda rule: f"{rule.category}/{rule.sources}"
)
def test_a_line_finds_its_factors_or_the_table_says_why_not(rule: LineRule) -> None:
    assert list(lines(rule))
    assert gaps(rule) <= listed()


def test_the_table_names_no_factor_that_is_there() -> None:
    assert listed() == set().union(*(gaps(rule) for rule in vocabulary.line_rules()))


@pytest.mark.parametrize(
    ("category", "source"),
    [
        *(("1.A.2.f", fuel) for fuel in ("raw_coal", "anthracite", "bituminous", "coke", "straw")),
        *(("1.A.4.b", fuel) for fuel in ("firewood", "straw", "charcoal", "biogas", "briquettes")),
        ("1.A.1.a", "lignite"),
        ("1.A.3.a.ii", "jet_kerosene"),
        ("1.A.3.d.i", "fuel_oil"),
        ("2.A.4", "fgd_limestone"),
        ("2.C.2", "anthracite"),
        ("2.F.1", "r507a_cold_store"),
        ("3.C.7", "single_rice"),
        ("3.B.1.b", "new_forest_broadleaf"),
        ("3.B.5", "urban_trees"),
        ("4.A.1", "food_waste"),
        ("4.D.1", "residents_on_septic_tank"),
    ],
)
def test_what_a_county_has_needs_no_factor_of_its_own(category: str, source: str) -> None:
    assert gaps(vocabulary.find_line(category, source).rule) <= listed()
    bind(region(), [vocabulary.find_line(category, source)], [2020])
