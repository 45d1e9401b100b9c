"""The shipped regions state a value, or a notation key with its reason, for every category."""

from __future__ import annotations

from functools import cache

import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.inventory import totals
from carbonpeak.inventory.checks.data import no_value, notation_contradicted
from carbonpeak.inventory.checks.finding import Case
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.workflow.inventory import notation_facts
from carbonpeak.workflow.summary import summary_of

REGIONS = ["yangjiang", "sample_county"]
SECTORS = {"energy", "ippu", "agriculture", "land", "waste", "indirect"}


@cache
def summary(name: str) -> xr.Dataset:
    inventory = worlds.compiled(name)
    weighed = totals.co2e(inventory, str(inventory.attrs["metric"]))
    return summary_of(inventory, weighed, notation_facts(worlds.loaded(name)))


@pytest.mark.parametrize("name", REGIONS)
def test_every_sector_has_values_in_every_year(name: str) -> None:
    inventory = worlds.compiled(name)
    for year in worlds.loaded(name).record.years:
        active = inventory["activity"].sel(year=year) > 0
        assert set(inventory["sector"].values[active.values]) == SECTORS


@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize("check", [no_value, notation_contradicted])
def test_a_category_has_a_value_or_a_key(name: str, check: object) -> None:
    case = Case(worlds.loaded(name), worlds.compiled(name))
    assert list(check(case)) == []  # type: ignore[operator]


@pytest.mark.parametrize("name", REGIONS)
def test_every_row_of_the_summary_has_a_value_or_a_stated_key(name: str) -> None:
    """The key of a row without lines is one that the region states of its categories."""
    states = summary(name)["state"]
    present = {str(code) for code in worlds.compiled(name)["category"].values}
    stated = [note.record for note in worlds.loaded(name).notations]
    for key, row in summary_rows().items():
        if "value" in states.sel(row=key).values:
            continue
        for code in row.category.split():
            family = {code, *vocabulary.ancestors(code)}
            family |= {one for one in vocabulary.categories() if code in vocabulary.ancestors(one)}
            said = family & {note.category for note in stated}
            assert said or family & present, (key, code)


@pytest.mark.parametrize("name", REGIONS)
def test_every_key_has_a_reason_that_says_what_it_rests_on(name: str) -> None:
    basis = (
        "plan",
        "compilation",
        "assumption",
        "topic",
        "invented",
        "as 4.a.2",
        "measure",
        "counted",
    )
    for note in worlds.loaded(name).notations:
        reason = note.record.reason.lower()
        assert len(reason) > 5, note.line
        assert any(word in reason for word in basis), (note.line, reason)


@pytest.mark.parametrize(
    ("name", "row", "key"),
    [
        ("yangjiang", "cement", "NO"),
        ("yangjiang", "steel", "NE"),
        ("yangjiang", "bunker_navigation", "NE"),
        ("sample_county", "bought_heat", "NO"),
        ("sample_county", "new_wetland", "NO"),
        ("sample_county", "other_processes", "NE"),
    ],
)
def test_a_stated_key_reaches_the_summary(name: str, row: str, key: str) -> None:
    assert set(summary(name)["state"].sel(row=row).values) == {key}


def test_a_region_without_keys_says_not_estimated() -> None:
    inventory = cp.compile_inventory(worlds.loaded("minimal"))
    weighed = totals.co2e(inventory, "AR5GWP100")
    states = summary_of(inventory, weighed, notation_facts(worlds.loaded("minimal")))["state"]
    assert set(states.sel(row=["cement", "bought_heat", "biomass"]).values.ravel()) == {"NE"}
