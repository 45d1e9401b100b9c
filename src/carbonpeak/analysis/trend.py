"""Whether a series rises or falls: Mann and Kendall's test, corrected for autocorrelation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Trend:
    """Result of the test.

    Attributes
    ----------
    score : int
        Pairs of years that rise less pairs that fall (S).
    variance : float
        Variance of the score when there is no trend, after the correction.
    correction : float
        Factor on the variance for autocorrelation; 1 without any.
    z, p : float
        Normal score with continuity correction, and its two-sided probability; NaN where the
        correction leaves no variance, so that the series cannot be tested.
    slope : float
        Sen's slope: the median of the slopes of all pairs, per step.
    """

    score: int
    variance: float
    correction: float
    z: float
    p: float
    slope: float

    def direction(self, level: float = 0.05) -> str:
        """Return ``rising``, ``falling`` or ``none`` at a level, or ``unknown`` without a p."""
        if np.isnan(self.p):
            return "unknown"
        if self.p >= level:
            return "none"
        return "rising" if self.z > 0 else "falling"


@checked
def mann_kendall(series: npt.ArrayLike, *, level: float = 0.05) -> Trend:
    """Test a series for a monotonic trend.

    The variance of the score is corrected after Hamed and Rao (1998,
    doi:10.1016/S0022-1694(97)00125-X) by the rank autocorrelations of the detrended series
    that are significant; the normal approximation wants about ten values.

    Parameters
    ----------
    series : (year,)
        Values at equal steps.
    level : float
        Level at which an autocorrelation counts as significant.

    Returns
    -------
    Trend

    Raises
    ------
    ResultError
        When the series has fewer than four values or a missing one.
    """
    values = np.asarray(series, float)
    if values.ndim != 1 or values.size < 4 or not np.isfinite(values).all():
        raise ResultError(
            f"a trend needs one series of at least 4 numbers; this one has shape {values.shape} "
            f"and {int(np.isfinite(values).sum())} numbers"
        )
    first, second = np.triu_indices(values.size, 1)
    differences = values[second] - values[first]
    score = int(np.sign(differences).sum())
    slope = float(np.median(differences / (second - first)))
    correction = _correction(values - slope * np.arange(values.size), level)
    variance = _variance(values) * correction
    z = _normal_score(score, variance, correction)
    return Trend(score, variance, correction, z, float(2 * stats.norm.sf(abs(z))), slope)


def _normal_score(score: int, variance: float, correction: float) -> float:
    """Return the score in standard deviations.

    Strong negative autocorrelation can take the corrected variance to zero or below: no test.
    """
    if correction <= 0:
        return float("nan")
    return float((score - np.sign(score)) / np.sqrt(variance)) if score else 0.0


def _variance(values: Floats) -> float:
    size = values.size
    ties = np.unique(values, return_counts=True)[1]
    pairs = size * (size - 1) * (2 * size + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()
    return float(pairs / 18.0)


def _correction(detrended: Floats, level: float) -> float:
    size = detrended.size
    ranks = stats.rankdata(detrended)
    ranks -= ranks.mean()
    spread = ranks @ ranks
    if spread == 0:
        return 1.0
    lags = np.arange(1, size - 1)
    autocorrelation = np.array([ranks[lag:] @ ranks[:-lag] for lag in lags]) / spread
    significant = np.abs(autocorrelation) > stats.norm.isf(level / 2) / np.sqrt(size)
    weights = (size - lags) * (size - lags - 1) * (size - lags - 2)
    total = (weights * autocorrelation)[significant].sum()
    return float(1.0 + 2.0 * total / (size * (size - 1) * (size - 2)))
