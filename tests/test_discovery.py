"""Boxes: one that was built in, a published quasi-p value, and what is said of them."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import qmc

from carbonpeak.analysis.discovery import Box, _Search, find_boxes
from carbonpeak.errors import ResultError

NAMES = ["gdp_growth", "grid_factor", "noise"]


def built_in() -> tuple[np.ndarray, np.ndarray]:
    """Return cases of which those with growth under 5 and a grid factor over 0.4 count."""
    unit = qmc.Sobol(3, seed=1).random(2048)
    cases = unit * [6, 0.8, 1] + [2, 0.1, 0]
    return cases, (cases[:, 0] < 5) & (cases[:, 1] > 0.4)


def test_a_box_that_was_built_in_is_found() -> None:
    cases, hits = built_in()
    (box,) = find_boxes(cases, hits, names=NAMES, density=1.0, paste=0.001)
    assert box.limits[0] == pytest.approx([-np.inf, 5], abs=0.02)
    assert box.limits[1] == pytest.approx([0.4, np.inf], abs=0.002)
    assert np.isinf(box.limits[2]).all()
    assert (box.coverage, box.density) == (1, 1)
    assert box.support == pytest.approx(hits.mean())
    np.testing.assert_array_equal(box.holds(cases), hits)
    assert np.nanmax(box.quasi_p) < 1e-6
    assert np.isnan(box.quasi_p[2]).all()


def test_less_density_buys_coverage() -> None:
    cases, hits = built_in()
    hits ^= np.random.default_rng(0).random(len(hits)) < 0.1
    dense, wide = (find_boxes(cases, hits, names=NAMES, density=one)[0] for one in (0.85, 0.7))
    assert dense.density >= 0.85
    assert 0.7 <= wide.density < dense.density
    assert wide.coverage > dense.coverage
    assert (np.diff(dense.tradeoff[:, 0]) <= 0).all()


def test_coverage_and_density_are_counted() -> None:
    """Peeled from above by a quarter: cases 15 to 19, then 12 to 14, then 9 to 11."""
    cases = np.arange(20.0)[:, None]
    hits = np.isin(cases[:, 0], [0, 1, 2, 3, 4, 5, 6, 7, 15])
    (box,) = find_boxes(cases, hits, names=["x"], density=0.8, peel=0.25)
    assert box.limits[0].tolist() == [-np.inf, 8.5]
    assert (box.coverage, box.density, box.support) == (8 / 9, 8 / 9, 9 / 20)
    np.testing.assert_allclose(
        box.tradeoff[:4], [[1, 9 / 20], [8 / 9, 8 / 15], [8 / 9, 8 / 12], [8 / 9, 8 / 9]]
    )


def test_the_second_box_is_sought_outside_the_first() -> None:
    cases = np.arange(100.0)[:, None]
    hits = (cases[:, 0] < 30) | (cases[:, 0] > 84)
    first, second = find_boxes(cases, hits, names=["x"], density=1.0, boxes=5)
    assert {*first.limits[0], *second.limits[0]} == {-np.inf, 29.5, 84.5, np.inf}
    assert first.coverage + second.coverage == 1
    assert second.sentence("it peaks", lang="en").startswith("Outside the boxes before: it peaks")


def test_an_input_of_few_levels_is_cut_between_them() -> None:
    levels = np.repeat([1.0, 2.0, 3.0], 20)[:, None]
    (box,) = find_boxes(levels, levels[:, 0] == 2, names=["fuel"], density=1.0)
    assert box.limits[0].tolist() == [1.5, 2.5]


def test_a_limit_with_no_case_beyond_it_alone_is_dropped() -> None:
    """Both inputs are one: once the first is cut, the second has nothing more to cut."""
    line = np.arange(200.0)
    hits = line < 60
    (box,) = find_boxes(np.column_stack([line, line]), hits, names=["x", "y"], density=1.0)
    assert np.isfinite(box.limits).sum() == 1
    assert box.coverage > 0.9
    search = _Search(np.column_stack([line, line]), hits, 1)
    both = np.array([[-np.inf, 49.5], [-np.inf, 49.5]])
    np.testing.assert_array_equal(search.pasted(both, 0.05), both)


def test_published_quasi_p() -> None:
    """Box 21 of the data of Bryant and Lempert (2010) as the EMA workbench prints it.

    882 cases, 89 of interest; coverage 0.752809, density 0.770115, mass 0.0986395: 67 of 87.
    Without the limit on cellulosic cost coverage 0.764045, density 0.715789: 68 of 95. The
    quasi-p value of that limit is 0.15741333528927348
    (emaworkbench.readthedocs.io/en/latest/examples/scenario_discovery.html).
    """
    groups = [(1.0, True, 67), (1.0, False, 20), (0.0, True, 1), (0.0, False, 7)]
    cost = np.concatenate([np.full(count, value) for value, _, count in groups])[:, None]
    hits = np.concatenate([np.full(count, hit) for _, hit, count in groups])
    limits = np.array([[0.5, np.inf]])
    search = _Search(cost, hits, 1)
    assert search.score(limits) == (67, pytest.approx(0.770115, abs=1e-6))
    assert search.quasi_p(limits)[0, 0] == pytest.approx(0.15741333528927348, rel=1e-9)


def test_the_box_as_a_sentence() -> None:
    limits = np.array([[-np.inf, 5.1], [0.4, 0.61], [-np.inf, np.inf]])
    box = Box(tuple(NAMES), limits, np.full((3, 2), 0.01), 0.64, 0.82, 0.3, np.zeros((1, 2)))
    assert box.sentence(
        "emissions peak by 2030",
        lang="en",
        titles={"gdp_growth": "GDP growth", "grid_factor": "the grid's factor"},
        units={"gdp_growth": "%"},
    ) == (
        "emissions peak by 2030 in 82 % of the cases where GDP growth < 5.1 % and "
        "0.4 < the grid's factor < 0.61; these hold 64 % of all cases in which this happens."
    )
    assert box.sentence(
        "2030年前达峰", titles={"gdp_growth": "GDP增速"}, units={"gdp_growth": "%"}
    ) == (
        "当GDP增速 < 5.1%且0.4 < grid_factor < 0.61时，82%的情况下2030年前达峰；"
        "涵盖全部此类情况的64%。"
    )
    with pytest.raises(ResultError, match="did you mean 'gdp_growth'"):
        box.sentence("it peaks", units={"gdp_grwth": "%"})


def test_nearly_all_is_not_all() -> None:
    box = Box(("x",), np.array([[1.0, np.inf]]), np.ones((1, 2)), 1, 0.999, 0.3, np.zeros((1, 2)))
    assert "99 % of the cases where x > 1" in box.sentence("it peaks", lang="en")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"density": 1.5}, "'density' is 1.5; expected a share"),
        ({"peel": 1.0}, "'peel' is 1.0"),
        ({"names": ["a"]}, "1 names do not fit"),
        ({"of_interest": np.ones(2048)}, r"\(case,\) of bool"),
        ({"of_interest": np.ones(2048, bool)}, "every case is of interest"),
        ({"of_interest": np.zeros(2048, bool)}, "no case is of interest"),
        ({"inputs": np.full((2048, 3), np.nan)}, "an input of a case is missing"),
    ],
)
def test_faults(change: dict[str, object], message: str) -> None:
    cases, hits = built_in()
    given = {"inputs": cases, "of_interest": hits, "names": NAMES, "density": 0.9, **change}
    with pytest.raises(ResultError, match=message):
        find_boxes(**given)  # type: ignore[arg-type]


def test_a_density_out_of_reach_says_what_is_in_reach() -> None:
    cases = np.arange(100.0)[:, None]
    hits = cases[:, 0] % 2 == 0
    with pytest.raises(
        ResultError, match=r"no box reaches a density of 0.9; the densest has 0\.\d"
    ):
        find_boxes(cases, hits, names=["x"], density=0.9)
