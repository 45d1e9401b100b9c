"""The figures of an inventory show its numbers: flows, totals, ranges and key categories."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak import plot
from carbonpeak.output.data import InventoryData
from carbonpeak.output.wording import gas_text, input_title, part_title
from carbonpeak.workflow.energy_flows import MAKER, SOLD, USERS, bought, energy_flows, split
from carbonpeak.workflow.inventory_figures import (
    draw_trend,
    draw_uncertainty,
    draw_variance,
    inventory_drawings,
)
from output_worlds import computed

HERE, OUT, PLANT = 0, USERS.index(SOLD), USERS.index(MAKER)


def cells(**rows: dict[int, float]) -> np.ndarray:
    values = np.zeros((len(rows), len(USERS)))
    for row, parts in enumerate(rows.values()):
        for user, value in parts.items():
            values[row, user] = value
    return values


def test_heat_made_inside_reaches_its_users_and_is_not_supplied() -> None:
    used = cells(coal={HERE: 10.0, PLANT: 8.0}, heat={HERE: 4.0, 1: 1.0, PLANT: -3.0})
    supply, delivered = split(used)
    np.testing.assert_allclose(supply, cells(coal={0: 10, PLANT: 8}, heat={0: 1.6, 1: 0.4}))
    np.testing.assert_allclose(delivered[[HERE, 1]], [2.4, 0.6])
    assert supply.sum() == pytest.approx(used.sum())


def test_what_is_made_beyond_the_use_is_sold() -> None:
    supply, delivered = split(cells(power={HERE: 4.0, PLANT: -6.0}))
    assert not supply.any()
    assert delivered[HERE] == 4.0
    assert delivered[OUT] == 2.0


def test_emissions_of_what_is_bought_follow_the_supply() -> None:
    supply = cells(coal={HERE: 7.0}, power={HERE: 3.0, 1: 1.0}, heat={})
    shared = bought(supply, np.array([0.0, 20.0, -5.0]))
    assert shared[[HERE, 1]].tolist() == [15.0, 5.0]
    assert shared.sum() == 20.0


@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
def test_flows_sum_to_the_totals_of_the_inventory(name: str) -> None:
    data = computed(name).inventory
    year, convention = data.facts.base_year, data.facts.convention
    flows = energy_flows(data.dataset, year)
    total = data.figures["energy_total"].sel(year=year, convention=convention)
    assert SOLD not in flows.delivered["user"]
    assert float(flows.supply.sum()) == pytest.approx(float(total))
    users = ["combustion", "biomass", "bought_electricity", "bought_heat"]
    expected = data.summary["co2e"].sel(row=users, year=year).sum()
    assert float(flows.emissions.sum()) == pytest.approx(float(expected))


def test_own_heat_of_yangjiang_is_what_the_flows_deliver() -> None:
    inventory = worlds.compiled()
    made = (
        inventory["energy"]
        .sel(convention="equal", year=2020)
        .where(inventory["source"] == "own_heat")
    )
    flows = energy_flows(inventory, 2020)
    assert float(flows.delivered.sum()) == pytest.approx(-float(made.sum()))
    assert "heat" not in flows.supply["carrier"]


def test_the_trend_ends_at_the_total_with_land_and_bought_power() -> None:
    data = computed().inventory
    _, ax = plot.new_axes()
    draw_trend(ax, data, lang="en")
    net = next(line for line in ax.lines if line.get_label() == "net")
    rows = data.summary["co2e"].sel(year=2020)
    expected = float(rows.sel(row="total_with_indirect") + rows.sel(row="land"))
    assert net.get_ydata()[-1] == pytest.approx(expected / 1e4)


def test_ranges_hold_the_central_values_of_the_inventory() -> None:
    data = computed().inventory
    ranges = data.assessment.ranges
    assert bool((ranges["low"] <= ranges["central"]).all())
    assert bool((ranges["central"] <= ranges["high"]).all())
    _, ax = plot.new_axes()
    draw_uncertainty(ax, data, lang="en")
    bars = [bar.get_width() for bar in ax.containers[0]]
    total = float(data.figures["total"].sel(year=2020))
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert bars[names.index("Total, direct")] == pytest.approx(total / 1e4)


def test_shares_of_variance_that_are_drawn_sum_to_everything() -> None:
    _, ax = plot.new_axes()
    draw_variance(ax, computed().inventory, lang="zh")
    assert sum(bar.get_width() for bar in ax.containers[0]) == pytest.approx(100.0)


@pytest.mark.parametrize("assessment", ["level", "trend"])
def test_key_categories_that_are_drawn_are_those_found(assessment: str) -> None:
    data = computed().inventory
    _, ax = plot.new_axes()
    inventory_drawings(data, lang="en")[f"key_categories_{assessment}"].draw(ax)
    assert ax.lines[0].get_xdata()[-1] == pytest.approx(100.0)
    found = cp.key_categories(worlds.compiled())
    tones = [bar.get_facecolor() for bar in ax.containers[0]]
    assert tones.count(tones[0]) == int(found[f"{assessment}_key"].sum())


def test_one_year_has_no_trend_of_key_categories() -> None:
    names = list(inventory_drawings(computed("sample_county").inventory, lang="zh"))
    assert "key_categories_level" in names
    assert "key_categories_trend" not in names


def test_files_are_written_in_the_order_of_the_report(tmp_path: Path) -> None:
    files = cp.draw_inventory(worlds.loaded("minimal"), tmp_path / "figures", lang="en")
    assert [path.name for path in files.values()] == [f"{name}.png" for name in files]
    assert {path.name for path in (tmp_path / "figures").iterdir()} == {
        path.name for path in files.values()
    }


def test_without_energy_there_is_no_figure_of_its_flows() -> None:
    data: InventoryData = computed("minimal").inventory
    still = data.dataset.copy()
    still["energy"] = still["energy"] * 0
    assert "energy_flows" not in inventory_drawings(replace(data, dataset=still), lang="en")


def test_inputs_are_named_in_words() -> None:
    facts = computed().inventory.facts
    coke = input_title("activity|1.A.2.a/iron_works/coke|2020", facts, "en")
    assert coke.replace("\u00a0", " ") == "Iron works (sinter and blast furnace) · coke"
    grid = input_title(
        "emission_factor|electricity|all|Guangdong|CO2|2020|local", facts, "zh"
    ).split()
    assert grid == ["排放因子", "·", "电力", "CO₂"]
    assert input_title("survey of households", facts, "en") == "survey of households"


@pytest.mark.parametrize(
    ("gas", "text"),
    [("CO2", "CO₂"), ("CH4_fossil", "CH₄ fossil"), ("HFC134a", "HFC134a"), ("SF6", "SF₆")],
)
def test_formulas_have_subscripts(gas: str, text: str) -> None:
    assert gas_text(gas) == text


def test_a_category_without_gas_is_its_code_and_heading() -> None:
    assert part_title("3.C.7", "en").split("\u00a0") == ["3.C.7", "Rice cultivation"]
