"""Variants of a scenario and their grid, checked as files would be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ScenarioError


def growth(rate: float) -> dict[str, object]:
    return {
        "series": {
            "gdp": {
                "points": {2025: f"{rate} percent/year"},
                "measure_of": "growth",
                "source_id": "invented",
                "where": "what if",
                "evidence": "assumption",
            }
        }
    }


AXES = {
    "growth": {"low": growth(3), "high": growth(7)},
    "coal": {"stated": {}, "none": {"measures": {"coal_to_gas": None}}},
}


def plan() -> cp.Scenario:
    return cp.load_scenario(worlds.loaded("minimal"), "plan")


def test_a_grid_is_the_product_of_its_axes() -> None:
    grid = cp.scenario_grid(plan(), AXES)
    assert list(grid) == [
        "plan+growth=low+coal=stated",
        "plan+growth=low+coal=none",
        "plan+growth=high+coal=stated",
        "plan+growth=high+coal=none",
    ]
    for name, scenario in grid.items():
        assert scenario.name == name
        pathway = cp.project(scenario.region, scenario)
        rate = 1.03 if "low" in name else 1.07
        assert float(pathway["gdp"][-1] / pathway["gdp"][0]) == pytest.approx(rate**5)
        assert bool(pathway["builds"].any()) == ("stated" in name)
        assert pathway.attrs["scenario"] == name


def test_a_grid_without_axes_is_the_scenario_itself() -> None:
    assert list(cp.scenario_grid(plan(), {})) == ["plan"]


def test_a_variant_equals_the_file_that_says_the_same(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    (path / "later.yaml").write_text(
        "schema: carbonpeak/scenario/1\ntitle_zh: 迟\ntitle_en: Later\nextends: plan\n"
        "measures:\n  coal_to_gas: {start: 2023, full: 2025, amount: 8000}\n",
        "utf-8",
    )
    region = cp.load_region(path)
    adoption = {"start": 2023, "full": 2025, "amount": 8000}
    said = cp.load_scenario(region, "plan").variant(
        "later", {"measures": {"coal_to_gas": adoption}}
    )
    written = cp.project(region, cp.load_scenario(region, "later"))
    for name, values in cp.project(region, said).items():
        np.testing.assert_array_equal(values, written[name])


def test_where_from_names_the_variant_or_the_file() -> None:
    scenario = cp.scenario_grid(plan(), AXES)["plan+growth=low+coal=none"]
    assert scenario.where_from("series.gdp") == "variant growth=low"
    assert scenario.where_from("series.gdp.points.2025") == "variant growth=low"
    assert scenario.where_from("activity.heat").endswith("minimal/baseline.yaml:8")


def test_titles_tell_variants_apart() -> None:
    scenario = plan().variant("slow", {})
    assert scenario.record.title_en == "The plan · slow"
    assert plan().variant("slow", {"title_en": "Slow"}).record.title_en == "Slow"


def test_a_series_may_stand_in_for_another() -> None:
    variant = plan().variant("flat", {"series": {"gdp": {"instead": "population"}}})
    pathway = cp.project(variant.region, variant)
    assert float(pathway["gdp"][-1] / pathway["gdp"][0]) == pytest.approx(1.1)


def test_nothing_stands_in_for_a_series_that_is_not_there() -> None:
    variant = plan().variant("flat", {"series": {"gpd": {"instead": "population"}}})
    with pytest.raises(InputError, match=r"\[series.gpd\] no series 'gpd'; did you mean 'gdp'"):
        cp.project(variant.region, variant)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mesures": {}}, r"variant wrong: \[mesures\] unknown key.*did you mean 'measures'"),
        ({"horizon": {"start": 2020, "end": 2019}}, r"variant wrong: \[horizon.end\] ends in 2019"),
        (
            {"measures": {"coal_to_gas": {"builds": {2035: 1}}}},
            r"variant wrong: \[measures.coal_to_gas\] builds in 2035, outside",
        ),
        ({"series": {"gdp": {"points": {2025: "4 percent/year"}}}}, "needs 'measure_of'"),
        ({"series": {"gdp": {}}}, "needs either 'instead'"),
    ],
)
def test_a_variant_is_checked_as_a_file(changes: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        plan().variant("wrong", changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"instead": "gpd_low"}, r"variant wrong: \[series.gdp.instead\] no series 'gpd_low'"),
        (
            {**growth(3)["series"]["gdp"], "points": {2025: "4 percnt"}},
            r"variant wrong: \[series.gdp.points.2025\] unknown unit 'percnt'",
        ),
        ({**growth(3)["series"]["gdp"], "source_id": "nobody"}, "unknown source 'nobody'"),
        (growth(-120)["series"]["gdp"], "variant wrong: .*a loss of more than everything"),
    ],
)
def test_series_of_a_variant_are_checked(changes: dict[str, object], message: str) -> None:
    variant = plan().variant("wrong", {"series": {"gdp": changes}})
    with pytest.raises(InputError, match=message):
        cp.project(variant.region, variant)


def test_every_fault_of_a_grid_is_told_once() -> None:
    axes = {"one": {"bad": {"mesures": {}}, "good": {}}, "two": {"a": {}, "b": {}}}
    with pytest.raises(InputError) as caught:
        cp.scenario_grid(plan(), axes)
    assert len(caught.value.faults) == 1


def test_two_axes_may_not_change_the_same_entry() -> None:
    axes = {"one": {"low": growth(3)}, "two": {"high": growth(7)}}
    with pytest.raises(ScenarioError, match=r"axes 'one' and 'two' both change 'series\.gdp'"):
        cp.scenario_grid(plan(), axes)


def test_an_axis_needs_a_variant() -> None:
    with pytest.raises(ScenarioError, match="axis 'growth' has no variant"):
        cp.scenario_grid(plan(), {"growth": {}})
