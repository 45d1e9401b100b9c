"""The Kaya identity of pathways and inventories."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from tests import worlds

import carbonpeak as cp
from carbonpeak.errors import ResultError


@pytest.fixture(scope="module")
def pathway() -> xr.Dataset:
    region = worlds.loaded()
    return cp.project(region, cp.load_scenario(region, "plan"))


def test_the_terms_multiply_to_the_total(pathway: xr.Dataset) -> None:
    found = cp.kaya(pathway)
    product = found["level"].isel(term=slice(1, None)).prod("term")
    total = cp.indicator(pathway, "energy_co2")
    np.testing.assert_allclose(product, total)
    np.testing.assert_allclose(found["level"].sel(term="CO2"), total)
    intensity = cp.indicator(pathway, "energy_intensity")
    np.testing.assert_allclose(found["level"].sel(term="energy/GDP"), intensity)
    assert (found["index"].isel(year=0) == 1.0).all()
    np.testing.assert_allclose(
        found["index"].isel(term=slice(1, None)).prod("term"), found["index"].sel(term="CO2")
    )


@pytest.mark.parametrize("by", [None, "carrier", "scope"])
@pytest.mark.parametrize("chained", [True, False])
def test_effects_sum_to_the_change(pathway: xr.Dataset, by: str | None, chained: bool) -> None:
    found = cp.kaya(pathway, by=by, chained=chained)  # type: ignore[arg-type]
    total = cp.indicator(pathway, "energy_co2")
    change = (total - total.isel(year=0)).values
    assert found["effect"].sum("driver").values == pytest.approx(
        change, abs=1e-9 * total.max().item()
    )
    np.testing.assert_allclose(found["total"], total)
    assert found["effect"].units == "t CO2/year"


def test_the_mix_takes_over_what_the_carbon_intensity_hid(pathway: xr.Dataset) -> None:
    """Population, wealth and energy intensity act through other weights, but little changes."""
    whole, parts = cp.kaya(pathway), cp.kaya(pathway, by="carrier")
    assert list(parts["driver"].values)[-2:] == ["use/energy", "CO2/use"]
    hidden = parts["effect"].sel(driver=["use/energy", "CO2/use"]).sum("driver")
    seen = whole["effect"].sel(driver="CO2/energy")
    assert abs(hidden - seen).max() < 0.05 * abs(seen).max()
    carriers = set(parts["carrier"].values)
    assert {"coal", "coke", "gas", "oil", "electricity"} <= carriers
    grid = parts["cell_effect"].sel(driver="CO2/use")
    # Only the factor of bought electricity moves; the fuels keep their carbon.
    fuels = grid.sel(carrier=["coke", "oil"])
    assert abs(fuels).max() < 0.02 * abs(grid.sel(carrier="electricity")).max()


def test_an_inventory_takes_its_economy_from_the_region() -> None:
    region = worlds.loaded()
    found = cp.kaya(worlds.compiled(), region=region)
    assert list(found["year"].values) == [2015, 2020]
    change = found["index"].sel(year=2020)
    # The plan prints CO2 per GDP +20.34 % from 2015 to 2020.
    per_gdp = change.sel(term="energy/GDP") * change.sel(term="CO2/energy")
    assert per_gdp.item() == pytest.approx(1.2034, abs=1e-9)
    assert found["term_title_zh"].sel(term="energy/GDP").item() == "单位地区生产总值能耗"
    with pytest.raises(ResultError, match="holds no gdp and no population; give 'region'"):
        cp.kaya(worlds.compiled())


def test_parts_that_lines_do_not_have_are_refused(pathway: xr.Dataset) -> None:
    with pytest.raises(ResultError, match="lines have no 'carriers'; did you mean 'carrier'"):
        cp.kaya(pathway, by="carriers")  # type: ignore[arg-type]
