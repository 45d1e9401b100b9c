"""Fill gaps of a time series by a named method, and mark what was filled.

The methods are those of 2006 IPCC Guidelines vol. 1 ch. 5: interpolation and trend
extrapolation (5.3.3.3, 5.3.3.4), surrogate data (5.3.3.2) and overlap (5.3.3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from carbonpeak.errors import ResultError, suggestion

Series = Mapping[int, float]


def interpolated(known: Series, year: int) -> float:
    """Return the value of a year between two stated years, on a straight line.

    Raises
    ------
    ResultError
        When the year does not lie between two stated ones.
    """
    before, after = _neighbours(known, year)
    if before is None or after is None:
        raise ResultError(
            f"{year} does not lie between two stated years ({_listed(known)}); "
            "use 'extrapolation' or 'surrogate'"
        )
    share = (year - before) / (after - before)
    return known[before] + share * (known[after] - known[before])


def extrapolated(known: Series, year: int) -> float:
    """Return the value of a year outside the stated ones, on their least-squares line.

    Raises
    ------
    ResultError
        With fewer than two stated years, or when the line falls below zero.
    """
    if len(known) < 2:
        raise ResultError(f"a trend needs two stated years; there is {_listed(known)}")
    years = np.array(sorted(known), dtype=float)
    _, level = np.polyfit(years - year, [known[int(one)] for one in years], 1)
    if level < 0:
        raise ResultError(f"the trend of {_listed(known)} is {level:.6g} in {year}; below zero")
    return float(level)


def by_surrogate(known: Series, year: int, surrogate: Series) -> float:
    """Return the value of a year from a series that moves with it (equation 5.2).

    The nearest stated year lends its ratio; of two equally near ones the earlier.

    Raises
    ------
    ResultError
        When the surrogate lacks the year, shares none with the series, or is zero there.
    """
    if year not in surrogate:
        raise ResultError(f"the surrogate states {_listed(surrogate)}, not {year}")
    shared = [one for one in sorted(known) if surrogate.get(one)]
    if not shared:
        raise ResultError("the surrogate shares no year with the series where it is above zero")
    nearest = min(shared, key=lambda one: (abs(one - year), one))
    return known[nearest] * surrogate[year] / surrogate[nearest]


def by_overlap(known: Series, year: int, other: Series) -> float:
    """Return the value of a year from another series, scaled where both are stated (5.1).

    The scale is the ratio of the sums over the years that both series state.

    Raises
    ------
    ResultError
        When the other series lacks the year, or the two share no year.
    """
    if year not in other:
        raise ResultError(f"the other series states {_listed(other)}, not {year}")
    shared = sorted(set(known) & set(other))
    total = sum(other[one] for one in shared)
    if not shared or total == 0:
        raise ResultError("the two series share no year where the other is above zero")
    return other[year] * sum(known[one] for one in shared) / total


ALONE: Mapping[str, Callable[[Series, int], float]] = MappingProxyType(
    {"interpolation": interpolated, "extrapolation": extrapolated}
)
WITH_ANOTHER: Mapping[str, Callable[[Series, int, Series], float]] = MappingProxyType(
    {"surrogate": by_surrogate, "overlap": by_overlap}
)


def filled(known: Series, year: int, *, method: str, other: Series | None = None) -> float:
    """Return the value that a named method gives a missing year.

    Parameters
    ----------
    known : mapping of year to value
        The stated values.
    year : int
        A year that is not stated.
    method : str
        ``interpolation``, ``extrapolation``, ``surrogate`` or ``overlap``.
    other : mapping of year to value, optional
        The surrogate, or the overlapping series.

    Raises
    ------
    ResultError
        When the year is stated, the method is unknown, or it cannot be applied.
    """
    if year in known:
        raise ResultError(f"{year} is stated ({known[year]:g}); a filling would replace it")
    if method in ALONE:
        return ALONE[method](known, year)
    if method not in WITH_ANOTHER:
        allowed = [*ALONE, *WITH_ANOTHER]
        raise ResultError(f"unknown method '{method}'; {suggestion(method, allowed)}")
    if other is None:
        raise ResultError(f"'{method}' needs a second series")
    return WITH_ANOTHER[method](known, year, other)


def _neighbours(known: Series, year: int) -> tuple[int | None, int | None]:
    before = max((one for one in known if one < year), default=None)
    after = min((one for one in known if one > year), default=None)
    return before, after


def _listed(known: Series) -> str:
    return ", ".join(str(year) for year in sorted(known)) or "no year"
