"""A target split over receivers: each rule by hand, sums in every digit, nobody and nonsense."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import carbonpeak as cp
from carbonpeak.errors import InputError, UnitError

TOWNS = pd.DataFrame(
    {
        "base_emissions": [60.0, 30.0, 10.0],
        "expected_emissions": [60.0, 40.0, 20.0],
        "output": [100.0, 200.0, 50.0],
        "benchmark": [0.5, 0.2, 0.2],
        "ability": [1.0, 4.0, 5.0],
    },
    index=["north", "middle", "south"],
)


def split(rule: Any, total: float = 40.0, **options: Any) -> pd.DataFrame:
    chosen = {"receivers": TOWNS, "kind": "reduction", "decimals": 1, **options}
    return cp.allocate(total, chosen.pop("receivers"), rule, unit="10^4 t CO2/year", **chosen)


@pytest.mark.parametrize(
    ("rule", "kind", "total", "parts"),
    [
        ("grandfathering", "reduction", 40.0, [24.0, 12.0, 4.0]),
        ("grandfathering", "budget", 80.0, [48.0, 24.0, 8.0]),
        # A third of 60, 40 and 20: 20, 13.33, 6.67.
        ("equal_rate", "reduction", 40.0, [20.0, 13.3, 6.7]),
        ("equal_rate", "budget", 80.0, [40.0, 26.7, 13.3]),
        # Output times benchmark is 50, 40, 10.
        ("benchmark", "budget", 80.0, [40.0, 32.0, 8.0]),
        ("benchmark", "reduction", 40.0, [20.0, 8.0, 12.0]),
        ("capacity", "reduction", 40.0, [4.0, 16.0, 20.0]),
        ("capacity", "budget", 80.0, [56.0, 24.0, 0.0]),
        # Halves of 24, 12, 4 and of 4, 16, 20.
        ({"grandfathering": 0.5, "capacity": 0.5}, "reduction", 40.0, [14.0, 14.0, 12.0]),
    ],
)
def test_each_rule_by_hand(rule: Any, kind: str, total: float, parts: list[float]) -> None:
    assert split(rule, total, kind=kind)["amount"].tolist() == parts


def test_budget_and_reduction_of_benchmark_and_capacity_leave_nothing_over() -> None:
    for rule in ("benchmark", "capacity", "equal_rate"):
        both = split(rule, 80.0, kind="budget")["amount"] + split(rule)["amount"]
        assert both.tolist() == pytest.approx(TOWNS["expected_emissions"].tolist())


def test_the_result_shows_the_rule_and_what_it_rests_on() -> None:
    table = split({"grandfathering": 0.5, "capacity": 0.5})
    assert table["rule"].unique().tolist() == ["0.5 grandfathering + 0.5 capacity"]
    assert table.loc["north", ["by_grandfathering", "by_capacity"]].tolist() == [24.0, 4.0]
    assert table["ability"].tolist() == TOWNS["ability"].tolist()
    assert table["share"].tolist() == [0.35, 0.35, 0.3]
    assert table.attrs == {
        "total": 40.0,
        "kind": "reduction",
        "unit": "10^4 t CO2/year",
        "decimals": 1,
    }


@given(
    st.lists(st.floats(0, 1e9), min_size=1, max_size=40).filter(any),
    st.integers(1, 10**9),
    st.integers(0, 6),
)
def test_parts_sum_in_every_digit_and_stay_within_one_step(
    weights: list[float], count: int, decimals: int
) -> None:
    firms = pd.DataFrame({"base_emissions": weights})
    total = count / 10**decimals
    table = split("grandfathering", total, receivers=firms, decimals=decimals)
    assert sum(map(Decimal, map(repr, table["amount"]))) == Decimal(repr(total))
    assert (abs(table["amount"] - table["by_grandfathering"]) * 10**decimals < 1 + 1e-6).all()


def test_of_equal_remainders_the_first_gets_the_step() -> None:
    alike = pd.DataFrame({"base_emissions": [1, 1, 1]}, index=["a", "b", "c"])
    assert split("grandfathering", 100.0, receivers=alike)["amount"].tolist() == [33.4, 33.3, 33.3]


def refused(*given: Any, **options: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        split(*given, **options)
    return str(caught.value).splitlines()


def test_nobody_gets_nothing() -> None:
    assert refused("grandfathering", receivers=TOWNS.iloc[:0]) == [
        "receivers: there is nobody to allocate to; give at least one row"
    ]


def test_every_fault_is_named_at_once() -> None:
    towns = TOWNS.assign(base_emissions=[60.0, -1.0, float("nan")]).drop(columns="ability")
    towns.index = ["north", "north", "south"]
    assert refused({"grandfathering": 0.5, "capacity": 0.4}, float("nan"), receivers=towns) == [
        "rule: the weights sum to 0.9; let them sum to 1",
        "total: is nan; there is nothing to split; give it above 0",
        "receiver 'north': stands twice; keep one row",
        "receiver 'north': [base_emissions] is -1.0; give a number, 0 or above",
        "receiver 'south': [base_emissions] is nan; give a number, 0 or above",
        "receivers: [ability] is missing; add it; the columns are base_emissions, "
        "expected_emissions, output, benchmark",
    ]


@pytest.mark.parametrize(
    ("rule", "options", "message"),
    [
        ("grandfather", {}, "rule: unknown rule 'grandfather'; did you mean 'grandfathering'?"),
        ({}, {}, "rule: the weights sum to 0; let them sum to 1"),
        (
            {"capacity": 1.5, "equal_rate": -0.5},
            {},
            "rule: the weight of equal_rate is missing or negative; "
            "give each rule of the blend a weight, 0 or above",
        ),
        ("equal_rate", {"kind": "cap"}, "kind: unknown kind 'cap'; write budget or reduction"),
        (
            "equal_rate",
            {"total": 40.25},
            "total: 40.25 cannot be split into parts of 1 decimals; "
            "give more decimals, or round the total first",
        ),
        (
            "capacity",
            {"total": 130.0, "kind": "budget"},
            "total: is above the expected emissions of all, 120; capacity needs a total below them",
        ),
        (
            "capacity",
            {"total": 60.0},
            "receiver 'south': would have to cut 30 of 20 expected; "
            "choose another rule, blend it, or leave this receiver out",
        ),
        (
            "capacity",
            {"total": 60.0, "kind": "budget"},
            "receiver 'south': would get a negative budget, -10; "
            "choose another rule, blend it, or leave this receiver out",
        ),
        (
            "benchmark",
            {"kind": "budget", "receivers": TOWNS.assign(output=0.0)},
            "receivers: output x benchmark is 0 for all; benchmark has nothing to split by",
        ),
    ],
)
def test_what_cannot_be_split(rule: Any, options: dict[str, Any], message: str) -> None:
    assert refused(rule, **options) == [message]


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(UnitError):
        cp.allocate(1.0, TOWNS, "capacity", kind="reduction", unit="tons", decimals=0)


FIRMS = pd.DataFrame(
    {
        "base_emissions": [30.0, 30.0, 20.0, 10.0, 10.0],
        "expected_emissions": [30.0, 30.0, 30.0, 10.0, 20.0],
        "output": [60.0, 40.0, 100.0, 100.0, 50.0],
        "benchmark": [0.5, 0.5, 0.2, 0.2, 0.2],
        "ability": [0.5, 0.5, 2.0, 2.0, 5.0],
    },
    index=pd.MultiIndex.from_tuples(
        [
            ("north", "industry", "smelter"),
            ("north", "industry", "mill"),
            ("middle", "industry", "foundry"),
            ("middle", "transport", "port"),
            ("south", "transport", "depot"),
        ],
        names=["town", "department", "firm"],
    ),
)


def split_down(total: float = 40.0, receivers: pd.DataFrame = FIRMS, **rules: Any) -> pd.DataFrame:
    chosen = {"town": "capacity", "department": "equal_rate", "firm": "grandfathering", **rules}
    return cp.allocate_levels(
        total, receivers, chosen, kind="reduction", unit="10^4 t CO2/year", decimals=1
    )


def test_each_level_is_split_by_its_own_rule() -> None:
    """The towns are those above, by ability 4, 16, 20; middle has 30 and 10 expected: 12 and 4."""
    table = split_down()
    assert table["amount_town"].tolist() == [4.0, 4.0, 16.0, 16.0, 20.0]
    assert table["amount_department"].tolist() == [4.0, 4.0, 12.0, 4.0, 20.0]
    assert table["amount_firm"].tolist() == [2.0, 2.0, 12.0, 4.0, 20.0]


@pytest.mark.parametrize("rule", ["grandfathering", "equal_rate"])
@pytest.mark.parametrize("total", [33.3, 0.1, 77.7])
def test_every_level_sums_to_the_one_above_in_every_digit(rule: str, total: float) -> None:
    table = split_down(total, town=rule, department=rule, firm=rule)
    tops = table.groupby(level=["town"], sort=False)
    towns = tops["amount_town"].first().tolist()
    assert sum(map(Decimal, map(repr, towns))) == Decimal(repr(total))
    for level, above in (("department", "town"), ("firm", "department")):
        names = list(FIRMS.index.names[: FIRMS.index.names.index(level) + 1])
        parts = table.groupby(level=names, sort=False)[f"amount_{level}"].first()
        for who, part in parts.groupby(level=names[:-1], sort=False):
            whole = float(table.xs(who, level=names[:-1])[f"amount_{above}"].iloc[0])
            assert sum(map(Decimal, map(repr, part.tolist()))) == Decimal(repr(whole))


def test_the_benchmark_of_a_town_is_that_of_its_firms() -> None:
    """Output times benchmark is 50, 40, 10: the towns of the first tests."""
    budget = cp.allocate_levels(
        80.0,
        FIRMS,
        dict.fromkeys(("town", "department", "firm"), "benchmark"),
        kind="budget",
        unit="10^4 t CO2/year",
        decimals=1,
    )
    tops = budget.groupby(level="town", sort=False)["amount_town"].first()
    assert tops.tolist() == [40.0, 32.0, 8.0]


def test_one_level_is_an_allocation() -> None:
    towns = TOWNS.rename_axis("town")
    down = cp.allocate_levels(
        40.0, towns, {"town": "capacity"}, kind="reduction", unit="t CO2/year", decimals=1
    )
    assert down["amount_town"].tolist() == split("capacity")["amount"].tolist()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"receivers": FIRMS.iloc[:0]}, "there is nobody to allocate to"),
        ({"village": "capacity"}, "no level 'village'"),
        ({"department": "capacity", "total": 119.0, "town": "equal_rate"}, "in 'middle': rec"),
    ],
)
def test_what_cannot_be_split_down(changes: dict[str, Any], words: str) -> None:
    options = dict(changes)
    with pytest.raises(InputError, match=words):
        split_down(options.pop("total", 40.0), options.pop("receivers", FIRMS), **options)


def test_each_level_needs_a_rule() -> None:
    with pytest.raises(InputError, match="level 'firm' has no rule; name one for each level"):
        cp.allocate_levels(
            1.0,
            FIRMS,
            {"town": "capacity", "department": "capacity"},
            kind="reduction",
            unit="1",
            decimals=0,
        )
