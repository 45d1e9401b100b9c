"""Sensitivity indices against published figures.

Ishigami function, a = 7, b = 0.1, and Sobol's G function, a = 0, 0.5, 3, 9, 99, 99: expected
indices printed in docs/code/sensitivity/sobol/plot_sobol_ishigami.py and plot_sobol_func.py of
github.com/SURGroup/UQpy (commits 0b0ee2f and 813ae54), the latter after Glen and Isaacs (2012),
doi:10.1016/j.envsoft.2012.03.014. First index of the third Ishigami input is zero by symmetry.

Morris: the design and the table of MUCM Toolkit, page ExamScreeningMorris, for
f = x1 + x2^2 + x2 sin(x3) + 0 x4 with four trajectories on four levels. The page prints points with
two decimals (0.33, 0.67); here they are thirds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from carbonpeak.analysis.sensitivity import morris_effects, sobol_indices, sobol_points

Floats = npt.NDArray[np.float64]

G_WEIGHTS = np.array([0.0, 0.5, 3.0, 9.0, 99.0, 99.0])

MUCM_DESIGN = np.array(
    [
        [0, 1, 1, 0], [2, 1, 1, 0], [2, 3, 1, 0], [2, 3, 1, 2], [2, 3, 3, 2],
        [1, 0, 1, 1], [1, 0, 3, 1], [1, 0, 3, 3], [1, 2, 3, 3], [3, 2, 3, 3],
        [0, 0, 0, 1], [0, 0, 2, 1], [0, 2, 2, 1], [2, 2, 2, 1], [2, 2, 2, 3],
        [1, 1, 0, 0], [1, 1, 2, 0], [3, 1, 2, 0], [3, 1, 2, 2], [3, 3, 2, 2],
    ]
) / 3  # fmt: skip


def ishigami(points: Floats) -> Floats:
    x1, x2, x3 = np.pi * (2 * points.T - 1)
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def sobol_g(points: Floats) -> Floats:
    return np.prod((np.abs(4 * points - 2) + G_WEIGHTS) / (1 + G_WEIGHTS), axis=1)


def test_ishigami() -> None:
    found = sobol_indices(ishigami(sobol_points(3, base=8192, seed=1)), inputs=3)
    np.testing.assert_allclose(found.first, [0.3139, 0.4424, 0.0], atol=0.005)
    np.testing.assert_allclose(found.total, [0.55758886, 0.44241114, 0.24368366], atol=0.005)


def test_sobol_g() -> None:
    found = sobol_indices(sobol_g(sobol_points(6, base=8192, seed=1)), inputs=6)
    first = [5.86781190e-01, 2.60791640e-01, 3.66738244e-02, 5.86781190e-03, 5.86781190e-05]
    total = [6.90085892e-01, 3.56173364e-01, 5.63335422e-02, 9.17057664e-03, 9.20083854e-05]
    np.testing.assert_allclose(found.first, [*first, first[-1]], atol=0.005)
    np.testing.assert_allclose(found.total, [*total, total[-1]], atol=0.005)


def test_mucm_example_of_morris() -> None:
    x1, x2, x3, _ = MUCM_DESIGN.T
    found = morris_effects(MUCM_DESIGN, x1 + x2**2 + x2 * np.sin(x3))
    assert found.mean == pytest.approx([1, 1.6, 0.27, 0], abs=0.05)
    assert found.mean_absolute == pytest.approx([1, 1.6, 0.27, 0], abs=0.05)
    assert found.deviation == pytest.approx([0, 0.28, 0.36, 0], abs=0.01)
