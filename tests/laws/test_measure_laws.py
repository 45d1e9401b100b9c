"""What holds for a measure of every form: closure, one linear map, no other lines, draws."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import carbonpeak as cp
import worlds
from carbonpeak.equation import Equation
from carbonpeak.scenario.measures import forms
from carbonpeak.scenario.measures.library import Measure, line_moves, load_measures
from carbonpeak.scenario.pathway import Outlook, lay_out, walk
from carbonpeak.scenario.settlement import settle
from carbonpeak.vocabulary import derived_lines, parse_line

FORMS = sorted(forms())
few = settings(max_examples=4, deadline=None)
amounts = st.lists(st.floats(0.0, 5.0), min_size=12, max_size=12)


@pytest.fixture(scope="module")
def outlook(tmp_path_factory: pytest.TempPathFactory) -> Outlook:
    region = cp.load_region(worlds.every_form(tmp_path_factory.mktemp("every_form")))
    return lay_out(region, cp.load_scenario(region, "baseline"))


@pytest.fixture(scope="module")
def measures(outlook: Outlook) -> dict[str, Measure]:
    return dict(outlook.measures)


def built(outlook: Outlook, name: str, after_the_base_year: list[float]) -> np.ndarray:
    builds = np.zeros((len(outlook.measures), len(outlook.years)))
    builds[list(outlook.measures).index(name), 1:] = after_the_base_year
    return builds


def equations() -> Iterator[Equation]:
    for module in sorted({form.moves.__module__ for form in forms().values()}):
        yield from (it for it in vars(sys.modules[module]).values() if isinstance(it, Equation))


def test_the_region_has_a_measure_of_every_form(measures: dict[str, Measure]) -> None:
    assert sorted(measures) == FORMS
    assert {form.kind for form in forms().values()} == {
        "supply", "switch", "saving", "treatment", "sink", "process", "load"
    }  # fmt: skip


def test_every_equation_is_proved() -> None:
    declared = list(equations())
    assert len(declared) > 15
    for equation in declared:
        equation.prove()


@pytest.mark.parametrize("name", FORMS)
def test_the_base_year_is_the_inventory(name: str, outlook: Outlook) -> None:
    region = outlook.scenario.region
    inventory = cp.compile_inventory(region).sel(year=outlook.years[0])
    start = walk(outlook, built(outlook, name, [1.0] * 12)).sel(year=outlook.years[0])
    for variable in ("activity", "emissions", "removals", "energy"):
        same = start[variable].sel(line=inventory["line"])
        np.testing.assert_allclose(same, inventory[variable], rtol=1e-9, err_msg=variable)
    new = [line for line in start["line"].values if line not in inventory["line"].values]
    assert not start["activity"].sel(line=new).values.any()


@pytest.mark.parametrize("name", FORMS)
@few
@given(first=amounts, second=amounts)
def test_the_path_of_a_sum_is_the_sum_of_paths(
    name: str, outlook: Outlook, first: list[float], second: list[float]
) -> None:
    one, other = (built(outlook, name, part) for part in (first, second))
    start, alone, beside, both = (
        walk(outlook, builds) for builds in (0.0 * one, one, other, one + other)
    )
    for variable in ("activity", "emissions", "removals", "energy"):
        apart = (alone[variable] - start[variable]) + (beside[variable] - start[variable])
        scale = float(abs(both[variable]).max()) + 1.0
        change = both[variable] - start[variable]
        np.testing.assert_allclose(change, apart, rtol=0, atol=1e-12 * scale)
    own = both["contribution"].sel(measure=name).transpose("gas", "year")
    change = (cp.net(both) - cp.net(start)).transpose("gas", "year")
    np.testing.assert_allclose(own, change, rtol=0, atol=1e-9 * float(abs(cp.net(both)).max()))


@pytest.mark.parametrize("name", FORMS)
def test_a_measure_changes_only_the_lines_that_it_names(
    name: str, outlook: Outlook, measures: dict[str, Measure]
) -> None:
    builds = built(outlook, name, [0.0] * 4 + [1.0] + [0.0] * 7)
    change = walk(outlook, builds)["activity"] - without_measures(outlook)
    changed = {str(line) for line in change["line"].values[(abs(change) > 0).any("year")]}
    followers = {
        derived.id
        for line in measures[name].entry.lines.values()
        for derived in derived_lines(parse_line(line))
    }
    assert changed == set(measures[name].entry.lines.values()) | followers
    assert not change.sel(year=slice(None, outlook.years[4])).values.any()


def without_measures(outlook: Outlook) -> xr.DataArray:
    nothing = np.zeros((len(outlook.measures), len(outlook.years)))
    return walk(outlook, nothing)["activity"]


@pytest.mark.parametrize("name", FORMS)
@few
@given(seed=st.integers(0, 10**6))
def test_arrays_of_draws_move_as_each_draw_alone(
    name: str, measures: dict[str, Measure], seed: int
) -> None:
    measure, draw = measures[name], np.random.default_rng(seed)
    drawn = {key: value * draw.uniform(0.8, 1.05, 3) for key, value in measure.numbers.items()}
    together = line_moves(measure.entry, drawn)
    for at in range(3):
        alone = line_moves(measure.entry, {key: values[at] for key, values in drawn.items()})
        for line, amount in alone.items():
            assert np.broadcast_to(together[line], 3)[at] == amount


@pytest.mark.parametrize("name", FORMS)
@few
@given(factor=st.floats(0.1, 10.0))
def test_a_unit_twice_as_large_moves_twice_as_much(
    name: str, measures: dict[str, Measure], factor: float
) -> None:
    """All numbers that hold for one native unit scale together; the others do not change."""
    measure = measures[name]
    form = measure.form
    whole = {"capacity", "heat_output", "old_use", "saved_energy", "area"}
    of_a_unit = {
        *form.per_unit,
        *(whole & set(form.parameters)),
        *(choice for role in form.open_roles(measure.entry.lines) for choice in form.choices(role)),
    }
    scaled = {
        key: value * factor if key in of_a_unit else value for key, value in measure.numbers.items()
    }
    for line, amount in line_moves(measure.entry, scaled).items():
        assert amount == pytest.approx(factor * measure.moves[line], rel=1e-12)


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_settled_builds_are_possible_and_cut_no_more_than_needed(
    outlook: Outlook, data: st.DataObject
) -> None:
    """A build that was cut could not be larger by a thousandth; nothing else is cut."""
    scale = outlook.baseline.max() * data.draw(st.floats(1e-6, 1e-3))
    seed = data.draw(st.integers(0, 10**6))
    draw = np.random.default_rng(seed)
    asked = draw.uniform(0, scale, (len(outlook.measures), len(outlook.years)))
    asked *= draw.random(asked.shape) < 0.2
    asked[:, 0] = 0.0
    order = draw.permutation(len(asked)).tolist()
    built, cuts = settle(
        outlook.moves, outlook.baseline, asked, order=order, integer=[False] * len(asked)
    )
    walk(outlook, built)
    assert (built <= asked).all()
    assert {(cut.row, cut.year) for cut in cuts} == {*map(tuple, np.argwhere(built < asked))}
    hypothesis.event(f"cuts: {len(cuts)}")
    for cut in cuts:
        before = order[: order.index(cut.row) + 1]
        more = np.zeros_like(built)
        more[before] = built[before]
        more[cut.row, cut.year + 1 :] = 0.0
        more[cut.row, cut.year] = built[cut.row, cut.year] + 1e-3 * asked[cut.row, cut.year]
        line = outlook.model.ids.index(cut.line)
        effective = outlook.moves.effective(more)
        left = outlook.baseline[line] + outlook.moves.move[:, line] @ effective
        assert left[outlook.years.index(cut.year_short)] < 0


def test_rows_may_stand_in_any_order(tmp_path: Path, measures: dict[str, Measure]) -> None:
    path = worlds.every_form(tmp_path)
    table = path / "measures" / "every_form.csv"
    header, *rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([header, *reversed(rows)]) + "\n", "utf-8")
    again = load_measures(cp.load_region(path))
    assert {name: it.moves for name, it in again.items()} == {
        name: it.moves for name, it in measures.items()
    }
