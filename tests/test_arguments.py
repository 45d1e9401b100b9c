"""Arguments of the wrong kind meet plain words, whichever public function they are given to."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ArgumentError
from carbonpeak.optimiser import LinearRow, RowTerm
from carbonpeak.optimiser.solver import SolverSettings

FUNCTIONS = [
    name
    for name in cp.__all__
    if inspect.isfunction(getattr(cp, name)) and inspect.signature(getattr(cp, name)).parameters
]


@pytest.mark.parametrize("wrong", [object(), 1j, b"plan"], ids=["object", "complex", "bytes"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_first_argument_of_the_wrong_kind_is_named(name: str, wrong: object) -> None:
    function = getattr(cp, name)
    required = [
        one
        for one in inspect.signature(function).parameters.values()
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD
    ]
    rest = {one.name: wrong for one in required[1:]}
    with pytest.raises(cp.CarbonPeakError, match=f"{name}: '{required[0].name}' is a"):
        function(wrong, **rest)


def region() -> cp.Region:
    return worlds.loaded("minimal")


def plan() -> cp.Scenario:
    return cp.load_scenario(region(), "plan")


def portfolio(*, sense: str = "at_most", **limits: float) -> Any:
    row = cp.SharedRow("total", "energy_co2", (2025,), 1e9, sense)
    return cp.optimise_portfolio([(region(), plan())], shared=[row], **limits)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: cp.load_scenario("plan", region()),
            "load_scenario: 'region' is the text 'plan'; expected a Region, of load_region. "
            "Call load_scenario(region, name)",
        ),
        (
            lambda: cp.screen_project(region(), "smelter", plan()),
            "screen_project: 'scenario' is the text 'smelter'; expected a Scenario, of "
            "load_scenario. Call screen_project(region, scenario, project)",
        ),
        (
            lambda: cp.check_progress(worlds.compiled("minimal"), region()),
            "check_progress: 'region' is a Dataset; expected a Region",
        ),
        (lambda: cp.kaya(region()), "kaya: 'pathway' is a Region; expected a Dataset"),
        (
            lambda: cp.indicator(region(), "coal"),
            "indicator: 'pathway' is a Region; expected a Dataset, such as of project or "
            "compile_inventory. Call indicator(pathway, name)",
        ),
        (
            lambda: cp.target_odds(region()),
            "target_odds: 'ensemble' is a Region; expected an Ensemble, of ensemble",
        ),
        (
            lambda: cp.deflate("100", "CNY2015", "CNY2020", deflator="gdp_deflator"),
            "deflate: 'value' is the text '100'; expected a number or an array",
        ),
        (
            lambda: cp.allocate(
                "100", pd.DataFrame(), "equal_rate", kind="budget", unit="t", decimals=0
            ),
            "allocate: 'total' is the text '100'; expected a number",
        ),
        (
            lambda: cp.ensemble(region(), plan(), draws="100"),
            "ensemble: 'draws' is the text '100'; expected a whole number",
        ),
        (
            lambda: cp.ensemble(region(), plan(), of="energy_co2"),
            "ensemble: 'of' is the text 'energy_co2'; expected a list, such as ['energy_co2']",
        ),
        (
            lambda: cp.ensemble(region(), plan(), draws=100.5),
            "ensemble: 'draws' is 100.5; expected a whole number",
        ),
        (
            lambda: cp.ensemble(region(), plan(), seed=-1),
            "ensemble: 'seed' is -1; expected a whole number from 0 up",
        ),
        (
            lambda: cp.optimise_robust(region(), plan(), seed=1, safe="no"),
            "optimise_robust: 'safe' is the text 'no'; expected True or False",
        ),
        (
            lambda: cp.optimise(region(), plan(), myopic=(10, 5)),
            "optimise: 'myopic' is a tuple; expected a Myopic, such as Myopic(horizon=10, step=5)",
        ),
        (lambda: cp.Myopic(5.5, 2), "expected whole years, a step of at least 1"),
        (
            lambda: cp.optimise(
                region(),
                plan(),
                rows=[LinearRow("a", (RowTerm("solar_pv", 1, of="stok"),), at_most=1)],
            ),
            "row 'a': unknown 'of' 'stok'; did you mean 'stock'?",
        ),
        (
            lambda: cp.optimise(
                region(), plan(), rows=[LinearRow("a", RowTerm("solar_pv", 1), at_most=1)]
            ),
            "row 'a': its terms are a RowTerm; write them as a tuple, (term,)",
        ),
        (
            lambda: LinearRow("a", (("solar_pv", 1.0),), at_most=1),
            "row 'a': ('solar_pv', 1.0) is no term; write RowTerm(measure, coefficient)",
        ),
        (
            lambda: cp.optimise(region(), plan(), settings={"time_limit": 60}),
            "optimise: 'settings' is a dict; expected SolverSettings, such as "
            "SolverSettings(time_limit=60) or None",
        ),
        (
            lambda: cp.optimise(region(), plan(), write="no_such_folder/zone.lp"),
            "no_such_folder/zone.lp: cannot be written; No such file or directory",
        ),
        (
            lambda: cp.different_plans(cp.optimise(region(), plan()), count=-1),
            "'count' is -1; expected at least 1",
        ),
        (
            lambda: cp.price_of_robustness(cp.optimise(region(), plan())),
            "argument: 'seed'; the seed of draws is an argument, so that the same can be drawn "
            "again. Call price_of_robustness(answer, seed=1)",
        ),
        (
            lambda: cp.abatement_costs(region(), plan()),
            "argument: 'year'. Call abatement_costs(region, scenario, year=...)",
        ),
        (lambda: cp.optimise(region()), "argument: 'scenario'. Call optimise(region, scenario)"),
        (
            lambda: cp.optimise(region(), plan(), target={}),
            "optimise: no argument 'target' (did you mean 'targets'?). Call optimise(region",
        ),
        (
            lambda: cp.optimise(region(), plan(), {}),
            "optimise: too many positional arguments. Call optimise(region, scenario)",
        ),
        (lambda: RowTerm("solar_pv", "1"), "term of 'solar_pv': its coefficient is '1'; expected"),
        (
            lambda: LinearRow("a", (RowTerm("solar_pv", 1),), at_most=None),
            "row 'a': at_most is None; expected a number, or leave it out",
        ),
        (lambda: cp.Myopic("5", 2), "windows of 5 years every 2; expected whole years"),
        (
            lambda: SolverSettings(threads=10**6),
            "SolverSettings: 'threads' is 1000000; expected a whole number to 1000",
        ),
        (lambda: SolverSettings(time_limit=float("nan")), "'time_limit' is nan; expected seconds"),
        (lambda: SolverSettings(time_limit="60"), "'time_limit' is '60'; expected seconds"),
        (lambda: SolverSettings(gap=5), "'gap' is 5; expected a share from 0 to 1, such as 0.01"),
        (lambda: SolverSettings(seed=-1), "'seed' is -1; expected a whole number from 0"),
        (lambda: SolverSettings(log_file=3), "'log_file' is 3; expected a path"),
        (lambda: SolverSettings(options=["presolve"]), "'options' is ['presolve']; expected a map"),
        (
            lambda: cp.SharedRow("total", "energy_co2", (2030,), "1"),
            "shared row 'total': cap is '1'; expected a number",
        ),
        (
            lambda: cp.SharedRow("total", "energy_co2", ("2030",), 1.0),
            "shared row 'total': a year is '2030'; expected a number",
        ),
        (
            lambda: portfolio(sense="max"),
            "shared row 'total': unknown sense 'max'; allowed: at_most",
        ),
        (
            lambda: cp.optimise_portfolio([(region(), plan())], shared=[{"cap": 1}]),
            "'shared' holds a dict; expected SharedRow(name, numerator, years, cap)",
        ),
        (
            lambda: cp.map_regions("inventory", [1, 2], store="nowhere"),
            "'regions' holds a int; expected names, paths or Regions",
        ),
        (lambda: portfolio(gap=-1.0), "'gap' is -1; expected at least 0"),
        (lambda: portfolio(rounds=0), "'rounds' is 0; expected at least 1"),
        (
            lambda: cp.SharedRow("total", "energy_co2", 2030, 1.0),
            "shared row 'total': years is 2030; write (2030,)",
        ),
        (
            lambda: cp.optimise_portfolio([region()], shared=[]),
            "'regions' holds a Region; expected pairs of a Region and a Scenario of it",
        ),
        (lambda: cp.stock_turnover(plan(), "cars"), "no stock 'cars'; there is none"),
    ],
)
def test_what_was_given_and_what_is_expected(call: Callable[[], Any], said: str) -> None:
    with pytest.raises(cp.CarbonPeakError) as caught:
        call()
    assert said in str(caught.value)


def test_it_is_a_type_error_too() -> None:
    with pytest.raises(TypeError):
        cp.kaya(region())
    assert issubclass(ArgumentError, cp.CarbonPeakError)


def test_numbers_of_numpy_and_keywords_pass() -> None:
    found = cp.allocate(
        total=np.float32(100),
        receivers=pd.DataFrame({"name": ["a", "b"], "base_emissions": [1.0, 3.0]}).set_index(
            "name"
        ),
        rule="grandfathering",
        kind="budget",
        unit="t",
        decimals=np.int64(0),
    )
    assert found.shape[0] == 2
    assert cp.ensemble(region(), plan(), draws=1e1).runs.draws == 10
    assert "1.A" in str(cp.explain(worlds.compiled("minimal"), category="1.A"))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_keeps_its_signature_and_can_be_pickled(name: str) -> None:
    function = getattr(cp, name)
    assert pickle.loads(pickle.dumps(function)) is function
    assert function.__doc__ == function.__wrapped__.__doc__
    assert inspect.signature(function) == inspect.signature(function.__wrapped__)
