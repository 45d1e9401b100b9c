"""What a scenario builds otherwise than it asked, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak import vocabulary
from carbonpeak.evidence.region import Region
from carbonpeak.output.data import MeasureFacts
from carbonpeak.scenario.settlement import settlement
from carbonpeak.vocabulary import Language, Titled

Measures = Mapping[str, MeasureFacts]
Words = Mapping[str, object]

NOTABLE = 0.001
"""By how much of a line a share may differ from what was asked before it is told."""


def remarks_of(region: Region, pathway: xr.Dataset, measures: Measures) -> tuple[Titled, ...]:
    """Return a sentence for each build that was cut and each share that is higher than asked."""
    cuts = [
        _said("remark.cut", partial(_cut, region, measures, cut))
        for cut in settlement(pathway).to_dict("records")
    ]
    return (*cuts, *_beyond(region, pathway, measures))


def _said(key: str, words: Callable[[Language], Words]) -> Titled:
    english, chinese = (vocabulary.label(key, lang).format(**words(lang)) for lang in ("en", "zh"))
    return Titled(title_en=english, title_zh=chinese)


def _cut(region: Region, measures: Measures, cut: Mapping[Any, Any], lang: Language) -> Words:
    taken = [name for name in str(cut["taken_by"]).split(", ") if name]
    takers = [measures[name].title.title(lang) for name in taken]
    measure = measures[str(cut["measure"])]
    return {
        **cut,
        "measure": measure.title.title(lang),
        "unit": vocabulary.unit_text(measure.unit, lang),
        "asked": f"{cut['asked']:,.6g}",
        "built": f"{cut['built']:,.6g}",
        "line": _line(region, str(cut["line"]), lang),
        "takers": ("、" if lang == "zh" else ", ").join(takers),
    }


def _beyond(region: Region, pathway: xr.Dataset, measures: Measures) -> list[Titled]:
    if "share_asked" not in pathway:
        return []
    over = (pathway["share_reached"] - pathway["share_asked"]).values
    found = []
    for row in np.flatnonzero(np.nanmax(over, axis=1, initial=0.0) > NOTABLE):
        at = pathway.isel(measure=row, year=int(np.nanargmax(over[row])))
        found.append(_said("remark.beyond", partial(_share, region, measures, at)))
    return found


def _share(region: Region, measures: Measures, at: xr.Dataset, lang: Language) -> Words:
    return {
        "measure": measures[str(at["measure"].item())].title.title(lang),
        "line": _line(region, str(at["share_line"].item()), lang),
        "year": int(at["year"]),
        "asked": f"{100 * float(at['share_asked']):.4g}",
        "reached": f"{100 * float(at['share_reached']):.4g}",
    }


def _line(region: Region, name: str, lang: Language) -> str:
    line = vocabulary.parse_line(name)
    category = vocabulary.categories()[line.category].title(lang)
    place = region.site_title(line.site, lang) if line.site else category
    source = vocabulary.sources()[line.source].title(lang)
    return f"{place}{'：' if lang == 'zh' else ': '}{source}"
