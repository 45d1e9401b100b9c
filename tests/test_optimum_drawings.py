"""The figures of a least-cost path show its own answers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from matplotlib.legend import Legend
from matplotlib.text import Text

import carbonpeak as cp
from carbonpeak import plot
from carbonpeak.output.tables.answers import front_table
from carbonpeak.output.wording import lone_point
from carbonpeak.plot import new_figure
from carbonpeak.vocabulary import Language
from carbonpeak.workflow.optimum_answers import Answers
from carbonpeak.workflow.optimum_figures import (
    draw_cash,
    draw_curves,
    draw_front,
    draw_paths,
    draw_prices,
    draw_sureness,
    optimum_sheets,
    ranges_in_percent,
)
from carbonpeak.workflow.prices import price_facts
from carbonpeak.workflow.scenario_findings import Findings
from output_worlds import computed


@pytest.fixture(scope="module")
def answers() -> Answers:
    region = cp.load_region("yangjiang")
    scenario = cp.load_scenario(region, "plan")
    return Answers(cp.optimise(region, scenario), points=4)


def about(answers: Answers, lang: Language = "en") -> Findings:
    return Findings(answers.region, answers.scenario, lang, answers.draws, answers.seed)


def test_figures_are_written_and_the_slow_ones_only_when_asked_for(
    tmp_path: Path, answers: Answers
) -> None:
    files = cp.draw_optimum(answers.optimum, out=tmp_path / "new", points=4)
    always = {"paths", "builds", "prices", "cash_flow", "pareto", "abatement_costs"}
    assert set(files) == always
    assert all(file.stat().st_size > 10_000 for file in files.values())
    assert set(optimum_sheets(answers, lang="en")) == always | {"alternatives", "robustness"}


def test_an_unknown_figure_is_refused(tmp_path: Path, answers: Answers) -> None:
    with pytest.raises(cp.CarbonPeakError, match="no figure 'parto'; did you mean 'pareto'"):
        cp.draw_optimum(answers.optimum, out=tmp_path, only=["parto"])


def test_an_answer_without_a_plan_is_not_drawn(tmp_path: Path, answers: Answers) -> None:
    goal = answers.optimum.targets["co2_intensity_2025"].model_copy(update={"reduction": 60.0})
    steep = cp.optimise(answers.region, answers.scenario, targets={"steep": goal})
    with pytest.raises(cp.CarbonPeakError, match="no plan to draw"):
        cp.draw_optimum(steep, out=tmp_path)


def test_every_row_of_a_target_has_its_price_and_what_holds_the_measures_back(
    answers: Answers,
) -> None:
    facts = {one.group: one for one in price_facts(answers)}
    priced = {name for name, one in facts.items() if one.price > 0}
    assert priced == {"forest_cover_2025"}
    forest = facts["forest_cover_2025"]
    assert (forest.unit, forest.years("zh")) == ("ha", "2025")
    assert forest.held_by
    assert "forest" in forest.held_by[0].text.title_en.lower()
    assert all(not one.held_by for one in facts.values() if one.price == 0)
    held = answers.optimum.plan.result
    assert [one.price for one in facts.values()] == held["price"].values.tolist()


def test_the_price_figure_shows_priced_targets_and_names_the_others(answers: Answers) -> None:
    page = new_figure(lang="en")
    draw_prices(page, price_facts(answers), answers, about(answers))
    (ax,) = page.axes
    price = float(answers.optimum.plan.prices.sel(target="forest_cover_2025"))
    assert [bar.get_width() for bar in ax.patches] == pytest.approx([price])
    words = " ".join(" ".join(text.get_text().split()) for text in ax.texts)
    assert "CO2 intensity of 2025" in words
    assert "conditional" in words


def test_the_price_figure_of_short_sight_does_not_say_that_nothing_binds(answers: Answers) -> None:
    question = answers.optimum.question
    short = cp.optimise(question.region, question.scenario, myopic=cp.Myopic(horizon=6, step=6))
    asked = replace(answers, optimum=short)
    page = new_figure(lang="en")
    draw_prices(page, price_facts(asked), asked, about(asked))
    texts = [text.get_text() for text in page.axes[0].texts]
    assert "not worked out" in texts
    assert "no other limit" not in texts


def test_paths_are_those_of_the_region_and_the_chosen_one(answers: Answers) -> None:
    page = new_figure(lang="en")
    draw_paths(page, answers, about(answers))
    lines = {line.get_label(): line for line in page.axes[0].lines}
    assert {"baseline", "plan", "full_plan", "strengthened", "optimised"} <= set(lines)
    chosen = cp.energy_co2(answers.optimum.pathway).values * 1e-4
    np.testing.assert_allclose(lines["optimised"].get_ydata(), chosen)


def test_the_last_sum_of_the_cash_flow_is_the_cost_without_salvage(answers: Answers) -> None:
    page = new_figure(lang="en")
    draw_cash(page, answers, about(answers))
    total = page.axes[0].lines[-1].get_ydata()[-1]
    cost = answers.optimum.plan.result["cost"].drop_sel(kind="salvage")
    assert total == pytest.approx(-float(cost.sum()) * 1e-4)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_front_of_one_point_says_why_in_sheet_and_figure_and_has_room_around_it(
    answers: Answers, lang: Language
) -> None:
    alone = replace(answers, against="height")
    assert alone.front.sizes["point"] == 1
    said = lone_point(alone.front, lang)
    assert said is not None
    assert lone_point(answers.front, lang) is None
    page = new_figure(lang=lang)
    draw_front(page, alone, about(alone, lang))
    (ax,) = page.axes
    written = "".join(text.get_text() for text in (*ax.texts, *page.texts))
    assert "".join(said.split()) in "".join(written.split())
    amount, cost = ax.collections[0].get_offsets()[0]
    for low, high, value in ((*ax.get_xlim(), amount), (*ax.get_ylim(), cost)):
        assert value - low > 0.01 * abs(value)
        assert high - value > 0.01 * abs(value)
    table = front_table(computed(), alone.front, lang=lang)
    assert said in table.notes
    assert said not in front_table(computed(), answers.front, lang=lang).notes


def test_curves_stand_over_the_mean_abatement_of_a_year(answers: Answers) -> None:
    page = new_figure(lang="en")
    draw_curves(page, answers, about(answers))
    average, marginal = (line for line in page.axes[0].lines if len(line.get_xdata()) > 2)
    assert (np.diff(average.get_xdata()) > 0).all()
    assert set(average.get_ydata()) <= set(answers.curve["average_cost"].values)
    assert set(marginal.get_ydata()) <= set(answers.curve["marginal_cost"].values)


def test_ranges_are_shares_of_what_may_be_built() -> None:
    ranges = xr.Dataset(
        {
            "least": (("slack", "measure"), [[1.0, 0.0, 0.0]]),
            "most": (("slack", "measure"), [[2.0, np.inf, 0.0]]),
            "planned": ("measure", [2.0, 5.0, 0.0]),
            "buildable": ("measure", [4.0, np.inf, 0.0]),
        },
        {"slack": [0.05], "measure": ["bounded", "endless", "barred"]},
    )
    share = ranges_in_percent(ranges)
    assert share["measure"].values.tolist() == ["bounded"]
    assert share["slack"].item() == 5.0
    found = (share["least"].item(), share["most"].item(), share["planned"].item())
    assert found == (25.0, 50.0, 50.0)


def test_the_legend_of_few_alternatives_stands_clear_of_the_ticks() -> None:
    page = new_figure(9.6, 1.7 + 0.33, lang="en")
    ax = page.add_subplot()
    coords = {"slack": [1.0, 5.0], "measure": ["one"]}
    least, most = (
        xr.DataArray([[low], [high]], coords, ("slack", "measure"), attrs={"units": "percent"})
        for low, high in ((90.0, 80.0), (100.0, 100.0))
    )
    plot.plot_alternatives(ax, least, most, most.isel(slack=0), labels={}, lang="en")
    page.draw_without_rendering()
    (legend,) = (one for one in ax.get_children() if isinstance(one, Legend))
    ticks = [one.get_window_extent() for one in ax.get_xticklabels()]
    assert not any(legend.get_window_extent().overlaps(one) for one in ticks)


def test_dust_between_two_solves_is_no_price_of_sureness(answers: Answers) -> None:
    series = {"premium": [-1.5e-8, 4e6], "expected_cost": [5e7, 5.4e7]}
    shares = {key: [0.5, 0.9] for key in ("share_kept", "checked_share")}
    sure = xr.Dataset(
        {name: ("share", values) for name, values in (series | shares).items()},
        {"share": [0.5, 0.9]},
    )
    sure = sure.assign(nominal_checked_share=0.44).assign_attrs(checks=1024, whole_projects=1)
    held = replace(answers)
    vars(held)["sureness"] = sure
    page = new_figure(lang="en")
    draw_sureness(page, held, about(answers))
    assert page.axes[0].lines[0].get_ydata().tolist() == [0.0, 400.0]
    told = " ".join(" ".join(text.get_text().split()) for text in page.findobj(Text))
    assert "1,024 other draws; of these the plan for the stated numbers keeps" in told
    assert "44 %" in told
    assert "Whole projects make the cost jump" in told


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_titles_and_notes_are_in_the_language(answers: Answers, lang: Language) -> None:
    for name, sheet in optimum_sheets(answers, lang=lang).items():
        if name in ("alternatives", "robustness"):
            continue
        page = new_figure(sheet.width, sheet.height, lang=lang)
        sheet.draw(page)
        titles = [ax.get_title(loc="left") for ax in page.axes]
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in "".join(titles))
        assert titles[0]
        assert chinese == (lang == "zh")
