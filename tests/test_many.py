"""Many regions into a store: every way to name them, failures, going on, formats, workers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak.records import read_yaml_plain
from carbonpeak.workflow.many.store import Store, joined_along


def counties(folder: Path, count: int, *, start: int = 0) -> Path:
    """Write small counties, each burning another amount of coal."""
    for at in range(start, start + count):
        path = folder / f"county_{at:03}"
        shutil.copytree(worlds.MINIMAL, path)
        text = (path / "region.yaml").read_text("utf-8")
        (path / "region.yaml").write_text(text.replace("minimal", path.name), "utf-8")
        scaled(path, 1.0 + at / 10)
    return folder


def scaled(path: Path, times: float) -> None:
    table = path / "activity" / "energy.csv"
    rows = pd.read_csv(table, dtype={"low": str, "high": str}, keep_default_na=False)
    rows["value"] = rows["value"].astype(float) * times
    rows.to_csv(table, index=False)


def spoilt(path: Path) -> Path:
    table = path / "activity" / "energy.csv"
    text = table.read_text("utf-8").replace("raw_coal", "raw_coals").replace("1.A.4.a", "1.A.4.z")
    table.write_text(text, "utf-8")
    return path


def long_table(count: int) -> tuple[pd.DataFrame, dict[str, Any], dict[str, pd.DataFrame]]:
    facts, _ = read_yaml_plain(worlds.MINIMAL / "region.yaml")
    for own in ("name", "title_en", "title_zh"):
        facts.pop(own)
    tables = {
        name: pd.read_csv(worlds.MINIMAL / f"{name}.csv")
        for name in ("sites", "sources", "indicators", "factors")
    }
    rows = pd.read_csv(worlds.MINIMAL / "activity" / "energy.csv")
    parts = [
        rows.assign(region=f"county_{at:03}", value=rows["value"] * (1 + at / 10))
        for at in range(count)
    ]
    return pd.concat(parts, ignore_index=True), facts, tables


def figures(region: cp.Region, *, times: float = 1.0) -> xr.Dataset:
    """Return a result of one's own."""
    inventory = cp.compile_inventory(region)
    carbon = cp.energy_co2(inventory).reset_coords(drop=True) * times
    return xr.Dataset({"carbon": carbon, "title": ((), np.array(region.record.title_zh))})


def careless(region: cp.Region) -> xr.Dataset:
    return region.nothing  # type: ignore[attr-defined,no-any-return]


def unlabelled(region: cp.Region) -> xr.Dataset:
    return xr.Dataset({"rows": ("row", np.zeros(len(region.activity) + len(region.name)))})


def carbon_of(path: Path) -> float:
    return float(cp.energy_co2(cp.compile_inventory(cp.load_region(path))).sel(year=2020))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return counties(tmp_path_factory.mktemp("counties"), 5)


def test_a_folder_of_regions_gives_what_each_gives_alone(folder: Path, tmp_path: Path) -> None:
    done = cp.map_regions("inventory", folder, store=tmp_path / "store", chunk=2, quiet=True)
    assert (done.done, done.present, done.failures) == (5, 0, ())
    assert done.failures_path is None
    found = cp.open_regions(tmp_path / "store")
    assert found["region"].values.tolist() == [f"county_{at:03}" for at in range(5)]
    for name in found["region"].values:
        inventory = cp.compile_inventory(cp.load_region(folder / str(name)))
        carbon = float(cp.energy_co2(inventory).sel(year=2020))
        assert float(found["energy_co2"].sel(region=name, year=2020)) == carbon
        masses = cp.group(inventory["emissions"], "category").sel(year=2020)
        stored = found["emissions_by_category"].sel(region=name, year=2020)
        assert np.array_equal(stored.transpose(*masses.dims), masses)
    assert found["energy_co2"].attrs["units"] == "t CO2/year"
    assert set(found["metric"].values) == {"AR5GWP100"}


def test_projections_and_ensembles(folder: Path, tmp_path: Path) -> None:
    cp.map_regions("projection", folder, store=tmp_path / "p", scenario="plan", quiet=True)
    found = cp.open_regions(tmp_path / "p", variables=["energy_co2"], regions=["county_003"])
    assert list(found.data_vars) == ["energy_co2"]
    region = cp.load_region(folder / "county_003")
    path = cp.project(region, cp.load_scenario(region, "plan"))
    assert np.array_equal(found["energy_co2"][0], cp.indicator(path, "energy_co2"))
    options = {"scenario": "plan", "draws": 64, "of": ["energy_co2"]}
    cp.map_regions("ensemble", folder, store=tmp_path / "e", quiet=True, **options)
    drawn = cp.ensemble(region, cp.load_scenario(region, "plan"), draws=64, of=["energy_co2"])
    fan = drawn.fan("energy_co2")["level"]
    stored = cp.open_regions(tmp_path / "e")["energy_co2"].sel(region="county_003")
    assert np.array_equal(stored.transpose(*fan.dims), fan)


def test_a_failing_region_is_reported_with_all_its_faults_and_skipped(tmp_path: Path) -> None:
    folder = counties(tmp_path / "in", 4)
    spoilt(folder / "county_001")
    store = tmp_path / "store"
    done = cp.map_regions("inventory", folder, store=store, chunk=2, quiet=True)
    assert done.done == 3
    (failure,) = done.failures
    assert (failure.region, failure.kind) == ("county_001", "InputError")
    assert "unknown source 'raw_coals'" in failure.message
    assert "1.A.4.z" in failure.message
    table = pd.read_csv(tmp_path / "store.failures.csv")
    assert table.to_dict("records") == [vars(failure)]
    assert "3 regions done" in str(done)
    cp.map_regions("inventory", [folder / "county_000"], store=store, quiet=True)
    assert (tmp_path / "store.failures.csv").exists(), "a run of other regions leaves it"
    shutil.rmtree(folder / "county_001")
    shutil.copytree(worlds.MINIMAL, folder / "county_001")
    again = cp.map_regions("inventory", folder, store=store, chunk=2, quiet=True)
    assert (again.done, again.present, again.failures) == (1, 3, ())
    assert not (tmp_path / "store.failures.csv").exists()
    assert sorted(cp.open_regions(store)["region"].values) == [f"county_{at:03}" for at in range(4)]


def test_a_fault_of_the_function_stops_and_keeps_what_is_done(tmp_path: Path) -> None:
    folder = counties(tmp_path / "in", 2)
    with pytest.raises(AttributeError):
        cp.map_regions(careless, folder, store=tmp_path / "a", quiet=True)
    with pytest.raises(cp.CarbonPeakError, match=r"expected an xarray\.Dataset"):
        cp.map_regions(lambda _: 1.0, folder, store=tmp_path / "b", quiet=True)  # type: ignore[arg-type,return-value]


def test_it_goes_on_where_it_was_killed_and_trusts_no_half_written_part(tmp_path: Path) -> None:
    folder = counties(tmp_path / "in", 6)
    store = tmp_path / "store"
    code = (
        "import os, sys, carbonpeak as cp\n"
        "from carbonpeak.workflow.many.store import Store\n"
        "write = Store.append\n"
        "def append(self, results, regions):\n"
        "    if len(self.parts()) == 2:\n"
        "        (self.path / '.part-00002.part.nc').write_bytes(b'half')\n"
        "        os.kill(os.getpid(), 9)\n"
        "    write(self, results, regions)\n"
        "Store.append = append\n"
        "cp.map_regions('inventory', sys.argv[1], store=sys.argv[2], chunk=2, quiet=True)\n"
    )
    command = [sys.executable, "-c", code, str(folder), str(store)]
    killed = subprocess.run(command, check=False, env=environment())
    assert killed.returncode == -9
    assert len(Store(store).parts()) == 2
    done = cp.map_regions("inventory", folder, store=store, chunk=2, quiet=True)
    assert (done.done, done.present) == (2, 4)
    whole = tmp_path / "whole"
    cp.map_regions("inventory", folder, store=whole, quiet=True)
    assert cp.open_regions(store).identical(cp.open_regions(whole))
    assert not list(store.glob(".part*"))


def environment() -> dict[str, str]:
    source = Path(cp.__file__).parents[1]
    return {**os.environ, "PYTHONPATH": str(source)}


def test_the_store_of_something_else_is_refused(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    cp.map_regions("projection", folder, store=store, scenario="plan", quiet=True)
    with pytest.raises(cp.CarbonPeakError, match=r"holds something else: options is .*baseline"):
        cp.map_regions("projection", folder, store=store, scenario="baseline", quiet=True)
    with pytest.raises(cp.CarbonPeakError, match=r"was not made by map_regions \(no map.json\)"):
        cp.map_regions("inventory", folder, store=folder, quiet=True)
    (store / "part-00000.nc").write_bytes(b"broken")
    with pytest.raises(cp.CarbonPeakError, match=r"part-00000\.nc: cannot be read; remove it"):
        cp.map_regions("projection", folder, store=store, scenario="plan", quiet=True)
    with pytest.raises(cp.CarbonPeakError, match="is no store of map_regions"):
        cp.open_regions(tmp_path)


def test_a_store_without_a_result_may_be_made_for_something_else(
    folder: Path, tmp_path: Path
) -> None:
    """A misspelt scenario fails everywhere and bars nothing."""
    store = tmp_path / "store"
    missed = cp.map_regions("projection", folder, store=store, scenario="plam", quiet=True)
    assert missed.done == 0
    assert "did you mean 'plan'?" in missed.failures[0].message
    done = cp.map_regions("projection", folder, store=store, scenario="plan", quiet=True)
    assert (done.failures, done.present) == ((), 0)
    assert done.done == len(missed.failures)
    assert not Store(store).failures_path.exists()
    assert cp.open_regions(store).sizes["region"] == done.done


def test_two_runs_do_not_write_to_one_store(folder: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    code = (
        "import sys, carbonpeak as cp\n"
        "from carbonpeak.workflow.many.store import Store\n"
        "from pathlib import Path\n"
        "with Store(Path(sys.argv[1])).alone():\n"
        "    print('holds', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(store)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"holds"
        with pytest.raises(cp.CarbonPeakError, match="another run writes to it now; wait"):
            cp.map_regions("inventory", folder, store=store, quiet=True)
        other.kill()
    assert cp.map_regions("inventory", folder, store=store, quiet=True).done > 0


def test_a_store_that_is_a_file_is_refused(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "store"
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(cp.CarbonPeakError, match=r"store: cannot be written: File exists"):
        cp.map_regions("inventory", folder, store=place, quiet=True)
    assert place.read_text(encoding="utf-8") == "mine"


def test_what_a_region_does_not_have_is_missing_and_not_zero(tmp_path: Path) -> None:
    regions = [worlds.loaded("minimal"), worlds.loaded("sample_county")]
    cp.map_regions("inventory", regions, store=tmp_path / "store", quiet=True)
    found = cp.open_regions(tmp_path / "store")
    rice = found["emissions_by_category"].sel(category="3.C.7")
    assert np.isnan(rice.sel(region="minimal")).all()
    own = cp.compile_inventory(worlds.loaded("sample_county"))
    expected = cp.group(own["emissions"], "category").sel(category="3.C.7")
    stored = rice.sel(region="sample_county", year=expected["year"].values)
    assert np.array_equal(stored.transpose(*expected.dims), expected)


def test_every_way_to_name_regions_gives_the_same(folder: Path, tmp_path: Path) -> None:
    names = [f"county_{at:03}" for at in range(5)]
    (folder.parent / "list.txt").write_text("\n".join(f"{folder.name}/{one}" for one in names))
    frame = pd.DataFrame({"region": names, "path": [str(folder / one) for one in names]})
    frame.to_csv(tmp_path / "list.csv", index=False)
    rows, facts, tables = long_table(5)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    given = {"facts": facts, "tables": tables}
    ways: dict[str, tuple[Any, dict[str, Any]]] = {
        "folder": (folder, {}),
        "paths": ([folder / one for one in names], {}),
        "regions": ([cp.load_region(folder / one) for one in names], {}),
        "text": (folder.parent / "list.txt", {}),
        "csv": (tmp_path / "list.csv", {}),
        "frame": (frame, {}),
        "rows": (rows, given),
        "long table": (tmp_path / "rows.csv", given),
    }
    found = {}
    for way, (regions, more) in ways.items():
        cp.map_regions(figures, regions, store=tmp_path / way, quiet=True, **more)
        found[way] = cp.open_regions(tmp_path / way)["carbon"].sel(year=2020)
    alone = [carbon_of(folder / one) for one in names]
    for way, carbon in found.items():
        assert carbon["region"].values.tolist() == names, way
        assert carbon.values == pytest.approx(alone, rel=1e-12), way


def test_rows_of_a_long_table_are_read_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, facts, tables = long_table(7)
    rows.to_csv(tmp_path / "rows.csv", index=False)
    given = {"facts": facts, "tables": tables, "quiet": True}
    cp.map_regions(figures, tmp_path / "rows.csv", store=tmp_path / "a", **given)
    monkeypatch.setattr("carbonpeak.workflow.many.places.BLOCK", 3)
    cp.map_regions(figures, tmp_path / "rows.csv", store=tmp_path / "b", **given)
    assert cp.open_regions(tmp_path / "a").identical(cp.open_regions(tmp_path / "b"))
    rows.loc[len(rows) - 1, "region"] = "county_000"
    rows.to_csv(tmp_path / "rows.csv", index=False)
    with pytest.raises(cp.CarbonPeakError, match="rows of region 'county_000' stand apart; sort"):
        cp.map_regions(figures, tmp_path / "rows.csv", store=tmp_path / "c", **given)


def test_a_table_with_regions_holds_what_is_their_own(tmp_path: Path) -> None:
    rows, facts, tables = long_table(2)
    own = pd.DataFrame({"region": ["county_000", "county_001"], "title_zh": ["甲县", "乙县"]})
    given = {"facts": facts, "tables": {**tables, "facts": own}, "quiet": True}
    cp.map_regions(figures, rows, store=tmp_path / "store", **given)
    assert cp.open_regions(tmp_path / "store")["title"].values.tolist() == ["甲县", "乙县"]
    rows.loc[0, "source"] = "raw_coals"
    done = cp.map_regions(figures, rows, store=tmp_path / "other", **given)
    assert "frame 'activity', row 0: [source] unknown source" in done.failures[0].message


def test_what_cannot_be_a_list_of_regions_is_refused(folder: Path, tmp_path: Path) -> None:
    rows, facts, _ = long_table(1)
    empty = tmp_path / "empty"
    empty.mkdir()
    one = folder / "county_000"
    for regions, more, words in (
        (tmp_path / "nowhere", {}, "no such file or folder"),
        (empty, {}, "holds no region"),
        (one, {}, "is one region"),
        ([one, one], {}, "given more than once: county_000"),
        (rows, {}, "rows alone do not make a region"),
        (rows.drop(columns="region"), {"facts": facts}, "has no column 'region'"),
        (pd.DataFrame({"name": ["a"]}), {}, "has no column 'region'; it has name"),
    ):
        with pytest.raises(cp.CarbonPeakError, match=words):
            cp.map_regions("inventory", regions, store=tmp_path / "store", quiet=True, **more)
    assert not (tmp_path / "store").exists()


def test_wrong_questions_are_refused_before_anything_is_done(folder: Path, tmp_path: Path) -> None:
    for function, options, words in (
        ("inventories", {}, "unknown function 'inventories'; did you mean 'inventory'"),
        ("inventory", {"scenario": "plan"}, "unexpected keyword argument 'scenario'"),
        ("inventory", {"chunk": 0}, "chunk is 0; expected at least 1"),
    ):
        with pytest.raises(cp.CarbonPeakError, match=words):
            cp.map_regions(function, folder, store=tmp_path / "store", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "store").exists()
    cp.map_regions(figures, folder, store=tmp_path / "store", quiet=True)
    with pytest.raises(cp.CarbonPeakError, match="no variable 'carbonn'; did you mean 'carbon'"):
        cp.open_regions(tmp_path / "store", variables=["carbonn"])
    with pytest.raises(cp.CarbonPeakError, match="holds none of these regions"):
        cp.open_regions(tmp_path / "store", regions=["elsewhere"])


def test_results_that_do_not_fit_each_other_are_refused(folder: Path, tmp_path: Path) -> None:
    regions = [folder / "county_000", worlds.SHIPPED / "sample_county"]
    with pytest.raises(cp.CarbonPeakError, match="Every dim needs labels"):
        cp.map_regions(unlabelled, regions, store=tmp_path / "store", quiet=True)
    texts = [xr.Dataset({"word": ("k", ["a"])}, {"k": [k]}) for k in (1, 2)]
    joined = joined_along(texts, ["x", "y"])
    assert joined["word"].values.tolist() == [["a", ""], ["", "a"]]
    assert joined["word"].dtype.kind == "U"


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_workers_store_what_one_process_stores(
    folder: Path, tmp_path: Path, scheduler: str
) -> None:
    for name in ("serial", scheduler):
        cp.map_regions(
            "inventory", folder, store=tmp_path / name, chunk=3, scheduler=name, quiet=True
        )
    ours, theirs = (cp.open_regions(tmp_path / name) for name in ("serial", scheduler))
    assert ours.identical(theirs)


def test_a_zarr_store_holds_what_the_netcdf_store_holds(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("zarr")
    spoilt_folder = counties(tmp_path / "in", 3)
    spoilt(spoilt_folder / "county_001")
    for name in ("store", "store.zarr"):
        cp.map_regions("inventory", spoilt_folder, store=tmp_path / name, chunk=1, quiet=True)
    ours, theirs = (cp.open_regions(tmp_path / name) for name in ("store", "store.zarr"))
    assert ours.identical(theirs)
    again = cp.map_regions("inventory", folder, store=tmp_path / "store.zarr", chunk=1, quiet=True)
    assert (again.done, again.present) == (3, 2)
    assert (tmp_path / "store.failures.csv").exists()
    assert not (tmp_path / "store.zarr.failures.csv").exists()


def test_without_zarr_the_extra_is_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carbonpeak.workflow.many.store.find_spec", lambda _: None)
    with pytest.raises(cp.CarbonPeakError, match=r"carbonpeak\[zarr\]"):
        cp.map_regions("inventory", folder, store=tmp_path / "store.zarr", quiet=True)


def test_progress_is_a_line_a_chunk_unless_quiet(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cp.map_regions(figures, folder, store=tmp_path / "a", chunk=3)
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == ["3/5 regions", "5/5 regions"]
    cp.map_regions(figures, folder, store=tmp_path / "b", quiet=True)
    assert capsys.readouterr().err == ""


def test_the_command_line_maps_a_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from carbonpeak.cli import main

    folder = counties(tmp_path / "in", 2)
    spoilt(folder / "county_001")
    store = tmp_path / "store"
    command = ["carbonpeak", "map", "projection", str(folder), "--out", str(store), "--quiet"]
    monkeypatch.setattr(sys, "argv", [*command, "--scenario", "plan"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    printed = capsys.readouterr()
    assert f"{store}: 1 regions done, 0 done before, 1 failed, see" in printed.out
    assert cp.open_regions(store)["region"].values.tolist() == ["county_000"]
