"""The figures that matter most, in the words of a language."""

from __future__ import annotations

from typing import NamedTuple

from carbonpeak.output.data import InventoryData, RunData
from carbonpeak.output.summary import carbon_target
from carbonpeak.output.wording import large, number_text, unit_text
from carbonpeak.vocabulary import Language, label


class Headline(NamedTuple):
    """One figure: its name, value, unit, and what to know about it."""

    name: str
    value: str
    unit: str
    note: str = ""


def inventory_headline(data: InventoryData, *, lang: Language) -> list[Headline]:
    """Return energy total, emissions and change of CO2 intensity of the base year."""
    year = data.facts.base_year
    total = data.figures["energy_total"].sel(convention=data.facts.convention, year=year)
    convention = label(data.facts.convention, lang)
    shown = [_figure("energy_total", float(total), "tce/year", lang, convention)]
    for name in ("total", "total_with_indirect"):
        value = float(data.figures[name].sel(year=year))
        shown.append(_figure(name, value, "t CO2e/year", lang, data.facts.metric))
    return [*shown, *_change(data, lang)]


def _change(data: InventoryData, lang: Language) -> list[Headline]:
    if data.intensity_change is None:
        return []
    words = {"first": data.intensity_from, "last": data.facts.base_year}
    sign = "+" if data.intensity_change > 0 else ""
    reduction = label("headline.reduction", lang).format(
        reduction=number_text(-data.intensity_change)
    )
    name = label("cover.change", lang).format(**words)
    return [Headline(name, f"{sign}{number_text(data.intensity_change)}", "%", reduction)]


def _figure(name: str, value: float, unit: str, lang: Language, note: str) -> Headline:
    amount, shown = large(value, unit)
    title = label(f"figure.{name}", lang)
    return Headline(title, number_text(amount), unit_text(shown, lang), note)


def plan_headline(data: RunData, *, lang: Language) -> list[Headline]:
    """Return cost and highest CO2 price of the least-cost path; nothing without one."""
    plan = data.plan
    if plan is None or plan.total_cost is None:
        return []
    money = large(plan.total_cost, "CNY2020")
    shown = [
        Headline(
            label("headline.cost", lang),
            number_text(money[0], 0),
            unit_text(money[1], lang),
            label("headline.one_option", lang),
        )
    ]
    target = carbon_target(plan)
    if target is not None:
        note = target.title.title(lang) if target.price else label("headline.no_price", lang)
        price, unit = number_text(target.price), unit_text("CNY2020/t CO2", lang)
        shown.append(Headline(label("headline.price", lang), price, unit, note))
    return shown
