"""What leaves as data and comes back."""

from __future__ import annotations

import importlib.util
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from ruamel.yaml import YAML

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError, ResultError
from carbonpeak.exchange import netcdf, primap2
from carbonpeak.output import tables
from carbonpeak.vocabulary import Language, categories, label, line_rules


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


def test_what_is_no_result_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(ResultError, match="it lacks gas, line, region"):
        cp.save(xr.Dataset({"heat": ("year", [1.0])}), tmp_path / "thing.nc")
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


BESIDE = """\
1.A.3.d.i,,diesel,burnt,2020,100,t,,,invented,bunkers,measured,
1.A.4.b,,firewood,burnt,2020,1000,t,,,invented,stoves,measured,
"""


@pytest.fixture
def beside(tmp_path: Path) -> xr.Dataset:
    """Compile the minimal region with international bunkers and firewood."""
    folder = worlds.minimal(tmp_path)
    table = folder / "activity" / "energy.csv"
    table.write_text(table.read_text("utf-8") + BESIDE, "utf-8")
    return cp.compile_inventory(cp.load_region(folder))


def by_category(frame: pd.DataFrame, entity: str, year: str) -> dict[str, float]:
    part = frame[frame["entity"] == entity]
    return dict(zip(part[primap2.CATEGORY], part[year], strict=True))


@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
@pytest.mark.parametrize("metric", ["SARGWP100", "AR6GWP100"])
def test_primap2_totals_are_those_of_the_inventory(name: str, metric: str) -> None:
    inventory = worlds.compiled(name)
    frame = cp.to_primap2(inventory, metric=metric)
    totals = cp.summary(inventory, metric)
    for year in inventory["year"].values:
        held = by_category(frame, f"KYOTOGHG ({metric})", str(year))
        for code, total in (
            ("M.0.EL", "total"),
            ("0", "total_with_land"),
            ("M.LULUCF", "land"),
            ("3.B", "land"),
        ):
            assert held[code] == pytest.approx(float(totals[total].sel(year=year)), rel=1e-12)


def test_primap2_keeps_apart_what_is_no_part_of_the_total(beside: xr.Dataset) -> None:
    held = by_category(cp.to_primap2(beside), "CO2", "2020")
    # 25,000 t of raw coal; the bought electricity of the offices has no code and is left out
    assert held["0"] == pytest.approx(25_000 * 20.908e-3 * 26.37 * 0.94 * 44 / 12)
    assert held["M.0.EL"] == held["1"] == held["1.A"] == held["1.A.1.a"] == held["0"]
    assert held["M.BK"] == held["M.BK.M"] > 0
    assert held["M.BIO"] == beside["memo"].sel(line="1.A.4.b/firewood", gas="CO2").item()
    assert "1.A.3.d.i" not in held
    assert "M.LULUCF" not in held


def test_a_missing_value_stays_empty_in_primap2() -> None:
    holes = worlds.compiled("minimal").copy(deep=True)
    holes["emissions"].loc[{"gas": "CH4"}] = np.nan
    frame = cp.to_primap2(holes)
    assert frame.loc[frame["entity"] == "CH4", "2020"].isna().all()
    assert frame.loc[frame["entity"] == "CO2", "2020"].notna().all()


@pytest.mark.filterwarnings("ignore")
def test_every_category_has_a_code_that_primap2_knows() -> None:
    known = pytest.importorskip("climate_categories").IPCC2006_PRIMAP
    counted = {rule.category for rule in line_rules() if rule.scope == 1 and not rule.memo}
    codes = {primap2.code_of(code) for code in categories() if _is_counted(code, counted)}
    assert codes <= set(known)


def _is_counted(code: str, patterns: set[str]) -> bool:
    return any(fnmatchcase(code, pattern) for pattern in patterns)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
def test_primap2_reads_it_back_and_weighs_the_same(tmp_path: Path, name: str) -> None:
    reader = pytest.importorskip("primap2")
    known = pytest.importorskip("climate_categories").IPCC2006_PRIMAP
    inventory = worlds.compiled(name)
    _, metadata = cp.write_primap2(cp.to_primap2(inventory, area="441700"), tmp_path / "county")
    table = reader.pm2io.read_interchange_format(metadata)
    again = reader.pm2io.from_interchange_format(table)
    again.pr.ensure_valid()
    assert set(again[primap2.CATEGORY].values) <= set(known)
    gases = [str(gas) for gas in again if "GWP" not in str(gas)]
    basket = "KYOTOGHG (AR5GWP100)"
    weighed = again.pr.gas_basket_contents_sum(basket=basket, basket_contents=gases, skipna=True)
    for year in inventory["year"].values:
        for code, total in (("M.0.EL", "total"), ("0", "total_with_land")):
            place = {"category": code, "time": str(year)}
            expected = float(cp.summary(inventory, "AR5GWP100")[total].sel(year=year))
            for held in (again[basket], weighed):
                value = held.pr.loc[place].pint.to("t CO2 / yr").pint.magnitude.item()
                assert value == pytest.approx(expected, rel=1e-9)


def test_primap2_metadata_are_plain_text(tmp_path: Path) -> None:
    data, metadata = cp.write_primap2(cp.to_primap2(worlds.compiled()), tmp_path / "county.csv")
    stated = YAML(typ="safe").load(metadata)
    assert stated["data_file"] == data.name == "county.csv"
    assert stated["attrs"]["title"].endswith("(阳江高新区)")
    assert "cn_provincial_2011, else ipcc_2006" in stated["attrs"]["comment"]
    again = pd.read_csv(data, dtype={primap2.CATEGORY: str})
    pd.testing.assert_frame_equal(again, cp.to_primap2(worlds.compiled()), rtol=1e-14)


@pytest.mark.parametrize("name", ["yangjiang", "sample_county", "minimal"])
def test_the_table_of_the_iamc_reads_back_equal(name: str) -> None:
    wide = cp.to_iamc(worlds.compiled(name))
    pd.testing.assert_frame_equal(tables.read_iamc(wide.to_csv(index=False)), wide)
    assert not wide["Variable"].duplicated().any()


def test_every_variable_of_the_iamc_is_the_sum_of_those_below() -> None:
    wide = cp.to_iamc(worlds.compiled()).set_index("Variable")["2020"]
    for variable in wide.index:
        below = [name for name in wide.index if name.rpartition("|")[0] == variable]
        if below and variable.count("|") > 0:
            assert wide[below].sum() == pytest.approx(wide[variable], rel=1e-9, abs=1e-9)


def test_variables_of_the_iamc_are_the_totals() -> None:
    inventory = worlds.compiled()
    held = cp.to_iamc(inventory, metric="AR4GWP100").set_index("Variable")["2015"]
    totals = cp.summary(inventory, "AR4GWP100")
    basket = "Kyoto Gases (AR4GWP100)"
    for variable, total in (
        (f"Emissions|{basket}", "total_with_land"),
        (f"Emissions|{basket}|AFOLU|Land", "land"),
        (f"Indirect Emissions|{basket}", "indirect"),
        (f"Memo Items|{basket}", "memo"),
    ):
        assert held[variable] == pytest.approx(float(totals[total].sel(year=2015)), rel=1e-9)


@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
def test_the_frame_holds_every_tonne_with_its_source(name: str) -> None:
    inventory = worlds.compiled(name)
    frame = cp.to_frame(inventory)
    net = cp.net(inventory)
    for (gas, year), part in frame[frame["role"] != "memo"].groupby(["gas", "year"]):
        expected = float(net.sel(gas=gas, year=year))
        assert part["mass"].sum() == pytest.approx(expected, rel=1e-9, abs=1e-9)
    memo = frame.loc[frame["role"] == "memo", "mass"].sum()
    assert memo == pytest.approx(float(inventory["memo"].sum()))
    assert frame.notna().all().all()
    assert set(frame["document"]) & {
        source.title for source in worlds.loaded(name).sources.values()
    }
    assert not frame.duplicated(["line", "year", "gas", "role"]).any()


def test_an_inventory_without_a_line_gives_empty_tables() -> None:
    nothing = worlds.compiled().isel(line=[])
    for hand_on in (cp.to_primap2, cp.to_iamc, cp.to_frame):
        assert hand_on(nothing).empty
        assert list(hand_on(nothing)) == list(hand_on(worlds.compiled()))


def test_only_an_inventory_is_handed_on() -> None:
    weighed = cp.co2e(worlds.compiled("minimal"), "AR5GWP100")
    for hand_on in (cp.to_primap2, cp.to_iamc, cp.to_frame):
        with pytest.raises(ResultError, match="give the inventory itself"):
            hand_on(weighed)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_overview_shows_what_the_numbers_rest_on(lang: Language) -> None:
    inventory = worlds.compiled()
    seen = cp.overview(inventory, lang=lang)
    total = cp.summary(inventory, "AR5GWP100")["total"].sel(year=2020)
    direct = label("origin.total", lang)
    assert seen.table.iloc[:, -1][direct] == pytest.approx(float(total) / 1e4)
    industry = seen.table.loc[label("sector.ippu", lang)]
    assert np.isnan(industry["CH4"])
    for text in (str(seen), seen._repr_html_()):
        assert inventory.attrs[f"title_{lang}"] in text
        assert "cn_provincial_2011" in text
        assert "AR5GWP100" in text


def test_the_overview_names_what_has_no_number(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    rows = "category,source,key,reason\n3.C.7,,NO,no rice is grown\n"
    (folder / "notation.csv").write_text(rows, "utf-8")
    inventory = cp.load(cp.save(cp.compile_inventory(cp.load_region(folder)), tmp_path / "a.nc"))
    assert "Categories without a number – NO: 3.C.7" in str(cp.overview(inventory, lang="en"))
