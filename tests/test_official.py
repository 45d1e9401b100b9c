"""Reporting tables agree with each other and with sums made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.output.data import InventoryData, NotationFacts
from carbonpeak.output.notation import notation_key
from carbonpeak.output.summary_rows import summary_rows
from carbonpeak.output.table import NOTATION_KEYS, Cell, Table
from carbonpeak.output.tables import OFFICIAL, finding_table, notation_tables, official_frame
from carbonpeak.output.tables.contents import place_text, with_titles
from carbonpeak.vocabulary import LANGUAGES, Titled, sources
from carbonpeak.workflow.chain import inventory_of
from output_worlds import computed
from small_counties import COAL, POWER, Amount, coal_factors, county

REGIONS = ("yangjiang", "sample_county")
ALL_YEARS = [f"T{number}" for number in range(1, 10)]
SUPPLY = "source,flow,year,value,unit,low,high,source_id,where,evidence,note\n"


def blocks(data: InventoryData, number: str) -> list[Table]:
    return list(OFFICIAL[number](data, lang="en"))


def cells(table: Table, title: str) -> dict[str, Cell]:
    """Return the cells of the first row with a title, by heading."""
    row = next(row for row in table.rows if row.cells[0] == title)
    return {column.heading: cell for column, cell in zip(table.columns, row.cells, strict=True)}


def summary(data: InventoryData, key: str, year: int) -> dict[str, Cell]:
    table = next(table for table in blocks(data, "T1") if table.year == year)
    return cells(table, summary_rows()[key].title("en"))


def same(found: Cell, expected: Cell) -> None:
    if isinstance(expected, str):
        assert found == expected
    else:
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-9)


@pytest.mark.parametrize("name", REGIONS)
@pytest.mark.parametrize(
    ("number", "row", "key", "columns"),
    [
        ("T2", "Energy", "energy", ("CO2 [t]", "CH4 [t]", "N2O [t]", "CO₂e [t CO₂e]")),
        ("T2", "Fossil fuel combustion", "combustion", ("CO2 [t]", "CO₂e [t CO₂e]")),
        ("T4", "Total", "biomass", ("CH4 [t]", "N2O [t]", "CO₂e [t CO₂e]")),
        ("T5", "Oil and gas systems (fugitive)", "oil_gas_fugitive", ("CH4 [t]", "CO₂e [t CO₂e]")),
        ("T8", "International navigation", "bunker_navigation", ("CO2 [t]", "CO₂e [t CO₂e]")),
        (
            "T8",
            "CO2 of biomass burnt (biogenic waste among it)",
            "biomass_co2",
            ("CO2 [t]", "CO₂e [t CO₂e]"),
        ),
        ("T9", "Industrial processes", "ippu", ("CO2 [t]", "CH4 [t]", "CO₂e [t CO₂e]")),
        ("T9", "Cement", "cement", ("CO2 [t]", "CO₂e [t CO₂e]")),
    ],
)
def test_tables_agree_with_the_summary(
    name: str, number: str, row: str, key: str, columns: tuple[str, ...]
) -> None:
    data = computed(name).inventory
    for table in blocks(data, number):
        assert table.year is not None
        if table.part == "CO₂ equivalent":
            continue
        for column in columns:
            same(cells(table, row)[column], summary(data, key, table.year)[column])


@pytest.mark.parametrize("name", REGIONS)
def test_fuels_of_industries_add_up_to_combustion(name: str) -> None:
    data = computed(name).inventory
    for table in (table for table in blocks(data, "T3") if table.part == "CO₂"):
        assert table.year is not None
        total = table.rows[0].cells[2:]
        same(total[-1], summary(data, "combustion", table.year)["CO2 [t]"])
        assert sum(float(cell or 0) for cell in total[:-1]) == pytest.approx(total[-1])
        for place in range(len(total)):
            parts = [row.cells[2 + place] for row in table.rows if row.level == 2]
            numbers = [part for part in parts if isinstance(part, float)]
            assert sum(numbers) == pytest.approx(total[place])


@pytest.mark.parametrize("name", REGIONS)
def test_net_electricity_is_that_of_the_summary(name: str) -> None:
    data = computed(name).inventory
    for table in blocks(data, "T7"):
        assert table.year is not None
        for carrier, key in (("Electricity", "bought_electricity"), ("Heat", "bought_heat")):
            net = cells(table, f"{carrier} brought in (net; negative is sent out)")
            same(net["CO2 [t CO₂]"], summary(data, key, table.year)["CO2 [t]"])


@pytest.mark.parametrize("name", REGIONS)
def test_parts_of_a_row_add_up_to_it_in_the_summary(name: str) -> None:
    data = computed(name).inventory
    for table in blocks(data, "T1"):
        for parent, parts in families(table):
            numbers = [part for part in parts if isinstance(part, float)]
            if numbers:
                assert sum(numbers) == pytest.approx(parent, rel=1e-9, abs=1e-6)


def families(table: Table) -> list[tuple[Cell, list[Cell]]]:
    """Return the CO2e of each sector and group with that of the rows right under it."""
    found = []
    heads = [at for at, row in enumerate(table.rows) if row.emphasis != "total"]
    for at in heads:
        level = table.rows[at].level
        parts = []
        for row in table.rows[at + 1 :]:
            if row.level <= level:
                break
            if row.level == level + 1:
                parts.append(row.cells[-1])
        if table.rows[at].cells[0] != summary_rows()["memo"].title("en"):
            found.append((table.rows[at].cells[-1], parts))
    return found


def burning() -> InventoryData:
    """Return a county that burns 1000 t of coal of 20 GJ/t, 26 t C/TJ, oxidised by 94 %."""
    return inventory_of(county([Amount(COAL, 2020, 1000)], coal_factors()))


def test_layers_of_fuel_and_industry_by_hand() -> None:
    quantity, factor, carbon, share = blocks(burning(), "T3")
    row = "Public electricity and heat production"
    assert cells(quantity, row)["raw coal [t]"] == 1000
    per_tonne = 20 * 26 / 1000 * 0.94 * 44 / 12
    assert cells(factor, row)["raw coal [t CO₂/t]"] == pytest.approx(per_tonne)
    assert cells(carbon, row)["raw coal [t CO₂]"] == pytest.approx(1000 * per_tonne)
    assert cells(share, row)["raw coal [%]"] == pytest.approx(100)
    assert cells(quantity, "Railways")["raw coal [t]"] == "NE"
    assert cells(quantity, row)["IPCC code"] == "1.A.1.a"


def test_a_reductant_that_counts_in_energy_has_a_column_beside_the_fuels() -> None:
    paste = ("1.A.2.a.1", "works", "coke_by_weight", "reductant", "t")
    region = county([Amount(COAL, 2020, 1000), Amount(paste, 2020, 100)], coal_factors())
    carbon = blocks(inventory_of(region), "T3")[2]
    total = carbon.rows[0].cells[2:]
    assert carbon.columns[3].title == "coke, by its carbon per tonne"
    assert total[0] + total[1] == pytest.approx(total[2])  # type: ignore[operator]


def test_refrigerant_by_gas_in_mass_and_weight() -> None:
    """10 t of R-410A hold 5 t HFC-125 (3170) and 5 t HFC-32 (677 t CO2e/t, AR5)."""
    data = inventory_of(
        county(
            [Amount(COAL, 2020, 10), Amount(("2.F.1", "", "r410a", "refilled", "t"), 2020, 10)],
            coal_factors(),
        )
    )
    mass, weighed = (cells(table, "R-410A refilled") for table in blocks(data, "T9"))
    assert mass["HFC-125 [t]"] == pytest.approx(5)
    assert mass["HFC-32 [t]"] == pytest.approx(5)
    assert mass["SF6 [t]"] == mass["CO2 [t]"] == "NA"
    assert weighed["HFC-125 [t CO₂e]"] == pytest.approx(15_850)
    assert weighed["HFC-32 [t CO₂e]"] == pytest.approx(3_385)
    assert mass["CO₂e [t CO₂e]"] == weighed["CO₂e [t CO₂e]"] == pytest.approx(19_235)


def test_net_purchase_by_hand() -> None:
    """20 GWh used and 5 GWh made inside leave 15 GWh to be brought in."""
    own = ("1.A.1.a", "", "own_electricity", "generated", "MWh")
    region = county([Amount(POWER, 2020, 20_000), Amount(own, 2020, 5_000)])
    (table,) = blocks(inventory_of(region), "T7")
    used, made = cells(table, "Electricity used"), cells(table, "Electricity made inside")
    net = cells(table, "Electricity brought in (net; negative is sent out)")
    assert (used["Quantity"], made["Quantity"], net["Quantity"]) == (2000, 500, 1500)
    factor = used["Factor"]
    assert isinstance(factor, float)
    assert made["Factor"] == pytest.approx(factor)
    assert net["CO2 [t CO₂]"] == pytest.approx(15_000 * factor)
    assert cells(table, "Heat brought in (net; negative is sent out)")["CO2 [t CO₂]"] == "NE"


def test_reference_approach_without_supply_is_not_estimated_and_says_why() -> None:
    (table,) = blocks(burning(), "T6")
    total = cells(table, "Total")
    assert total["Reference approach [t CO₂]"] == total["Difference [%]"] == "NE"
    assert total["Sectoral approach [t CO₂]"] == pytest.approx(1000 * 20 * 0.026 * 0.94 * 44 / 12)
    assert any("supply.csv" in note for note in table.notes)


def test_reference_approach_with_supply_by_hand(tmp_path: Path) -> None:
    """26 000 t of coal supplied beside 25 000 t burnt differ by 4 %."""
    folder = worlds.minimal(tmp_path)
    row = "raw_coal,brought_in,2020,26000,t,,,invented,books,measured,\n"
    (folder / "supply.csv").write_text(SUPPLY + row)
    (table,) = blocks(inventory_of(cp.load_region(folder)), "T6")
    coal, total = cells(table, "raw coal"), cells(table, "Total")
    assert coal["Apparent consumption"] == 26_000
    assert coal["Difference [%]"] == pytest.approx(4)
    reference, sectoral = total["Reference approach [t CO₂]"], total["Sectoral approach [t CO₂]"]
    assert isinstance(reference, float)
    assert isinstance(sectoral, float)
    assert total["Difference [t CO₂]"] == pytest.approx(reference - sectoral)


def test_stated_keys_stand_in_every_table(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    rows = "2.A,,NO,no kilns\n1.A.4.b,firewood,NO,gas everywhere\n1.A.3.c,,IE,in 1.A.3.b\n"
    (folder / "notation.csv").write_text(f"category,source,key,reason\n{rows}")
    data = inventory_of(cp.load_region(folder))
    assert summary(data, "cement", 2020)["CO2 [t]"] == "NO"
    assert cells(blocks(data, "T9")[0], "Lime")["CO2 [t]"] == "NO"
    assert cells(blocks(data, "T4")[0], "firewood")["CH4 [t]"] == "NO"
    assert cells(blocks(data, "T4")[0], "straw")["CH4 [t]"] == "NE"
    assert cells(blocks(data, "T2")[0], "Railways")["CO2 [t]"] == "IE"


def test_keys_of_all_parts_are_the_key_of_the_whole() -> None:
    why = Titled(title_en="none", title_zh="无")
    stated = [NotationFacts("2.C.1", "", "NO", why), NotationFacts("2.E", "", "IE", why)]
    assert notation_key(stated, "2.C.1") == "NO"
    assert notation_key(stated, "2.C") is None
    assert notation_key(stated, "2.E.1") == "IE"
    parts = [NotationFacts(f"2.D.{part}", "", "NO", why) for part in (1, 2, 4)]
    assert notation_key(parts, "2.D") == "NO"
    assert notation_key([NotationFacts("2.D.1", "grease", "NO", why)], "2.D.1") is None


@pytest.mark.parametrize("number", list(OFFICIAL))
@pytest.mark.parametrize("name", REGIONS)
def test_blocks_are_one_sheet_with_every_year_in_both_languages(name: str, number: str) -> None:
    data = computed(name).inventory
    for lang in LANGUAGES:
        made = OFFICIAL[number](data, lang=lang)
        assert len({table.sheet for table in made}) == 1
        assert made[0].sheet.startswith(f"{number} ")
        assert len(made[0].sheet) <= 31
        assert len({table.block for table in made}) == len(made)
        years = [table.year for table in made if table.year is not None]
        whole = number in ALL_YEARS
        assert set(years) == set(data.facts.years) if whole else set(years) <= set(data.facts.years)
        for table in made:
            assert all(len(row.cells) == len(table.columns) for row in table.rows)


def test_no_name_of_the_code_stands_where_a_title_exists() -> None:
    data = computed().inventory
    known = {name for name in (*sources(), *data.facts.sites) if "_" in name}
    for number in OFFICIAL:
        for table in OFFICIAL[number](data, lang="zh"):
            shown = {cell for row in table.rows for cell in row.cells if isinstance(cell, str)}
            assert not shown & known


def test_findings_name_lines_and_categories_by_their_titles() -> None:
    data = computed().inventory
    assert place_text(data, "1.A.2.a/iron_works/coke 2020", "en") == (
        "1.A.2.a Iron and steel · coke · Iron works (sinter and blast furnace) 2020"
    )
    assert place_text(data, "1.A.1.b", "zh") == "1.A.1.b 石油加工"
    sentence = with_titles(data, "1 of them (3.C.4/rice), 3.5/year and 1.A", "en")
    rice = f"3.C.4 Direct N2O from managed soils · {sources()['rice'].title('en')}"
    assert sentence == f"1 of them ({rice}), 3.5/year and 1.A"
    shown = finding_table(data, lang="zh")
    lines = set(data.dataset["line"].values)
    assert shown.rows
    assert not {str(row.cells[2]).split(" ")[0] for row in shown.rows} & lines


def test_every_stated_key_is_listed_with_its_reason() -> None:
    data = computed("sample_county").inventory
    meanings, stated = notation_tables(data, lang="en")
    assert [row.cells[0] for row in meanings.rows] == list(NOTATION_KEYS)
    assert len(stated.rows) == len(data.notations)
    assert all(row.cells[-1] for row in stated.rows)


@pytest.fixture(scope="module")
def tables() -> Mapping[str, pd.DataFrame]:
    return cp.official_tables(worlds.loaded("sample_county"))


def test_frames_hold_numbers_and_keys_with_units_and_years(
    tables: Mapping[str, pd.DataFrame],
) -> None:
    assert list(tables) == list(OFFICIAL)
    frame = tables["T1"]
    assert frame.attrs["title"] == "T1 示例县（虚构）温室气体清单总表"
    assert set(frame["年份"]) == {2023}
    kinds = {type(cell) for cell in frame["CO2 [吨]"]}
    assert kinds == {float, str}
    assert {cell for cell in frame["CO2 [吨]"] if isinstance(cell, str)} <= {"NE", "NO", "NA"}


def test_frame_of_layers_names_the_part_and_keeps_their_units(
    tables: Mapping[str, pd.DataFrame],
) -> None:
    frame = tables["T3"]
    assert frame["内容"].iloc[0] == "实物量"
    assert "原煤" in frame.columns
    units = frame.attrs["units"]
    assert units["2023年 · 实物量"]["原煤"] == "吨"
    assert units["2023年 · 二氧化碳排放占比"]["原煤"] == "%"
    assert not frame.columns.duplicated().any()


def test_unknown_table_names_the_nearest(tables: Mapping[str, pd.DataFrame]) -> None:
    with pytest.raises(KeyError, match="no reporting table 'T99'"):
        tables["T99"]


@pytest.mark.parametrize("number", list(OFFICIAL))
def test_every_frame_has_unique_columns_and_every_row(number: str) -> None:
    data = computed().inventory
    made = OFFICIAL[number](data, lang="en")
    frame = official_frame(made, lang="en")
    assert not frame.columns.duplicated().any()
    assert len(frame) == sum(len(table.rows) for table in made)
