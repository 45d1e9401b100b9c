"""Attribution of the difference between two scenarios, and the Shapley value behind it."""

from __future__ import annotations

from itertools import permutations
from math import factorial
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import worlds

import carbonpeak as cp
from carbonpeak.analysis.coalitions import lay_out_ends
from carbonpeak.analysis.shapley import Floats, Members, shapley
from carbonpeak.errors import ResultError

HEAD = "schema: carbonpeak/scenario/1\ntitle_zh: 甲\ntitle_en: {}\nextends: {}\n"


def table_game(worth: Floats):  # type: ignore[no-untyped-def]
    players = int(np.log2(len(worth)))

    def value(members: Members) -> Floats:
        return worth[members @ (1 << np.arange(players))]

    return value


def by_definition(worth: Floats) -> Floats:
    """Average the gains over all orders of joining, one order after the other."""
    players = int(np.log2(len(worth)))
    parts = np.zeros((players, *worth.shape[1:]))
    for order in permutations(range(players)):
        code = 0
        for player in order:
            parts[player] += worth[code | 1 << player] - worth[code]
            code |= 1 << player
    return parts / factorial(players)


games = st.integers(1, 5).flatmap(
    lambda players: st.lists(st.floats(-1e6, 1e6), min_size=2**players, max_size=2**players).map(
        np.array
    )
)


@given(games)
def test_the_value_is_the_mean_gain_over_all_orders(worth: Floats) -> None:
    players = int(np.log2(len(worth)))
    found = shapley(table_game(worth), players)
    assert found.exact
    assert found.coalitions == 2**players
    assert found.parts == pytest.approx(by_definition(worth), abs=1e-7)
    assert found.parts.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-7)


@given(st.integers(2, 5), st.data())
def test_equal_players_get_equal_parts(players: int, data: st.DataObject) -> None:
    by_size = data.draw(st.lists(st.floats(-1e3, 1e3), min_size=players + 1, max_size=players + 1))
    found = shapley(lambda members: np.array(by_size)[members.sum(axis=1)], players)
    assert np.ptp(found.parts) <= 1e-9


@given(games)
def test_who_never_adds_gets_nothing(worth: Floats) -> None:
    players = int(np.log2(len(worth)))
    extended = np.concatenate([worth, worth])
    found = shapley(table_game(extended), players + 1)
    assert found.parts[-1] == 0.0
    assert found.parts[:-1] == pytest.approx(shapley(table_game(worth), players).parts, abs=1e-7)


@given(st.integers(1, 4), st.data())
def test_the_value_of_a_sum_of_games_is_the_sum_of_values(
    players: int, data: st.DataObject
) -> None:
    numbers = st.lists(st.floats(-1e3, 1e3), min_size=2**players, max_size=2**players)
    one, other = (np.array(data.draw(numbers)) for _ in range(2))
    both = shapley(table_game(one + other), players).parts
    apart = [shapley(table_game(worth), players).parts for worth in (one, other)]
    assert both == pytest.approx(apart[0] + apart[1], abs=1e-9)


@given(games, st.integers(0, 5))
@settings(max_examples=30)
def test_sampled_parts_sum_to_the_whole_and_repeat_with_the_seed(worth: Floats, seed: int) -> None:
    players = int(np.log2(len(worth)))
    draws = [
        shapley(table_game(worth), players, exact_to=0, permutations=6, seed=seed) for _ in range(2)
    ]
    assert draws[0].parts.sum() == pytest.approx(worth[-1] - worth[0], abs=1e-6)
    np.testing.assert_array_equal(draws[0].parts, draws[1].parts)
    assert not draws[0].exact


def test_the_error_of_the_sample_is_the_size_of_its_miss() -> None:
    worth = np.random.default_rng(5).normal(size=2**6)
    exact = shapley(table_game(worth), 6).parts
    misses, errors = [], []
    for seed in range(40):
        found = shapley(table_game(worth), 6, exact_to=0, permutations=40, seed=seed)
        misses.append(found.parts - exact)
        errors.append(found.standard_error)
    ratio = np.sqrt(np.square(misses).mean() / np.square(errors).mean())
    assert ratio == pytest.approx(1.0, abs=0.25)


def test_a_sum_of_players_is_sampled_without_error() -> None:
    gains = np.array([3.0, -1.0, 2.0, 0.0])
    found = shapley(lambda members: members @ gains, 4, exact_to=0, permutations=4)
    assert found.parts == pytest.approx(gains)
    assert found.standard_error == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize("count", [2, 7])
def test_orders_come_in_pairs(count: int) -> None:
    with pytest.raises(ResultError, match="even number of at least 4"):
        shapley(lambda members: members.sum(axis=1), 3, exact_to=0, permutations=count)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> cp.Region:
    """The built-in case with scenarios that differ in drivers as well."""
    folder = worlds.opulent(tmp_path_factory.mktemp("attribution"))
    write(
        folder,
        "other",
        "strengthened",
        "gdp: services_value_added\n"
        "activity:\n  services: {site: services_and_public, series: unchanged}\n"
        "efficiency:\n  road: null\n"
        "factors:\n  grid: null\n",
    )
    write(
        folder,
        "boom",
        "baseline",
        "activity:\n  ferronickel: {site: ferronickel_rkef, series: gdp}\n"
        "measures:\n  coal_substitution: {builds: {2034: 260000}}\n",
    )
    worlds.edit(
        folder / "measures.csv",
        "coal_substitution,potential,135000,t/year,60000,170000",
        "coal_substitution,potential,300000,t/year,60000,300000",
    )
    worlds.edit(
        folder / "measures.csv",
        "coal_substitution,yearly_limit,40000,(t/year)/year,15000,80000",
        "coal_substitution,yearly_limit,300000,(t/year)/year,15000,300000",
    )
    write(folder, "short", "baseline", "horizon: {start: 2020, end: 2030}\n")
    write(folder, "same", "baseline", "note: nothing else\n")
    return cp.load_region(folder)


def write(folder: Path, name: str, extends: str, text: str) -> None:
    (folder / f"{name}.yaml").write_text(HEAD.format(name, extends) + text, "utf-8")


def scenario(region: cp.Region, name: str) -> cp.Scenario:
    return cp.load_scenario(region, name)


def attributed(region: cp.Region, first: str, second: str | None, **options: object) -> xr.Dataset:
    pair = [scenario(region, name) for name in (first, second) if name]
    return cp.attribute(region, *pair, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("of", ["energy_co2", "co2_intensity", "net_ghg", "energy_total"])
def test_parts_sum_to_the_difference(county: cp.Region, of: str) -> None:
    found = attributed(county, "baseline", "other", of=of, groups=FEW)
    pathways = [cp.project(county, scenario(county, name)) for name in ("baseline", "other")]
    start, end = (cp.indicator(pathway, of) for pathway in pathways)
    size = float(abs(start).max())
    for rule in ("shapley", "in_order"):
        total = found["part"].sel(rule=rule).sum("group")
        assert total.values == pytest.approx((end - start).values, abs=1e-9 * size)
        assert np.abs(found["interaction"].sel(rule=rule)).max() <= 1e-9 * size
    left = found["difference"] - found["part"].sum("group")
    left = left.transpose("rule", "year")
    xr.testing.assert_allclose(found["interaction"], left, atol=1e-9 * size)
    assert found["part"].units == start.units


FEW = {
    "demand": ["activity", "efficiency"],
    "power": ["solar_pv", "gas_chp_6f"],
    "fuel": ["coal_substitution", "waste_heat"],
    "sinks": ["forest_cover", "mangrove"],
}


def test_drivers_and_measures_are_groups_of_their_own(county: cp.Region) -> None:
    found = attributed(county, "baseline", "other", years=2035, method="one_at_a_time")
    drivers = ["gdp", "activity", "efficiency", "factors.grid"]
    measures = ["solar_pv", "gas_chp_6f", "coal_substitution", "waste_heat"]
    assert list(found["group"].values[:4]) == drivers
    assert set(found["group"].values[4:]) == {*measures, "forest_cover", "mangrove"}
    assert (
        found["group_title_en"].sel(group="factors.grid").item() == "Factor path: grid electricity"
    )
    assert found["group_title_zh"].sel(group="solar_pv").item() == "屋顶光伏"
    assert found["keys"].sel(group="activity").item() == "activity.services"


def test_the_interaction_of_solar_power_and_the_grid_is_halved(county: cp.Region) -> None:
    """Solar power on a grid that stays dirty: two groups share their one interaction alike."""
    found = attributed(
        county,
        "baseline",
        "other",
        groups={"solar_pv": "solar_pv", "grid": "factors.grid", "rest": REST},
        years=2035,
    )
    alone = found["part"].sel(rule="one_at_a_time", group="solar_pv").item()
    shared = found["part"].sel(rule="shapley", group="solar_pv").item()
    on_top = attributed(
        county,
        "baseline",
        "other",
        groups={"grid": "factors.grid", "solar_pv": "solar_pv", "rest": REST},
        years=2035,
        method="in_order",
    )
    second = on_top["part"].sel(rule="in_order", group="solar_pv").item()
    # Nothing else changes what a MWh of bought electricity emits.
    assert shared == pytest.approx((alone + second) / 2)
    assert alone < 0
    assert abs(second) > abs(alone)


REST = [
    "gdp",
    "activity",
    "efficiency",
    "coal_substitution",
    "waste_heat",
    "gas_chp_6f",
    "forest_cover",
    "mangrove",
]


def test_measures_add_up_on_one_set_of_drivers(county: cp.Region) -> None:
    found = attributed(county, "baseline", "strengthened", of="co2_intensity")
    shares = found["part"].transpose("rule", ...).values
    assert shares[0] == pytest.approx(shares[1], rel=1e-6, abs=1e-18)
    assert shares[0] == pytest.approx(shares[2], rel=1e-6, abs=1e-18)


def test_a_measure_brings_what_the_pathway_says_it_contributes(county: cp.Region) -> None:
    found = attributed(county, "plan", None, of="net_ghg")
    pathway = cp.project(county, scenario(county, "plan"))
    from carbonpeak import units

    weights = units.gwp_table([county.record.metric], [str(g) for g in pathway["gas"].values])[0]
    weighed = (pathway["contribution"] * xr.DataArray(weights, dims="gas")).sum("gas")
    for name in found["group"].values:
        part = found["part"].sel(rule="shapley", group=name)
        assert part.values == pytest.approx(weighed.sel(measure=name).values, abs=1e-3)
    assert found.attrs["first"] == "plan without measures"


def test_the_way_back_has_the_opposite_sign(county: cp.Region) -> None:
    there = attributed(county, "baseline", "other", groups=FEW, years=[2025, 2035])
    back = attributed(county, "other", "baseline", groups=FEW, years=[2025, 2035])
    for name in there["group"].values:
        one = there["part"].sel(rule="shapley", group=name).values
        other = back["part"].sel(rule="shapley", group=name).values
        assert one == pytest.approx(-other, abs=1e-3)


def test_sampled_attribution_lies_within_its_error(county: cp.Region) -> None:
    options = {"years": 2035, "groups": FEW}
    exact = attributed(county, "baseline", "other", **options)
    drawn = attributed(county, "baseline", "other", **options, exact_to=4, permutations=10, seed=2)
    assert exact.attrs["exact"] == 1
    assert drawn.attrs["exact"] == 0
    assert drawn.attrs["coalitions"] < exact.attrs["coalitions"]
    miss = abs(drawn["part"] - exact["part"]).sel(rule="shapley")
    assert (miss <= 5 * drawn["standard_error"] + 1e-3).all()
    left = drawn["interaction"].sel(rule="shapley").item()
    assert left == pytest.approx(0, abs=1e-9 * drawn["start"].item())


def test_an_impossible_coalition_is_named_and_grouping_is_the_way_out(county: cp.Region) -> None:
    with pytest.raises(
        ResultError,
        match=r"'baseline' with coal_substitution of 'boom' takes more than there is of "
        r"'1\.A\.2\.a/ferronickel_rkef/raw_coal' in 2034.*coal_substitution takes 260,000",
    ):
        attributed(county, "baseline", "boom")
    in_order = attributed(county, "baseline", "boom", method="in_order", years=2035)
    assert list(in_order["group"].values) == ["activity", "coal_substitution"]
    together = attributed(
        county, "baseline", "boom", groups={"boom": ["activity", "coal_substitution"]}, years=2035
    )
    assert together["part"].sel(rule="shapley").item() == pytest.approx(
        in_order["part"].sum().item()
    )


def test_a_group_may_hold_what_does_not_differ(county: cp.Region) -> None:
    found = attributed(county, "baseline", "plan", groups={"idle": "gas_chp_9f"}, years=2035)
    assert found["part"].sel(group="idle").values == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("second", "options", "message"),
    [
        ("short", {}, "'baseline' runs 2020 to 2035 but 'short' runs 2020 to 2030"),
        ("same", {}, "do not differ in any measure or driver"),
        ("plan", {"groups": {"sun": "solar"}}, "unknown key 'solar'.*did you mean 'solar_pv'"),
        ("plan", {"groups": {"a": "solar_pv", "b": "measures"}}, "'measures.solar_pv' is named"),
        ("plan", {"groups": {"mangrove": "solar_pv"}}, "also what remains apart"),
        ("plan", {"method": "shaply"}, "did you mean 'shapley'"),
        ("plan", {"years": 2040}, "no year 2040; choose from 2020 to 2035"),
        ("plan", {"of": "energy_co"}, "did you mean 'energy_co2'"),
    ],
)
def test_what_cannot_be_attributed_is_refused(
    county: cp.Region, second: str, options: dict[str, object], message: str
) -> None:
    with pytest.raises(ResultError, match=message):
        attributed(county, "baseline", second, **options)


def test_scenarios_of_two_regions_are_refused(county: cp.Region) -> None:
    other = worlds.loaded("minimal")
    with pytest.raises(ResultError, match="is of 'minimal', not of 'yangjiang'"):
        cp.attribute(county, scenario(county, "plan"), cp.load_scenario(other, "plan"))


def test_builds_are_compared_and_not_how_they_are_written(county: cp.Region) -> None:
    write(
        county.path,
        "respelt",
        "plan",
        "measures:\n  gas_chp_6f: {start: 2025, full: 2025, amount: 2}\n",
    )
    ends = lay_out_ends(scenario(county, "plan"), scenario(county, "respelt"))
    assert ends.differing == ()
