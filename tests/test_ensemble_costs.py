"""Costs of measures over the draws of an ensemble."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from tests.test_ensemble import rewrite, runs, unranged, write_drivers, write_measures, write_trends

import carbonpeak as cp
import worlds
from carbonpeak import plot
from carbonpeak.analysis.ensemble import Ensemble
from carbonpeak.errors import ResultError
from carbonpeak.scenario.costs import capital_and_upkeep
from carbonpeak.scenario.pathway import lay_out
from carbonpeak.scenario.prices import discount_rate, line_prices

COAL, GAS = 700.0, 3.0  # CNY2020 per t and per Nm3
GAS_FOR_COAL = 20.908 * 0.95 / 38.931 * 1000  # Nm3/t


def cost_by_hand(region: cp.Region, scenario: cp.Scenario) -> np.ndarray:
    """Return the yearly cost of what `project` builds, unit by unit and year by year."""
    outlook, rate = lay_out(region, scenario), discount_rate(region)
    builds = cp.project(region, scenario)["builds"].values
    moved = outlook.moves.moved(builds)
    prices = line_prices(region, outlook.model, (moved != 0).any(axis=(0, 2)))
    cost = np.einsum("mly,ly->y", moved, prices)
    for row, measure in enumerate(outlook.measures.values()):
        numbers = measure.numbers
        ages = [age for age in range(200) if age < numbers["lifetime"]]
        annuity = 1 / sum((1 + rate) ** -(age + 1) for age in ages)
        for built, amount in enumerate(builds[row]):
            capex = numbers["capex"] * (1 - numbers.get("learning", 0.0)) ** built
            for year in (built + age for age in ages if built + age < cost.size):
                cost[year] += amount * (capex * annuity + numbers["fixed_opex"])
    return np.asarray(cost)


@cache
def drawn(name: str = "plan", *, draws: int = 1024, seed: int = 0) -> Ensemble:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, name)
    return cp.ensemble(region, scenario, draws=draws, seed=seed, of=("cost", "energy_co2"))


def ranged(folder: Path, *, coal: str = "", **prices: str) -> cp.Region:
    """Return the minimal region with a range of its coal, in 万吨, and of prices."""
    path = worlds.minimal(folder)

    def activity(row: dict[str, str]) -> None:
        if row["source"] == "raw_coal":
            row["value"], row["low"], row["high"] = coal.split()

    def price(row: dict[str, str]) -> None:
        if row["source"] in prices:
            row["low"], row["high"] = prices[row["source"]].split()

    if coal:
        rewrite(path / "activity" / "energy.csv", activity)
    rewrite(path / "prices.csv", price)
    return cp.load_region(path)


def paths_of(region: cp.Region, **options: object) -> np.ndarray:
    scenario = cp.load_scenario(region, "plan")
    found = cp.ensemble(region, scenario, draws=512, of=("cost",), **options)  # type: ignore[arg-type]
    return np.asarray(found.paths("cost").values)


@pytest.mark.parametrize(
    ("region", "scenario"),
    [("yangjiang", "plan"), ("yangjiang", "full_plan"), ("sample_county", "plan")],
)
def test_the_central_cost_is_that_of_what_is_built(region: str, scenario: str) -> None:
    place = worlds.loaded(region)
    case = cp.load_scenario(place, scenario)
    wanted = cost_by_hand(place, case)
    central = runs(place, scenario, of=("cost",)).central["cost"]
    np.testing.assert_allclose(central, wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max())
    year = int(case.years[-1])
    curve = cp.abatement_costs(place, case, year=year)
    assert float(curve["cost"].sum()) == pytest.approx(wanted[-1], rel=1e-9)


def test_one_measure_by_hand() -> None:
    region = worlds.loaded("minimal")
    few = cp.ensemble(region, cp.load_scenario(region, "plan"), draws=4, of=("cost",))
    each = 900 * 0.06 / (1 - 1.06**-15) + 10 + GAS * GAS_FOR_COAL - COAL
    units = np.array([0, 2000, 4000, 6000, 8000, 8000])
    fan, total = few.fan("cost"), few.cost_total()
    np.testing.assert_allclose(fan["central"], units * each)
    assert fan["level"].units == "CNY2020/year"
    worth = float((units * each / 1.06 ** np.arange(6)).sum())
    np.testing.assert_allclose(total["level"], worth)
    assert float(total["central"]) == pytest.approx(worth)
    assert (total["level"].units, total.attrs["discount_rate"]) == ("CNY2020", 0.06)


@pytest.mark.parametrize("draw", [3, 18])
def test_a_draw_costs_what_a_region_with_those_numbers_pays(draw: int, tmp_path: Path) -> None:
    """Drivers, trends, measures and prices of one draw, written into a region's files."""
    few = runs(worlds.loaded(), include=("drivers", "measures", "prices"), of=("cost",))
    (block,) = few.blocks()
    assert not block.short[:, draw].any()
    values = few.inputs.drawn(block.chances)
    names = [one.name for one in few.inputs.numbers.inputs]
    numbers = dict(zip(names, values.numbers[:, draw].tolist(), strict=True))
    assert {"measure|solar_pv|learning", "measure|solar_pv|capex"} <= set(numbers)
    paths = {name: rows[:, draw] for name, rows in values.paths.items()}
    folder = worlds.opulent(tmp_path)
    write_drivers(folder, paths)
    write_trends(folder, numbers)
    write_measures(folder, few, numbers)
    seen: dict[str, int] = {}

    def price(row: dict[str, str]) -> None:
        path = paths.get(f"price|{row['source']}")
        at = seen.get(row["source"], 0)
        seen[row["source"]] = at + 1
        if path is not None:
            unranged(row, float(path[at]))

    rewrite(folder / "prices.csv", price)
    region = cp.load_region(folder)
    wanted = cost_by_hand(region, cp.load_scenario(region, "plan"))
    np.testing.assert_allclose(
        block.paths["cost"][:, draw], wanted, rtol=1e-9, atol=1e-9 * np.abs(wanted).max()
    )


@pytest.mark.parametrize("scenario", ["plan", "full_plan"])
def test_the_fan_holds_the_central_path(scenario: str) -> None:
    many = drawn(scenario)
    fan, total = many.fan("cost"), many.cost_total()
    slack = 1e-9 * np.abs(fan["central"])
    low, high = fan["level"].isel(chance=0), fan["level"].isel(chance=-1)
    assert ((low - slack <= fan["central"]) & (fan["central"] <= high + slack)).all()
    assert float(high.isel(year=-1) - low.isel(year=-1)) > 0
    assert float(total["level"][0]) < float(total["central"]) < float(total["level"][-1])


def test_the_total_is_the_discounted_sum_of_each_draw() -> None:
    costs, total = drawn().paths("cost"), drawn().cost_total(chances=(0.1, 0.5))
    sums = (costs / 1.06 ** (costs["year"] - 2020)).sum("year")
    np.testing.assert_allclose(total["level"], np.quantile(sums, (0.1, 0.5)))
    assert float(total["mean"]) == pytest.approx(float(sums.mean()))


def test_the_energy_part_follows_the_prices(tmp_path: Path) -> None:
    """Draw by draw: from the prices to their double as from nothing to the prices, once more."""
    folder = worlds.opulent(tmp_path)

    def scaled(factor: float) -> np.ndarray:
        path = Path(shutil.copytree(folder, tmp_path / f"{factor:g}" / "yangjiang"))

        def change(row: dict[str, str]) -> None:
            for column in ("value", "low", "high"):
                row[column] = repr(float(row[column]) * factor)

        rewrite(path / "prices.csv", change)
        return paths_of(cp.load_region(path))

    once, twice, thrice = (scaled(factor) for factor in (1.0, 2.0, 3.0))
    assert np.abs(twice - once).max() > 1e6
    np.testing.assert_allclose(thrice - twice, twice - once, rtol=1e-7, atol=1.0)


def test_a_measure_that_runs_short_buys_and_spares_in_part(tmp_path: Path) -> None:
    """Capital and upkeep are due for all boilers, gas only for those that find coal to replace."""
    region = ranged(tmp_path, coal="0.75 0.6 0.9")
    plan, baseline = (
        cp.ensemble(region, cp.load_scenario(region, name), draws=512, of=of, include=("activity",))
        for name, of in (("plan", ("cost",)), ("baseline", ("coal",)))
    )
    there = baseline.paths("coal").values / 0.7143  # t, by the factor of standard coal
    assert 0.2 < plan.short_draws < 0.8
    units = np.array([0, 2000, 4000, 6000, 8000, 8000])
    due = units * (900 * 0.06 / (1 - 1.06**-15) + 10)
    work = np.minimum(units, there)
    assert (work < units).any()
    np.testing.assert_allclose(
        plan.paths("cost").values, due + work * (GAS * GAS_FOR_COAL - COAL), rtol=1e-9, atol=1e-3
    )


def test_prices_share_the_variance_as_their_ranges_say(tmp_path: Path) -> None:
    """The cost is linear in two normal prices, so its variance is known."""
    region = ranged(tmp_path, raw_coal="560 840", natural_gas="2.7 3.3")
    parts = 8000 * np.array([280 / 3.92, 0.6 / 3.92 * GAS_FOR_COAL])
    costs = paths_of(region)[:, -1]
    assert costs.std() == pytest.approx(np.hypot(*parts), rel=0.03)
    plan = cp.load_scenario(region, "plan")
    found = cp.sensitivity(region, plan, of="cost", base=512, include=("prices",))
    assert found["input"].values.tolist() == ["price|natural_gas", "price|raw_coal"]
    assert found["input_title_zh"].values.tolist() == ["价格：天然气", "价格：原煤"]
    wanted = (parts**2 / (parts**2).sum())[::-1]
    for shares in (found["first"].sel(year=2025), found["cost_total_total"]):
        np.testing.assert_allclose(shares, wanted, atol=0.05)
    effects = cp.sensitivity(
        region, plan, of="cost", method="morris", trajectories=4, include=("prices",)
    )
    assert effects["cost_total_mean"].units == "CNY2020"
    gas, coal = effects["mean"].sel(year=2025).values
    assert -gas / coal == pytest.approx(0.6 * GAS_FOR_COAL / 280, rel=1e-6)


def test_a_price_is_linear_between_its_years_at_one_quantile(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    old, new = ("natural_gas,2025,3,CNY2020/Nm3,,", "natural_gas,2025,4,CNY2020/Nm3,3.6,4.4")
    worlds.edit(folder / "prices.csv", old, new)
    region = cp.load_region(folder)
    few = cp.ensemble(region, cp.load_scenario(region, "plan"), draws=64, of=("cost",))
    gas = few.cases(2025)["price of natural_gas"].to_numpy()
    assert gas.std() == pytest.approx(0.8 / 3.92, rel=0.1)
    between = 3 + (gas - 3) * 3 / 5
    np.testing.assert_allclose(few.cases(2023)["price of natural_gas"], between)
    each = 900 * 0.06 / (1 - 1.06**-15) + 10 + between * GAS_FOR_COAL - COAL
    np.testing.assert_allclose(few.paths("cost").sel(year=2023), 6000 * each)


def test_prices_are_told_apart_only_where_something_is_paid_for() -> None:
    costs, carbon = (runs(worlds.loaded(), of=(name,)) for name in ("cost", "energy_co2"))
    assert costs.inputs.names == carbon.inputs.names
    assert set(costs.groups) - set(carbon.groups) == {
        "price|electricity",
        "price|natural_gas",
        "price|raw_coal",
    }
    cases = drawn().cases(2030)
    assert cases.attrs["units"]["price of natural_gas"] == "CNY2020/Nm3"
    assert cases["price of natural_gas"].mean() == pytest.approx(3.2, rel=0.01)
    paid = drawn().paths("cost").sel(year=2030)
    assert np.corrcoef(cases["price of natural_gas"], paid)[0, 1] > 0.5


def test_a_life_that_is_no_whole_number_is_paid_back_while_it_lasts() -> None:
    builds = np.eye(20)[0]
    numbers = {"capex": 100.0, "fixed_opex": 1.0, "lifetime": np.array([7.0, 7.3])}
    capital, upkeep = capital_and_upkeep(builds, numbers, 0.06)
    np.testing.assert_allclose(np.count_nonzero(capital, axis=0), [7, 8])
    np.testing.assert_allclose(upkeep.sum(axis=0), [7, 8])
    np.testing.assert_allclose(1.06 ** -np.arange(1, 21) @ capital, 100.0)


def test_the_draws_hang_on_the_seed_and_not_on_the_cut() -> None:
    few = drawn(draws=256).paths("cost")
    np.testing.assert_array_equal(few, drawn().paths("cost")[:256])
    assert not np.allclose(few, drawn(draws=256, seed=1).paths("cost"))
    for chunk in (37, 1000):
        (cut,) = runs(worlds.loaded(), of=("cost",), draws=256, chunk=chunk).blocks()
        np.testing.assert_allclose(cut.paths["cost"].T, few, rtol=1e-12, atol=1e-3)


def test_a_scenario_without_measures_costs_nothing_and_says_so() -> None:
    region = worlds.loaded()
    bare = cp.ensemble(region, cp.load_scenario(region, "baseline"), draws=64, of=("cost",))
    assert (bare.fan("cost")["level"] == 0).all()
    assert float(bare.cost_total()["central"]) == 0.0
    assert bare.cost_total().attrs["measures"] == 0
    assert "builds no measure" in bare.sentence("en", of="cost")
    assert bare.sentence("zh", of="cost") == "该情景未安排任何措施，措施成本为零。"


def test_a_region_without_measures_needs_no_prices(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    for name in ("measures.yaml", "measures.csv", "prices.csv"):
        (folder / name).unlink()
    region = cp.load_region(folder)
    bare = cp.ensemble(region, cp.load_scenario(region, "baseline"), draws=8, of=("cost",))
    assert (bare.paths("cost") == 0).all()


def test_it_says_the_cost_in_both_languages() -> None:
    said = drawn().sentence("en", of="cost")
    middle = float(drawn().cost_total(chances=(0.5,))["level"].item()) / 1e4
    assert f"from 2020 to 2035 come to {middle:,.0f} × 10⁴ CNY at 2020 prices" in said
    assert f"中位数为{middle:,.0f}万元" in drawn().sentence("zh", of="cost")


@pytest.mark.parametrize(
    ("lang", "axis"),
    [
        ("zh", "措施成本（亿元/年，2020年价）"),
        ("en", "Costs of the measures (10⁸ CNY/year at 2020 prices)"),
    ],
)
def test_its_fan_is_drawn_under_its_own_name(lang: Literal["zh", "en"], axis: str) -> None:
    fan = drawn().fan("cost")
    level, central = (
        (fan[name] * 1e-8).assign_attrs(units="亿元2020/year") for name in ("level", "central")
    )
    _, ax = plot.new_axes()
    plot.plot_fan(
        ax,
        level,
        central=central,
        labels={},
        quantity=fan["level"].attrs[f"title_{lang}"],
        lang=lang,
    )
    assert ax.get_ylabel() == axis


def without(key: str) -> Callable[[Path], None]:
    """Return what takes a block out of the region's own file."""

    def change(folder: Path) -> None:
        path = folder / "region.yaml"
        lines = path.read_text("utf-8").splitlines()
        start = lines.index(f"{key}:")
        inside = [line.startswith(" ") for line in lines[start + 1 :]]
        end = start + 1 + (inside.index(False) if False in inside else len(inside))
        path.write_text("\n".join(lines[:start] + lines[end:]) + "\n", "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda folder: shutil.copy(worlds.BROKEN / "missing_price" / "prices.csv", folder),
            worlds.expected_message("missing_price"),
        ),
        (lambda folder: (folder / "prices.csv").unlink(), "prices.csv"),
        (without("discount_rate"), "states no 'discount_rate'; add it"),
    ],
)
def test_what_is_needed_for_the_cost_alone_is_missed_by_the_cost_alone(
    change: Callable[[Path], object], message: str, tmp_path: Path
) -> None:
    folder = worlds.minimal(tmp_path)
    change(folder)
    region = cp.load_region(folder)
    scenario = cp.load_scenario(region, "plan")
    assert cp.ensemble(region, scenario, draws=4, of=("energy_co2",)).draws == 4
    with pytest.raises(cp.CarbonPeakError, match=message):
        cp.ensemble(region, scenario, draws=4, of=("cost",))


def test_a_cost_has_no_peak() -> None:
    with pytest.raises(ResultError, match=r"not asked for its peak; take fan\('cost'\)"):
        drawn().odds("cost")
    region = worlds.loaded("minimal")
    carbon = cp.ensemble(region, cp.load_scenario(region, "plan"), draws=4, of=("energy_co2",))
    with pytest.raises(ResultError, match="'cost' was not drawn"):
        carbon.cost_total()
