"""Regret of scenarios over common draws: the same luck for all."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak.analysis.scenario_regret import At
from carbonpeak.errors import ResultError
from carbonpeak.evidence.region import Region
from carbonpeak.evidence.region_rows import CorrelationRecord
from carbonpeak.scenario.scenario import Scenario

NAMES = ("baseline", "plan", "strengthened")
HEAT = {"measures": {"waste_heat": {"start": 2022, "full": 2025, "amount": 14000}}}


@cache
def scenario(name: str) -> Scenario:
    return cp.load_scenario(worlds.loaded(), name)


@cache
def every(sampler: str = "sobol", at: At = "cumulative", draws: int = 512) -> xr.Dataset:
    chosen = [scenario(name) for name in NAMES]
    return cp.scenario_regret(worlds.loaded(), chosen, at=at, draws=draws, sampler=sampler)


def correlated() -> Region:
    """The built-in case with factors that move together, so that a draw has one more dimension."""
    region = worlds.loaded()
    group = {"burning": CorrelationRecord(inputs=["emission_factor|*|N2O|*"], coefficient=0.5)}
    return replace(region, record=region.record.model_copy(update={"correlations": group}))


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube"])
def test_a_copy_of_a_scenario_has_no_regret_in_any_draw(sampler: str) -> None:
    pair = [scenario("plan"), replace(scenario("plan"), name="copy")]
    found = cp.scenario_regret(worlds.loaded(), pair, draws=200, sampler=sampler)
    assert (found["regret"] == 0.0).all()
    assert found["outcome"].std("draw").min() > 0
    assert found["minimax"].all()
    assert (found["best_share"] == 1.0).all()


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube"])
@pytest.mark.parametrize("region", [worlds.loaded(), correlated()], ids=["apart", "correlated"])
def test_one_more_saving_is_better_in_every_draw(region: Region, sampler: str) -> None:
    """Waste heat brings inputs of its own, which must not shift the draws of the others."""
    less = cp.load_scenario(region, "baseline")
    more = less.variant("heat", HEAT)
    found = cp.scenario_regret(region, [less, more], at=2030, draws=512, sampler=sampler)
    assert (found["regret"].sel(scenario=more.name) == 0.0).all()
    saved = found["regret"].sel(scenario=less.name)
    assert (saved > 0).all()
    # What is saved hangs on the numbers of the measure and of the coal, not on all the others.
    assert float(saved.std()) < 0.05 * float(found["outcome"].std("draw").min())
    assert found.attrs["best"] == "least"
    assert found["minimax"].values.tolist() == [False, True]


@pytest.mark.parametrize(
    ("at", "counted"),
    [
        ("cumulative", lambda paths: paths.sum("year")),
        ("peak", lambda paths: paths.max("year")),
        (2030, lambda paths: paths.sel(year=2030)),
    ],
)
def test_it_is_the_regret_table_of_ensembles_that_draw_by_name(at: At, counted) -> None:
    """Second way: a Latin hypercube goes by name, so that ensembles drawn apart share it."""
    region = worlds.loaded()
    apart = [
        cp.ensemble(
            region, scenario(name), draws=512, sampler="latin_hypercube", of=("net_ghg",)
        ).paths("net_ghg")
        for name in NAMES
    ]
    outcomes = np.stack([counted(paths) for paths in apart])
    found = every("latin_hypercube", at)
    np.testing.assert_allclose(found["outcome"], outcomes, rtol=1e-12)
    table = cp.regret_table(outcomes, scenarios=NAMES, best="least")
    np.testing.assert_allclose(found["regret"], table.regret, atol=1e-8 * outcomes.max())
    assert [name for name, chosen in zip(NAMES, found["minimax"], strict=True) if chosen] == list(
        table.choices
    )
    assert found["best_share"].sum() >= 1.0


def test_both_samplers_tell_the_same_regret() -> None:
    one, other = every("sobol", draws=4096), every("latin_hypercube", draws=4096)
    np.testing.assert_allclose(one["mean"], other["mean"], rtol=0.01)
    np.testing.assert_allclose(
        one["regret_quantile"].sel(chance=0.5), other["regret_quantile"].sel(chance=0.5), rtol=0.01
    )


def test_order_and_chunks_do_not_matter_and_the_seed_does() -> None:
    turned = [scenario(name) for name in reversed(NAMES)]
    found = every()
    again = cp.scenario_regret(worlds.loaded(), turned, draws=512, chunk=37)
    for name in ("outcome", "regret"):
        np.testing.assert_allclose(
            again[name].sel(scenario=list(NAMES)), found[name], atol=1e-12 * found["outcome"].max()
        )
    other = cp.scenario_regret(worlds.loaded(), turned, draws=512, seed=1)
    assert not np.allclose(other["outcome"], again["outcome"])


def test_in_the_base_year_there_is_nothing_to_choose() -> None:
    """Scenarios differ after it; what their sums differ by rounding makes none of them better."""
    found = every(at=2020)
    assert (found["regret"] == 0.0).all()
    assert found["minimax"].all()


def test_of_planted_area_more_is_better() -> None:
    pair = [scenario("baseline"), scenario("plan")]
    found = cp.scenario_regret(worlds.loaded(), pair, of="planted_area", at=2035, draws=64)
    assert found.attrs["best"] == "most"
    assert found["best_share"].values.tolist() == [0.0, 1.0]
    assert found["regret"].attrs["units"] == "ha"


def test_units_titles_and_words() -> None:
    found = every()
    assert found["worst"].attrs["units"] == "t CO2e"
    assert every(at=2030)["worst"].attrs["units"] == "t CO2e/year"
    assert found["scenario_title_zh"].values.tolist()[0] == "基准情景"
    worst = f"{float(found['worst'].sel(scenario='baseline')) / 1e4:,.1f}"
    for lang, start in (
        ("en", "Net greenhouse gas emissions summed over 2020 to 2035, over 512"),
        (
            "zh",
            "以2020—2035年累计温室气体净排放衡量，在各情景共用的512次抽样中",
        ),
    ):
        said = found.attrs[f"sentence_{lang}"]
        assert said.startswith(start)
        assert worst in said
    per_gdp = cp.scenario_regret(
        worlds.loaded(),
        [scenario("plan"), scenario("baseline")],
        of="co2_intensity",
        at=2030,
        draws=8,
    )
    worst = f"{float(per_gdp['worst'].max()) * 1e4:.3g}"
    assert f"{worst}吨二氧化碳/万元（2020年价）" in per_gdp.attrs["sentence_zh"]
    assert "累计" not in every(at="peak").attrs["sentence_zh"]


def test_costs_are_discounted_before_they_are_summed() -> None:
    """A scenario with no measure costs nothing, so the other's cost is a regret or a gain."""
    region = worlds.loaded()
    pair = [scenario("baseline"), scenario("baseline").variant("heat", HEAT)]
    options = {"of": "cost", "draws": 256, "sampler": "latin_hypercube"}
    found = cp.scenario_regret(region, pair, **options)
    paths = cp.ensemble(region, pair[1], **{**options, "of": ("cost",)}).paths("cost")
    rate = found.attrs["discount_rate"]
    total = (paths / (1 + rate) ** (paths["year"] - 2020)).sum("year")
    assert 0 < rate < 1
    assert (found["outcome"][0] == 0).all()
    np.testing.assert_allclose(found["outcome"][1], total, rtol=1e-12)
    np.testing.assert_allclose(found["regret"][0], np.maximum(-total, 0))
    np.testing.assert_allclose(found["regret"][1], np.maximum(total, 0))
    assert found["worst"].attrs["units"] == "CNY2020"
    assert "折现到2020年" in found.attrs["sentence_zh"]
    assert f"{float(found['worst'].max()) / 1e4:,.1f}万元" in found.attrs["sentence_zh"]


def test_all_faults_are_told_at_once() -> None:
    region = worlds.loaded()
    short = scenario("baseline").variant("short", {"horizon": {"start": 2020, "end": 2030}})
    with pytest.raises(ResultError) as told:
        cp.scenario_regret(
            region,
            [scenario("plan"), scenario("plan"), short],
            of="net_ghgs",
            at=2035,
        )
    assert str(told.value).splitlines() == [
        "'plan' runs 2020 to 2035 but 'baseline+short' runs 2020 to 2030; give all the "
        "same horizon",
        "2 scenarios are called 'plan'; give each a name of its own, for example with "
        "scenario.variant(NAME, CHANGES)",
        "unknown indicator 'net_ghgs'; did you mean 'net_ghg'?",
        "no year 2035 in 'baseline+short'; choose from 2020 to 2030",
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenarios": [scenario("plan")]}, "1 scenario given; regret needs at least 2"),
        ({"scenarios": ["plan", "baseline"]}, r"not str, str; load them with cp.load_scenario"),
        ({"of": "co2_intensity"}, "the years of 'co2_intensity' do not add up"),
        ({"of": "non_fossil_share", "at": 2030}, "'non_fossil_share' cannot be drawn"),
        ({"at": "cumulated"}, "'at' is 'cumulated'; did you mean 'cumulative'"),
        ({"best": "fewest"}, "'best' is 'fewest'; expected 'least' or 'most'"),
        ({"sampler": "sobl"}, "no sampler 'sobl'"),
        ({"region": worlds.loaded("minimal")}, "is of 'yangjiang', not of 'minimal'"),
    ],
)
def test_what_cannot_be_compared(options: dict[str, object], message: str) -> None:
    given = {"region": worlds.loaded(), "scenarios": [scenario("plan"), scenario("baseline")]}
    with pytest.raises(ResultError, match=message):
        cp.scenario_regret(**{**given, "draws": 8, **options})
