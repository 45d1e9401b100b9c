"""Gap filling by named methods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbonpeak.errors import ResultError
from carbonpeak.inventory.gaps import filled


def test_interpolation_lies_on_the_line():
    assert filled({2015: 10.0, 2020: 20.0}, 2017, method="interpolation") == pytest.approx(14.0)


def test_interpolation_takes_the_nearest_neighbours():
    known = {2010: 0.0, 2015: 10.0, 2020: 20.0, 2030: 0.0}
    assert filled(known, 2018, method="interpolation") == pytest.approx(16.0)


@given(st.floats(0, 1e6), st.floats(-1e3, 1e3), st.integers(2021, 2030))
def test_extrapolation_of_a_line_is_that_line(level, slope, year):
    known = {one: level + 1e5 + slope * (one - 2015) for one in (2015, 2017, 2018, 2020)}
    expected = level + 1e5 + slope * (year - 2015)
    assert filled(known, year, method="extrapolation") == pytest.approx(expected, rel=1e-6)


def test_surrogate_keeps_the_ratio_of_the_nearest_year():
    known, proxy = {2015: 10.0, 2020: 30.0}, {2015: 100.0, 2018: 120.0, 2020: 150.0}
    assert filled(known, 2018, method="surrogate", other=proxy) == pytest.approx(30 * 120 / 150)


def test_overlap_scales_by_the_ratio_of_sums():
    """Equation 5.1: y0 = x0 * (sum of y) / (sum of x) over the years that both state."""
    new, old = {2018: 11.0, 2019: 13.0}, {2017: 9.0, 2018: 10.0, 2019: 12.0}
    assert filled(new, 2017, method="overlap", other=old) == pytest.approx(9 * 24 / 22)


@pytest.mark.parametrize(
    ("known", "year", "method", "other", "message"),
    [
        ({2015: 1.0}, 2015, "interpolation", None, "is stated"),
        ({2015: 1.0}, 2017, "interpolation", None, "does not lie between"),
        ({2015: 1.0}, 2017, "extrapolation", None, "needs two stated years"),
        ({2015: 10.0, 2016: 1.0}, 2020, "extrapolation", None, "below zero"),
        ({2015: 1.0}, 2017, "surrogat", None, "did you mean 'surrogate'"),
        ({2015: 1.0}, 2017, "surrogate", None, "needs a second series"),
        ({2015: 1.0}, 2017, "surrogate", {2015: 1.0}, "not 2017"),
        ({2015: 1.0}, 2017, "surrogate", {2017: 1.0, 2015: 0.0}, "shares no year"),
        ({2015: 1.0}, 2017, "overlap", {2017: 1.0}, "share no year"),
    ],
)
def test_a_method_that_cannot_be_applied_says_why(known, year, method, other, message):
    with pytest.raises(ResultError, match=message):
        filled(known, year, method=method, other=other)
