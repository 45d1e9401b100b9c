"""The first sheet of a workbook: what it is about and what it rests on."""

from __future__ import annotations

from carbonpeak.output.data import InventoryData, RunData
from carbonpeak.output.table import Cell
from carbonpeak.output.tables.summary import not_estimated
from carbonpeak.output.wording import large, number_text, percent_text, unit_text
from carbonpeak.vocabulary import Language, label

Lines = list[tuple[str, Cell]]


def inventory_cover(data: InventoryData, *, lang: Language) -> Lines:
    """Return the lines of the cover of the inventory workbook."""
    year = data.facts.base_year
    total = data.figures["energy_total"].sel(year=year, convention=data.facts.convention)
    lines: Lines = [
        *_facts(data, lang),
        (label("cover.result", lang), None),
        (label("figure.energy_total", lang), _large(float(total), "tce/year", lang)),
    ]
    for name in ("total", "total_with_indirect", "energy_co2"):
        series = data.figures[name]
        text = _large(float(series.sel(year=year)), str(series.attrs["units"]), lang)
        lines.append((label(f"figure.{name}", lang), text))
    lines += _change_lines(data, lang)
    lines += [(label("cover.rests", lang), None), *_shares(data, lang)]
    return [*lines, *_reading(lang)]


def plan_cover(data: RunData, *, lang: Language) -> Lines:
    """Return the lines of the cover of the plan workbook."""
    plan = data.plan
    lines: Lines = [*_facts(data.inventory, lang), (label("cover.peaks", lang), None)]
    least_cost = [] if plan is None or plan.path is None else [plan.path]
    lines += [
        (path.title.title(lang), path.peak.sentence.title(lang))
        for path in (*data.scenarios.values(), *least_cost)
    ]
    if plan is not None:
        lines += [
            (label("cover.plan", lang), None),
            (label("col.answer", lang), plan.message.title(lang)),
        ]
        if plan.path is not None:
            lines.append((label("cover.how_to_read", lang), label("note.one_option", lang)))
        if plan.discount_rate is not None:
            rate = f"{number_text(plan.discount_rate, 2)} %"
            lines.append((label("cover.discount", lang), rate))
    lines += [(label("cover.rests", lang), None), *_shares(data.inventory, lang)]
    return lines


def _facts(data: InventoryData, lang: Language) -> Lines:
    facts = data.facts
    fallback = label("none", lang) if facts.fallback is None else facts.fallback.title(lang)
    return [
        (label("cover.about", lang), None),
        (label("cover.region", lang), facts.title.title(lang)),
        (
            label("cover.years", lang),
            "、".join(map(str, facts.years)) if lang == "zh" else ", ".join(map(str, facts.years)),
        ),
        (label("cover.base_year", lang), str(facts.base_year)),
        (label("cover.factor_set", lang), facts.factor_set.title(lang)),
        (label("cover.fallback", lang), fallback),
        (label("cover.metric", lang), facts.metric),
        (label("cover.convention", lang), label(f"convention.{facts.convention}", lang)),
        (label("cover.software", lang), f"carbonpeak {facts.version}"),
    ]


def _large(value: float, unit: str, lang: Language) -> str:
    shown, text = large(value, unit)
    return f"{number_text(shown)} {unit_text(text, lang)}"


def _change_lines(data: InventoryData, lang: Language) -> Lines:
    if data.intensity_change is None:
        return []
    words = {"first": data.intensity_from, "last": data.facts.base_year}
    change = f"{number_text(data.intensity_change)} %"
    reduction = f"{number_text(-data.intensity_change)} %"
    return [
        (label("cover.change", lang).format(**words), change),
        (label("cover.reduction", lang).format(**words), reduction),
    ]


def _shares(data: InventoryData, lang: Language) -> Lines:
    year = data.facts.base_year
    return [
        (label("share.assumption", lang), percent_text(data.assumption_share[year])),
        (label("share.unverified", lang), percent_text(data.unverified_share[year])),
        (label("share.unverified_energy", lang), percent_text(data.unverified_energy_share[year])),
        (label("cover.not_estimated", lang), not_estimated(data, lang=lang)),
    ]


def _reading(lang: Language) -> Lines:
    return [
        (label("cover.how_to_read", lang), None),
        (label("cover.keys", lang), label("note.notation", lang)),
        (label("cover.sign", lang), label("note.reduction", lang)),
    ]
