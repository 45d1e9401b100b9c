"""Robust paths of a region: shares kept, other draws, the re-run, and what cannot be."""

from dataclasses import replace

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.optimiser.faults import draw_faults
from carbonpeak.optimiser.futures import Futures
from carbonpeak.optimiser.least_cost import Numerator, solve_least_cost
from carbonpeak.optimiser.region.futures import Draws, sample_futures, share_choices
from carbonpeak.optimiser.region.question import question
from carbonpeak.optimiser.robust import solve_robust
from carbonpeak.optimiser.shapes import peak_by, peak_in
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from test_measures import add_saver, adopt

AMOUNTS = ("non_fossil_energy", "own_non_fossil_energy")
PEAK = Goal(
    indicator="energy_co2",
    peak_by=2024,
    base_year=2020,
    binding=False,
    evidence="assumption",
    source_id="case_compilation_2026",
    where="invented",
)


@pytest.fixture(scope="module")
def region():
    return cp.load_region("yangjiang")


@pytest.fixture(scope="module")
def scenario(region):
    return cp.load_scenario(region, "plan")


def test_a_robust_path_keeps_its_share_and_runs_again(region, scenario):
    found = cp.optimise_robust(region, scenario, keep=0.8, draws=32, seed=1, checks=256)
    assert found.optimum.rerun_residual <= 1e-6
    result, check = found.robust.result, found.check
    assert float(result["share_kept"]) >= 0.8
    assert float(result["nominal_share_kept"]) < float(result["share_kept"])
    assert float(result["premium"]) >= 0
    assert float(check["share_kept"]) > float(check["nominal_share_kept"])
    assert float(check["share_kept"]) <= float(check["chance"].min())
    assert "of 32 futures" in found.optimum.plan.message.en
    assert "种情景" in found.optimum.plan.message.zh
    assert "premium" in repr(found)


def test_a_front_of_sureness_never_gets_cheaper(region, scenario):
    answer = cp.optimise(region, scenario)
    front = cp.price_of_robustness(answer, shares=[0.85, 0.5, 1.0], draws=16, seed=2, checks=128)
    assert front["share"].values.tolist() == [0.5, 0.85, 1.0]
    known = front["expected_cost"].dropna("share").values
    assert len(known) >= 2
    assert (np.diff(known) >= -1.0).all()
    kept = front["share_kept"].dropna("share")
    assert (kept >= kept["share"] - 1e-12).all()
    assert float(front["rerun_residual"].max()) <= 1e-6


def test_what_no_builds_keep_is_said(region, scenario):
    goals = load_targets(region)
    hard = goals["co2_intensity_2030"].model_copy(update={"reduction": 97.0})
    found = cp.optimise_robust(region, scenario, targets={"x": hard}, draws=10, seed=1, checks=8)
    assert found.optimum.pathway is None
    assert not found.check.data_vars


def test_faults_are_refused(region, scenario):
    with pytest.raises(ResultError, match="'draws' is 0"):
        cp.optimise_robust(region, scenario, draws=0, seed=1)
    with pytest.raises(ScenarioError, match=r"'keep': 2.0 is no share; .*: 0\.8, not 80"):
        cp.optimise_robust(region, scenario, keep=2.0, draws=2, seed=1, checks=2)
    answer = cp.optimise(region, scenario)
    with pytest.raises(ScenarioError, match=r"'shares': 80 is no share; .*: 0\.8, not 80$"):
        cp.price_of_robustness(answer, shares=[0.5, 80], draws=2, seed=1, checks=2)
    with pytest.raises(ScenarioError, match="'shares' is empty; give at least one"):
        cp.price_of_robustness(answer, shares=[], draws=2, seed=1, checks=2)
    with pytest.raises(ResultError, match="no inputs called 'weather'"):
        cp.optimise_robust(region, scenario, draws=10, seed=1, include=["weather"])


@pytest.mark.parametrize(("share", "least"), [(0.3, 2), (0.5, 2), (0.8, 5), (0.9, 10), (0.99, 100)])
def test_a_share_of_too_few_draws_is_refused(region, scenario, share, least):
    """Of n draws one may be given up where (n - 1) / n is the share or more."""
    assert (least - 1) / least >= share - 1e-12
    assert (least - 2) / (least - 1) < share
    said = f"'draws' is {least - 1}; {share} of so few .*: expected at least {least}"
    with pytest.raises(ResultError, match=said):
        cp.optimise_robust(region, scenario, keep=share, draws=least - 1, seed=1)
    with pytest.raises(ResultError, match=said):
        cp.price_of_robustness(
            cp.optimise(region, scenario, targets={}), shares=[0.2, share], draws=least - 1, seed=1
        )
    assert not list(draw_faults(share, least))
    assert not list(draw_faults(1.0, 1))


def test_named_futures_are_other_scenarios_of_the_region(region, scenario):
    other = cp.load_scenario(region, "strengthened")
    found = cp.optimise_robust(
        region, scenario, futures={"plan": scenario, "strengthened": other}, aim="regret", keep=1.0
    )
    result = found.robust.result
    assert result["future"].values.tolist() == ["plan", "strengthened"]
    assert bool(result["kept"].all())
    assert not found.check.data_vars
    regret = result["cost"] - result["best_cost"]
    assert float(regret.min()) >= -1.0
    nominal = float(found.robust.nominal.cost)
    assert float(result["best_cost"].sel(future="plan")) == pytest.approx(nominal, rel=1e-9)
    with pytest.raises(ResultError, match=r"seed=1\), or name 'futures'"):
        cp.optimise_robust(region, scenario)


def test_a_soft_target_stays_soft_in_every_future(region, scenario):
    goals = load_targets(region)
    far = goals["co2_intensity_2030"].model_copy(update={"reduction": 97.0})
    asked = {"targets": {"far": far}, "soft": {"far": 50.0}}
    drawn = {"draws": 4, "seed": 1, "checks": 8}
    found = cp.optimise_robust(region, scenario, keep=1.0, **asked, **drawn)
    assert (found.robust.result["miss"] > 0).all()
    assert bool(found.robust.result["kept"].all())
    assert not found.robust.plan.result["hard"].any()
    answer = cp.optimise(region, scenario, **asked)
    front = cp.price_of_robustness(answer, shares=[0.5], **drawn)
    assert np.isfinite(front["expected_cost"]).all()


def test_nothing_to_keep_is_kept(region, scenario):
    found = cp.optimise_robust(region, scenario, targets={}, draws=10, seed=1, checks=4)
    assert found.check.sizes["target"] == 0
    assert float(found.check["share_kept"]) == 1.0


# --- a peak whose year is left open ---------------------------------------------------------


@pytest.fixture(scope="module")
def asked(region, scenario):
    """The question of a peak by 2024 with its futures, as drawn."""
    asked = question(region, scenario, targets={"peak": PEAK})
    return asked, sample_futures(asked, Draws(16, 1, "sobol", frozenset(INCLUDED)))


def test_a_peak_is_kept_in_a_share_of_the_futures(region, scenario):
    found = cp.optimise_robust(
        region, scenario, targets={"peak": PEAK}, keep=0.8, draws=16, seed=1, checks=256
    )
    assert found.optimum.rerun_residual <= 1e-6
    result, check, years = found.robust.result, found.check, found.optimum.question.problem.years
    chosen = found.optimum.plan.result.attrs["alternatives"].removeprefix("peak.")
    later = [year for year in years if year > 2024]
    assert result["target"].values.tolist() == [f"peak.{year}.{chosen}" for year in later]
    assert float(result["share_kept"]) >= 0.8
    assert float(result["nominal_share_kept"]) < float(result["share_kept"])
    assert check["target"].values.tolist() == ["peak"]
    assert check["chance"].item() == float(check["share_kept"])
    assert float(check["share_kept"]) > float(check["nominal_share_kept"])
    front = cp.price_of_robustness(
        cp.optimise(region, scenario, targets={"peak": PEAK}),
        shares=[0.5, 0.8],
        draws=16,
        seed=1,
        checks=256,
    )
    assert front["expected_cost"].values[1] == pytest.approx(
        float(result["expected_cost"]), rel=1e-5
    )
    assert front["expected_cost"].values[0] <= front["expected_cost"].values[1] + 1.0
    assert front["checked_share"].values[1] == float(check["share_kept"])
    assert float(front["nominal_checked_share"]) == float(check["nominal_share_kept"])
    assert float(front["nominal_checked_share"]) != float(front["nominal_share_kept"])


@pytest.mark.parametrize("safe", [False, True])
def test_the_year_of_a_peak_is_the_best_of_all_its_years(asked, safe):
    """Each year up to the last one, also those that no builds make the highest as stated."""
    stated, futures = asked
    problem, shared = share_choices(stated, futures)
    found = solve_robust(problem.problem, shared, keep=0.8, safe=safe)
    costs = []
    for year in (2020, 2021, 2022, 2023, 2024):
        rows = peak_in("peak", "energy_co2", (year,), 2024, stated.problem.years)
        one = replace(stated.problem, targets=rows)
        others = tuple(replace(each, targets=rows) for each in futures.problems)
        tried = solve_robust(one, replace(futures, problems=others), keep=0.8, safe=safe)
        costs.append(float(tried.result["expected_cost"]) if tried.plan.found else np.inf)
    least = min(costs)
    assert float(found.result["expected_cost"]) == pytest.approx(least, rel=1e-5)


def test_paths_of_each_future_enter_its_rows(asked):
    stated, futures = asked
    problem, shared = share_choices(stated, futures)
    found = solve_robust(problem.problem, shared, keep=0.8)
    builds, years = found.plan.builds.transpose("measure", "year").values, stated.problem.years
    chosen = int(found.plan.result.attrs["alternatives"].removeprefix("peak."))
    starts = set()
    for name, future in zip(futures.names, futures.problems, strict=True):
        held = future.numerators["energy_co2"]
        path = held.baseline + np.tensordot(builds, held.effect, axes=2)
        over = path[years.index(2025) :] - path[years.index(chosen)]
        here = found.result.sel(future=name)
        assert here["miss"].values == pytest.approx(over, rel=1e-6, abs=1e-3)
        highest = path[: years.index(2025)].max() + 0.1
        assert bool(here["kept"]) == bool((path[years.index(2025) :] <= highest).all())
        starts.add(float(held.baseline[years.index(chosen)]))
    assert len(starts) == len(futures.names)


def test_futures_share_the_years_that_may_be_the_highest(asked):
    stated, futures = asked
    few = {it.either for it in stated.problem.targets}
    problem, shared = share_choices(stated, futures)
    every = {it.either for it in problem.problem.targets}
    assert few < every
    assert all(one.targets == problem.problem.targets for one in shared.problems)
    plan, again = solve_least_cost(stated.problem), solve_least_cost(problem.problem)
    assert again.cost == pytest.approx(plan.cost, rel=1e-6)


def test_named_futures_with_years_of_their_own_share_those_of_all(asked):
    """A future falls from its base year on, so that by itself it would leave no choice."""
    stated, futures = asked
    co2 = stated.problem.numerators["energy_co2"]
    falling = Numerator(co2.baseline[0] * 0.5 ** np.arange(len(co2.baseline)), co2.effect)
    other = replace(stated.problem, numerators={"energy_co2": falling})
    other = replace(other, targets=peak_by(other, "peak", "energy_co2", 2024))
    named = replace(futures, names=("as stated", "falls"), problems=(stated.problem, other))
    named = replace(named, probabilities=np.array([0.5, 0.5]))
    assert not any(it.either for it in other.targets)
    with pytest.raises(ScenarioError, match="future 'falls' has other targets"):
        solve_robust(stated.problem, named)
    problem, shared = share_choices(stated, named)
    assert any(it.either for it in problem.problem.targets)
    assert all(one.targets == problem.problem.targets for one in shared.problems)
    found = solve_robust(problem.problem, shared)
    assert bool(found.result["kept"].all())


def test_a_soft_peak_is_told_once_too(region, scenario):
    found = cp.optimise_robust(
        region,
        scenario,
        targets={"peak": PEAK, "co2_intensity_2030": load_targets(region)["co2_intensity_2030"]},
        soft={"peak": 50.0},
        keep=0.75,
        draws=4,
        seed=1,
        checks=64,
    )
    check = found.check
    assert check["target"].values.tolist().count("peak") == 1
    assert not any(name.startswith("peak.") for name in check["target"].values)
    hard = check["chance"].drop_sel(target="peak")
    assert float(check["share_kept"]) <= float(hard.min())


def test_a_non_fossil_share_counts_what_may_be_larger_in_any_future(tmp_path):
    """Power bought and made at home change places in a future, where the other one is larger."""
    path = worlds.minimal(tmp_path)
    row = "grid_non_fossil_share,{},{},percent,level,,,invented,round number,assumption,\n"
    with (path / "drivers.csv").open("a", encoding="utf-8") as file:
        file.write(row.format(2020, 50) + row.format(2025, 60))
    region = cp.load_region(path)
    scenario = cp.load_scenario(region, "baseline")
    said = {"year": 2025, "base_year": 2020, "at_least": 30.5, "unit": "percent"}
    share = Goal(
        indicator="non_fossil_share",
        binding=False,
        evidence="assumption",
        source_id="invented",
        where="round number",
        **said,
    )
    found = cp.optimise_robust(
        region, scenario, targets={"share": share}, futures={"a": scenario, "b": scenario}, keep=1.0
    )
    plain = cp.optimise(region, scenario, targets={"share": share})
    assert found.optimum.plan.cost == pytest.approx(plain.plan.cost, rel=1e-6)
    problem = plain.question.problem
    assert not any(it.either for it in problem.targets)
    bought, own = (problem.numerators[name] for name in AMOUNTS)
    swapped = {**problem.numerators, **dict(zip(AMOUNTS, (own, bought), strict=True))}
    other = replace(problem, numerators=swapped)
    futures = Futures.equally_likely({"as stated": problem, "swapped": other})
    asked, shared = share_choices(plain.question, futures)
    assert [it.either for it in asked.problem.targets] == ["bought", "own"]
    assert all(one.targets == asked.problem.targets for one in shared.problems)
    assert [it.numerator for it in asked.problem.targets] == list(AMOUNTS)
    assert solve_least_cost(asked.problem).cost == pytest.approx(plain.plan.cost, rel=1e-6)


def test_a_plan_that_retires_units_early_is_given_without_a_check(tmp_path):
    """An ensemble does not follow retirement; the plan and its futures are there all the same."""
    folder = worlds.minimal(tmp_path)
    add_saver(
        folder, "dear", fixed_opex="9e4,CNY2020/year/(t/year)", retire_cost="10,CNY2020/(t/year)"
    )
    region, scenario = cp.load_region(folder), adopt(folder, "offers: [dear]\n")
    stated = load_targets(cp.load_region("yangjiang"))["co2_intensity_2030"]
    changes = {"year": 2022, "reduction": 5.0, "source_id": "invented"}
    asked = {"targets": {"early": stated.model_copy(update=changes)}}
    drawn = {"draws": 8, "seed": 1, "checks": 8}
    found = cp.optimise_robust(region, scenario, keep=0.5, **asked, **drawn)
    assert float(found.optimum.plan.result["retired"].sum()) > 0
    assert found.optimum.rerun_residual <= 1e-6
    assert float(found.robust.result["share_kept"]) >= 0.5
    assert not found.check.data_vars
    answer = cp.optimise(region, scenario, **asked)
    front = cp.price_of_robustness(answer, shares=[0.5], **drawn)
    assert np.isfinite(front["expected_cost"]).all()
    assert np.isnan(front["checked_share"]).all()


def test_a_drawn_lifetime_of_units_that_may_be_retired_is_refused_by_the_name_of_the_measure(
    tmp_path,
):
    folder = worlds.minimal(tmp_path)
    cost = {"fixed_opex": "9e4,CNY2020/year/(t/year)", "retire_cost": "10,CNY2020/(t/year)"}
    add_saver(folder, "dear", lifetime="3,year", **cost)
    add_saver(folder, "plain", lifetime="3,year")
    for name in ("dear", "plain"):
        worlds.edit(folder / "measures" / f"{name}.csv", "lifetime,3,year,,", "lifetime,3,year,2,4")
    region, scenario = cp.load_region(folder), adopt(folder, "offers: [dear, plain]\n")
    stated = load_targets(cp.load_region("yangjiang"))["co2_intensity_2030"]
    early = stated.model_copy(update={"year": 2022, "reduction": 5.0, "source_id": "invented"})
    with pytest.raises(ScenarioError, match=r"^dear may be retired early and has another lifetime"):
        cp.optimise_robust(region, scenario, targets={"early": early}, draws=10, seed=1)
