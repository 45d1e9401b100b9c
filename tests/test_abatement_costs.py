"""The naive abatement cost curve."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from tests import worlds

import carbonpeak as cp
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.scenario.costs import capital_recovery


def curve(region: cp.Region, name: str, **options: object) -> xr.Dataset:
    return cp.abatement_costs(region, cp.load_scenario(region, name), **options)  # type: ignore[arg-type]


@given(st.floats(1e-6, 0.5), st.integers(1, 60))
def test_the_annuity_is_worth_the_capital(rate: float, years: int) -> None:
    payments = np.full(years, capital_recovery(rate, years))
    worth = (payments / (1 + rate) ** np.arange(1, years + 1)).sum()
    assert worth == pytest.approx(1.0)


def test_without_interest_capital_is_spread_evenly() -> None:
    assert capital_recovery(0.0, 25) == pytest.approx(1 / 25)
    assert capital_recovery(1e-12, 25) == pytest.approx(1 / 25)


@pytest.mark.parametrize(("rate", "years"), [(-0.01, 20), (0.06, 0)])
def test_a_life_without_years_has_no_annuity(rate: float, years: int) -> None:
    with pytest.raises(ResultError, match="rate of at least 0 and a life above 0"):
        capital_recovery(rate, years)


def test_one_measure_by_hand() -> None:
    """8,000 t of coal replaced by gas; every number of the region is a round one."""
    region = worlds.loaded("minimal")
    found = curve(region, "plan", year=2025, of="energy_co2")
    gas = 20.908 * 0.95 / 38.931 * 1000
    crf = 0.06 / (1 - 1.06**-15)
    parts = 8000 * np.array([900 * crf, 10, 3 * gas - 700])
    np.testing.assert_allclose(found["cost_part"].sel(measure="coal_to_gas"), parts)
    pathways = [cp.project(region, cp.load_scenario(region, name)) for name in ("baseline", "plan")]
    before, after = (cp.indicator(one, "energy_co2") for one in pathways)
    abated = (before - after).sel(year=2025).item()
    assert found["abatement"].item() == pytest.approx(abated)
    assert found["unit_cost"].item() == pytest.approx(parts.sum() / abated)
    assert found["unit_cost"].units == "CNY2020/t CO2"
    assert found["built"].item() == 8000
    assert found["potential_abatement"].item() == pytest.approx(abated * 20000 / 8000)
    assert found["total_abatement"].item() == pytest.approx((before - after).sum().item())
    # Costs and tonnes rise alike with the stock, so each year costs the same per tonne.
    assert found["levelised_cost"].item() == pytest.approx(found["unit_cost"].item())


def test_the_curve_is_sorted_and_says_what_it_hides() -> None:
    region = worlds.loaded()
    found = curve(region, "strengthened", year=2030)
    assert (np.diff(found["unit_cost"]) >= 0).all()
    assert found["joint"].item() == pytest.approx(
        found["sum_alone"].item() + found["interaction"].item()
    )
    # On one set of drivers amounts are linear in what is built.
    assert abs(found["interaction"].item()) <= 1e-6 * found["joint"].item()
    np.testing.assert_allclose(found["cost_part"].sum("part"), found["cost"])
    assert (
        "alone on the baseline of 2030, without order, timing or limits"
        in (found.attrs["warning_en"])
    )
    assert "one grid factor" in found.attrs["warning_en"]
    assert "Rooftop photovoltaics" in found.attrs["warning_en"]
    assert "成本为负" in found.attrs["warning_zh"]


def test_what_does_not_abate_has_no_cost_per_tonne() -> None:
    """A gas plant on a grid that has become cleaner than itself."""
    region = worlds.loaded()
    found = curve(region, "plan", year=2025, of="direct_co2")
    assert np.isnan(found["unit_cost"].sel(measure="gas_chp_6f").item())
    assert found["abatement"].sel(measure="gas_chp_6f").item() < 0
    assert "No cost per tonne" in found.attrs["warning_en"]
    assert np.isnan(found["unit_cost"].values[-1])


def test_capital_is_paid_only_while_the_measure_serves(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    worlds.edit(folder / "measures.csv", "coal_to_gas,lifetime,15", "coal_to_gas,lifetime,2")
    region = cp.load_region(folder)
    found = curve(region, "plan", year=2025, of="energy_co2")
    # Of four builds of 2,000 t, those of 2021 to 2023 have ended by 2025.
    crf = 0.06 / (1 - 1.06**-2)
    assert found["cost_part"].sel(part="capital").item() == pytest.approx(2000 * 900 * crf)


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("baseline", {"year": 2025}, "builds no measure up to 2025"),
        ("plan", {"year": 2020}, "builds no measure up to 2020"),
        ("plan", {"year": 2019}, "no year 2019; choose from 2020 to 2025"),
        ("plan", {"year": 2025, "of": "co2_intensity"}, "needs an amount of emissions"),
        ("plan", {"year": 2025, "of": "energy_total"}, "is in tce/year"),
    ],
)
def test_what_has_no_curve_is_refused(name: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(ResultError, match=message):
        curve(worlds.loaded("minimal"), name, **options)


def test_a_missing_price_is_an_error(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    table = folder / "prices.csv"
    rows = [row for row in table.read_text("utf-8").splitlines() if "natural_gas" not in row]
    table.write_text("\n".join(rows) + "\n", "utf-8")
    with pytest.raises(ScenarioError, match="states nothing for 'natural_gas'"):
        curve(cp.load_region(folder), "plan", year=2025)


def test_scrap_at_the_price_of_pig_iron_saves_no_money() -> None:
    """The price of scrap holds the energy of the pig iron that it stands for: no double gain."""
    found = curve(worlds.loaded(), "full_plan", year=2030).sel(measure="stainless_scrap")
    energy = found["cost_part"].sel(part="energy").item()
    assert energy < 0
    assert abs(found["cost"].item()) < 0.1 * abs(energy)
