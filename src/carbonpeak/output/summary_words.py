"""What a run found, in a few lines of text."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import xarray as xr

from carbonpeak.output.data import InventoryData, RunData
from carbonpeak.output.headline import Headline, inventory_headline, plan_headline
from carbonpeak.output.wording import (
    earliest_free,
    every_target,
    lone_point,
    number_text,
    percent_text,
)
from carbonpeak.vocabulary import Language, label


def summary_lines(data: RunData, *, lang: Language, out: Path) -> list[str]:
    """Return the numbers that matter, the peaks, the plan, and where the files are."""
    return [
        *inventory_lines(data.inventory, lang=lang),
        *peak_lines(data, lang=lang),
        *plan_lines(data, lang=lang),
        label("line.files", lang).format(out=out),
    ]


def inventory_lines(data: InventoryData, *, lang: Language) -> list[str]:
    """Return region, energy, emissions, intensity change, and what they rest on."""
    year = data.facts.base_year
    lines = [f"{data.facts.title.title(lang)} {year}"]
    lines += [_figure_line(one, lang) for one in inventory_headline(data, lang=lang)]
    lines.append(
        label("text.shares", lang).format(
            assumed=percent_text(data.assumption_share[year]),
            unverified=percent_text(data.unverified_share[year]),
            energy=percent_text(data.unverified_energy_share[year]),
            year=year,
        )
    )
    return lines


def _figure_line(one: Headline, lang: Language) -> str:
    colon = "：" if lang == "zh" else ": "
    bracket = f"（{one.note}）" if lang == "zh" else f" ({one.note})"
    return f"  {one.name}{colon}{one.value} {one.unit}{bracket if one.note else ''}"


def peak_lines(data: RunData, *, lang: Language) -> list[str]:
    """Return one sentence about the peak of each scenario."""
    colon = "：" if lang == "zh" else ": "
    return [
        f"  {path.title.title(lang)}{colon}{path.peak.sentence.title(lang)}"
        for path in data.scenarios.values()
    ]


def plan_lines(data: RunData, *, lang: Language) -> list[str]:
    """Return the optimiser's answer, its cost and its carbon price."""
    plan = data.plan
    if plan is None:
        return []
    colon = "：" if lang == "zh" else ": "
    name = label("optimised" if plan.path is not None else "optimised.none", lang)
    answer = f"  {name}{colon}{plan.message.title(lang)}"
    return [answer, *(_figure_line(one, lang) for one in plan_headline(data, lang=lang))]


def answer_lines(
    data: RunData, *, lang: Language, asked: bool = True, program: bool = False
) -> list[str]:
    """Return what else was `asked` about the least-cost path, a line or two each.

    `program` says that the program was written.
    """
    plan = data.plan
    if plan is None:
        return []
    found = [label("answer.no_plan", lang)] if asked and plan.path is None else []
    if plan.windowed and (program or (asked and plan.path is not None)):
        found.append(label("answer.whole_horizon", lang))
    if plan.front is not None:
        found.append(_front_line(plan.front, lang))
    if plan.ranges is not None:
        found += _range_lines(data, plan.ranges, lang)
    if plan.sureness is not None:
        found.append(_sureness_line(plan.sureness, every_target(plan.prices, lang), lang))
    return [f"  {line}" for line in found]


def _front_line(front: xr.Dataset, lang: Language) -> str:
    against = front.attrs["against"]
    if against == "peak_year":
        return _peak_year_line(front.dropna("peak_year", subset=["cost"]), lang)
    if alone := lone_point(front, lang):
        return alone
    cost = (front["cost"] + front["penalty"]).values * 1e-4
    reached = front["reached"].values * 1e-4
    places = max(0, 3 - len(f"{abs(reached[0]):.0f}"))
    return label(f"answer.front.{against}", lang).format(
        points=front.sizes["point"],
        high=number_text(reached[0], places),
        low=number_text(reached[-1], places),
        cheap=number_text(cost[0], 0),
        dear=number_text(cost[-1], 0),
    )


def _range_lines(data: RunData, ranges: xr.Dataset, lang: Language) -> list[str]:
    widest = ranges.isel(slack=-1)
    lines = []
    for key in ("always", "never"):
        names = widest["measure"].values[widest[key].values]
        titles = [data.measures[str(name)].title.title(lang) for name in names]
        told = ("、" if lang == "zh" else ", ").join(titles) or label("none", lang)
        slack = f"{100 * float(widest['slack']):g}"
        lines.append(label(f"answer.{key}", lang).format(slack=slack, names=told))
    return lines


def _peak_year_line(front: xr.Dataset, lang: Language) -> str:
    free = earliest_free(front["cost"])
    years, cost = front["peak_year"].values.tolist(), front["cost"].values * 1e-4
    if free == 0:
        return label("answer.front.peak_free", lang).format(
            first=years[0], cost=number_text(cost[0], 0)
        )
    return label("answer.front.peak_year", lang).format(
        first=years[0],
        dear=number_text(cost[0], 0),
        last=years[free],
        cheap=number_text(cost[free], 0),
    )


def _sureness_line(sure: xr.Dataset, every: str, lang: Language) -> str:
    last = sure.isel(share=-1)
    asked = percent_text(float(last["share"]), 0)
    if not np.isfinite(float(last["premium"])):
        return label("answer.never_sure", lang).format(asked=asked, every=every)
    jumps = label("answer.sure_jumps", lang) if sure.attrs["whole_projects"] else ""
    said = label("answer.sure", lang).format(
        every=every[:1].upper() + every[1:],
        asked=asked,
        checked=percent_text(float(last["checked_share"]), 0),
        nominal=percent_text(float(last["nominal_checked_share"]), 0),
        checks=sure.attrs["checks"],
        premium=number_text(float(last["premium"]) * 1e-4, 0),
        draws=sure.attrs["draws"],
    )
    return said + jumps


def check_lines(data: RunData, *, lang: Language) -> list[str]:
    """Return what was read of a region, and what its chain gives."""
    inventory = data.inventory
    dataset = inventory.dataset
    fallback = ~np.isin(dataset["factor_set"].values, ["local", dataset.attrs["factor_set"]])
    unverified = dataset["factor_verified"].values == "unverified"
    return [
        label("check.read", lang).format(
            numbers=len(inventory.stated), lines=dataset.sizes["line"]
        ),
        label("check.factors", lang).format(
            count=dataset.sizes["factor"],
            fallback=int(fallback.sum()),
            unverified=int(unverified.sum()),
        ),
        *(
            [label("check.closure", lang).format(residual=f"{data.closure_residual:.1e}")]
            if data.scenarios
            else []
        ),
        *inventory_lines(inventory, lang=lang)[-1:],
        *peak_lines(data, lang=lang),
        *plan_lines(data, lang=lang),
    ]
