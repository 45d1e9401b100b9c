"""What series and trends are called."""

from __future__ import annotations

import pytest

import worlds
from carbonpeak.scenario.drivers import read_series
from carbonpeak.scenario.scenario import load_scenario, scenario_names
from carbonpeak.scenario.titles import read_titles, title_of

SHIPPED = ["yangjiang", "sample_county"]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_series_and_trend_of_the_shipped_regions_has_a_title(name: str) -> None:
    region = worlds.loaded(name)
    titles = read_titles(region)
    for scenario in (load_scenario(region, one) for one in scenario_names(region)):
        used = {*read_series(scenario), *scenario.record.efficiency, *scenario.record.factors}
        assert used <= set(titles), scenario.name


def test_a_title_in_both_languages_and_the_name_without_one() -> None:
    region = worlds.loaded("yangjiang")
    assert title_of(region, "nickel_pig_iron_output", "zh") == "镍生铁产量"
    assert title_of(region, "nickel_pig_iron_output", "en") == "nickel pig iron output"
    assert title_of(worlds.loaded("minimal"), "steel_output", "zh") == "steel output"
