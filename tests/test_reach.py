"""Coefficients that limits enter: all of them follow the reach, and a wider one leaves room."""

from dataclasses import replace

import numpy as np
import pytest
from tests.test_build_rows import BUNDLES, town
from tests.test_diagnosis import opened, switches

from carbonpeak.optimiser import shapes
from carbonpeak.optimiser.least_cost import Numerator, Target, formulate, solve_least_cost
from carbonpeak.optimiser.reach import FURTHER, Reach


def fading(problem):
    """Return the problem with effects that fade, and a peak whose year is chosen."""
    held = problem.numerators["co2"]
    age = np.arange(len(problem.years))
    fade = 0.8 ** np.maximum(age[None, :] - age[:, None], 0)
    peaked = replace(problem, numerators={"co2": replace(held, effect=held.effect * fade)})
    store = np.where(np.isfinite(peaked.potential), peaked.potential, 200.0)
    peaked = replace(peaked, potential=store, targets=peaked.targets[-1:])
    rows = shapes.peak_by(peaked, "peak", "co2", 2022)
    assert len({row.either for row in rows}) > 1
    return replace(peaked, targets=(*peaked.targets, *rows))


PROBLEMS = {name: town(**BUNDLES[name]) for name in BUNDLES} | {"peak": fading(town())}


@pytest.mark.parametrize("name", PROBLEMS)
def test_with_the_same_reach_no_coefficient_moves_with_a_limit(name):
    """Only bounds do, so that to open a limit is to move bounds and to widen the reach."""
    problem = PROBLEMS[name]
    other = replace(
        problem,
        yearly_limit=problem.yearly_limit * 1.5,
        potential=problem.existing + (problem.potential - problem.existing) * 1.5,
    )
    if np.isnan(problem.retire_cost).all():
        other = replace(other, first_year=np.full(4, 2020), last_year=np.full(4, 2024))
    model, moved = formulate(problem), formulate(other, reach=Reach.of(problem))
    np.testing.assert_array_equal(moved.scale.builds, model.scale.builds)
    one, two = (it.program.matrix() for it in (model, moved))
    assert (one.entries != two.entries).nnz == 0
    assert not np.array_equal(one.upper, two.upper)
    wider = formulate(other).program.matrix()
    limited = model.built is not None or model.stands is not None or model.chosen is not None
    assert (wider.entries.shape != one.entries.shape or (wider.entries != one.entries).nnz > 0) == (
        limited
    )


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_wider_reach_leaves_room_for_all_that_wider_limits_allow(name):
    """Bounds opened by hand: it builds as much as the problem that states the wider limits."""
    problem, draw = PROBLEMS[name], np.random.default_rng(5)
    model = formulate(problem)
    wide = model.reach.widened(model.scale.builds)
    if not np.isnan(problem.retire_cost).all():
        wide = replace(wide, window=problem.window)
    open_in = [np.asarray(problem.years)[row] for row in wide.window]
    stated = formulate(
        replace(
            problem,
            yearly_limit=wide.yearly_limit,
            potential=problem.existing + wide.room,
            first_year=np.array([years[0] for years in open_in]),
            last_year=np.array([years[-1] for years in open_in]),
        )
    )
    size, model = model.scale.builds, model.restate(wide)
    most = np.where(wide.window, wide.yearly_limit[:, None], 0.0) / size[:, None]
    most = np.where(problem.integer[:, None], np.floor(most + 1e-9), most)
    model.program.set_bounds(model.builds, upper=model.sized(most, "measure", "year"))
    model.program.set_row_bounds("potential", at_most=model.sized(wide.room / size, "measure"))
    for _ in range(6):
        gain = draw.uniform(-0.3, 1.0, model.builds.columns.shape)
        reached = []
        for one in (model, stated):
            aim = np.zeros(one.program.size[1])
            aim[one.builds.columns] = -gain * one.scale.builds[:, None]
            one.program.set_costs(aim)
            solution = one.program.solve()
            assert solution.found
            reached.append(solution.objective)
        assert reached[0] == pytest.approx(reached[1], rel=1e-5)


def test_a_limit_counts_for_a_unit_at_least_and_what_has_none_keeps_its_window():
    problem = town(yearly_limit=np.array([0.0, 4.0, 30.0, np.inf]))
    size = np.array([10.0, 2.0, 10.0, 10.0])
    wide = Reach.of(problem).widened(size)
    assert wide.yearly_limit == pytest.approx(FURTHER * np.array([10.0, 4.0, 30.0, np.inf]))
    assert wide.room == pytest.approx(FURTHER * np.array([60.0, 8.0, 90.0, np.inf]))
    assert wide.window.all()
    either = tuple(replace(row, either="a") for row in problem.targets)
    kept = Reach.of(replace(problem, targets=either)).widened(size).window
    np.testing.assert_array_equal(kept[3], problem.window[3])
    assert kept[:3].all()


@pytest.mark.parametrize("needed", [12.0, 15.0, 60.0])
def test_an_alternative_that_is_not_chosen_lets_a_limit_give(needed):
    """What is built in one year only cuts that year, far below the later ones: no peak of its own.

    A row that could be missed only by what the old limit allows would ask for more builds later.
    """
    problem = switches(0.0, "once", yearly_limit=np.array([10.0, 0.0, 0.0]), once=np.zeros(3, bool))
    here = np.eye(len(problem.years)) * np.array([-100.0, 0.0, 0.0])[:, None, None]
    alone = replace(problem, numerators={"co2": Numerator(np.full(len(problem.years), 5e4), here)})
    cap = Target.at("cap", "co2", 2021, 5e4 - 100.0 * needed)
    peak = shapes.peak_by(alone, "peak", "co2", 2022)
    asked = replace(alone, targets=(cap, *peak))
    remedies = solve_least_cost(asked).diagnosis.remedies
    (remedy,) = (one for one in remedies if one.family == "yearly_limit")
    assert [change.after for change in remedy.changes] == pytest.approx([needed])
    least = solve_least_cost(opened(asked, remedy.changes, 1.0 + 1e-9))
    assert remedy.cost == pytest.approx(least.cost, rel=1e-5)
