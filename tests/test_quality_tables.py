"""Reporting tables T13 to T17: inputs, uncertainty, key categories, series, intensities."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from openpyxl import load_workbook
from typer.testing import CliRunner

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.cli import app
from carbonpeak.output.data import InventoryData
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import Cell, Row, Table
from carbonpeak.output.tables.official import OFFICIAL
from carbonpeak.vocabulary import LANGUAGES, Language, label
from carbonpeak.workflow.chain import inventory_of

REGIONS = ("yangjiang", "sample_county")


@cache
def inventory(region: str) -> InventoryData:
    return inventory_of(worlds.loaded(region))


def block(
    region: str, number: str, part: str = "", *, year: int | None = None, lang: Language = "en"
) -> Table:
    title = label(f"official.{number}.{part}", lang) if part else ""
    made = OFFICIAL[number](inventory(region), lang=lang)
    (found,) = (one for one in made if one.part == title and year in (None, one.year))
    return found


def row(table: Table, *head: str) -> Row:
    (found,) = (one for one in table.rows if one.cells[: len(head)] == head)
    return found


def number(table: Table, found: Row, title: str) -> float:
    (at,) = (at for at, column in enumerate(table.columns) if column.title.startswith(title))
    cell: Cell = found.cells[at]
    assert isinstance(cell, float), cell
    return cell


@pytest.mark.parametrize("region", REGIONS)
def test_every_activity_and_every_factor_is_listed(region: str) -> None:
    data = inventory(region)
    activities = [one for one in data.stated if one.kind == "activity"]
    assert len(block(region, "T13", "activity").rows) == len(activities)
    assert len(block(region, "T13", "factors").rows) == data.dataset.sizes["factor"]


def test_an_input_has_its_range_in_percent() -> None:
    """Early rice: 850 ha, between 500 and 1300 ha."""
    table = block("yangjiang", "T13", "activity")
    title = vocabulary.sources()["double_early_rice"].title("en")
    (found,) = (one for one in table.rows if one.cells[0] == title and one.cells[3] == "2020")
    assert number(table, found, label("official.uncertainty", "en")) == pytest.approx(
        100 * (1300 - 500) / 2 / 850
    )
    assert label("evidence.assumption", "en") in found.cells


@pytest.mark.parametrize("region", REGIONS)
def test_uncertainty_of_the_totals_is_that_of_the_inventory(region: str) -> None:
    data = inventory(region)
    year = data.facts.base_year
    table = block(region, "T14", "totals", year=year)
    found = cp.uncertainty(worlds.loaded(region), worlds.compiled(region)).sel(year=year)
    for name in ("total", "total_with_land", "total_with_indirect"):
        total = row(table, summary_rows()[name].title("en"))
        reached = number(table, total, label("official.uncertainty", "en"))
        assert reached == pytest.approx(float(found["half_range"].sel(part=name)), rel=1e-9)


def test_contributions_follow_the_columns_of_the_guideline() -> None:
    """G is the root of E2 + F2, H is (G D / total)2, M is K2 + L2."""
    table = block("yangjiang", "T14", "sources", year=2020)
    rice = row(table, vocabulary.categories()["3.C.7"].title("en"))
    value = {letter: number(table, rice, f"{letter} ") for letter in "DEFGHKLM"}
    total = float(inventory("yangjiang").figures["total"].sel(year=2020))
    assert value["G"] == pytest.approx(np.hypot(value["E"], value["F"]), rel=1e-6)
    assert value["H"] == pytest.approx((value["G"] * value["D"] / total) ** 2, rel=1e-6)
    assert value["M"] == pytest.approx(value["K"] ** 2 + value["L"] ** 2, rel=1e-9)


def test_a_single_year_has_no_trend() -> None:
    for part in ("totals", "sources"):
        for found in block("sample_county", "T14", part).rows:
            assert found.cells[-3:] == ("NA",) * 3


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("part", ["with_land", "without_land"])
def test_key_categories_reach_the_threshold(region: str, part: str) -> None:
    table = block(region, "T15", part)
    level = label("official.T15.level", "en")
    at = [column.title for column in table.columns].index(level)
    marks = [str(found.cells[-2]) for found in table.rows]
    keys = [found.cells[at] for found, mark in zip(table.rows, marks, strict=True) if "L1" in mark]
    assert sum(float(share) for share in keys if isinstance(share, float)) >= 95.0
    land = [found for found in table.rows if str(found.cells[1]).startswith("3.B")]
    assert bool(land) == (part == "with_land")


def test_a_key_category_says_what_it_rests_on() -> None:
    """The factor of rice is unverified and of the guideline, its area an assumption."""
    table = block("yangjiang", "T15", "with_land")
    rice = row(table, vocabulary.categories()["3.C.7"].title("en"))
    assert rice.emphasis == "group"
    for word in ("default", "unverified", "assumed"):
        assert label(f"official.T15.{word}", "en") in str(rice.cells[-1])
    others = [one.cells[-1] for one in table.rows if one.emphasis == "plain"]
    assert set(others) == {""}


def test_the_series_holds_the_summary_of_each_year() -> None:
    table = block("yangjiang", "T16", "series")
    for key in ("energy", "land", "total", "total_with_land"):
        found = row(table, summary_rows()[key].title("en"))
        for year in (2015, 2020):
            expected = inventory("yangjiang").summary["co2e"].sel(row=key, year=year)
            assert number(table, found, str(year)) == pytest.approx(float(expected))


def test_without_a_former_inventory_the_table_says_so() -> None:
    table = block("yangjiang", "T16", "recalculation")
    assert [found.cells[0] for found in table.rows] == [label("official.T16.no_former", "en")]


@cache
def former() -> xr.Dataset:
    """Return the inventory of the invented county with a tenth more of every activity."""
    now = worlds.compiled("sample_county")
    more = {name: now[name] * 1.1 for name in ("activity", "emissions", "removals")}
    return now.assign(more)


def test_recalculation_adds_up_by_cause() -> None:
    data = inventory_of(worlds.loaded("sample_county"), previous=former())
    (table,) = (
        one
        for one in OFFICIAL["T16"](data, lang="en")
        if one.part == label("official.T16.recalculation", "en")
    )
    total = row(table, summary_rows()["total"].title("en"))
    expected = float(data.figures["total"].sel(year=2023))
    causes = {
        cause: number(table, total, label(f"official.T16.cause.{cause}", "en"))
        for cause in ("activity", "factor", "metric", "method", "scope", "correction")
    }
    assert number(table, total, label("official.T16.old", "en")) == pytest.approx(1.1 * expected)
    assert sum(causes.values()) == pytest.approx(-0.1 * expected)
    assert causes["activity"] == pytest.approx(-0.1 * expected)


def test_a_former_inventory_may_come_from_a_file(tmp_path: Path) -> None:
    cp.save(former(), tmp_path / "former.nc")
    command = ["inventory", str(worlds.SHIPPED / "sample_county"), "--lang", "en"]
    places = ["--out", str(tmp_path), "--previous", str(tmp_path / "former.nc")]
    found = CliRunner().invoke(app, [*command, *places])
    assert found.exit_code == 0, found.output
    book = load_workbook(tmp_path / "inventory.xlsx", read_only=True)
    (name,) = (name for name in book.sheetnames if name.startswith("T16"))
    cells = {cell for line in book[name].iter_rows(values_only=True) for cell in line}
    assert label("official.T16.old", "en") in cells
    assert label("official.T16.no_former", "en") not in cells


def test_filled_values_name_their_method() -> None:
    data = inventory("sample_county")
    filled = data.dataset["filled"].values.astype(object)
    filled[0, 0] = "interpolation"
    marked = data.dataset.assign(filled=(data.dataset["filled"].dims, filled))
    made = OFFICIAL["T16"](replace(data, dataset=marked), lang="en")
    (table,) = (one for one in made if one.part == label("official.T16.filled", "en"))
    assert [found.cells[-1] for found in table.rows] == [label("gap.interpolation", "en")]


def test_intensities_by_hand() -> None:
    """Gross product 12,000,000,000 CNY, 380,000 people; clinker 780,000 t at 0.538 t CO2/t."""
    data, table = inventory("sample_county"), block("sample_county", "T17")
    total = float(data.figures["total"].sel(year=2023))
    title = label("official.T17.total", "en")
    per_gdp, per_head = (one for one in table.rows if one.cells[0] == title)
    assert number(table, per_gdp, "2023") == pytest.approx(total / 1_200_000)
    assert number(table, per_head, "2023") == pytest.approx(total / 380_000)
    (clinker,) = (one for one in table.rows if str(one.cells[0]).endswith(": process"))
    assert number(table, clinker, "2023") == pytest.approx(0.538)


def test_an_indicator_that_is_not_stated_is_a_key() -> None:
    table = block("yangjiang", "T17")
    (found,) = (
        one for one in table.rows if one.cells[0] == label("indicator.industrial_value_added", "en")
    )
    assert found.cells[2:4] == ("NE", 70.0)
    assert "64 % of GDP" in str(found.cells[-1])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", ["T13", "T14", "T15", "T16", "T17"])
def test_cells_hold_titles_and_no_ids(region: str, name: str, lang: Language) -> None:
    ids = {word for word in (*vocabulary.sources(), *vocabulary.parameters()) if "_" in word}
    for table in OFFICIAL[name](inventory(region), lang=lang):
        texts = {cell for found in table.rows for cell in found.cells if isinstance(cell, str)}
        assert not texts & ids
