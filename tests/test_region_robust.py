"""Robust paths of a region: shares kept, other draws, the re-run, and what cannot be."""

import numpy as np
import pytest

import carbonpeak as cp
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.planning.targets import load_targets


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
    found = cp.optimise_robust(region, scenario, targets={"x": hard}, draws=4, seed=1, checks=8)
    assert found.optimum.pathway is None
    assert not found.check.data_vars


def test_faults_are_refused(region, scenario):
    with pytest.raises(ResultError, match="'draws' is 0"):
        cp.optimise_robust(region, scenario, draws=0, seed=1)
    with pytest.raises(ScenarioError, match="'keep' is 2"):
        cp.optimise_robust(region, scenario, keep=2.0, draws=2, seed=1, checks=2)
    with pytest.raises(ResultError, match="no inputs called 'weather'"):
        cp.optimise_robust(region, scenario, draws=2, seed=1, include=["weather"])


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
    with pytest.raises(ResultError, match="give 'seed', or name 'futures'"):
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
