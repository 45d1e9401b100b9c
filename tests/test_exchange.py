"""What leaves as data and comes back."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ResultError
from carbonpeak.exchange import netcdf


@pytest.mark.parametrize("name", ["yangjiang", "minimal", "sample_county"])
def test_an_inventory_reads_back_equal(tmp_path: Path, name: str) -> None:
    inventory = worlds.compiled(name)
    again = cp.load(cp.save(inventory, tmp_path / "inventory.nc"))
    xr.testing.assert_identical(again, inventory)
    for variable in inventory.variables:
        assert again[variable].dtype == inventory[variable].dtype
    assert {key: type(value) for key, value in again.attrs.items()} == {
        key: type(value) for key, value in inventory.attrs.items()
    }


def test_a_pathway_and_weighed_gases_read_back_equal(tmp_path: Path) -> None:
    region = worlds.loaded("minimal")
    pathway = cp.project(region, cp.load_scenario(region, "plan"))
    weighed = cp.co2e(worlds.compiled(), "AR6GWP100")
    for result in (pathway, weighed):
        again = cp.load(cp.save(result, tmp_path / "result.nc"))
        xr.testing.assert_identical(again, result)


def test_an_inventory_without_a_line_and_missing_values_read_back_equal(tmp_path: Path) -> None:
    nothing = worlds.compiled().isel(line=[])
    holes = worlds.compiled().copy(deep=True)
    holes["activity"][0, 0] = np.nan
    for result in (nothing, holes):
        xr.testing.assert_identical(cp.load(cp.save(result, tmp_path / "part.nc")), result)


def test_the_same_inventory_gives_the_same_file(tmp_path: Path) -> None:
    first = cp.save(worlds.compiled("minimal"), tmp_path / "first.nc")
    second = cp.save(worlds.compiled("minimal"), tmp_path / "second.nc")
    assert first.read_bytes() == second.read_bytes()


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = cp.save(worlds.compiled("minimal"), tmp_path / "inventory.nc")
    before = path.read_bytes()
    spoilt = worlds.compiled("minimal").assign_attrs(author={"name": "nobody"})
    with pytest.raises(ResultError, match="netCDF cannot hold"):
        cp.save(spoilt, path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["inventory.nc"]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="cannot be written"):
        cp.save(worlds.compiled("minimal"), tmp_path / "file" / "inventory.nc")


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("inventory", "cannot save str"),
        (xr.Dataset({"heat": ("year", [1.0])}), "it lacks gas, line, region"),
        (cp.group(worlds.compiled()["emissions"], "sector"), "cannot save DataArray"),
    ],
)
def test_what_is_no_result_is_not_saved(tmp_path: Path, thing: object, message: str) -> None:
    with pytest.raises(ResultError, match=message):
        cp.save(thing, tmp_path / "thing.nc")  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_files_of_others_are_refused(tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.nc"
    xr.Dataset({"heat": ("year", [1.0])}).to_netcdf(foreign, engine="h5netcdf")
    text = tmp_path / "text.nc"
    text.write_text("line,gas,year\n", "utf-8")
    for path, message in (
        (foreign, "is no result of carbonpeak"),
        (text, "is no netCDF file"),
        (tmp_path / "absent.nc", "no such file"),
    ):
        with pytest.raises(InputError, match=message):
            cp.load(path)


def test_a_file_of_a_newer_schema_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(netcdf, "NEWEST", 2)
        path = cp.save(worlds.compiled("minimal"), tmp_path / "inventory.nc")
    with pytest.raises(InputError, match=r"in schema 2; this version reads up to 1; update"):
        cp.load(path)


def test_without_the_extra_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(netcdf, "find_spec", lambda name: None if name == "h5py" else found(name))
    with pytest.raises(ResultError, match=r"needs h5py; install them by pip install 'carbonpeak"):
        cp.save(worlds.compiled("minimal"), tmp_path / "inventory.nc")
