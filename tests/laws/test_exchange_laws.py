"""What leaves comes back as it was, whatever the numbers and words."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.output import tables

few = settings(max_examples=15, deadline=None)
numbers = st.one_of(st.just(np.nan), st.floats(-1e12, 1e12, allow_subnormal=False))
words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


def changed(emissions: list[float], note: str) -> xr.Dataset:
    """Return the minimal inventory with other emissions and another place of its activity."""
    inventory = worlds.compiled("minimal").copy(deep=True)
    shape = inventory["emissions"].shape
    inventory["emissions"].values[:] = np.resize(emissions, shape)
    inventory["where"] = (inventory["where"].dims, np.full(inventory["where"].shape, note))
    return inventory.assign_attrs(title_zh=note or "县")


@few
@given(emissions=st.lists(numbers, min_size=1, max_size=6), note=words)
def test_a_saved_inventory_comes_back(emissions: list[float], note: str) -> None:
    inventory = changed(emissions, note)
    with tempfile.TemporaryDirectory() as folder:
        again = cp.load(cp.save(inventory, Path(folder) / "inventory.nc"))
    xr.testing.assert_identical(again, inventory)


@few
@given(emissions=st.lists(numbers, min_size=1, max_size=6))
def test_a_table_of_the_iamc_comes_back(emissions: list[float]) -> None:
    wide = cp.to_iamc(changed(emissions, ""))
    again = tables.read_iamc(wide.to_csv(index=False))
    pd.testing.assert_frame_equal(again, wide, check_dtype=False, rtol=1e-14)


@few
@given(emissions=st.lists(numbers, min_size=1, max_size=6))
def test_parents_of_primap2_hold_their_children(emissions: list[float]) -> None:
    frame = cp.to_primap2(changed(emissions, ""))
    held = frame.set_index(["entity", "category (IPCC2006_PRIMAP)"])["2020"]
    for entity in frame["entity"].unique():
        leaf, *above = (held[entity, code] for code in ("1.A.1.a", "1.A.1", "1.A", "1", "0"))
        np.testing.assert_array_equal(above, np.full(4, leaf))


@few
@given(emissions=st.lists(st.floats(0, 1e12), min_size=6, max_size=6))
def test_the_explained_total_is_the_total(emissions: list[float]) -> None:
    inventory = changed(emissions, "")
    total = float(cp.summary(inventory, "AR5GWP100")["total"].sel(year=2020))
    np.testing.assert_allclose(cp.explain(inventory).value, total, rtol=1e-12)
