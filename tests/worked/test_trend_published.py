"""The Mann-Kendall test against an example worked by hand.

J. Little, College of the Holy Cross, "A Mann-Kendall example (by hand)",
https://mathcs.holycross.edu/~little/Montserrat/MannKendallByHand.txt: 14 values, one tie, 72 pairs
that rise, 18 that fall, S = 54, V = (14)(13)(33)/18 - (2)(1)(9)/18, Z about 2.9058, and p of one
side about 0.0018. The page corrects for no autocorrelation.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from carbonpeak.analysis.trend import mann_kendall

VALUES = [12.9, 14.8, 13.2, 15.7, 13.8, 15.6, 12.9, 11.0, 17.3, 15.9, 19.0, 18.3, 20.1, 21.7]


def test_score_variance_and_probability() -> None:
    found = mann_kendall(VALUES)
    assert found.score == 54
    plain = found.variance / found.correction
    assert plain == pytest.approx(14 * 13 * 33 / 18 - 2 * 1 * 9 / 18)
    z = found.z * np.sqrt(found.correction)
    assert z == pytest.approx(2.9058, abs=5e-4)
    assert stats.norm.sf(z) == pytest.approx(0.0018, abs=5e-5)
    assert found.direction() == "rising"
