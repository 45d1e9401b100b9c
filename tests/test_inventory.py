"""What counts where: direct, bought, memo; each computed by hand on the smallest region."""

import numpy as np
import pytest
from tests import worlds

from carbonpeak import co2e, compile_inventory, completeness, load_region, summary
from carbonpeak.errors import InputError
from carbonpeak.inventory import totals


def inventory_with(tmp_path, *rows):
    folder = worlds.minimal(tmp_path / f"with_{len(rows)}_rows")
    with (folder / "activity" / "energy.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{row},,,invented,x,measured,\n" for row in rows)
    return compile_inventory(load_region(folder)).squeeze("year")


@pytest.fixture
def bare(tmp_path):
    return inventory_with(tmp_path)


def test_coal_by_hand(bare):
    """25,000 t x 20.908 GJ/t x 26.37 t C/TJ x 0.94 x 44/12 = 47,508 t CO2.

    The same product as the published 1.9003 kg CO2 per kg of raw coal.
    """
    coal = bare["emissions"].sel(line="1.A.1.a/boiler_house/raw_coal", gas="CO2")
    assert float(coal) == pytest.approx(25000 * 20.908 * 26.37e-3 * 0.94 * 44 / 12, rel=1e-9)
    assert float(coal) / 25000 == pytest.approx(1.9003, abs=5e-5)


def test_bought_electricity_is_apart(bare):
    parts = summary(bare, "AR5GWP100")
    assert float(parts["indirect"]) == pytest.approx(60000 * 0.47)
    assert float(parts["total_with_indirect"] - parts["total"]) == pytest.approx(60000 * 0.47)


def test_own_generation_lowers_what_is_bought_and_the_energy_total(tmp_path, bare):
    own = inventory_with(tmp_path, "1.A.1.a,,own_electricity,generated,2020,1000,万千瓦时")
    difference = totals.energy_co2(own) - totals.energy_co2(bare)
    assert float(difference) == pytest.approx(-10000 * 0.47)
    less = totals.energy_total(bare) - totals.energy_total(own)
    assert float(less) == pytest.approx(1e7 * 0.287e-3)


def test_solar_power_changes_carbon_but_not_the_energy_total(tmp_path, bare):
    sun = inventory_with(
        tmp_path,
        "1.A.1.a,,solar_electricity,generated,2020,1000,万千瓦时",
        "1.A.1.a,,own_electricity,generated,2020,1000,万千瓦时",
    )
    assert float(totals.energy_co2(sun)) < float(totals.energy_co2(bare))
    assert float(totals.energy_total(sun)) == pytest.approx(float(totals.energy_total(bare)))


def test_heat_made_and_used_inside_cancels(tmp_path, bare):
    heat = inventory_with(
        tmp_path,
        "1.A.1.a,boiler_house,own_heat,generated,2020,400000,GJ",
        "1.A.2.e,,heat,used,2020,400000,GJ",
    )
    assert float(totals.energy_co2(heat)) == pytest.approx(float(totals.energy_co2(bare)))
    assert float(totals.energy_total(heat)) == pytest.approx(float(totals.energy_total(bare)))


def test_bunkers_are_memo_and_nothing_else(tmp_path, bare):
    ships = inventory_with(tmp_path, "1.A.3.d.i,,fuel_oil,burnt,2020,1000,吨")
    line = "1.A.3.d.i/fuel_oil"
    assert float(ships["memo"].sel(line=line, gas="CO2")) > 3000
    assert float(ships["emissions"].sel(line=line).sum()) == 0
    assert float(ships["energy"].sel(line=line).sum()) == 0
    before, after = summary(bare, "AR5GWP100"), summary(ships, "AR5GWP100")
    assert float(after["total"]) == float(before["total"])
    assert float(after["memo"]) > 3000


def test_carbon_of_biomass_is_memo_but_its_methane_counts(tmp_path, bare):
    straw = inventory_with(tmp_path, "1.A.4.b,,firewood,burnt,2020,1000,吨")
    line = straw.sel(line="1.A.4.b/firewood")
    assert float(line["memo"].sel(gas="CO2")) > 0
    assert float(line["emissions"].sel(gas="CO2")) == 0
    assert float(line["emissions"].sel(gas="CH4")) > 0
    assert float(summary(straw, "AR5GWP100")["total"]) > float(summary(bare, "AR5GWP100")["total"])


@pytest.mark.parametrize(
    ("category", "source"),
    [("1.A.3.b", "diesel"), ("1.A.3.c", "diesel"), ("1.A.3.d.ii", "diesel"), ("1.A.3.e", "diesel")],
)
def test_transport_differs_in_methane_only(tmp_path, category, source):
    ds = inventory_with(tmp_path, f"{category},,{source},burnt,2020,1000,吨")
    carbon = float(ds["emissions"].sel(line=f"{category}/{source}", gas="CO2"))
    assert carbon / 1000 == pytest.approx(3.1, abs=0.06)
    assert float(ds["emissions"].sel(line=f"{category}/{source}", gas="CH4")) > 0


def test_a_year_without_a_row_is_missing_not_zero(tmp_path):
    folder = worlds.minimal(tmp_path)
    worlds.edit(folder / "region.yaml", "years: [2020]", "years: [2015, 2020]")
    with (folder / "factors.csv").open("a", encoding="utf-8") as file:
        file.write(
            "emission_factor,electricity,all,Guangdong,CO2,2015,default,0.52,t CO2/MWh,,,"
            "Invented for tests,round number,unverified,assumption,\n"
        )
    with (folder / "activity" / "energy.csv").open("a", encoding="utf-8") as file:
        file.write("1.A.4.a,offices,electricity,used,2015,5000,万千瓦时,,,invented,x,measured,\n")
    ds = compile_inventory(load_region(folder))
    coal = ds["emissions"].sel(line="1.A.1.a/boiler_house/raw_coal", gas="CO2")
    assert np.isnan(float(coal.sel(year=2015)))
    assert completeness(ds).values == pytest.approx([0.5, 1.0])


def test_a_declared_gap_is_filled_and_marked(tmp_path):
    folder = worlds.minimal(tmp_path)
    worlds.edit(folder / "region.yaml", "years: [2020]", "years: [2019, 2020]")
    with (folder / "factors.csv").open("a", encoding="utf-8") as file:
        file.write(
            "emission_factor,electricity,all,Guangdong,CO2,2019,default,0.48,t CO2/MWh,,,"
            "Invented for tests,round number,unverified,assumption,\n"
            "standard_coal,electricity,equal,all,none,2019,default,0.288,kgce/kWh,,,"
            "Invented for tests,round number,unverified,assumption,\n"
        )
    with (folder / "activity" / "energy.csv").open("a", encoding="utf-8") as file:
        file.write("1.A.4.a,offices,electricity,used,2018,5000,万千瓦时,,,invented,x,measured,\n")
        file.write("1.A.1.a,boiler_house,raw_coal,burnt,2018,2,万吨,,,invented,x,measured,\n")
    (folder / "gaps.csv").write_text(
        "category,site,source,year,method,other,note\n"
        "1.A.4.a,offices,electricity,2019,interpolation,,\n"
        "1.A.1.a,boiler_house,raw_coal,2019,extrapolation,,\n",
        "utf-8",
    )
    ds = compile_inventory(load_region(folder))
    power = ds.sel(line="1.A.4.a/offices/electricity", year=2019)
    assert float(power["activity"]) == pytest.approx(55000)
    assert str(power["filled"].values) == "interpolation"
    assert str(ds["filled"].sel(line="1.A.4.a/offices/electricity", year=2020).values) == ""


def test_a_gap_that_is_none_is_refused(tmp_path):
    folder = worlds.minimal(tmp_path)
    (folder / "gaps.csv").write_text(
        "category,site,source,year,method,other,note\n"
        "1.A.4.a,offices,electricity,2020,interpolation,,\n",
        "utf-8",
    )
    with pytest.raises(InputError, match=r"gaps.csv:2: \[method\] 2020 is stated"):
        compile_inventory(load_region(folder))


def test_several_metrics_are_an_axis(bare):
    both = co2e(bare, ["SARGWP100", "AR5GWP100"])
    assert both["emissions"].sel(metric="AR5GWP100").drop_vars("metric").values == pytest.approx(
        co2e(bare, "AR5GWP100")["emissions"].values
    )


def test_no_line_at_all_has_no_group() -> None:
    nothing = worlds.compiled("minimal").isel(line=[])
    grouped = totals.group(nothing["emissions"], "sector")
    assert dict(grouped.sizes) == {"sector": 0, "gas": 3, "year": 1}
    assert totals.group(nothing["activity"], "carrier").sizes["carrier"] == 0
