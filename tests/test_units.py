import csv
import math
import os
import subprocess
import sys
import warnings

import globalwarmingpotentials
import numpy as np
import pint
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from carbonpeak import units
from carbonpeak.errors import CarbonPeakError, UnitError

OWN_ROWS = {
    ("AR5GWP100", "CH4_fossil"),
    ("AR6GWP100", "CH4_fossil"),
    ("AR6GWP100", "CH4_nonfossil"),
}
METRICS = ("SARGWP100", "AR4GWP100", "AR5GWP100", "AR6GWP100")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("218.57 万吨标煤", 218.57e4 * 29.3076, "GJ"),
        ("218.57万吨标准煤", 218.57e4, "tce"),
        ("15 亩", 1.0, "ha"),
        ("10 蒸吨", 7.0, "MW"),
        ("1200 万元", 1.2e7, "CNY"),
        ("3 亿元2020", 3e8, "CNY2020"),
        ("5 亿CNY2023", 5e8, "CNY2023"),
        ("1 万吨CO2", 1e4, "t CO2"),
        ("1 万吨二氧化碳当量", 1e4, "t CO2e"),
        ("5 亿千瓦时", 5e5, "MWh"),
        ("5 万kWh", 50.0, "MWh"),
        ("2 万GJ", 20.0, "TJ"),
        ("3 万 吨", 3e4, "t"),
        ("3 万吨 标准煤", 3e4, "tce"),
        ("5 亿 千瓦时", 5e5, "MWh"),
        ("5 吨/人/年", 5.0, "t/(人 年)"),
        ("1,234.5 吨", 1234.5, "t"),
        ("１，２３４．５　吨", 1234.5, "t"),
        ("-5 %/年", -0.05, "1/year"),
        ("−5 %", -0.05, "1"),
        ("3e4 t", 3e4, "t"),
        ("3 10^4 t", 3e4, "t"),
        ("3×10^4 t", 3e4, "t"),
        ("3 10⁴ t", 3e4, "t"),
        ("7 万标立方米", 7e4, "Nm3"),
        ("1 km²", 100.0, "ha"),
        ("2 kg CH₄/TJ", 2.0, "kg CH4/TJ"),
        ("12 亿吨公里", 1.2e9, "tkm"),
        ("2 万人", 2e4, "person"),
        ("170 头", 170.0, "head"),
        (".5 t", 500.0, "kg"),
        ("0.98 1", 98.0, "percent"),
        ("3 ‰", 0.003, "1"),
    ],
)
def test_a_quantity_is_read(text, value, unit):
    found = units.quantity(text)
    assert isinstance(found, pint.Quantity)
    assert found.to(units.unit(unit)).magnitude == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no quantity given"),
        ("   ", "no quantity given"),
        ("吨", "no number in '吨'; write a number and a unit"),
        ("nan 吨", "no number"),
        ("inf 吨", "no number"),
        ("1e999 t", "too large"),
        ("15", "no unit in '15'"),
        ("15 20 亩", "more than one number"),
        ("15 亩 20", "a number stands inside the unit"),
        ("1,23 t", "no number"),
        ("1.2.3 t", "more than one number"),
        ("3 ton", "unit 'ton' is refused; write 't'"),
        ("3 mt", "write 'Mt'"),
        ("20 ℃", "degree_day"),
        ("3 KWH", "did you mean 'kWh'?"),
        ("3 gj", "did you mean 'GJ'?"),
        ("3 吨标没", "did you mean '吨标煤'?"),
        ("3 xyz", "known are for example t, GJ"),
        ("3 t/", "a unit is missing in 't/' at the end"),
        ("3 (t", "a bracket is not closed"),
        ("3 t)", "cannot read unit 't\\)'"),
        ("3 t $", "cannot read unit"),
    ],
)
def test_a_quantity_is_refused(text, message):
    with pytest.raises(UnitError, match=message):
        units.quantity(text)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("tce", "GJ", 29.3076),
        ("万吨标煤", "TJ", 293.076),
        ("kgce", "kcal", 7000.0),
        ("toe", "GJ", 41.868),
        ("10^8 kWh", "TJ", 360.0),
        ("ha", "亩", 15.0),
        ("km2", "亩", 1500.0),
        ("mu", "m2", 10000 / 15),
        ("kt", "t", 1000.0),
        ("Gg", "t", 1000.0),
        ("tC", "tCO2", 44 / 12),
        ("kgC", "kg CO2", 44 / 12),
        ("t C/TJ", "kg CO2/GJ", 44 / 12),
        ("kg N2O-N/kg N", "kg N2O/kg N", 44 / 28),
        ("kg CH4-C", "kg CH4", 16 / 12),
        ("Nm3", "m3_20C", 293.15 / 273.15),
        ("m3_15C", "Nm3", 273.15 / 288.15),
        ("kgCO2/kWh", "t CO2/MWh", 1.0),
        ("t CO2/t C", "1", 12 / 44),
        ("kgce/kWh", "tce/MWh", 1.0),
        ("L/100 km", "L/km", 0.01),
        ("GJ/10^4 m3", "MJ/m3", 0.1),
        ("kg CH4/ha/day", "kg CH4/(ha year)", 365.0),
        ("year", "hour", 8760.0),
        ("人公里", "passenger_km", 1.0),
        ("tonne_km", "t km", 1.0),
        ("万元/人", "CNY/capita", 1e4),
        ("CNY/(t/h)", "CNY h/t", 1.0),
        ("percent/year", "%/a", 1.0),
        ("1", "percent", 100.0),
    ],
)
def test_factor(first, second, expected):
    assert units.factor(first, second) == pytest.approx(expected, rel=1e-13)


def test_a_space_binds_tighter_than_a_slash():
    assert units.factor("t CO2/ha year", "t CO2/(ha*year)") == 1.0
    assert not units.same_dimension("t CO2/ha year", "t CO2*year/ha")


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("t CH4", "t CO2e", "only by a named metric .SARGWP100, AR4GWP100, AR5GWP100, AR6GWP100"),
        ("t CO2", "t CO2e", "only by a named metric"),
        ("t CH4", "t CO2", "different gases add up only as CO2e, by a named metric"),
        ("HFC134", "HFC134a", "different gases"),
        ("t", "t CO2", "does not say that it is a mass of CO2"),
        ("m3", "Nm3", "'Nm3' at 0 °C, 'm3_20C' at 20 °C"),
        ("GJ/m3", "GJ/Nm3", "state the basis"),
        ("CNY2020", "CNY2023", "deflate"),
        ("万元", "万元2020", "state the price year"),
        ("kt", "km/h", "'kt' .a mass. does not convert to 'km/h' .a speed."),
        ("GW", "GJ", "did you mean 'GWh'"),
        ("h", "t", "write it in 't' or g"),
        ("t CH4/year", "t N", "write it in 't N'"),
        ("knot", "km/h", "'kt' is a thousand tonnes"),
        ("t N", "t N2O", "mass . nitrogen"),
    ],
)
def test_units_that_do_not_fit_say_the_way_out(first, second, message):
    with pytest.raises(UnitError, match=message):
        units.factor(first, second)


def test_letters_do_not_mean_what_pint_takes_them_for():
    assert units.same_dimension("kt", "t")
    assert not units.same_dimension("C", "N")
    assert units.factor("mu", "亩") == 1.0
    assert units.factor("h", "s") == pytest.approx(3600.0)
    assert units.factor("a", "day") == pytest.approx(365.0)
    for wrong in ("kyear", "ma", "kha", "GCO2", "kpercent", "mWh", "Mhead"):
        with pytest.raises(UnitError, match="unknown unit"):
            units.check(wrong)


@pytest.mark.parametrize(
    "name", ["t CO2 ", "kg CH4 / ha / day", "万吨标煤", "km²", "１", "%", "t·km"]
)
def test_check_is_idempotent_and_keeps_the_meaning(name):
    tidied = units.check(name)
    assert units.check(tidied) == tidied
    assert units.factor(name, tidied) == 1.0


def test_check_returns_the_tidy_spelling():
    assert units.check(" kg  CH4 / ha / day") == "kg CH4/ha/day"
    assert units.check("ｔ　CO₂") == "t CO2"
    assert units.check("t CO2 / (ha year)") == "t CO2/(ha year)"


@pytest.mark.parametrize("wrong", ["", " ", None, 3, "/year", "t//ha", "()", "t^", "2 t"])
def test_check_refuses(wrong):
    with pytest.raises(UnitError):
        units.check(wrong)


def test_every_defined_name_is_a_unit_with_a_factor_to_its_root():
    for name in units.names():
        root = units.registry().get_base_units(name)[1]
        assert units.registry().convert(1.0, units.unit(name), root) > 0


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("kWh", "kilowatt_hour"),
        ("GJ", "gigajoule"),
        ("MW", "megawatt"),
        ("ha", "hectare"),
        ("km2", "kilometer**2"),
        ("m3", "meter**3"),
        ("L", "liter"),
        ("kcal", "international_calorie*1000"),
        ("Btu", "international_british_thermal_unit"),
        ("toe", "tonne_of_oil_equivalent"),
        ("bbl", "oil_barrel"),
        ("nmi", "nautical_mile"),
        ("MPa", "megapascal"),
        ("day", "day"),
        ("mg", "milligram"),
        ("Mt", "megatonne"),
        ("mL", "milliliter"),
        ("cm", "centimeter"),
    ],
)
def test_si_agrees_with_the_registry_of_pint(ours, theirs, pint_registry):
    expected = pint_registry(theirs).to_base_units()
    roots = {"kilogram": "kg", "meter": "m", "second": "s"}
    target = "*".join(f"{roots[unit]}^{int(power)}" for unit, power in expected._units.items())
    assert units.factor(ours, target) == pytest.approx(expected.magnitude, rel=1e-9)


@pytest.fixture(scope="module")
def pint_registry():
    return pint.UnitRegistry()


SIMPLE = sorted(set(units.names()) - {"dimensionless"})


@given(st.sampled_from(SIMPLE), st.sampled_from(SIMPLE), st.floats(1e-6, 1e9))
def test_there_and_back(first, second, value):
    if not units.same_dimension(first, second):
        with pytest.raises(UnitError):
            units.factor(first, second)
        return
    there = units.convert(value, first, second)
    assert units.convert(there, second, first) == pytest.approx(value, rel=1e-12)


@given(st.sampled_from(SIMPLE), st.sampled_from(SIMPLE))
def test_products_and_quotients(first, second):
    product = f"{first} {second}"
    assert units.factor(product, f"{second}*{first}") == pytest.approx(1.0, rel=1e-12)
    assert units.factor(f"1/{product}", f"1/({product})") == 1.0
    assert units.unit(f"{first}/{second}") == units.unit(first) / units.unit(second)


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(SIMPLE))
def test_a_written_quantity_is_read_back(value, name):
    assert units.quantity(f"{value!r} {name}").magnitude == value


@given(st.text(max_size=12))
def test_any_text_is_a_quantity_or_a_unit_error(text):
    try:
        found = units.quantity(text)
    except UnitError:
        return
    assert math.isfinite(found.magnitude)


def test_metrics_agree_with_globalwarmingpotentials():
    assert units.metrics() == METRICS
    for metric in METRICS:
        held = globalwarmingpotentials.data[metric]
        for gas in sorted(units.gases() - {"CO2"}):
            if (metric, gas) in OWN_ROWS:
                assert gas not in held
            elif gas in held:
                assert units.gwp(metric, gas) == held[gas]
            else:
                with pytest.raises(UnitError, match="holds no value"):
                    units.gwp(metric, gas)


@pytest.fixture(scope="module")
def openscm():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import openscm_units

        registry = openscm_units.unit_registry
        with registry.context("AR4GWP100"):
            registry("t CH4").to("t CO2")
    return registry


@pytest.mark.parametrize("metric", METRICS)
def test_metrics_agree_with_openscm_units(metric, openscm):
    compared = 0
    for gas in sorted(units.gases()):
        if gas not in openscm:
            assert gas in ("CH4_fossil", "CH4_nonfossil")
            continue
        with openscm.context(metric):
            expected = openscm(f"t {gas}").to("t CO2").magnitude
        if math.isnan(expected):
            with pytest.raises(UnitError, match="holds no value"):
                units.gwp(metric, gas)
            continue
        assert units.factor(f"t {gas}", "t CO2e", metric=metric) == pytest.approx(expected)
        compared += 1
    assert compared > 15


def test_carbon_and_nitrogen_agree_with_openscm_units(openscm):
    assert units.factor("t C", "t CO2") == pytest.approx(openscm("t C").to("t CO2").magnitude)
    assert units.factor("t N2O-N", "t N2O") == pytest.approx(
        openscm("t N2ON").to("t N2O").magnitude
    )


def test_a_metric_weighs_one_gas():
    assert units.factor("kg CH4/TJ", "t CO2e/TJ", metric="AR5GWP100") == pytest.approx(0.028)
    assert units.factor("t C", "t CO2e", metric="SARGWP100") == pytest.approx(44 / 12)
    assert units.factor("t CO2e", "kg CO2e", metric="SARGWP100") == 1000.0
    with pytest.raises(UnitError, match=r"NF3.*these do: AR4GWP100, AR5GWP100, AR6GWP100"):
        units.factor("t NF3", "t CO2e", metric="SARGWP100")
    with pytest.raises(UnitError, match="different gases"):
        units.factor("t CH4", "t N2O", metric="AR5GWP100")


def test_gwp_table_has_an_axis_of_metrics():
    table = units.gwp_table(["SARGWP100", "AR5GWP100"], ["CO2", "CH4", "N2O"])
    np.testing.assert_array_equal(table, [[1, 21, 310], [1, 28, 265]])


def test_unknown_metric_and_gas_name_the_nearest():
    with pytest.raises(UnitError, match="unknown metric 'AR5GWP'; did you mean 'AR5GWP100'"):
        units.gwp("AR5GWP", "CH4")
    with pytest.raises(UnitError, match="did you mean 'HFC134a'"):
        units.gwp("AR5GWP100", "HFC134A")


def line(values, unit, labels=("a", "b"), name=None):
    attrs = {} if unit is None else {"units": unit}
    return xr.DataArray(values, [("line", list(labels))], attrs=attrs, name=name)


def test_total_adds_like_to_like():
    found = units.total(line([1.0, 2.0], "t CH4/year"), line([500.0, 0.0], "kg CH4/year"))
    assert found.attrs == {"units": "t CH4/year"}
    assert found.values.tolist() == [1.5, 2.0]
    assert found["line"].values.tolist() == ["a", "b"]


def test_total_leaves_its_inputs_alone():
    first = line([1.0, 2.0], "t")
    first.attrs["long_name"] = "coal"
    units.total(first)
    units.convert(first, "t", "kg")
    assert first.attrs == {"units": "t", "long_name": "coal"}


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (line([1.0, 2.0], "t CO2"), "different gases add up only as CO2e"),
        (line([1.0, 2.0], "t CH4", ("a", "c")), "only 'coal .1.' has 'b'"),
        (line([1.0, 2.0], "t CH4", ("b", "a")), "another order"),
        (line([1.0, 2.0], "t CH4").drop_vars("line"), "2 places without labels"),
        (line([1.0], "t CH4", ("a",)), "only 'coal .1.' has 'b'"),
        (line([1.0, 2.0], None), "'an array' has no units"),
    ],
)
def test_total_refuses(second, message):
    with pytest.raises(CarbonPeakError, match=message):
        units.total(line([1.0, 2.0], "t CH4", name="coal"), second)


def test_total_of_nothing_is_refused():
    with pytest.raises(UnitError, match="nothing to add"):
        units.total()


def test_convert_keeps_labels_and_says_the_new_unit():
    found = units.convert(line([1.0, 2.0], "tce"), "tce", "GJ")
    assert found.attrs["units"] == "GJ"
    assert found["line"].values.tolist() == ["a", "b"]
    np.testing.assert_allclose(units.convert(np.ones(3), "ha", "亩"), 15.0)


def test_a_quantity_of_another_registry_has_no_meaning_here(pint_registry):
    with pytest.raises(UnitError, match="another registry"):
        units.written(pint_registry("3 C"))


def test_written_text_reads_back():
    for text in ("t CO2/year", "万吨标煤", "kg CH4/ha/day", "1", "10^4 t", "m^-2", "1/year"):
        given_quantity = units.registry().Quantity(1.0, units.unit(text))
        assert units.factor(units.written(given_quantity), text) == 1.0


THREADS = """
import threading
from carbonpeak import units
found, gate = [], threading.Barrier(8)

def work():
    gate.wait()
    found.append((units.registry(), units.factor("万吨CO2", "kg CO2"), units.unit("CNY2031")))

threads = [threading.Thread(target=work) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len({id(registry) for registry, _, _ in found}), {value for _, value, _ in found}, len(found))
"""


def test_threads_share_one_registry():
    done = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, check=True)
    assert done.stdout.split() == [b"1", b"{10000000.0}", b"8"]


SCRIPT = """
from carbonpeak import units
pairs = [("万吨标煤", "GJ"), ("t C/TJ", "kg CO2/GJ"), ("亩", "ha"), ("kgce/kWh", "1")]
print([units.factor(*pair) for pair in pairs], units.names(), sorted(units.gases()))
for wrong in ("tcee", "kgg", "GW/h", "CH5"):
    try:
        units.check(wrong)
    except units.catalogue.UnitError as error:
        print(error)
try:
    units.factor("t CH4 N2O/SF6", "GJ")
except units.catalogue.UnitError as error:
    print(error)
"""


def test_the_hash_seed_changes_nothing(tmp_path):
    outputs = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"did you mean") >= 2


def test_importing_reads_no_file():
    code = """
import sys
opened = []
sys.addaudithook(lambda event, found: opened.append(str(found[0])) if event == "open" else None)
import carbonpeak.equation, carbonpeak.units
read = [name for name in opened if name.endswith((".txt", ".csv"))]
# With dask installed, pint looks for plugins of other packages.
print([name for name in read if not name.endswith("entry_points.txt")])
"""
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert found.stdout.strip() == "[]"


def test_every_row_of_the_metrics_has_its_source():
    rows = read(units.potentials.definitions("metrics.csv"))
    keys = [(row["metric"], row["gas"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        assert row["source"]
        assert row["where"]
        assert row["verified"] in (
            "read",
            "two_secondary",
            "one_secondary",
            "derived",
            "unverified",
        )
        assert 1 <= float(row["value"]) < 3e4
        assert (row["gas"] == "CO2") == (float(row["value"]) == 1)
    assert {row["gas"] for row in rows} == units.gases()


def test_every_gas_has_titles():
    rows = read(units.potentials.definitions("gases.csv"))
    assert len({row["gas"] for row in rows}) == len(rows)
    for column in ("title_zh", "title_en"):
        assert len({row[column] for row in rows}) == len(rows)
        assert all(row[column].strip() for row in rows)


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
