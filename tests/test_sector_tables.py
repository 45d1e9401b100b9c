"""Reporting tables T10 to T12: their blocks add up to the summary."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

import worlds
from carbonpeak import vocabulary
from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import NOTATION_KEYS, Cell, Table
from carbonpeak.output.tables.official import OFFICIAL
from carbonpeak.vocabulary import LANGUAGES, Language, label
from carbonpeak.workflow.chain import inventory_of
from small_counties import COAL, Amount, county

REGIONS = ("yangjiang", "sample_county")
SECTORS = {"T10": "agriculture", "T11": "land", "T12": "waste"}


@cache
def inventory(region: str) -> InventoryData:
    return inventory_of(worlds.loaded(region))


@cache
def blocks(region: str, number: str, lang: Language) -> dict[tuple[int | None, str], Table]:
    made = OFFICIAL[number](inventory(region), lang=lang)
    found = {(block.year, block.part): block for block in made}
    assert len(found) == len(made)
    return found


def block(region: str, number: str, part: str, lang: Language = "en") -> Table:
    year = inventory(region).facts.base_year
    return blocks(region, number, lang)[year, label(f"official.{number}.{part}", lang)]


def cell(table: Table, title: str, column: str) -> Cell:
    (row,) = (row for row in table.rows if row.cells[0] == title)
    return row.cells[[one.title for one in table.columns].index(column)]


def amount(cell: Cell) -> float:
    """Return a number, or zero for what is not estimated, does not occur or is not applicable."""
    if isinstance(cell, str):
        assert cell in NOTATION_KEYS
        return 0.0
    assert cell is not None
    return float(cell)


def whole(table: Table, column: str) -> float:
    """Return the sum over the headings of a block."""
    at = [one.title for one in table.columns].index(column)
    rows = [row for row in table.rows if row.level == 0 and row.emphasis != "total"]
    return sum(amount(row.cells[at]) for row in rows)


def in_summary(region: str, key: str, gas: str | None = None) -> float:
    values = inventory(region).summary.sel(row=key, year=inventory(region).facts.base_year)
    found = values["co2e"] if gas is None else values["mass"].sel(column=gas)
    return float(found) if found.notnull() else 0.0


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("T10", {"rice": "rice", "enteric": "enteric", "manure": "manure"}),
        ("T11", {"change": "land"}),
        ("T12", {"water": "waste_water"}),
    ],
)
def test_lines_of_a_block_add_up_to_the_summary(
    region: str, number: str, parts: dict[str, str], lang: Language
) -> None:
    for part, key in parts.items():
        table = block(region, number, part, lang)
        reached = whole(table, label("col.co2e", lang))
        assert reached == pytest.approx(in_summary(region, key), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("number", SECTORS)
def test_headings_add_up_to_the_sector(region: str, number: str, lang: Language) -> None:
    table = block(region, number, "gases", lang)
    last = len(table.columns) - 1
    headings = [
        amount(row.cells[last]) for row in table.rows if row.emphasis == "group" and row.level == 1
    ]
    assert sum(headings) == pytest.approx(in_summary(region, SECTORS[number]), rel=1e-9)
    assert amount(table.rows[0].cells[last]) == pytest.approx(sum(headings), rel=1e-9)


@pytest.mark.parametrize("region", REGIONS)
def test_solid_waste_is_landfill_and_treatment(region: str) -> None:
    title = label("col.co2e", "en")
    parts = [whole(block(region, "T12", part), title) for part in ("landfill", "treatment")]
    assert sum(parts) == pytest.approx(in_summary(region, "solid_waste"), rel=1e-9)


@pytest.mark.parametrize("region", REGIONS)
def test_nitrogen_of_soils_gives_the_gas_of_the_summary(region: str) -> None:
    table = block(region, "T10", "nitrogen")
    reached = whole(table, label("official.T10.soil_total", "en"))
    assert reached == pytest.approx(in_summary(region, "soils", "N2O"), rel=1e-9, abs=1e-9)


def test_nitrogen_of_fertiliser_by_hand() -> None:
    """700 t N x 0.0178 on the spot; 10 % x 0.01 by air and 20 % x 0.0075 by water; x 44/28."""
    table = block("yangjiang", "T10", "nitrogen")
    title = label("official.T10.input.fertiliser", "en")
    expected = {
        "nitrogen": 700.0,
        "direct": 700 * 0.0178 * 44 / 28,
        "deposition": 700 * 0.10 * 0.01 * 44 / 28,
        "leaching": 700 * 0.20 * 0.0075 * 44 / 28,
    }
    for flow, value in expected.items():
        reached = cell(table, title, label(f"official.T10.flow.{flow}", "en"))
        assert reached == pytest.approx(value, rel=1e-9)


def test_rice_shows_area_factor_and_gas_by_season() -> None:
    """Early rice: 850 ha x 241 kg/ha of the guideline's Central-South group."""
    table = block("yangjiang", "T10", "rice")
    title = vocabulary.sources()["double_early_rice"].title("en")
    (row,) = (row for row in table.rows if row.cells[0] == title)
    assert row.cells[2:4] == (850.0, "ha")
    assert row.cells[4:6] == pytest.approx((241.0, 850 * 0.241))


def test_carbon_is_gained_where_carbon_dioxide_is_removed() -> None:
    """1,600,000 m3 x 6 % x 0.307 t/m3 x 1.49 x (1 + 0.27) x 0.5 of Chinese fir."""
    table = block("sample_county", "T11", "change")
    title = vocabulary.sources()["forest_chinese_fir"].title("en")
    gained = 1_600_000 * 0.06 * 0.307 * 1.49 * 1.27 * 0.5
    assert cell(table, title, label("official.T11.carbon", "en")) == pytest.approx(gained)
    assert cell(table, title, "CO2") == pytest.approx(-gained * 44 / 12)


def test_parameters_of_a_stand_stand_in_their_own_columns() -> None:
    table = block("sample_county", "T11", "parameters")
    title = vocabulary.sources()["forest_masson_pine"].title("en")
    words = vocabulary.parameters()
    for name, value in {"wood_density": 0.38, "growth_rate": 5.0, "tree_root_shoot": 0.187}.items():
        assert cell(table, title, words[name].title("en")) == value


def test_mass_balance_stands_beside_decay_and_is_not_counted() -> None:
    """Deposits fell, so that the mass balance of the year lies below the decay of all years."""
    table = block("sample_county", "T12", "landfill")
    decay, balance, counted = (
        whole(table, title)
        for title in (label("official.T12.decay", "en"), label("official.T12.balance", "en"), "CH4")
    )
    assert counted == decay > balance > 0


def test_history_of_deposits_is_shown_year_by_year() -> None:
    table = blocks("sample_county", "T12", "en")[None, label("official.T12.deposits", "en")]
    assert [row.cells[0] for row in table.rows] == [str(year) for year in range(2023, 1994, -1)]
    assert table.rows[0].cells[1] == 7378 + 1342 + 402 + 268


def test_a_sector_without_lines_is_a_key_and_never_zero() -> None:
    for table in blocks("minimal", "T10", "en").values():
        assert {cell for row in table.rows for cell in row.cells[2:]} == {"NE"}


def test_a_closed_landfill_has_a_value_while_its_waste_decays() -> None:
    waste = ("4.A.1", "", "food_waste", "landfilled", "t")
    deposits = [Amount(waste, year, 1000.0) for year in range(2010, 2020)]
    closed = county([*deposits, Amount(waste, 2020, 0.0), Amount(COAL, 2020, 10.0)])
    record = closed.record.model_copy(
        update={"factor_regions": ["South-China", "China", "tropical_moist_wet"]}
    )
    data = inventory_of(replace(closed, record=record))
    (table,) = (one for one in OFFICIAL["T12"](data, lang="en") if "Landfill" in one.part)
    decay, balance, counted = (
        whole(table, title)
        for title in (label("official.T12.decay", "en"), label("official.T12.balance", "en"), "CH4")
    )
    assert counted == decay > balance == 0
    in_waste = data.summary["mass"].sel(row="waste", column="CH4", year=2020)
    assert float(in_waste) == pytest.approx(decay)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("number", SECTORS)
def test_cells_hold_titles_and_no_ids(region: str, number: str, lang: Language) -> None:
    ids = set(vocabulary.sources()) | set(vocabulary.parameters())
    for table in blocks(region, number, lang).values():
        texts = {cell for row in table.rows for cell in row.cells if isinstance(cell, str)}
        assert not texts & {name for name in ids if "_" in name}
