"""The figures of a scenario show its own results."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
from carbonpeak import plot
from carbonpeak.analysis.odds import PeakOdds
from carbonpeak.workflow import path_figures, scenario_figures
from carbonpeak.workflow.rest import with_rest
from carbonpeak.workflow.scenario_figures import scenario_sheets
from carbonpeak.workflow.scenario_findings import Findings

ALWAYS = {"fan", "peak_odds", "waterfall", "kaya", "decoupling"}


@pytest.fixture(autouse=True)
def small_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(path_figures, "SOBOL_BASE", 8)


@pytest.fixture(scope="module")
def planned() -> Findings:
    region = cp.load_region("yangjiang")
    return Findings(region, cp.load_scenario(region, "plan"), "zh", 64, 0)


def test_every_figure_of_a_scenario_is_written(tmp_path: Path) -> None:
    region = cp.load_region("yangjiang")
    scenario = cp.load_scenario(region, "plan")
    files = cp.draw_scenarios(region, scenario, out=tmp_path / "new", draws=64)
    measured = {"attribution", "abatement_costs", "co_control_so2", "co_control_nox"}
    assert ALWAYS | measured | {"tornado", "sobol", "targets"} <= set(files)
    assert all(file.stat().st_size > 10_000 for file in files.values())


def test_only_the_figures_asked_for_are_drawn(tmp_path: Path, planned: Findings) -> None:
    region, scenario = planned.region, planned.scenario
    files = cp.draw_scenarios(region, scenario, out=tmp_path, only=["decoupling"], draws=8)
    assert list(files) == ["decoupling"]
    with pytest.raises(cp.CarbonPeakError, match="no figure 'decopling'; did you mean"):
        cp.draw_scenarios(region, scenario, out=tmp_path, only=["decopling"], draws=8)


def test_a_scenario_without_measures_has_no_figure_of_them() -> None:
    region = cp.load_region("yangjiang")
    sheets = scenario_sheets(Findings(region, cp.load_scenario(region, "baseline"), "en", 64, 0))
    assert set(sheets) >= ALWAYS
    assert not {"attribution", "abatement_costs"} & set(sheets)


def test_history_and_projection_join_in_the_base_year(planned: Findings) -> None:
    observed = cp.energy_co2(planned.inventory)
    joined = planned.kaya
    assert joined["year"].values[:2].tolist() == [2015, 2020]
    assert joined.attrs["observed"] == 2
    np.testing.assert_allclose(joined["total"].sel(year=[2015, 2020]), observed)


def test_what_the_drivers_add_since_the_first_year_is_the_change(planned: Findings) -> None:
    joined = planned.kaya
    change = joined["total"] - joined["total"].isel(year=0)
    np.testing.assert_allclose(joined["effect"].sum("driver"), change, atol=1e-3)


def test_the_turns_are_the_ends_and_the_years_of_targets(planned: Findings) -> None:
    assert planned.turns == [2015, 2020, 2025, 2030, 2035]
    assert planned.year == 2030


def test_an_input_that_energy_does_not_hang_on_moves_nothing(planned: Findings) -> None:
    low, high, central = path_figures._swings(planned)
    assert low["input"].values.tolist() == list(planned.runs.groups)
    still = next(name for name in low["input"].values if str(name).endswith("population"))
    assert float(low.sel(input=still)) == pytest.approx(central)
    assert float(high.sel(input=still)) == pytest.approx(central)


def test_ceilings_of_the_fan_are_the_bounds_of_the_targets(planned: Findings) -> None:
    caps = path_figures._ceilings(planned)
    assert caps is not None
    for name in caps["target"].values:
        bound = cp.target_bound(planned.region, planned.scenario, str(name))
        assert float(caps.sel(target=name, year=bound.year)) == pytest.approx(bound.value * 1e-4)
        assert int(np.isfinite(caps.sel(target=name)).sum()) == 1


@pytest.mark.parametrize(
    ("shares", "before", "not_yet", "expected"),
    [
        ((0.5, 0.5), 0.0, 0.0, (2021, 2022)),
        ((0.5, 0.3), 0.2, 0.0, (2020, 2022)),
        ((0.2, 0.2), 0.0, 0.6, (2021, 2023)),
        ((0.0, 0.0), 0.0, 1.0, (2023, 2023)),
    ],
)
def test_the_range_of_the_peak_year_reaches_to_the_edges(
    shares: tuple[float, ...], before: float, not_yet: float, expected: tuple[int, int]
) -> None:
    odds = PeakOdds((2021, 2022), shares, before, not_yet, 100)
    assert path_figures._peak_range(odds) == expected


def test_the_dashboard_tells_the_increase_of_2015_to_2020_as_missed(planned: Findings) -> None:
    page = plot.new_figure(12.0, 9.0)
    scenario_figures.draw_targets(page, planned)
    words = {text.get_text() for text in page.axes[0].texts}
    assert "2020年 −20.3%" in words
    assert {"未达成", "达成", "未知"} <= words


def test_bars_of_the_cost_curve_are_what_measures_abate_alone(planned: Findings) -> None:
    page = plot.new_figure(10.0, 5.0)
    scenario_figures.draw_abatement(page, planned)
    costs = cp.abatement_costs(planned.region, planned.scenario, year=2030)
    widths = sum(bar.get_width() for bar in page.axes[0].patches)
    assert widths == pytest.approx(float(costs["sum_alone"]) * 1e-4)


def test_the_rest_of_the_inputs_keeps_their_sum() -> None:
    shares = xr.DataArray([0.5, 0.3, 0.2], {"input": list("abc")}, ("input",))
    shown = with_rest(shares, "input", [1])
    assert shown["input"].values.tolist() == ["b", "rest"]
    assert shown.values.tolist() == [0.3, 0.7]
