import numpy as np
import pint
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from carbonpeak import units
from carbonpeak.equation import Equation, equation
from carbonpeak.errors import CarbonPeakError, UnitError


@equation(
    area="ha",
    daily_factor="kg CH4 / ha / day",
    season="day / year",
    returns="t CH4 / year",
    source="2006 IPCC Guidelines vol. 4 ch. 5 eq. 5.1",
)
def rice_methane(area, daily_factor, season):
    """Methane from flooded rice fields."""
    return area * daily_factor * season


@equation(
    quantity="t/year",
    net_calorific_value="GJ/t",
    carbon_content="t C/TJ",
    oxidation="1",
    returns="t CO2/year",
    source="2006 IPCC Guidelines vol. 2 ch. 2",
)
def combustion(quantity, net_calorific_value, carbon_content, oxidation):
    """Carbon dioxide of a burnt fuel."""
    energy = quantity * net_calorific_value
    return energy * carbon_content * np.minimum(oxidation, 1)


def declared(bare, returns, **inputs):
    return equation(returns=returns, source="a test", **inputs)(bare)


def series(values, unit, years=(2020, 2021)):
    attrs = {} if unit is None else {"units": unit, "long_name": "something else"}
    return xr.DataArray(values, dims="year", coords={"year": list(years)}, attrs=attrs)


FACTOR = (190.0, "kg CH4/ha/day")
SEASON = units.quantity("100 day/year")


def test_a_declared_equation_is_plain_to_read():
    assert isinstance(rice_methane, Equation)
    assert rice_methane.name == "rice_methane"
    assert list(rice_methane.inputs) == ["area", "daily_factor", "season"]
    assert rice_methane.inputs["daily_factor"] == "kg CH4/ha/day"
    assert rice_methane.returns == "t CH4/year"
    assert rice_methane.doc == "Methane from flooded rice fields."
    assert "eq. 5.1" in rice_methane.source
    with pytest.raises(AttributeError):
        rice_methane.name = "other"
    with pytest.raises(TypeError):
        rice_methane.inputs["area"] = "m2"


def test_the_scale_holds_every_conversion():
    assert rice_methane.scale == pytest.approx(1e-3, rel=1e-14)
    assert combustion.prove() == pytest.approx(44 / 12 * 1e-3, rel=1e-14)


def test_a_call_converts_and_labels():
    found = rice_methane(area=series([15.0, 30.0], "亩"), daily_factor=FACTOR, season=SEASON)
    np.testing.assert_allclose(found.values, [19.0, 38.0], rtol=1e-12)
    assert found.attrs == {"units": "t CH4/year", "long_name": "rice methane"}
    assert found.name == "rice_methane"
    assert found["year"].values.tolist() == [2020, 2021]


def test_a_call_leaves_its_inputs_alone():
    area = series([1.0, 2.0], "ha")
    rice_methane(area=area, daily_factor=FACTOR, season=SEASON)
    assert area.attrs == {"units": "ha", "long_name": "something else"}
    assert area.values.tolist() == [1.0, 2.0]


def test_numbers_without_labels_give_a_quantity():
    found = rice_methane(area=(1.0, "ha"), daily_factor=FACTOR, season=SEASON)
    assert isinstance(found, pint.Quantity)
    assert found.to(units.unit("kg CH4/year")).magnitude == pytest.approx(19000.0)
    many = rice_methane(area=(np.array([1.0, 2.0]), "ha"), daily_factor=FACTOR, season=SEASON)
    np.testing.assert_allclose(many.magnitude, [19.0, 38.0])


def test_labelled_inputs_broadcast_by_name():
    area = series([1.0, 2.0], "ha")
    factors = xr.DataArray(
        [100.0, 200.0, 300.0],
        dims="line",
        coords={"line": ["a", "b", "c"]},
        attrs={"units": "kg CH4/ha/day"},
    )
    found = rice_methane(area=area, daily_factor=factors, season=SEASON)
    assert dict(found.sizes) == {"year": 2, "line": 3}
    assert found.sel(line="c", year=2021).item() == pytest.approx(60.0)


@given(
    st.floats(1e-3, 1e6),
    st.sampled_from(["ha", "亩", "km2", "m2", "万亩"]),
    st.sampled_from(["kg CH4/ha/day", "g CH4/m2/day", "t CH4/km2/year", "mg CH4/m2/h"]),
)
def test_the_units_of_the_inputs_do_not_matter(area, area_unit, factor_unit):
    stated = {
        "area": (units.convert(area, "ha", area_unit), area_unit),
        "daily_factor": (units.convert(190.0, "kg CH4/ha/day", factor_unit), factor_unit),
        "season": SEASON,
    }
    assert rice_methane(**stated).magnitude == pytest.approx(19.0 * area, rel=1e-11)


def test_evaluate_is_the_bare_formula_in_declared_units():
    area = np.linspace(0.0, 5.0, 4)
    found = rice_methane.evaluate(area=area, daily_factor=190.0, season=100.0)
    np.testing.assert_allclose(found, 19.0 * area, rtol=1e-14)
    called = rice_methane(area=(area, "ha"), daily_factor=FACTOR, season=SEASON)
    np.testing.assert_array_equal(found, called.magnitude)


def test_evaluate_agrees_with_pint_itself():
    stated = {
        "quantity": units.quantity("3 万吨/年"),
        "net_calorific_value": units.quantity("20.908 GJ/t"),
        "carbon_content": units.quantity("26.37 t C/TJ"),
        "oxidation": units.quantity("94 %"),
    }
    by_pint = combustion.bare(**stated).to(units.unit("t CO2/year")).magnitude
    assert combustion(**stated).magnitude == pytest.approx(by_pint, rel=1e-13)
    assert by_pint == pytest.approx(3e4 * 1.9003, rel=1e-4)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"area": series([1.0, 2.0], None)}, "rice_methane, input 'area': 'area' has no units"),
        ({"area": 3.0}, "rice_methane, input 'area': no units"),
        ({"area": np.ones(2)}, "no units"),
        ({"area": (1.0, 2.0)}, "no units"),
        (
            {"area": series([1.0, 2.0], "t")},
            r"input 'area': 't' \(a mass\) does not convert to 'ha'",
        ),
        ({"area": (1.0, "hectar")}, "unknown unit 'hectar'; did you mean 'hectare'"),
        ({"daily_factor": (1.0, "kg N2O/ha/day")}, "different gases"),
        ({"season": (100.0, "1")}, None),
    ],
)
def test_an_input_that_does_not_fit_is_refused(inputs, message):
    given_inputs = {"area": (1.0, "ha"), "daily_factor": FACTOR, "season": SEASON, **inputs}
    if message is None:
        # day/year is a pure number: a season of "1" would be 365 days a year
        assert rice_methane(**given_inputs).magnitude == pytest.approx(19 * 365.0)
        return
    with pytest.raises(UnitError, match=message):
        rice_methane(**given_inputs)


def test_arguments_are_checked_by_name():
    with pytest.raises(CarbonPeakError, match="no input 'aera'; did you mean 'area'"):
        rice_methane(aera=(1.0, "ha"), daily_factor=FACTOR, season=SEASON)
    with pytest.raises(CarbonPeakError, match="lacks its input 'season'"):
        rice_methane(area=(1.0, "ha"), daily_factor=FACTOR)
    with pytest.raises(TypeError):
        rice_methane((1.0, "ha"), FACTOR, SEASON)
    with pytest.raises(TypeError, match=r"declares .'areas'., takes .'area'."):
        equation(returns="ha", source="a test", areas="ha")(lambda area: area)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (series([1.0, 2.0], "day/year", (2020, 2022)), "only 'area' has 2021"),
        (series([1.0], "day/year", (2020,)), "only 'area' has 2021"),
        (series([1.0, 2.0], "day/year", (2021, 2020)), "another order"),
        (series([1.0, 2.0], "day/year").drop_vars("year"), "2 places without labels"),
        ((np.ones(2), "day/year"), "input 'season' has no labels while 'area' has"),
    ],
)
def test_labels_never_misalign_in_silence(second, message):
    with pytest.raises(CarbonPeakError, match=f"equation rice_methane: .*{message}"):
        rice_methane(area=series([1.0, 2.0], "ha"), daily_factor=FACTOR, season=second)


@pytest.mark.parametrize(
    ("bare", "inputs", "returns", "message"),
    [
        (lambda a, b: a + b, {"a": "kg", "b": "t"}, "t", "not in one unit"),
        (lambda a, b: a - b, {"a": "t CO2", "b": "t C"}, "t CO2", "not in one unit"),
        (np.minimum, {"x1": "kg", "x2": "t"}, "t", None),
        (lambda a, b: np.minimum(a, b), {"a": "kg", "b": "t"}, "t", "not in one unit"),
        (lambda a, b: np.where(a > b, a, b), {"a": "t", "b": "kg"}, "t", "not in one unit"),
        (lambda a: np.minimum(a, 1), {"a": "percent"}, "1", "not in one unit"),
        (lambda a: 1 - a, {"a": "percent"}, "1", "not in one unit"),
        (lambda a, t: np.exp(-a * t), {"a": "percent/year", "t": "year"}, "1", "not in one unit"),
        (lambda a, b: a + b, {"a": "t CH4", "b": "t CO2"}, "t CO2", "only as CO2e, by a named"),
        (lambda a, b: a + b, {"a": "t", "b": "GJ"}, "t", "does not fit"),
        (lambda a: a + 1, {"a": "t"}, "t", "does not fit"),
        (lambda a: np.where(a > 20, a, a), {"a": "year"}, "year", "does not fit"),
        (lambda a: np.exp(a), {"a": "t"}, "1", "does not fit"),
        (lambda a, b: a * b, {"a": "t", "b": "GJ/t"}, "t", "result: .*an energy"),
        (lambda a, b: a * b, {"a": "t CH4", "b": "1"}, "t CO2e", "named metric"),
        (lambda a: a, {"a": "tcee"}, "t", "input 'a': unknown unit 'tcee'"),
        (lambda a: a, {"a": "t"}, "tt", "unknown unit 'tt'"),
        (lambda a: 0 * a, {"a": "t"}, "t", "zero or undefined"),
    ],
)
def test_the_proof_finds_what_is_wrong(bare, inputs, returns, message):
    if message is None:
        with pytest.raises(TypeError):
            declared(bare, returns, **inputs)
        return
    with pytest.raises(UnitError, match=message):
        declared(bare, returns, **inputs).prove()


@pytest.mark.parametrize(
    ("bare", "inputs", "returns", "scale"),
    [
        (lambda a, b: a + b, {"a": "t", "b": "t"}, "kg", 1000.0),
        (lambda a, b: np.minimum(a, b), {"a": "t", "b": "t"}, "t", 1.0),
        (lambda a, t: 1 - np.exp(-a * t), {"a": "1/year", "t": "year"}, "percent", 100.0),
        (lambda a, b: a / b, {"a": "GJ", "b": "t"}, "MJ/kg", 1.0),
        (lambda a, b: a * (1 - b), {"a": "t", "b": "1"}, "t", 1.0),
        (lambda a, b: np.maximum(a - b, 0), {"a": "t", "b": "t"}, "t", 1.0),
        (lambda a, b: np.where(a > b, a, 0), {"a": "t", "b": "t"}, "t", 1.0),
        (lambda a, b: xr.where(a > b, a, b), {"a": "t", "b": "t"}, "t", 1.0),
        (lambda a: a**2, {"a": "km"}, "ha", 100.0),
        (lambda a, h: a * h, {"a": "MW", "h": "hour/year"}, "GJ/year", 3.6),
        (lambda a: a, {"a": "t N2O-N"}, "t N2O", 44 / 28),
        (lambda a, b: a / b, {"a": "t", "b": "kg"}, "percent", 1e5),
        (lambda a, b: a > b, {"a": "t", "b": "t"}, "1", 1.0),
    ],
)
def test_the_proof_passes_what_is_right(bare, inputs, returns, scale):
    assert declared(bare, returns, **inputs).scale == pytest.approx(scale, rel=1e-13)


def test_a_wrong_formula_is_refused_at_its_first_use():
    calls = []

    def mixed(a, b):
        calls.append(1)
        return a + b

    wrong = declared(mixed, "t", a="kg", b="t")
    assert calls == []
    with pytest.raises(UnitError, match="equation mixed: its terms are not in one unit"):
        wrong.evaluate(a=1.0, b=1.0)


def test_the_proof_runs_once():
    calls = []

    def counted(a):
        calls.append(1)
        return a

    once = declared(counted, "kg", a="t")
    once.prove()
    proofs = len(calls)
    once.prove()
    once.evaluate(a=1.0)
    assert len(calls) == proofs + 1


def test_restated_is_the_same_formula_in_other_units():
    by_volume = combustion.restated(
        "gas_combustion", quantity="Nm3/year", net_calorific_value="MJ / Nm3"
    )
    assert by_volume.name == "gas_combustion"
    assert by_volume.bare is combustion.bare
    assert by_volume.source == combustion.source
    assert by_volume.inputs["net_calorific_value"] == "MJ/Nm3"
    assert by_volume.scale == pytest.approx(44 / 12 * 1e-6, rel=1e-14)
    assert combustion.inputs["quantity"] == "t/year"
    assert combustion.restated("other", returns="kg CO2/a", source="p. 3").source == "p. 3"
    with pytest.raises(CarbonPeakError, match="no input 'quantiti'; did you mean 'quantity'"):
        combustion.restated("wrong", quantiti="t")
    with pytest.raises(UnitError, match="result"):
        combustion.restated("wrong", quantity="Nm3/year").prove()


def test_linear_in():
    assert all(rice_methane.linear_in(name) for name in rice_methane.inputs)
    assert combustion.linear_in("quantity")
    assert not combustion.linear_in("oxidation")
    affine = declared(lambda a, b: a + b, "t", a="t", b="t")
    assert not affine.linear_in("a")
    power = declared(lambda a: a**2, "ha", a="km")
    assert not power.linear_in("a")
    larger = declared(lambda a, b: np.maximum(a, b), "t", a="t", b="t")
    assert not larger.linear_in("a")
    with pytest.raises(CarbonPeakError, match="no input 'x'"):
        larger.linear_in("x")


def test_the_formula_is_readable():
    assert rice_methane.formula == "area * daily_factor * season"
    assert combustion.formula == (
        "quantity * net_calorific_value * carbon_content * min(oxidation, 1)"
    )
    filled = rice_methane.filled(area="15 亩", season="100 day/year")
    assert filled == "15 亩 * daily_factor * 100 day/year"
    with pytest.raises(CarbonPeakError, match="no input 'aria'"):
        rice_methane.filled(aria="3")


def test_a_formula_without_source_or_with_a_loop_shows_its_arguments():
    def looped(a):
        for _ in range(2):
            a = a * 2
        return a

    assert declared(looped, "t", a="t").formula == "looped(a)"
    scope = {}
    exec("def made(a):\n    return a", scope)
    assert declared(scope["made"], "t", a="t").formula == "made(a)"


def test_equations_are_keys():
    assert {rice_methane: 1}[rice_methane] == 1
    assert rice_methane != rice_methane.restated("rice_methane")
