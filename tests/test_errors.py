"""Which word is proposed for another, and what is said where there is none."""

from __future__ import annotations

import pytest

from carbonpeak.errors import nearest, suggestion

FUELS = ["raw_coal", "anthracite", "natural_gas", "diesel", "gasoline", "coal_tar", "biogas"]
INDICATORS = ["energy_co2", "direct_co2", "gross_ghg", "net_ghg", "coal", "planted_area"]
CHINESE = ["原煤", "原油", "天然气", "汽油", "柴油", "水泥熟料", "热力", "实测", "文献", "假设"]


@pytest.mark.parametrize(
    ("written", "allowed", "meant"),
    [
        ("raw_cole", FUELS, "raw_coal"),
        ("raw coal", FUELS, "raw_coal"),
        ("disel", FUELS, "diesel"),
        ("Diesel", FUELS, "diesel"),
        ("NATURAL_GAS", FUELS, "natural_gas"),
        ("energy_c02", INDICATORS, "energy_co2"),
        ("gross", INDICATORS, "gross_ghg"),
        ("planted", INDICATORS, "planted_area"),
        ("gpd", ["gdp", "population"], "gdp"),
        ("原媒", CHINESE, "原煤"),
        ("天燃气", CHINESE, "天然气"),
        ("水泥孰料", CHINESE, "水泥熟料"),
    ],
)
def test_a_word_mistyped_is_recognised(written: str, allowed: list[str], meant: str) -> None:
    assert nearest(written, allowed) == meant
    assert suggestion(written, allowed) == f"did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ("calcium_carbide", FUELS),
        ("cars", INDICATORS),
        ("energy", ["green_price", "heat_cascade"]),
        ("free", ["offers", "measures"]),
        ("waste", ["baseline", "plan", "strengthened"]),
        ("e", INDICATORS),
        ("", INDICATORS),
        ("猜测", CHINESE),
        ("重油", ["柴油", "汽油"]),
        ("电", CHINESE),
        ("石灰石", CHINESE),
    ],
)
def test_another_word_is_not_taken_for_a_mistake(written: str, allowed: list[str]) -> None:
    assert nearest(written, allowed) is None
    assert suggestion(written, allowed).startswith("allowed: ")


def test_the_words_are_listed_up_to_twelve() -> None:
    assert suggestion("x", ["one", "two"]) == "allowed: one, two"
    many = [f"word{number}" for number in range(13)]
    assert suggestion("x", many).endswith("word11, …")


def test_where_there_is_none_nothing_is_listed() -> None:
    assert suggestion("cars", []) == "there is none to choose from"
