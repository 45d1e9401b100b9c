"""Ensembles of scenarios: their centre, their laws, and single draws run as a region."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import carbonpeak as cp
import worlds
from carbonpeak import units
from carbonpeak.analysis.ensemble import INDICATORS, Ensemble
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import CorrelationRecord
from carbonpeak.planning.goals import Goal
from carbonpeak.scenario.ensemble import Runs, runs_of
from carbonpeak.scenario.ensemble.fold import in_one_thread
from carbonpeak.scenario.spread import powers

EVERY = (*INDICATORS, "planted_area")
PLAN_ENERGY = 2_185_700.0  # tce: 218.57 万吨标煤


@cache
def drawn(name: str = "plan", draws: int = 1024, seed: int = 0) -> Ensemble:
    region = worlds.loaded()
    return cp.ensemble(region, cp.load_scenario(region, name), draws=draws, seed=seed, of=EVERY)


def runs(region: Region, name: str = "plan", **options: object) -> Runs:
    given = {"draws": 64, "seed": 0, "sampler": "sobol", "of": EVERY} | options
    return runs_of(region, cp.load_scenario(region, name), **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("region", "scenario"),
    [
        ("yangjiang", "baseline"),
        ("yangjiang", "plan"),
        ("yangjiang", "strengthened"),
        ("yangjiang", "full_plan"),
        ("sample_county", "plan"),
    ],
)
def test_the_central_draw_is_the_path_of_the_scenario(region: str, scenario: str) -> None:
    place = worlds.loaded(region)
    projected = cp.project(place, cp.load_scenario(place, scenario))
    central = runs(place, scenario).central
    for name in EVERY:
        wanted = cp.indicator(projected, name).values
        np.testing.assert_allclose(central[name], wanted, rtol=1e-9, atol=1e-9 * wanted.max())


def test_trees_elasticities_and_curved_series_are_drawn_as_they_are_projected(
    tmp_path: Path,
) -> None:
    folder = worlds.opulent(tmp_path)
    stated = "{value: 0.8, unit: '1', source_id: plan_14fyp, where: test, evidence: assumption}"
    worlds.edit(
        folder / "baseline.yaml",
        "site: [other_industry, construction], series: gdp}",
        "site: [other_industry, construction], series: [gdp, household_petrol_cars], "
        f"elasticity: {{gdp: {stated}}}}}",
    )
    path = folder / "drivers.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*rows[0], "interpolation"])
        writer.writeheader()
        for row in rows:
            curved = row["series"] in ("port_throughput", "gdp") and row["measure_of"] == "level"
            writer.writerow({**row, "interpolation": "geometric" if curved else ""})
    few = runs(cp.load_region(folder), "baseline", include=("drivers",))
    (block,) = few.blocks()
    middle = np.median(block.paths["energy_co2"], axis=1)
    np.testing.assert_allclose(middle, few.central["energy_co2"], rtol=0.1)
    assert block.paths["energy_co2"][-1].std() > 0


@pytest.mark.parametrize("scenario", ["baseline", "plan", "strengthened"])
def test_the_fan_holds_the_central_path(scenario: str) -> None:
    for name in EVERY:
        fan = drawn(scenario).fan(name)
        low, high = fan["level"].isel(chance=0), fan["level"].isel(chance=-1)
        slack = 1e-9 * np.abs(fan["central"])
        assert ((low - slack <= fan["central"]) & (fan["central"] <= high + slack)).all(), name
        assert (np.diff(fan["level"], axis=0) >= 0).all()


def test_where_a_law_leans_the_centre_is_its_mean_and_not_its_median() -> None:
    """Forest survival leans to the left: 0.85 of 0.7 to 0.95."""
    fan = drawn().fan("planted_area")
    central, middle = (float(fan[name].isel(year=-1)) for name in ("central", "mean"))
    assert middle == pytest.approx(central, rel=2e-3)
    assert float(fan["central_chance"].isel(year=-1)) < 0.48


def test_the_energy_total_of_the_plan_is_exact_in_every_draw() -> None:
    total = drawn().paths("energy_total").sel(year=2020)
    np.testing.assert_allclose(total, PLAN_ENERGY, rtol=1e-12)


def test_without_ranges_there_is_no_spread() -> None:
    region = worlds.loaded()
    still = cp.ensemble(
        region, cp.load_scenario(region, "plan"), draws=32, of=("net_ghg",), include=()
    )
    fan = still.fan("net_ghg")
    np.testing.assert_allclose(fan["level"], np.tile(fan["central"], (7, 1)), rtol=1e-12)
    assert (fan["central_chance"] == 0.5).all()
    assert len(still.inputs()) == 0


def test_same_seed_same_draws_and_more_draws_begin_with_the_same() -> None:
    few, many = drawn(draws=256).paths("net_ghg"), drawn().paths("net_ghg")
    np.testing.assert_array_equal(few, many[:256])
    assert not np.allclose(few, drawn(draws=256, seed=1).paths("net_ghg"))


@pytest.mark.parametrize("chunk", [1, 37, 1000])
def test_the_cut_into_chunks_does_not_matter(chunk: int) -> None:
    region = worlds.loaded()
    (whole,), (cut,) = (runs(region, chunk=size, draws=300).blocks() for size in (256, chunk))
    for name in EVERY:
        np.testing.assert_allclose(cut.paths[name], whole.paths[name], rtol=1e-12)
    np.testing.assert_array_equal(cut.short, whole.short)


@given(hnp.arrays(float, st.integers(1, 5), elements=st.floats(0.5, 1.5)), st.integers(1, 70))
def test_powers_are_those_of_each_number(base: np.ndarray, count: int) -> None:
    np.testing.assert_allclose(powers(base, count), base ** np.arange(count)[:, None], rtol=1e-12)


@pytest.mark.parametrize("terms", [1, 50, 7000])
def test_a_product_in_parts_is_the_product(terms: int) -> None:
    """The last is larger than a part for one draw alone."""
    random = np.random.default_rng(terms)
    first, second = random.normal(size=(41, terms)), random.normal(size=(terms, 300))
    out = np.empty((41, 300))
    assert in_one_thread(first, second, out=out) is out
    np.testing.assert_allclose(out, np.einsum("yt,td->yd", first, second), atol=1e-10)


def test_more_draws_narrow_the_error() -> None:
    once = runs(worlds.loaded(), of=("energy_co2",))

    def mean(draws: int, seed: int) -> np.ndarray:
        blocks = replace(once, draws=draws, seed=seed).blocks()
        return np.concatenate([block.paths["energy_co2"] for block in blocks], axis=1).mean(axis=1)

    def miss(draws: int) -> float:
        means = [mean(draws, seed) for seed in range(6)]
        return float(np.sqrt(np.mean([(each - best) ** 2 for each in means])))

    best = mean(8192, 99)
    assert miss(1024) < 0.5 * miss(64)


def test_factors_that_are_wholly_correlated_move_together() -> None:
    """The N2O factors of all fuels, in one group, take one quantile."""
    region = worlds.loaded()
    names = [name for name, _ in runs(region).laws() if "|N2O|" in name and "emission_f" in name]
    assert len(names) > 1
    group = {"burning": CorrelationRecord(inputs=["emission_factor|*|N2O|*"], coefficient=1.0)}
    tied = replace(region, record=region.record.model_copy(update={"correlations": group}))
    together, apart = (self_correlation(runs(each, draws=1024), names) for each in (tied, region))
    assert together.min() > 0.9
    assert np.abs(apart - np.eye(len(names))).mean() < 0.1


def self_correlation(of: Runs, names: list[str]) -> np.ndarray:
    """Return the rank correlation of drawn inputs."""
    (block,) = of.blocks()
    numbers = of.inputs.drawn(block.chances).numbers
    place = {one.name: at for at, one in enumerate(of.inputs.numbers.inputs)}
    ranks = numbers[[place[name] for name in names]].argsort(axis=1).argsort(axis=1)
    return np.asarray(np.corrcoef(ranks))


def test_the_base_year_spreads_as_the_inventory_says() -> None:
    """Second way: Monte Carlo of the inventory alone, which has no path of the grid factor."""
    region = worlds.loaded()
    inventory = worlds.compiled()
    other = cp.uncertainty(region, inventory, approach=2, draws=4096).sel(
        part="total_with_indirect", year=2020
    )
    own = cp.ensemble(
        region,
        cp.load_scenario(region, "baseline"),
        draws=4096,
        of=("gross_ghg",),
        include=("activity", "factors"),
    )
    paths = own.paths("gross_ghg").sel(year=2020)
    assert float(paths.mean()) == pytest.approx(float(other["mean"]), rel=1e-3)
    assert float(paths.std()) == pytest.approx(float(other["standard_deviation"]), rel=0.03)


@pytest.mark.parametrize("draw", [3, 17])
def test_a_draw_is_the_path_of_a_region_with_those_numbers(draw: int, tmp_path: Path) -> None:
    """Drivers, trends and measures of one draw, written into a region's files and projected."""
    few = runs(worlds.loaded(), include=("drivers", "measures"), draws=64)
    (block,) = few.blocks()
    assert not block.short[:, draw].any()
    values = few.inputs.drawn(block.chances)
    numbers = {
        one.name: float(values.numbers[at, draw])
        for at, one in enumerate(few.inputs.numbers.inputs)
    }
    paths = {name: rows[:, draw] for name, rows in values.paths.items()}
    folder = worlds.opulent(tmp_path)
    write_drivers(folder, paths)
    write_trends(folder, numbers)
    write_measures(folder, few, numbers)
    region = cp.load_region(folder)
    projected = cp.project(region, cp.load_scenario(region, "plan"))
    for name in EVERY:
        wanted = cp.indicator(projected, name).values
        np.testing.assert_allclose(
            block.paths[name][:, draw], wanted, rtol=1e-9, atol=1e-9 * wanted.max()
        )


def rewrite(path: Path, change: Callable[[dict[str, str]], None]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows, columns = list(reader), list(reader.fieldnames or [])
    for row in rows:
        change(row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def unranged(row: dict[str, str], value: float) -> None:
    row["value"], row["low"], row["high"] = repr(value), "", ""


def write_drivers(folder: Path, paths: dict[str, np.ndarray]) -> None:
    """Rows up to the base year stay, but for the grid factor, which the factors then follow."""
    seen: dict[str, int] = {}

    def change(row: dict[str, str]) -> None:
        path = paths.get(f"driver|{row['series']}")
        at = seen.get(row["series"], 0)
        seen[row["series"]] = at + 1
        grid = row["series"] == "grid_emission_factor"
        if path is not None and (grid or int(row["year"]) > 2020):
            unranged(row, float(path[at]))

    rewrite(folder / "drivers.csv", change)
    grid = float(paths["driver|grid_emission_factor"][0])

    def follow(row: dict[str, str]) -> None:
        if (row["subject"], row["year"]) == ("electricity", "2020"):
            unranged(row, grid)

    rewrite(folder / "factors.csv", follow)


def write_trends(folder: Path, numbers: dict[str, float]) -> None:
    path = folder / "baseline.yaml"
    text = path.read_text("utf-8")
    for name, value in numbers.items():
        if name.startswith("efficiency|"):
            trend = name.partition("|")[2]
            pattern = rf"(\n  {trend}:\n(?:    .*\n)*?)    change: .*\n    low: .*\n    high: .*\n"
            text, count = re.subn(pattern, rf"\g<1>    change: {value!r}\n", text)
            assert count == 1
    path.write_text(text, "utf-8")


def write_measures(folder: Path, few: Runs, numbers: dict[str, float]) -> None:
    """Change the rows of the region; a number of the package gets a row of its own."""
    wanted = {
        (measure.name, name): numbers[f"measure|{measure.name}|{name}"] / measure.scales[name]
        for measure in few.layout.plans.measures
        for name in measure.numbers
        if f"measure|{measure.name}|{name}" in numbers
    }

    def change(row: dict[str, str]) -> None:
        value = wanted.pop((row["measure"], row["parameter"]), None)
        if value is not None:
            unranged(row, value)

    rewrite(folder / "measures.csv", change)
    rows = {one.name: one.rows for one in few.layout.plans.measures}
    path = folder / "measures.csv"
    columns = path.read_text("utf-8").splitlines()[0].split(",")
    said = {"source_id": "plan_14fyp", "where": "a draw", "evidence": "assumption"}
    with path.open("a", encoding="utf-8", newline="") as file:
        for (measure, name), value in wanted.items():
            stated = {"measure": measure, "parameter": name, "value": repr(value)}
            stated["unit"] = rows[measure][name].record.unit
            csv.DictWriter(file, columns).writerow(stated | said)


def test_a_line_that_runs_short_ends_at_nothing_and_is_counted() -> None:
    """Two gas blocks take more boiler coal than there is, in about three draws of ten."""
    few = runs(worlds.loaded(), draws=256)
    (block,) = few.blocks()
    line = few.taken.index("1.A.1.a/heat_supply/raw_coal")
    assert 0.2 < block.short[line].mean() < 0.4
    coal = few.of(("coal",))
    free = runs(worlds.loaded(), "baseline", draws=256, of=("coal",))
    assert (next(coal.blocks()).paths["coal"] > 0).all()
    assert (next(free.blocks()).paths["coal"] > 0).all()
    share = drawn().short_draws
    assert share == pytest.approx(np.mean([b.short.any(axis=0).mean() for b in drawn().blocks()]))


def test_the_odds_count_the_peak_years_of_the_paths() -> None:
    odds, paths = drawn().odds("net_ghg"), drawn().paths("net_ghg")
    highest = paths["year"].values[paths.values.argmax(axis=1)]
    assert odds.by(2025) == pytest.approx((highest <= 2025).mean())
    assert odds == cp.peak_odds(paths)


def test_the_quantiles_are_those_of_the_paths() -> None:
    paths = drawn().paths("co2_intensity")
    np.testing.assert_allclose(
        drawn().fan("co2_intensity", chances=(0.1, 0.9))["level"],
        np.quantile(paths, (0.1, 0.9), axis=0),
    )


def test_it_says_itself_in_both_languages() -> None:
    assert drawn().sentence("zh").startswith("在1,024次抽样中，能源活动二氧化碳排放")
    assert "draws" in drawn().sentence("en", of="net_ghg", by=2025)
    assert "plan: 1024 draws" in repr(drawn())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": ("energy_c02",)}, "unknown indicator 'energy_c02'; .*energy_co2"),
        ({"include": ("driver",)}, "no inputs called 'driver'; .*drivers"),
        ({"draws": 0}, "'draws' is 0; expected at least 1"),
        ({"sampler": "sobl"}, "no sampler 'sobl'"),
    ],
)
def test_an_unknown_choice_is_refused(options: dict[str, object], message: str) -> None:
    region = worlds.loaded()
    with pytest.raises(ResultError, match=message):
        cp.ensemble(region, cp.load_scenario(region, "plan"), **options)  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="'waste' was not drawn"):
        drawn().fan("waste")


def test_the_odds_of_a_target_are_the_share_of_the_draws_that_meet_it() -> None:
    """Second way: 18 percent less CO2 per GDP, counted from the paths themselves."""
    odds = cp.target_odds(drawn()).loc["co2_intensity_2025"]
    paths = drawn().paths("co2_intensity")
    ratio = paths.sel(year=2025) / paths.sel(year=2020)
    assert odds["chance"] == pytest.approx(float((ratio <= 0.82).mean()))
    assert odds["gap_median"] == pytest.approx(100 * (float(ratio.median()) / 0.82 - 1))
    assert odds["central_met"]


def level_of(indicator: str, **stated: object) -> Goal:
    said = {"year": 2025, "base_year": 2020, "binding": True, "source_id": "invented"}
    rest = {"where": "round number", "evidence": "assumption", "indicator": indicator}
    return Goal.model_validate(said | rest | stated)


@pytest.mark.parametrize("indicator", ["energy_co2", "coal", "energy_total"])
@pytest.mark.parametrize("unit", ["t", "万吨", "kg"])
def test_a_target_that_is_met_exactly_is_met_in_every_unit(indicator: str, unit: str) -> None:
    gas = {"energy_co2": f"{unit} CO2/year"}
    wanted = gas.get(indicator, {"t": "tce", "万吨": "万吨标煤", "kg": "kgce"}[unit] + "/year")
    region = worlds.loaded()
    series = cp.indicator(cp.project(region, cp.load_scenario(region, "plan")), indicator)
    level = float(series.sel(year=2025)) * units.factor(str(series.attrs["units"]), wanted)
    exact = {"cap": level_of(indicator, at_most=level, unit=wanted)}
    assert cp.target_odds(drawn(), targets=exact).loc["cap", "central_met"]
    less = {"cap": level_of(indicator, at_most=level * (1 - 1e-6), unit=wanted)}
    assert not cp.target_odds(drawn(), targets=less).loc["cap", "central_met"]


@pytest.mark.parametrize("level", [0, -1e4])
def test_a_level_of_nothing_or_below_has_odds(level: float) -> None:
    """No draw comes to net zero by 2025; of nothing there is no percentage by which to miss it."""
    zero = {"zero": level_of("energy_co2", at_most=level, unit="t CO2/year")}
    odds = cp.target_odds(drawn(), targets=zero).loc["zero"]
    assert odds["chance"] == 0
    assert not odds["central_met"]
    gaps = odds[["gap_low", "gap_median", "gap_high"]].astype(float)
    assert gaps.isna().all() if level == 0 else (gaps > 0).all()


def test_a_target_that_is_not_computed_says_why() -> None:
    odds = cp.target_odds(drawn())
    assert odds.loc["good_air_days_2025", "reason"] == "no_number"
    assert odds.loc["co2_intensity_2020", "reason"] == "other_years"
    assert odds.loc["rural_sewage_treatment_2025", "reason"] == "not_drawn"
    assert odds.loc[odds["reason"] != "", "chance"].isna().all()


@cache
def judged(method: str) -> xr.Dataset:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "plan")
    options = {"base": 256} if method == "sobol" else {"trajectories": 20}
    return cp.sensitivity(region, scenario, method=method, **options)  # type: ignore[arg-type]


def test_what_cannot_act_has_no_share() -> None:
    """The CHP starts in 2025, and nobody prices CO2; drivers start after the base year."""
    total = judged("sobol")["total"]
    early = total.sel(year=slice(2020, 2024))
    assert float(np.abs(early.sel(input="measure|gas_chp_6f")).max()) < 1e-12
    assert float(np.abs(total.sel(input="driver|population")).max()) < 1e-12
    assert float(total.sel(input="driver|nickel_pig_iron_output", year=2020)) == 0.0
    effect = judged("morris")["mean_absolute"].sel(year=slice(2020, 2024))
    assert float(effect.sel(input="measure|gas_chp_6f").max()) == 0.0


def test_more_nickel_means_more_carbon_and_a_cleaner_grid_less() -> None:
    effects = judged("morris")["mean"].sel(year=2035)
    assert float(effects.sel(input="driver|nickel_pig_iron_output")) > 0
    assert float(effects.sel(input="driver|grid_emission_factor")) > 0
    assert float(effects.sel(input="measure|solar_pv")) < 0


def test_the_shares_of_a_nearly_additive_path_come_to_one() -> None:
    found = judged("sobol").sel(year=[2020, 2025, 2035])
    error = np.sqrt((found["first_error"] ** 2).sum("input"))
    assert (np.abs(found["first"].sum("input") - 1.0) < np.maximum(0.1, 2 * error)).all()
    assert (found["total"].sum("input") > 0.85).all()


def test_both_methods_name_the_same_inputs_first() -> None:
    shares, effects = (
        judged("sobol")["total"].sel(year=2030),
        judged("morris")["mean_absolute"].sel(year=2030),
    )
    top = {"driver|nickel_pig_iron_output", "driver|hot_metal_output"}
    assert top <= set(shares["input"].values[np.argsort(shares.values)[-3:]])
    assert top <= set(effects["input"].values[np.argsort(effects.values)[-3:]])


def test_the_peak_year_has_shares_of_its_own() -> None:
    shares = judged("sobol")["peak_year_total"]
    assert shares.dims == ("input",)
    assert float(shares.sel(input="driver|nickel_pig_iron_output")) > 0.3
    assert str(shares.sel(input="measure|solar_pv")["input_title_zh"].item()) == "措施：屋顶光伏"


def test_an_unknown_method_is_refused() -> None:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "plan")
    with pytest.raises(ResultError, match=r"no method 'soble'; .*sobol"):
        cp.sensitivity(region, scenario, method="soble")  # type: ignore[arg-type]
    with pytest.raises(ResultError, match="nothing can be told apart"):
        cp.sensitivity(region, scenario, include=())


def test_the_cases_are_in_the_units_of_their_rows() -> None:
    cases = drawn().cases(2030)
    units = cases.attrs["units"]
    assert (units["nickel_pig_iron_output"], units["gdp"]) == ("Mt/year", "percent/year")
    means = cases[["nickel_pig_iron_output", "gdp", "efficiency of metals"]].mean()
    np.testing.assert_allclose(means, [0.45, 5.0, -0.8], rtol=0.02)
    carbon = drawn().paths("energy_co2").sel(year=2030)
    assert np.corrcoef(cases["nickel_pig_iron_output"], carbon)[0, 1] > 0.4
    with pytest.raises(ResultError, match="no year 2050"):
        drawn().cases(2050)


def test_the_target_is_missed_where_the_metals_grow_and_the_economy_does_not() -> None:
    cases, paths = drawn().cases(2025), drawn().paths("co2_intensity")
    missed = (paths.sel(year=2025) > 0.82 * paths.sel(year=2020)).values
    (box,) = cp.find_boxes(cases, missed, names=list(cases), density=0.6)
    said = box.sentence("it is missed", lang="en", units=cases.attrs["units"])
    assert "nickel_pig_iron_output >" in said
    assert "Mt/year" in said
