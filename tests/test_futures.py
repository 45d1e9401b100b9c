"""Futures drawn for the least-cost program: one unit by itself, whole plans, what targets allow."""

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError
from carbonpeak.optimiser.region.amounts import numerators
from carbonpeak.optimiser.region.futures import Draws, allowance, judge_builds, sample_futures
from carbonpeak.optimiser.region.posing import pose
from carbonpeak.optimiser.region.question import Question, question
from carbonpeak.planning.goals import Goal
from carbonpeak.planning.target_odds import target_odds
from carbonpeak.planning.targets import load_targets
from carbonpeak.scenario.ensemble.engine import Engine
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from carbonpeak.scenario.ensemble.layout import lay_out_draws
from carbonpeak.scenario.ensemble.measures import plans_for
from carbonpeak.scenario.ensemble.unit_effects import unit_engine
from carbonpeak.scenario.pathway import lay_out, walk

NAMES = ("energy_co2", "direct_co2", "gross_ghg", "net_ghg", "energy_total", "coal", "planted_area")
EVERY = frozenset(INCLUDED)


class Counted:
    """Stands for a goal: `numerators` reads nothing but its amount."""

    def __init__(self, amount):
        self.amount = amount


@pytest.fixture(scope="module")
def region():
    return cp.load_region("yangjiang")


@pytest.fixture(scope="module")
def scenario(region):
    return cp.load_scenario(region, "full_plan")


@pytest.fixture(scope="module")
def outlook(region, scenario):
    return lay_out(region, scenario)


@pytest.fixture(scope="module")
def goals(region):
    wanted = ("co2_intensity_2025", "co2_intensity_2030", "forest_cover_2025")
    stated = load_targets(region)
    return {name: stated[name] for name in wanted}


def test_a_unit_of_each_measure_does_what_the_program_says(region, scenario, outlook):
    engine = unit_engine(region, scenario, of=NAMES, include=EVERY)
    found = engine.effects(engine.layout.inputs.central())
    with pytest.raises(ResultError, match="not worked out: ask for 'cost'"):
        _ = found.paid
    nothing = walk(outlook, np.zeros((len(outlook.measures), len(outlook.years))))
    stated = numerators(outlook, nothing, {name: Counted(name) for name in NAMES})
    rows = [list(outlook.measures).index(name) for name in found.measures]
    for name in NAMES:
        size = np.abs(stated[name].effect).max()
        np.testing.assert_allclose(found.baseline[name][:, 0], stated[name].baseline, rtol=1e-9)
        np.testing.assert_allclose(
            found.effect[name][..., 0], stated[name].effect[rows], rtol=1e-9, atol=1e-9 * size
        )


def test_units_add_up_to_what_the_ensemble_draws(region, scenario, outlook):
    builds = 1e-6 * outlook.planned_builds()
    layout = lay_out_draws(
        region, scenario, of=NAMES, include=EVERY, plan=lambda whole: plans_for(whole, builds)
    )
    engine = unit_engine(region, scenario, of=NAMES, include=EVERY)
    draw = np.random.default_rng(3)
    by_name = dict(
        zip(engine.layout.inputs.names, draw.random(len(engine.layout.inputs.names)), strict=True)
    )
    own = [
        np.array([[by_name[name] for name in one.inputs.names]]) for one in (engine.layout, layout)
    ]
    units = engine.effects(engine.layout.inputs.drawn(own[0]))
    whole = Engine(layout).evaluate(layout.inputs.drawn(own[1]))
    assert not whole.short.any()
    rows = [list(outlook.measures).index(name) for name in units.measures]
    for name in NAMES:
        added = np.tensordot(builds[rows], units.effect[name][..., 0], axes=2)
        moved = whole.paths[name][:, 0] - units.baseline[name][:, 0]
        scale = np.abs(whole.paths[name]).max()
        np.testing.assert_allclose(moved, added, atol=1e-12 * scale, rtol=1e-5)


def test_what_varies_by_nothing_is_the_problem_itself(outlook, goals):
    problem = pose(outlook, goals)
    futures = sample_futures(Question(outlook, goals, problem), Draws(2, 1, "sobol", frozenset()))
    for future in futures.problems:
        for name, stated in problem.numerators.items():
            np.testing.assert_allclose(future.numerators[name].baseline, stated.baseline, rtol=1e-9)
        assert [one.cap for one in future.targets] == pytest.approx(
            [one.cap for one in problem.targets], rel=1e-12
        )
        for name in ("capex", "fixed_opex", "lifetime", "running_cost"):
            stated = getattr(problem, name)
            np.testing.assert_allclose(
                getattr(future, name), stated, rtol=1e-9, atol=1e-9 * np.abs(stated).max()
            )


def test_builds_of_a_scenario_are_judged_as_its_own_ensemble_judges_them(
    region, scenario, outlook, goals
):
    problem = pose(outlook, goals)
    builds = outlook.planned_builds()
    verdict = judge_builds(Question(outlook, goals, problem), builds, Draws(256, 5, "sobol", EVERY))
    own = cp.ensemble(region, scenario, draws=256, seed=5, of=("energy_co2",))
    odds = target_odds(own, targets=goals)
    assert verdict.kept.mean(axis=1) == pytest.approx(odds["chance"].to_numpy(), abs=1e-12)
    assert verdict.short.mean() > 0


def test_a_peak_is_judged_by_all_its_years(region, scenario, outlook):
    """Against the paths of an ensemble: no later value above the highest up to the year."""
    said = {"base_year": 2020, "binding": False, "evidence": "assumption"}
    said |= {"source_id": "case_compilation_2026", "where": "invented"}
    budget = Goal(indicator="energy_co2", years=(2021, 2030), at_most=4600, unit="万吨 CO2", **said)
    goals = {
        "peak": Goal(indicator="energy_co2", peak_by=2024, **said),
        "first": Goal(indicator="energy_co2", peak_by=2020, **said),
        "budget": budget,
    }
    asked = Question(outlook, goals, pose(outlook, goals))
    verdict = judge_builds(asked, outlook.planned_builds(), Draws(256, 5, "sobol", EVERY))
    assert verdict.names[0] == "peak"
    assert verdict.names[-1] == "budget"
    own = cp.ensemble(region, scenario, draws=256, seed=5, of=("energy_co2",))
    paths = np.concatenate([block.paths["energy_co2"] for block in own.runs.blocks()], axis=1)
    at = list(outlook.years).index(2024) + 1
    within = paths[at:].max(axis=0) <= paths[:at].max(axis=0)
    assert verdict.kept[0].tolist() == within.tolist()
    assert 0 < within.mean() < 1
    first = verdict.kept[list(verdict.names).index("first")]
    assert first.tolist() == (paths[1:].max(axis=0) <= paths[0]).tolist()
    years = slice(list(outlook.years).index(2021), list(outlook.years).index(2030) + 1)
    assert verdict.kept[-1].tolist() == (paths[years].sum(axis=0) <= 4.6e7).tolist()
    assert 0 < verdict.kept[-1].mean() < 1


def test_a_peak_allows_the_same_in_every_draw(region, scenario, outlook, goals):
    """Its rows compare two years of one path; no base year and no GDP scales what they allow."""
    said = {"base_year": 2020, "binding": False, "evidence": "assumption"}
    said |= {"source_id": "case_compilation_2026", "where": "invented"}
    peak = {"peak": Goal(indicator="energy_co2", peak_by=2024, **said)}
    problem = pose(outlook, {**goals, **peak})
    engine = unit_engine(region, scenario, of=NAMES, include=EVERY)
    inputs = engine.layout.inputs
    drawn = engine.effects(inputs.drawn(np.full((1, len(inputs.names)), 0.2))).baseline
    central = engine.effects(inputs.central()).baseline
    scales = allowance(problem, {**goals, **peak}, drawn, central)
    scaled = [float(one) != 1.0 for (one,) in scales]
    assert scaled == [it.group != "peak" and "forest" not in it.group for it in problem.targets]


def test_more_draws_begin_with_the_same(outlook, goals):
    problem = pose(outlook, goals)
    few, more = (
        sample_futures(Question(outlook, goals, problem), Draws(count, 7, "sobol", EVERY))
        for count in (3, 6)
    )
    assert more.names[:3] == few.names
    for one, other in zip(few.problems, more.problems, strict=False):
        assert [a.cap for a in one.targets] == [b.cap for b in other.targets]


def test_builds_are_judged_on_many_draws_where_gdp_is_certain():
    """More draws than one chunk; the GDP of this county has no range."""
    region = cp.load_region(worlds.MINIMAL)
    scenario = cp.load_scenario(region, "plan")
    asked = question(region, scenario)
    builds = cp.optimise(region, scenario).plan.builds.transpose("measure", "year").values
    assert any(goal.per_gdp for goal in asked.goals.values())
    found = judge_builds(asked, builds, Draws(600, 0, "sobol", EVERY))
    assert found.kept.shape == (len(asked.problem.targets), 600)
    assert found.short.shape == (600,)
