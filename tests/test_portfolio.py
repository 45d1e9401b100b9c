"""Portfolios against one matrix of all regions; bounds, prices, endings, and going on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.optimiser.least_cost import solve_least_cost
from carbonpeak.optimiser.portfolio import Ending, SharedRow, solve_portfolio
from carbonpeak.optimiser.portfolio_state import Round
from carbonpeak.optimiser.region.question import question
from carbonpeak.optimiser.targets import Target
from carbonpeak.workers import Lost
from portfolio_regions import YEARS, in_one_matrix, regions, shared_rows

FEW = regions(8)
ROWS = shared_rows(FEW, cut=0.12)


def bounds_hold(rounds: tuple[Round, ...], optimum: float) -> None:
    slack = 1e-7 * abs(optimum)
    bounds, bests = [one.bound for one in rounds], [one.best for one in rounds]
    assert all(bound <= optimum + slack for bound in bounds)
    assert all(best >= optimum - slack for best in bests)
    assert bounds == sorted(bounds)
    assert bests == sorted(bests, reverse=True)


def test_fifty_regions_reach_the_optimum_of_one_matrix() -> None:
    problems = regions(50)
    shared = shared_rows(problems)
    optimum = in_one_matrix(problems, shared)
    answer = solve_portfolio(problems, shared, gap=1e-6)
    assert answer.ending == Ending.SOLVED
    assert answer.cost == pytest.approx(optimum, rel=1e-6)
    assert answer.gap < 1e-6
    bounds_hold(answer.rounds, optimum)
    assert len(answer.rounds) < 40
    assert "no portfolio yet" in str(answer.rounds[0])
    assert "gap 0.000%" in str(answer.rounds[-1])
    assert answer.shared["binding"].sum() >= 2
    assert (answer.shared["price"] >= 0).all()
    assert (answer.shared["shortfall"] == 0).all()


def test_fifty_regions_with_whole_projects_come_within_a_percent() -> None:
    problems = regions(50, whole=True)
    shared = shared_rows(problems)
    optimum = in_one_matrix(problems, shared)
    answer = solve_portfolio(problems, shared)
    assert answer.ending in (Ending.SOLVED, Ending.PRICED)
    assert answer.gap < 0.01
    assert answer.bound <= optimum * (1 + 1e-4)
    assert answer.cost >= optimum * (1 - 1e-4)
    for name, plan in answer.plans.items():
        lumps = (
            plan.builds.transpose("measure", "year").to_numpy() / problems[name].unit_size[:, None]
        )
        lumps = lumps[problems[name].integer]
        assert np.array_equal(lumps, np.round(lumps))
    slack = answer.shared["slack"] / np.abs(answer.shared["cap"])
    assert (slack > -1e-6).all()


def test_the_price_of_a_row_is_what_the_optimum_changes_with_its_cap() -> None:
    answer = solve_portfolio(FEW, ROWS, gap=1e-9)
    at = ROWS.index(next(row for row in ROWS if row.name == "co2_2030"))
    step = 1e-5 * ROWS[at].cap
    costs = []
    for move in (-step, step):
        moved = list(ROWS)
        moved[at] = replace(ROWS[at], cap=ROWS[at].cap + move)
        costs.append(in_one_matrix(FEW, moved))
    slope = (costs[0] - costs[1]) / (2 * step)
    price = float(answer.shared["price"].sel(shared="co2_2030"))
    assert slope > 0
    assert price / 1.06**10 == pytest.approx(slope, rel=1e-4)


def test_a_floor_and_a_soft_row() -> None:
    baseline = sum(one.numerators["co2"].baseline for one in FEW.values())
    at = YEARS.index(2030)
    ceiling = SharedRow("top", "co2", (2030,), baseline[at] * 0.85)
    alone = {name: solve_least_cost(one) for name, one in FEW.items()}
    free = sum(
        float(plan.result["achieved"].sel(year=2026, numerator="co2")) for plan in alone.values()
    )
    floor = SharedRow("least", "co2", (2026,), free * 1.01, sense="at_least")
    answer = solve_portfolio(FEW, (ceiling, floor), gap=1e-8)
    assert answer.cost == pytest.approx(in_one_matrix(FEW, (ceiling, floor)), rel=1e-6)
    assert answer.shared["binding"].all()
    hard = float(answer.shared["price"].sel(shared="top"))
    soft = (replace(ceiling, price=hard / 2), floor)
    missed = solve_portfolio(FEW, soft, gap=1e-8)
    shortfall = float(missed.shared["shortfall"].sel(shared="top"))
    assert shortfall > 0
    assert float(missed.shared["price"].sel(shared="top")) == pytest.approx(hard / 2, rel=1e-6)
    assert missed.cost < answer.cost
    dear = solve_portfolio(FEW, (replace(ceiling, price=hard * 100), floor), gap=1e-8)
    assert dear.cost == pytest.approx(answer.cost, rel=1e-6)


def test_a_portfolio_of_one_region_is_its_own_least_cost_path_with_one_more_target() -> None:
    name, problem = next(iter(FEW.items()))
    cap = float(problem.numerators["co2"].baseline[YEARS.index(2029)] * 0.9)
    answer = solve_portfolio({name: problem}, [SharedRow("cap", "co2", (2029,), cap)], gap=1e-9)
    own = solve_least_cost(
        replace(problem, targets=(*problem.targets, Target.at("cap", "co2", 2029, cap)))
    )
    assert answer.cost == pytest.approx(own.cost, rel=1e-7)
    price = float(own.result["price"].sel(target="cap"))
    assert float(answer.shared["price"][0]) == pytest.approx(price, rel=1e-6)


def test_rows_that_do_not_bind_cost_one_round_and_have_no_price() -> None:
    answer = solve_portfolio(FEW, [SharedRow("loose", "co2", (2030,), 1e12)])
    assert len(answer.rounds) == 1
    assert float(answer.shared["price"][0]) == 0.0
    alone = sum(solve_least_cost(one).cost for one in FEW.values())
    assert answer.cost == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("scheduler", ["threads", "processes", "dask"])
@pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
def test_the_answer_does_not_depend_on_the_workers(scheduler: str) -> None:
    if scheduler == "dask":
        pytest.importorskip("distributed")
    ours = solve_portfolio(FEW, ROWS, scheduler="serial")
    theirs = solve_portfolio(FEW, ROWS, scheduler=scheduler)
    assert ours.rounds == theirs.rounds
    assert ours.shared.identical(theirs.shared)


def test_a_search_goes_on_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    whole = solve_portfolio(FEW, ROWS, gap=1e-6)
    first = solve_portfolio(FEW, ROWS, gap=1e-6, rounds=4, state=file)
    assert first.ending == Ending.ROUND_LIMIT
    assert first.rounds == whole.rounds[:4]
    told: list[Round] = []
    second = solve_portfolio(FEW, ROWS, gap=1e-6, state=file, progress=told.append)
    assert tuple(told) == whole.rounds[4:]
    assert second.rounds == whole.rounds
    assert second.shared.identical(whole.shared)
    again = solve_portfolio(FEW, ROWS, gap=1e-6, state=file, progress=told.append)
    assert len(told) == len(whole.rounds) - 4, "nothing is done twice"
    assert again.cost == whole.cost


def test_a_lost_worker_ends_the_search_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, asked = tmp_path / "state.json", [0]

    class Failing:
        def each(self, function: Any, tasks: Any) -> Iterator[Any]:
            for task in tasks:
                asked[0] += 1
                yield Lost("KilledWorker") if asked[0] == 4 * len(FEW) + 3 else function(task)

    @contextmanager
    def failing(_: object) -> Iterator[Failing]:
        yield Failing()

    whole = solve_portfolio(FEW, ROWS, gap=1e-6)
    with monkeypatch.context() as patch:
        patch.setattr("carbonpeak.optimiser.portfolio.crew", failing)
        stopped = solve_portfolio(FEW, ROWS, gap=1e-6, state=file)
    assert stopped.ending == Ending.LOST
    assert "no answer from region r002: KilledWorker" in stopped.message.en
    assert stopped.rounds == whole.rounds[:4]
    assert stopped.found, "the plans known so far are given"
    asked[0] = (4 - len(whole.rounds)) * len(FEW)
    with monkeypatch.context() as patch:
        patch.setattr("carbonpeak.optimiser.portfolio.crew", failing)
        late = solve_portfolio(FEW, ROWS, gap=1e-6)
    assert late.ending == Ending.LOST, "the last plan of all is lost too"
    assert not late.found
    after = solve_portfolio(FEW, ROWS, gap=1e-6, state=file)
    assert after.rounds == whole.rounds
    assert after.bound == whole.bound


def test_the_file_of_another_portfolio_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    solve_portfolio(FEW, ROWS, rounds=1, state=file)
    with pytest.raises(cp.CarbonPeakError, match="other regions, data or shared rows"):
        solve_portfolio(FEW, ROWS[:1], state=file)
    file.write_text("{}", "utf-8")
    with pytest.raises(cp.CarbonPeakError, match="is no state of a portfolio"):
        solve_portfolio(FEW, ROWS, state=file)


def test_limits_end_with_a_bound_and_a_gap() -> None:
    short = solve_portfolio(FEW, ROWS, gap=1e-9, rounds=6)
    optimum = in_one_matrix(FEW, ROWS)
    assert short.ending == Ending.ROUND_LIMIT
    assert short.bound <= optimum <= short.cost * (1 + 1e-9)
    assert 0 < short.gap < np.inf
    assert "limit of rounds" in short.message.en
    none = solve_portfolio(FEW, ROWS, time_limit=0.0)
    assert none.ending == Ending.TIME_LIMIT
    assert not none.found
    assert none.gap == np.inf


def test_rows_that_cannot_be_met_together_say_what_is_least_missed() -> None:
    at = YEARS.index(2030)
    least = []
    for problem in FEW.values():
        effect = problem.numerators["co2"].effect
        bare = replace(
            problem,
            capex=np.zeros_like(problem.capex),
            fixed_opex=np.zeros_like(problem.fixed_opex),
            running_cost=effect * np.eye(len(YEARS))[at],
        )
        plan = solve_least_cost(bare)
        least.append(float(plan.result["achieved"].sel(year=2030, numerator="co2")))
    answer = solve_portfolio(FEW, [SharedRow("steep", "co2", (2030,), sum(least) - 2000.0)])
    assert answer.ending == Ending.INFEASIBLE
    assert not answer.found
    assert "steep, by 0.2 × 10⁴ t CO2" in answer.message.en
    assert np.isfinite(answer.bound)
    kept = solve_portfolio(FEW, [SharedRow("steep", "co2", (2030,), sum(least) + 1000.0)])
    assert kept.ending == Ending.SOLVED


def test_a_region_without_a_plan_or_bound_is_named() -> None:
    name, problem = next(iter(FEW.items()))
    steep = replace(problem, targets=(Target.at("own", "co2", 2031, -1e9),))
    answer = solve_portfolio({**FEW, name: steep}, ROWS)
    assert answer.ending == Ending.INFEASIBLE
    assert f"region '{name}' has no plan of its own" in answer.message.en
    endless = replace(
        problem,
        potential=np.full(len(problem.measures), np.inf),
        yearly_limit=np.full(len(problem.measures), np.inf),
        running_cost=-np.abs(problem.running_cost) - np.triu(np.ones((len(YEARS),) * 2)) * 1e9,
        lines=(),
        baseline_activity=np.zeros(0),
        moves=type(problem.moves).none(),
    )
    answer = solve_portfolio({**FEW, name: endless}, ROWS)
    assert answer.ending == Ending.UNBOUNDED
    assert f"the cost of region '{name}' has no lower bound" in answer.message.en
    assert answer.rounds == ()


def test_what_does_not_fit_is_listed() -> None:
    name, problem = next(iter(FEW.items()))
    rows = [
        SharedRow("a", "co3", (2030,), 1.0),
        SharedRow("a", "co2", (2050,), np.nan, price=-1.0),
        SharedRow("b", "co2", (), 1.0),
    ]
    with pytest.raises(cp.CarbonPeakError) as caught:
        solve_portfolio({name: problem, "late": replace(problem, discount_to=2021)}, rows)
    told = str(caught.value)
    for words in (
        "shared row 'a': the name is used more than once",
        "the cap is not a finite number",
        "the price of missing it must be above 0",
        "shared row 'b': years must be given",
        f"shared row 'a', region '{name}': no numerator 'co3'; did you mean 'co2'?",
        f"shared row 'a', region '{name}': 2050 lies outside the horizon 2020-2031",
        f"region 'late' discounts at 0.06 to 2021, region '{name}' at 0.06 to 2020",
    ):
        assert words in told
    with pytest.raises(cp.CarbonPeakError, match="no shared row"):
        solve_portfolio(FEW, [])


def pair() -> list[tuple[cp.Region, cp.Scenario]]:
    shipped = [worlds.loaded("yangjiang"), worlds.loaded("sample_county")]
    return [(region, cp.load_scenario(region, "baseline")) for region in shipped]


def test_shipped_regions_meet_a_total_and_agree_with_the_inventory() -> None:
    alone = [cp.optimise(region, scenario) for region, scenario in pair()]
    reached = sum(float(cp.indicator(one.pathway, "energy_co2").sel(year=2030)) for one in alone)
    row = cp.SharedRow("province", "energy_co2", (2030,), reached * 0.99)
    money = cp.SharedRow("money", "investment", (2025, 2026), 1e12)
    answer = cp.optimise_portfolio(pair(), shared=[row, money])
    assert answer.portfolio.found
    assert answer.rerun_residual < 1e-6
    paths = [one.pathway for one in answer.optima.values()]
    total = sum(float(cp.indicator(path, "energy_co2").sel(year=2030)) for path in paths)
    assert total <= row.cap * (1 + 1e-6)
    value = float(answer.portfolio.shared["value"].sel(shared="province"))
    assert total == pytest.approx(value, rel=1e-9)
    spent = sum(
        float(one.plan.result["cost"].sel(kind="capex", year=[2025, 2026]).sum())
        for one in answer.optima.values()
    )
    assert float(answer.portfolio.shared["value"].sel(shared="money")) == pytest.approx(spent)


def test_a_region_given_twice_and_an_unknown_amount_are_refused() -> None:
    first = pair()[0]
    row = cp.SharedRow("province", "energy_co2", (2030,), 1.0)
    with pytest.raises(cp.CarbonPeakError, match="'yangjiang' is given more than once"):
        cp.optimise_portfolio([first, first], shared=[row])
    with pytest.raises(
        cp.CarbonPeakError, match="no amount 'energy_co'; did you mean 'energy_co2'"
    ):
        cp.optimise_portfolio([first], shared=[replace(row, numerator="energy_co")])
    assert question(*first, amounts=["coal"]).problem.numerators["coal"].unit == "tce"


def test_what_a_shared_total_lacks_is_said_in_words() -> None:
    row = cp.SharedRow("province", "energy_co2", (2030,), 3_000_000)
    money = cp.SharedRow("works", "investment", (2025,), -1e8)
    for shared, english, chinese in (
        (row, "province, by 138.1 × 10⁴ t CO₂", "province，差 138.1 万吨二氧化碳"),
        (money, "works, by 10,000.0 × 10⁴ CNY", "works，差 10,000.0 万元"),
    ):
        message = cp.optimise_portfolio(pair(), shared=[shared]).portfolio.message
        assert message.en.endswith(f"least missed: {english}")
        assert message.zh.endswith(f"最小缺口：{chinese}")
