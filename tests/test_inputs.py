"""Regions from data frames, and long tables."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.records import read_yaml_plain

HEAD = "category,site,source,item,year,value,unit,low,high,source_id,where,evidence,note"


def frames() -> tuple[dict[str, Any], dict[str, pd.DataFrame]]:
    facts, _ = read_yaml_plain(worlds.MINIMAL / "region.yaml")
    names = ("sites", "sources", "indicators", "factors")
    tables = {name: pd.read_csv(worlds.MINIMAL / f"{name}.csv") for name in names}
    tables["activity"] = pd.read_csv(worlds.MINIMAL / "activity" / "energy.csv")
    return facts, tables


def test_frames_give_the_region_that_files_give() -> None:
    facts, tables = frames()
    region = cp.region_from_frames(facts, **tables)
    ours = worlds.loaded("minimal")
    assert region.record == ours.record
    assert [row.record for row in region.activity] == [row.record for row in ours.activity]
    found = cp.compile_inventory(region).drop_attrs()
    assert found.identical(worlds.compiled("minimal").drop_attrs())


def test_faults_of_frames_name_the_label_of_the_row() -> None:
    facts, tables = frames()
    tables["activity"].index = pd.Index(list("abcdefgh")[: len(tables["activity"])])
    tables["activity"]["value"] = tables["activity"]["value"].astype(object)
    tables["activity"].loc["a", "value"] = "12,300"
    tables["activity"].loc["b", "source"] = "raw_coals"
    with pytest.raises(cp.CarbonPeakError) as caught:
        cp.region_from_frames({**facts, "metric": "AR5GWP10"}, **tables)
    assert str(caught.value).splitlines() == [
        "frame 'activity', row a: [value] '12,300' is not a number; "
        "write 12300, without a thousands separator",
        "frame 'activity', row b: [source] unknown source 'raw_coals'; did you mean 'raw_coal'?",
        "facts: [metric] unknown metric 'AR5GWP10'; did you mean 'AR5GWP100'?",
    ]


def test_a_frame_that_is_missing_or_of_no_known_name_is_a_fault() -> None:
    facts, tables = frames()
    with pytest.raises(cp.CarbonPeakError) as caught:
        cp.region_from_frames(facts, activities=tables["activity"], **{"sites": tables["sites"]})
    message = str(caught.value)
    assert "frame 'activities': is not known; did you mean 'activity'?" in message
    assert "frame 'activity': is missing; give activity=" in message


def county_of(plants: int, folder: Path) -> Path:
    """Write the smallest region with ten rows for each of many plants."""
    path = worlds.minimal(folder)
    sites = [f"plant_{at}" for at in range(plants)]
    rows = [
        f"1.A.2.f,{site},raw_coal,burnt,{year},{year + at},t,,,invented,meter {at},measured,"
        for at, site in enumerate(sites)
        for year in range(2011, 2021)
    ]
    (path / "activity" / "energy.csv").write_text("\n".join([HEAD, *rows]) + "\n", "utf-8")
    listed = [f"{site},{site},{site},,," for site in sites]
    head = (path / "sites.csv").read_text("utf-8").splitlines()[0]
    assert head.count(",") == 5
    (path / "sites.csv").write_text("\n".join([head, *listed]) + "\n", "utf-8")
    return path


def peak_of(path: Path) -> tuple[int, int]:
    tracemalloc.start()
    region = cp.load_region(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return len(region.activity), peak


def test_a_long_table_is_read_whole_and_its_memory_grows_with_its_rows_only(
    tmp_path: Path,
) -> None:
    cp.load_region(worlds.MINIMAL)
    small, less = peak_of(county_of(500, tmp_path / "a"))
    large, more = peak_of(county_of(2000, tmp_path / "b"))
    assert (small, large) == (5000, 20_000)
    assert more / less < 1.2 * large / small
    assert more / large < 1500  # bytes a row; the text alone is 80


def test_every_fault_of_a_long_table_is_named(tmp_path: Path) -> None:
    path = county_of(2000, tmp_path)
    table = path / "activity" / "energy.csv"
    lines = table.read_text("utf-8").splitlines()
    for at in (1, 10_000, 20_000):
        lines[at] = lines[at].replace(",t,", ",tt,")
    table.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(cp.CarbonPeakError) as caught:
        cp.load_region(path)
    found = str(caught.value).splitlines()
    assert [fault.split(": ")[0].rpartition(":")[2] for fault in found] == ["2", "10001", "20001"]
