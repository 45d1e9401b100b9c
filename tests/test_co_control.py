"""Air pollutants beside the CO2 of every measure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from tests import worlds

import carbonpeak as cp
from carbonpeak import locate, units, vocabulary
from carbonpeak.errors import InputError
from carbonpeak.planning.air_pollutants import POLLUTANTS, burns, find_factor, load_rows

SCRUBBER = """
scrubber:
  kind: load
  form: end_of_pipe
  title_zh: 湿法脱硫
  title_en: Wet scrubber
  unit: t/year
  lines:
    power: 1.A.4.a/electricity
"""
COMMON = {
    "capex": "CNY2020/(t/year)",
    "fixed_opex": "CNY2020/year/(t/year)",
    "lifetime": "year",
    "potential": "t/year",
    "yearly_limit": "(t/year)/year",
}
HEADER = "categories,sources,pollutant,value,unit,low,high,source,where,verified,evidence,note\n"


def found(folder: Path, name: str = "plan") -> xr.Dataset:
    region = cp.load_region(folder)
    return cp.co_control(region, cp.load_scenario(region, name))


@pytest.fixture
def with_scrubber(tmp_path: Path) -> Path:
    """The minimal region with a scrubber that takes 1.2 MWh a tonne of SO2."""
    folder = worlds.minimal(tmp_path)
    with (folder / "measures.yaml").open("a", encoding="utf-8") as file:
        file.write(SCRUBBER.lstrip())
    numbers = {
        **{name: (1000, unit) for name, unit in COMMON.items()},
        "lifetime": (20, "year"),
        "first_year": (2021, "year"),
        "last_year": (2025, "year"),
        "so2": (1, "t/year"),
        "use_power": (1.2, "MWh/year"),
    }
    with (folder / "measures.csv").open("a", encoding="utf-8") as file:
        for name, (value, unit) in numbers.items():
            file.write(f"scrubber,{name},{value},{unit},,,invented,round number,assumption,\n")
    with (folder / "plan.yaml").open("a", encoding="utf-8") as file:
        file.write("  scrubber: {builds: {2022: 100}}\n")
    return folder


def test_coal_replaced_by_gas_by_hand() -> None:
    """Factors of power stations, in g/Btu, as printed in the source."""
    region = worlds.loaded("minimal")
    result = cp.co_control(region, cp.load_scenario(region, "plan"))
    coal, gas = 0.7143 * 29.3076, 20.908 * 0.95 / 38.931 * 1000 * 1.33e-3 * 29.3076
    for pollutant, of_coal, of_gas in [
        ("so2", 0.000382985, 0.000000258),
        ("nox", 0.000332628, 0.000052147),
        ("voc", 0.000001008, 0.000003555),
    ]:
        change = 8000 * (gas * of_gas - coal * of_coal) / 1.05505585262
        one = result["change"].sel(measure="coal_to_gas", pollutant=pollutant, year=2025)
        assert one.item() == pytest.approx(change, rel=1e-9)
    assert result["change"].units == "t/year"


def test_an_unknown_factor_is_named_and_never_zero() -> None:
    region = worlds.loaded("minimal")
    result = cp.co_control(region, cp.load_scenario(region, "plan"))
    cell = {"measure": "coal_to_gas", "pollutant": "pm25"}
    assert result["change"].sel(cell).isnull().all()
    assert result["basis"].sel(cell).item() == "none"
    assert result["lacking"].sel(cell).item() == "1.A.1.a/boiler_house/natural_gas"
    assert (result["trade"].sel(cell) == "unknown").all()
    line = "1.A.1.a Boiler house: natural gas: no factor for PM2.5, so the change is not known of: "
    assert line + "Boilers from coal to gas." in result.attrs["trades_en"]


def test_measures_that_burn_nothing_change_nothing_and_lack_no_factor() -> None:
    region = worlds.loaded()
    result = cp.co_control(region, cp.load_scenario(region, "strengthened"))
    for name in ("solar_pv", "forest_cover", "mangrove"):
        one = result.sel(measure=name)
        assert (one["basis"] == "nothing burnt").all()
        assert (one["lacking"] == "").all()
        assert (one["change"] == 0).all()
        assert (one["trade"] == "unchanged").all()
    assert result["moves_bought_power"].sel(measure="solar_pv").item()
    assert not result["moves_bought_power"].sel(measure="waste_heat").item()
    last = result.attrs["trades_en"].splitlines()[-2]
    assert last.startswith("Move nothing that is burnt inside the region: Rooftop photovoltaics, ")


def test_every_line_without_a_factor_is_named_with_what_it_leaves_unknown() -> None:
    region = worlds.loaded()
    result = cp.co_control(region, cp.load_scenario(region, "full_plan"))
    said = [line for line in result.attrs["trades_en"].splitlines() if ": no factor for " in line]
    port = next(line for line in said if line.startswith("1.A.3.e Port and storage: diesel: "))
    assert "for SO2, NOx, PM2.5, VOC, so" in port
    assert "Freight from road to rail" in port
    assert not [line for line in said if "1.A.3.c" in line]
    unknown = result["change"].isnull().any("year")
    assert (unknown == (result["basis"] == "none")).all()
    assert (unknown == (result["lacking"] != "")).all()


def test_straw_and_waste_are_burnt_too_unless_elsewhere() -> None:
    for category, source, burnt in [
        ("3.C.1", "rice_straw_burnt", True),
        ("4.C.1", "mixed_waste", True),
        ("4.C.1", "mixed_waste_sent_out", False),
        ("2.A.2", "lime", False),
    ]:
        assert burns(vocabulary.find_line(category, source)) is burnt


def test_the_change_is_linear_in_what_is_built_and_follows_the_pathway() -> None:
    region = worlds.loaded()
    scenario = cp.load_scenario(region, "strengthened")
    result, pathway = cp.co_control(region, scenario), cp.project(region, scenario)
    np.testing.assert_allclose(result["co2"], pathway["contribution"].sel(gas="CO2"))
    fuel = result["change"].sel(measure="coal_substitution", pollutant="nox")
    stock = pathway["stock"].sel(measure="coal_substitution")
    per_unit = result["per_unit"].sel(measure="coal_substitution", pollutant="nox").item()
    np.testing.assert_allclose(fuel, stock * per_unit)
    ratio = (result["change"] / result["co2"].where(result["co2"] != 0)).transpose(
        *result["coefficient"].dims
    )
    np.testing.assert_allclose(result["coefficient"], ratio)


def test_an_end_of_pipe_measure_trades_co2_for_its_pollutant(with_scrubber: Path) -> None:
    result = found(with_scrubber)
    row = {"measure": "scrubber", "pollutant": "so2"}
    assert result["basis"].sel(row).item() == "direct"
    assert result["change"].sel(row).sel(year=[2021, 2022, 2025]).values == pytest.approx(
        [0, -100, -100]
    )
    assert result["co2"].sel(measure="scrubber", year=2025).item() > 0
    assert list(result["trade"].sel(row).values[:3]) == [
        "unchanged",
        "unchanged",
        "pollutant_falls_co2_rises",
    ]
    assert result["basis"].sel(measure="scrubber", pollutant="nox").item() == "nothing burnt"
    assert "Cut SO2 but raise CO2: Wet scrubber (2022–2025)." in result.attrs["trades_en"]
    assert "减少二氧化硫但增加二氧化碳：湿法脱硫" in result.attrs["trades_zh"]


def test_more_of_a_pollutant_for_less_co2_is_named(with_scrubber: Path) -> None:
    assert (
        "Cut CO2 but raise VOC: Boilers from coal to gas (2021–2025)."
        in (found(with_scrubber).attrs["trades_en"])
    )


def test_a_region_may_state_what_is_left_after_control(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    before = found(folder)
    (folder / "air_pollutants.csv").write_text(
        HEADER + "1.A.1.a,raw_coal,so2,0.05,kg/GJ,,,permit,page 3,read,measured,\n", "utf-8"
    )
    after = found(folder)
    # One g/Btu is 1 / 1.05505585262 t/GJ.
    removed = 0.7143 * 29.3076 * 0.000382985 / 1.05505585262
    gas = before["per_unit"].sel(pollutant="so2").item() + removed
    coal = 0.7143 * 29.3076 * 0.05e-3
    assert after["per_unit"].sel(pollutant="so2").item() == pytest.approx(gas - coal)
    xr.testing.assert_identical(
        after["change"].sel(pollutant="nox"), before["change"].sel(pollutant="nox")
    )


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1.A.1.a,raw_coals,so2,0.05,kg/GJ", "unknown source 'raw_coals'; did you mean 'raw_coal'"),
        ("1.A.9,raw_coal,so2,0.05,kg/GJ", "no category fits '1.A.9'"),
        ("1.A.1.a,raw_coal,so2,0.05,kg/t", "mass per energy, such as kg/GJ"),
        ("1.A.1.a,raw_coal,so2,-1,kg/GJ", "is -1; expected at least 0"),
        ("1.A.1.a,raw_coal,so3,1,kg/GJ", "so3"),
    ],
)
def test_faulty_factors_are_refused(tmp_path: Path, row: str, message: str) -> None:
    folder = worlds.minimal(tmp_path)
    table = folder / "air_pollutants.csv"
    table.write_text(HEADER + row + ",,,permit,page 3,read,measured,\n", "utf-8")
    with pytest.raises(InputError, match=message):
        found(folder)


def test_two_factors_of_one_line_are_refused(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    rest = ",so2,0.05,kg/GJ,,,permit,page 3,read,measured,\n"
    (folder / "air_pollutants.csv").write_text(
        HEADER + "1.A.1*,raw_coal" + rest + "1.A.1.a,raw_coal anthracite" + rest, "utf-8"
    )
    with pytest.raises(InputError, match="fits this row and that of line 2"):
        found(folder)


def test_every_shipped_factor_is_sourced_and_fits_one_line_at_most() -> None:
    rows = load_rows(worlds.loaded("minimal"))[1]
    for row in rows:
        record = row.record
        assert record.evidence == "literature"
        assert record.source.startswith("Energy Policy Simulator China 2019")
        assert ".csv, row " in record.where
        # Between a thousandth of a gram and ten kilograms a gigajoule.
        assert 1e-9 < record.value * units.factor(record.unit, "t/GJ") < 1e-2
    fuels = {name for row in rows for name in row.record.sources.split()}
    every = [
        vocabulary.find_line(category, source)
        for category in vocabulary.categories()
        for source in sorted(fuels)
        if category.startswith("1.A") and vocabulary.unknown_line(category, source) is None
    ]
    burnt = [line for line in every if burns(line)]
    covered = [line for line in burnt if find_factor(line, "nox", [rows])]
    assert {line.source for line in covered} >= {"raw_coal", "natural_gas", "diesel", "lpg"}
    for pollutant in POLLUTANTS:
        for line in burnt:
            find_factor(line, pollutant, [rows])


def test_the_table_is_shipped_beside_the_factor_sets() -> None:
    assert (locate.data_folder("emission_factors") / "air_pollutants.csv").is_file()
    assert "air_pollutants.csv" not in locate.shipped("emission_factors")
