"""Peak years of three countries, from their published series of CO2 emissions."""

from __future__ import annotations

import numpy as np
import xarray as xr

from carbonpeak.analysis.peak import Verdict, peak_of
from carbonpeak.analysis.peak_assessment import assess_peak

# Annual CO2 emissions in Mt, column "Annual CO2 emissions" of scripts/grapher/co2_emissions.csv
# in github.com/owid/co2-data at commit 2a6c4a26fafc29000d1ee0deebf083d60b563c78 (Our World in
# Data, CC BY, from the Global Carbon Project and CDIAC), rounded to 0.01 Mt.
UNITED_KINGDOM_1968 = (
    606.49, 628.38, 652.58, 660.39, 648.03, 659.58, 617.18, 603.25, 598.53, 604.36,
)  # fmt: skip
GERMANY_1970 = (
    1026.02, 1037.24, 1041.48, 1085.74, 1062.72, 1002.44, 1090.84, 1052.60, 1079.13, 1117.88,
    1100.06, 1048.52, 1015.73, 1011.60,
)  # fmt: skip
UNITED_STATES_1993 = (
    5281.39, 5375.03, 5436.70, 5625.04, 5701.92, 5749.89, 5829.52, 5997.30, 5899.86,
    5942.42, 5991.19, 6105.44, 6130.55, 6050.38, 6127.89, 5928.26, 5493.55, 5700.11,
    5572.58, 5371.78, 5522.91, 5572.11, 5422.97, 5306.66, 5270.75, 5416.28,
)  # fmt: skip


def series(values: tuple[float, ...], start: int, *, last: int | None = None) -> xr.DataArray:
    """Return the observed series, up to a year."""
    years = np.arange(start, start + len(values))
    found = xr.DataArray(
        np.array(values),
        dims="year",
        coords={"year": years, "observed": ("year", np.ones(len(values), dtype=bool))},
        attrs={"units": "Mt CO2/year"},
    )
    return found if last is None else found.sel(year=slice(start, last))


def test_united_kingdom_peaks_in_1971_but_1973_is_close() -> None:
    peak = peak_of(series(UNITED_KINGDOM_1968, 1968))
    assert (peak.year, peak.verdict, peak.plateau_years) == (1971, "peaked", (1971, 1971))
    assert (peak.runner_up, round(peak.margin or 0, 2)) == (1973, 0.12)
    assert "1973 lies only 0.12% lower" in peak.sentence("en")


def test_germany_peaks_in_1979() -> None:
    germany = series(GERMANY_1970, 1970)
    assert (peak_of(germany).year, peak_of(germany).verdict) == (1979, "peaked")
    assert peak_of(germany, band=0.02).plateau_years == (1979, 1980)
    assert peak_of(germany.sel(year=slice(1970, 1979))).verdict is Verdict.STILL_RISING


def test_united_states_peak_in_2005_with_2007_as_high() -> None:
    found = assess_peak(series(UNITED_STATES_1993, 1993), seed=5)
    assert (found.peak.year, found.peak.verdict) == (2005, "peaked")
    assert (found.peak.runner_up, found.peak.plateau_years) == (2007, (2004, 2005))
    assert round(found.peak.margin or 0, 2) == 0.04
    assert found.happened is True
    assert found.trend_after is not None
    assert found.trend_after.direction() == "falling"
    assert found.same_year is not None
    assert found.same_year < 0.7


def test_five_years_decide_when_the_united_states_have_peaked() -> None:
    """In 2009 nobody could have said so; from 2010 on the record does."""
    assert assess_peak(series(UNITED_STATES_1993, 1993, last=2009)).happened is False
    assert assess_peak(series(UNITED_STATES_1993, 1993, last=2010)).happened is True
