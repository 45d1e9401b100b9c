"""The figures of a least-cost path, drawn from its own answers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import plot
from carbonpeak.analysis.peak import find_peak
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.inventory.totals import energy_co2
from carbonpeak.optimiser import Optimum
from carbonpeak.optimiser.answers.fronts import AGAINST
from carbonpeak.optimiser.region.robust import SHARES
from carbonpeak.optimiser.solver import SolverSettings
from carbonpeak.output.data import PriceFacts
from carbonpeak.output.wording import (
    actor_title,
    earliest_free,
    every_target,
    lone_point,
    percent_text,
    unit_text,
)
from carbonpeak.plot.style import figure_style
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import load_scenario, scenario_names
from carbonpeak.vocabulary import Language, Titled, label, require_language
from carbonpeak.workflow.inventory_figures import in_ten_thousands
from carbonpeak.workflow.optimum_answers import DRAWS, POINTS, Answers
from carbonpeak.workflow.path_figures import PEAKS
from carbonpeak.workflow.prices import price_facts
from carbonpeak.workflow.scenario_figures import (
    MARGINS,
    ROW_HEIGHT,
    Sheet,
    draw_sheets,
    left_out_note,
    named_note,
)
from carbonpeak.workflow.scenario_findings import CO2, Findings, empty_axes

OPTIMISED = "optimised"
ON_REQUEST = ("alternatives", "robustness")
MONEY = "亿元2020"
FRONT_UNITS = {"cumulative": "万吨 CO2", "height": "万吨 CO2/year"}
PER_TONNE = "CNY2020/t CO2e"
DUST = 1e-9
NARROW = 5e-4
"""Share of the abatement of all; a bar that is less wide is named, not drawn."""

TOO_DEAR = 2.0
"""Times the cost of the dearest single measure; a marginal cost above it is told, not drawn."""


@checked
def draw_optimum(
    optimum: Optimum,
    *,
    out: str | Path,
    only: Sequence[str] | None = None,
    lang: Language = "zh",
    points: int = POINTS,
    against: str = AGAINST[0],
    shares: Sequence[float] = SHARES,
    draws: int = DRAWS,
    seed: int = 0,
    settings: SolverSettings | None = None,
) -> dict[str, Path]:
    """Compute what there is to see of a least-cost path and draw it as PNG.

    Parameters
    ----------
    optimum : Optimum
        From `optimise`.
    out : str or Path
        Folder for the files; it is made when it is not there.
    only : sequence of str, optional
        Which figures, by their names below; by default all but those that take long.
    lang : {"zh", "en"}
        Language.
    points : int
        Of the Pareto front and of the abatement curve.
    against : "cumulative", "height" or "peak_year"
        What stands against the cost in ``pareto``.
    shares : sequence of float
        Of the futures, for ``robustness``.
    draws, seed : int
        Of the futures.
    settings : SolverSettings, optional
        For the further questions.

    Returns
    -------
    dict of str to Path
        The files by name: ``paths`` with the scenarios of the region, ``builds``, ``prices``,
        ``cash_flow``, ``pareto`` and ``abatement_costs``; what has nothing to show is left out.
        Only when asked for, as they solve many programs: ``alternatives`` and ``robustness``.

    Raises
    ------
    ResultError
        When there is no plan, no figure of a name in `only`, or nobody speaks the language.
    """
    require_language(lang)
    answers = Answers(
        optimum,
        points=points,
        against=against,
        shares=tuple(shares),
        draws=draws,
        seed=seed,
        settings=settings,
    )
    if not optimum.plan.found:
        raise ResultError(f"there is no plan to draw: {optimum.plan.message.en}")
    sheets = optimum_sheets(answers, lang=lang)
    for name in only or ():
        if name not in sheets:
            hint = suggestion(name, list(sheets))
            raise ResultError(f"the least-cost path has no figure '{name}'; {hint}")
    names = [name for name in sheets if name not in ON_REQUEST] if only is None else only
    return draw_sheets({name: sheets[name] for name in names}, Path(out), lang=lang)


def draw_answers(
    answers: Answers, folder: Path, *, only: Sequence[str], lang: Language
) -> dict[str, Path]:
    """Draw the figures of these names that have something to show."""
    sheets = optimum_sheets(answers, lang=lang)
    return draw_sheets({name: sheets[name] for name in only if name in sheets}, folder, lang=lang)


def optimum_sheets(answers: Answers, *, lang: Language) -> dict[str, Sheet]:
    """Return the figures of a least-cost path by name, in the order in which they are read."""
    found = Findings(answers.region, answers.scenario, lang, answers.draws, answers.seed)
    prices = price_facts(answers)
    priced = priced_rows(prices)
    built = int((answers.optimum.plan.builds.sum("year") > 0).sum())
    sheets = {"paths": Sheet(lambda page: draw_paths(page, answers, found), 9.6)}
    if built:
        height = MARGINS + ROW_HEIGHT * built
        sheets["builds"] = Sheet(lambda page: draw_builds(page, answers, found), 12.4, height)
    if priced:
        height = MARGINS * len({one.unit for one in priced}) + ROW_HEIGHT * len(priced)
        sheets["prices"] = Sheet(
            lambda page: draw_prices(page, prices, answers, found), 10.6, height
        )
    if built:
        sheets["cash_flow"] = Sheet(lambda page: draw_cash(page, answers, found), 9.6)
    if not answers.problem.measures:
        return sheets
    return sheets | {
        "pareto": Sheet(lambda page: draw_front(page, answers, found)),
        "abatement_costs": Sheet(lambda page: draw_curves(page, answers, found), 10.4, 5.6),
        "alternatives": Sheet(
            lambda page: draw_ranges(page, answers, found),
            9.6,
            MARGINS + ROW_HEIGHT * len(answers.problem.measures),
        ),
        "robustness": Sheet(lambda page: draw_sureness(page, answers, found)),
    }


def draw_paths(page: Any, answers: Answers, found: Findings) -> None:
    """Draw energy CO2 of the least-cost path and of every scenario of the region."""
    region, lang = answers.region, found.lang
    others = {name: load_scenario(region, name) for name in scenario_names(region)}
    others |= {answers.scenario.name: answers.scenario}
    paths = {name: project(region, one) for name, one in others.items()}
    if answers.optimum.pathway is not None:
        paths[OPTIMISED] = answers.optimum.pathway
    titles = {
        name: one.record.title_zh if lang == "zh" else one.record.title_en
        for name, one in others.items()
    }
    verdicts = {name: find_peak(path) for name, path in paths.items()}
    emissions = xr.concat(
        [energy_co2(path).reset_coords(drop=True) for path in paths.values()],
        xr.DataArray(list(paths), dims="scenario", name="scenario"),
        join="outer",
    )
    plot.plot_emissions_paths(
        empty_axes(page, lang),
        in_ten_thousands(emissions, CO2),
        labels={**titles, OPTIMISED: label("optimised.short", lang)},
        peaks={name: one.year for name, one in verdicts.items() if one.verdict in PEAKS},
        history=in_ten_thousands(energy_co2(found.inventory), CO2),
        lang=lang,
        title=found.title("optimum_paths"),
        source=found.note(),
    )


def draw_builds(page: Any, answers: Answers, found: Findings) -> None:
    """Write what is built of each measure in which year."""
    lang = found.lang
    builds = answers.optimum.plan.builds.reset_coords(drop=True)
    builds = builds.isel(measure=np.flatnonzero(builds.sum("year").values > 0))
    space = "" if lang == "zh" else " "
    left, right = ("（", "）") if lang == "zh" else ("(", ")")
    plot.plot_builds(
        empty_axes(page, lang),
        builds.sel(year=builds["year"] > builds["year"][0]),
        labels={
            name: f"{facts.title.title(lang)}{space}{left}{unit_text(facts.unit, lang)}{right}"
            for name, facts in answers.measures.items()
        },
        lang=lang,
        title=found.title("optimum_builds"),
        source=found.note(),
    )


def priced_rows(prices: Sequence[PriceFacts]) -> list[PriceFacts]:
    """Return the rows of targets that have a price, those of one unit together."""
    units = list(dict.fromkeys(one.unit for one in prices))
    return sorted((one for one in prices if one.price > 0), key=lambda one: units.index(one.unit))


def draw_prices(page: Any, prices: Sequence[PriceFacts], answers: Answers, found: Findings) -> None:
    """Draw the price of each target with what binds beside it, a panel for each unit."""
    lang = found.lang
    panels = [list(rows) for _, rows in groupby(priced_rows(prices), key=lambda one: one.unit)]
    with figure_style(lang):
        heights = [len(rows) for rows in panels]
        axes = page.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    condition = Titled.of(lambda lang: getattr(answers.optimum.plan.price_condition, lang))
    known = answers.optimum.plan.limits_unknown is None
    told = label("drawing.condition", lang).format(condition=condition.title(lang))
    for place, (ax, rows) in enumerate(zip(axes, panels, strict=True)):
        keys = [str(at) for at in range(len(rows))]
        price = xr.DataArray([one.price for one in rows], {"target": keys}, ("target",))
        plot.plot_prices(
            ax,
            price.assign_attrs(units=f"CNY2020/{rows[0].unit}"),
            year={key: one.years(lang) for key, one in zip(keys, rows, strict=True)},
            held_by={
                key: _held(one, lang, known=known) for key, one in zip(keys, rows, strict=True)
            },
            labels={key: one.title.title(lang) for key, one in zip(keys, rows, strict=True)},
            lang=lang,
            title=found.title("optimum_prices") if place == 0 else "",
            source=found.note(told, *_free(prices, lang)) if ax is axes[-1] else None,
        )


def _free(prices: Sequence[PriceFacts], lang: Language) -> list[str]:
    """Name the targets that cost nothing."""
    dear = {one.group for one in prices if one.price > 0}
    names = dict.fromkeys(one.title.title(lang) for one in prices if one.group not in dear)
    return named_note("drawing.free_targets", list(names), lang)


def _held(price: PriceFacts, lang: Language, *, known: bool) -> str:
    if not known:
        return label("drawing.not_worked_out", lang)
    if not price.held_by:
        return label("drawing.nothing_beside", lang)
    dearest = price.held_by[0]
    text = dearest.text.title(lang)
    if dearest.year is None:
        return text
    return label("drawing.limit_in", lang).format(limit=text, year=dearest.year)


def draw_cash(page: Any, answers: Answers, found: Findings) -> None:
    """Draw what each actor receives or saves less what it pays, and the sum so far."""
    lang = found.lang
    flow = answers.cash["cash_flow"].reset_coords(drop=True)
    plot.plot_cash_flow(
        empty_axes(page, lang),
        in_ten_thousands(flow, "万元2020/year"),
        labels={str(name): actor_title(str(name), lang) for name in flow["actor"].values},
        lang=lang,
        title=found.title("optimum_cash"),
        source=found.note(label("drawing.no_salvage", lang)),
    )


def draw_front(page: Any, answers: Answers, found: Findings) -> None:
    """Draw cost against the sum of energy CO2, against its highest year, or the year of that."""
    lang, against = found.lang, answers.front.attrs["against"]
    front = answers.front.reset_coords(drop=True)
    late = against == "peak_year"
    if late:
        front = front.rename(peak_year="point").dropna("point", subset=["cost"])
        amount, chosen = front["point"].assign_attrs(units="year"), earliest_free(front["cost"])
    else:
        amount, chosen = in_ten_thousands(front["reached"], FRONT_UNITS[against]), 0
    discounted = label("drawing.discounted", lang).format(year=front.attrs["discount_year"])
    plot.plot_pareto(
        empty_axes(page, lang),
        (front["cost"] * 1e-8).assign_attrs(units=MONEY),
        amount,
        amount_name=label(f"front.{against}", lang),
        named_points={chosen: label("optimised.short", lang)},
        lang=lang,
        title=found.title("optimum_pareto", amount=label(f"amount.{against}", lang)),
        source=found.note(discounted, *filter(None, (lone_point(answers.front, lang),))),
    )


def draw_curves(page: Any, answers: Answers, found: Findings) -> None:
    """Draw what a tonne costs in plans that abate more and more, over the naive bars."""
    curve, lang, last = answers.curve, found.lang, answers.scenario.years[-1]
    names = {"naive_measure": "measure", f"naive_title_{lang}": f"measure_title_{lang}"}
    single = curve[["naive_abatement", "naive_unit_cost"]].rename(names)
    titles = found.titles(single, "measure")
    wide = single["naive_abatement"] > NARROW * single["naive_abatement"].clip(min=0).sum()
    bars = wide.values & np.isfinite(single["naive_unit_cost"].values)
    left_out = [titles[str(name)] for name in single["measure"].values[~bars]]
    shown = single.isel(measure=np.flatnonzero(bars)).reset_coords(drop=True)
    top = TOO_DEAR * float(shown["naive_unit_cost"].max())
    drawn = np.flatnonzero(~(curve["marginal_cost"].values > top))
    mean = curve["abated"].values * 1e-4 / (len(answers.scenario.years) - 1)
    curves = {key: _over(mean, curve[f"{key}_cost"], drawn) for key in ("average", "marginal")}
    plot.plot_abatement_curve(
        empty_axes(page, lang),
        in_ten_thousands(shown["naive_abatement"], "万吨 CO2e/year"),
        shown["naive_unit_cost"].assign_attrs(units=PER_TONNE),
        labels={**titles, **{key: label(f"drawing.{key}", lang) for key in curves}},
        curves=curves,
        lang=lang,
        title=found.title("optimum_abatement"),
        source=found.note(
            label("drawing.curve_note", lang).format(year=last, base=curve.attrs["money_year"]),
            *_deeper(curve, drawn, lang),
            *left_out_note(left_out, lang),
        ),
    )


def _over(abated: np.ndarray, cost: xr.DataArray, drawn: np.ndarray) -> xr.DataArray:
    """Return a cost of a tonne over what is abated, where it is known."""
    known = drawn[np.isfinite(cost.values[drawn])]
    coords = {"abatement": abated[known]}
    return xr.DataArray(cost.values[known], coords, ("abatement",), attrs={"units": PER_TONNE})


def _deeper(curve: xr.Dataset, drawn: np.ndarray, lang: Language) -> list[str]:
    """Say what a tonne costs at depths that are so dear that they would hide all else."""
    dear = np.delete(curve["marginal_cost"].values, drawn)
    return (
        [label("drawing.too_dear", lang).format(highest=f"{dear.max():,.0f}")] if dear.size else []
    )


def draw_ranges(page: Any, answers: Answers, found: Findings) -> None:
    """Draw how much of each measure plans of nearly the same cost build, in percent."""
    ranges, lang = answers.ranges, found.lang
    share = ranges_in_percent(ranges)
    some = np.flatnonzero((share["most"] > 0).any("slack").values)
    titles = {name: facts.title.title(lang) for name, facts in answers.measures.items()}
    never = [titles[str(name)] for name in share["measure"].drop_isel(measure=some).values]
    endless = [titles[str(key)] for key in ranges["measure"].values if key not in share["measure"]]
    plot.plot_alternatives(
        empty_axes(page, lang),
        *(share[name].isel(measure=some) for name in ("least", "most", "planned")),
        labels=titles,
        lang=lang,
        title=found.title("optimum_alternatives"),
        source=found.note(
            *named_note("drawing.never_built", never, lang), *left_out_note(endless, lang)
        ),
    )


def ranges_in_percent(ranges: xr.Dataset) -> xr.Dataset:
    """Return least, most and planned builds in percent of what may be built.

    A measure that may be built without end, or not at all, is left out.
    """
    reach = ranges["buildable"]
    bounded = np.isfinite(reach.values) & (reach.values > 0)
    share = 100.0 * ranges[["least", "most", "planned"]] / reach
    share = share.isel(measure=np.flatnonzero(bounded)).reset_coords(drop=True)
    share = share.assign_coords(slack=100.0 * ranges["slack"].values)
    for name in share.data_vars:
        share[name].attrs["units"] = "percent"
    return share


def draw_sureness(page: Any, answers: Answers, found: Findings) -> None:
    """Draw what it costs to keep the targets in more of the futures."""
    sure, lang = answers.sureness, found.lang
    known = np.flatnonzero(np.isfinite(sure["premium"].values))
    if not known.size:
        raise ResultError("no builds keep the targets in any of the shares asked for")
    point = {"share": known}
    shown = sure[["premium", "share_kept", "checked_share"]].isel(point).rename(share="point")
    # Two solves of one plan differ by dust, which would set the scale where all cost the same.
    dust = DUST * np.abs(sure["expected_cost"].values[known])
    premium = shown["premium"].where(np.abs(shown["premium"]) > dust, 0.0)
    note = label("drawing.futures", lang).format(
        every=every_target(price_facts(answers), lang),
        draws=answers.draws,
        checks=sure.attrs["checks"],
        kept=percent_text(float(sure["nominal_checked_share"]), 0),
    )
    jumps = [label("drawing.jumps", lang)] if sure.attrs["whole_projects"] else []
    barred = [f"{100 * share:g} %" for share in sure["share"].drop_isel(share=known).values]
    plot.plot_robustness(
        empty_axes(page, lang),
        in_ten_thousands(premium, "万元2020"),
        (100.0 * shown["share_kept"]).assign_attrs(units="percent"),
        checked=(100.0 * shown["checked_share"]).assign_attrs(units="percent"),
        lang=lang,
        title=found.title("optimum_robustness"),
        source=found.note(note, *jumps, *named_note("drawing.barred", barred, lang)),
    )
