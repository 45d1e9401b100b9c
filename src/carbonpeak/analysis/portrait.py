"""A pathway at a glance: its indicators in a few years, its peak, its measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import xarray as xr

from carbonpeak import units
from carbonpeak.analysis.peak_assessment import assess_peak
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.scenario.indicators import indicator
from carbonpeak.vocabulary import Language, label, require_language

if TYPE_CHECKING:
    import pandas as pd

SHOWN = {
    "energy_total": "万吨标煤/year",
    "energy_co2": "万吨 CO2/year",
    "direct_co2": "万吨 CO2/year",
    "net_ghg": "万吨 CO2e/year",
    "co2_intensity": "t CO2/万元2020",
    "coal": "万吨标煤/year",
}


@dataclass(frozen=True, eq=False)
class Portrait:
    """A pathway in a few lines. It prints itself, as tables in a notebook.

    Attributes
    ----------
    title : str
        Region and scenario.
    table : pd.DataFrame
        Indicators in the years shown, and their change from the first to the last of them.
    measures : pd.DataFrame
        What is built between the years shown and what it changes in the last of them.
    notes : tuple of str
        The peak and what speaks for it.
    """

    title: str
    table: pd.DataFrame
    measures: pd.DataFrame
    notes: tuple[str, ...]

    def __str__(self) -> str:
        tables = [one.to_string(float_format=_shown) for one in (self.table, self.measures)]
        return "\n".join([self.title, *tables, *self.notes])

    def _repr_html_(self) -> str:
        tables = "".join(
            one.to_html(float_format=_shown, border=0)
            for one in (self.table, self.measures)
            if len(one)
        )
        notes = "".join(f"<div style='color:#555'>{escape(note)}</div>" for note in self.notes)
        return f"<b>{escape(self.title)}</b>{notes}{tables}"


@checked
def portrait(
    pathway: xr.Dataset, *, years: Sequence[int] | None = None, lang: Language = "zh"
) -> Portrait:
    """Show a pathway at a glance.

    Parameters
    ----------
    pathway : xr.Dataset
        From `project`.
    years : sequence of int, optional
        Years to show, by default the first, every fifth, and the last.
    lang : {'zh', 'en'}
        Language of the words.

    Returns
    -------
    Portrait

    Raises
    ------
    ResultError
        When the pathway does not reach a year, or nobody speaks the language.
    """
    require_language(lang)
    known = [int(year) for year in pathway["year"].values]
    shown = list(years) if years is not None else _milestones(known)
    for year in shown:
        if year not in known:
            hint = suggestion(str(year), [str(one) for one in known])
            raise ResultError(f"the pathway has no year {year}; {hint}")
    return Portrait(
        f"{pathway.attrs[f'region_title_{lang}']} · {pathway.attrs[f'title_{lang}']}",
        _indicators(pathway, shown, lang),
        _measures(pathway, shown, lang),
        (assess_peak(pathway).sentence(lang, subject=label("subject.energy_co2", lang)),),
    )


def _milestones(years: Sequence[int]) -> list[int]:
    return sorted({years[0], *(year for year in years if year % 5 == 0), years[-1]})


def _indicators(pathway: xr.Dataset, years: Sequence[int], lang: Language) -> pd.DataFrame:
    import pandas as pd

    rows = {}
    for name, unit in SHOWN.items():
        series = indicator(pathway, name)
        values = series.sel(year=list(years)).values * units.factor(series.attrs["units"], unit)
        change = float("nan") if values[0] == 0 else 100 * (values[-1] / values[0] - 1)
        title = f"{label(f'portrait.{name}', lang)} [{label(f'portrait.unit_{name}', lang)}]"
        rows[title] = [*values, change]
    columns = [*map(str, years), label("portrait.change", lang)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _measures(pathway: xr.Dataset, years: Sequence[int], lang: Language) -> pd.DataFrame:
    import pandas as pd

    span = pathway.sel(year=slice(years[0], years[-1]))
    built = span["builds"].sum("year")
    change = span["contribution"].sel(gas="CO2", year=years[-1])
    used = [name for name in built["measure"].values if float(built.sel(measure=name)) != 0]
    rows = [
        [
            str(built[f"measure_title_{lang}"].sel(measure=name).values),
            float(built.sel(measure=name)),
            str(built["measure_unit"].sel(measure=name).values),
            float(change.sel(measure=name)) * units.factor("t/year", "万吨/year"),
        ]
        for name in used
    ]
    columns = [label(f"portrait.{key}", lang) for key in ("measure", "built", "unit", "effect")]
    columns[-1] = columns[-1].format(year=years[-1])
    return pd.DataFrame(rows, columns=columns, index=pd.Index(used, name=""))


def _shown(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.4g}"
