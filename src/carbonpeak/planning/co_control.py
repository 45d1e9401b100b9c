"""Co-control: the air pollutants that a measure cuts or adds beside its CO2.

The change of a pollutant is the fuel that a measure moves times the factor of that fuel and user,
a national average before local control, less what an end-of-pipe measure is stated to remove.
Only what is burnt inside the region counts; power stations elsewhere emit too, but no factor is
given for bought electricity. Where a factor is missing the change is unknown (NaN), never zero; a
measure that moves nothing that is burnt changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import ScenarioError
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats
from carbonpeak.planning.air_pollutants import (
    POLLUTANTS,
    TABLE,
    Pollutant,
    burns,
    pollutant_rates,
)
from carbonpeak.scenario.pathway import Outlook, lay_out
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import LANGUAGES, Language, label, year_span

FACTOR, DIRECT, BOTH = "factor", "direct", "factor and direct"
NONE, NOTHING = "none", "nothing burnt"

TRADES = {
    (-1, -1): "both_fall",
    (1, 1): "both_rise",
    (-1, 1): "pollutant_falls_co2_rises",
    (1, -1): "pollutant_rises_co2_falls",
}
"""What happens to pollutant and CO2, by their signs; ``unknown`` and ``unchanged`` else."""

NAMED = ("pollutant_falls_co2_rises", "pollutant_rises_co2_falls")

# A change below this share of what the measure moves is rounding.
_ROUNDING = 1e-9


@checked
def co_control(region: Region, scenario: Scenario) -> xr.Dataset:
    """Return the change of air pollutants beside that of CO2 for every measure.

    Parameters
    ----------
    region : Region
        A file `air_pollutants.csv` in its folder replaces shipped factors line by line, for
        example with those after control.
    scenario : Scenario
        Gives the builds.

    Returns
    -------
    xr.Dataset
        ``change`` (measure, pollutant, year) in t/year, ``co2`` (measure, year) in t CO2/year
        with bought electricity; ``coefficient``, their ratio, where CO2 changes; ``trade``
        (measure, pollutant, year): ``both_fall``, ``both_rise``, ``pollutant_falls_co2_rises``,
        ``pollutant_rises_co2_falls``, ``unchanged`` or ``unknown``; ``per_unit``
        (measure, pollutant), t/year of one native unit in its first year at base-year factors.
        Coordinates ``basis`` (measure, pollutant): ``factor``, ``direct``,
        ``factor and direct``, ``none`` where a line has no factor, or ``nothing burnt``, where
        the change is zero; ``lacking``, the lines without a factor; ``moves_bought_power``
        (measure). The attributes ``trades_en`` and ``trades_zh`` name the measures at work that
        trade one for the other, the lines without a factor, and what burns nothing.

    Raises
    ------
    InputError
        With every fault of the factors.
    """
    outlook = lay_out(region, scenario)
    builds = outlook.planned_builds()
    rates = pollutant_rates(outlook.model, region)
    moves = outlook.moves.move
    touched = moves != 0
    basis, lacking = _basis(outlook, np.asarray(np.isnan(rates).any(axis=2)), touched)
    direct = _removed(outlook)
    known = np.where(np.isnan(rates), 0.0, rates)
    per_unit = np.einsum("ml,ply->mpy", moves, known) - direct[:, :, None]
    per_unit[basis == NONE] = np.nan
    # Adding zero turns the -0.0 of what is not built into 0.0.
    change = per_unit * outlook.moves.effective(builds)[:, None, :] + 0.0
    carbon = outlook.moves.contribution(builds)[:, list(outlook.model.gases).index("CO2")]
    result = _labelled(outlook, basis, lacking, touched).assign(
        change=(("measure", "pollutant", "year"), change),
        co2=(("measure", "year"), carbon),
        coefficient=(("measure", "pollutant", "year"), _ratio(change, carbon)),
        trade=(("measure", "pollutant", "year"), _trades(change, carbon)),
        per_unit=(("measure", "pollutant"), per_unit[:, :, 0]),
    )
    return _described(result, outlook, at_work=np.asarray(builds.any(axis=1)))


def _basis(
    outlook: Outlook, unknown: np.ndarray, touched: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what each number rests on, and the lines without a factor, (measure, pollutant)."""
    burnt = np.array([burns(line) for line in outlook.model.lines])
    ids = np.asarray(outlook.model.ids)
    shape = (len(outlook.measures), len(POLLUTANTS))
    basis, lacking = np.full(shape, NONE, dtype=object), np.full(shape, "", dtype=object)
    for row, measure in enumerate(outlook.measures.values()):
        for at, pollutant in enumerate(POLLUTANTS):
            blank = touched[row] & unknown[at]
            lacking[row, at] = ", ".join(ids[blank])
            by_factor = bool((touched[row] & burnt).any())
            stated = pollutant in measure.numbers
            if not blank.any():
                words = {(1, 1): BOTH, (1, 0): FACTOR, (0, 1): DIRECT, (0, 0): NOTHING}
                basis[row, at] = words[int(by_factor), int(stated)]
    return basis.astype(str), lacking.astype(str)


def _removed(outlook: Outlook) -> Floats:
    """Return what one native unit is stated to remove itself, (measure, pollutant)."""
    return np.array(
        [
            [measure.numbers.get(pollutant, 0.0) for pollutant in POLLUTANTS]
            for measure in outlook.measures.values()
        ]
    ).reshape(-1, len(POLLUTANTS))


def burnt_amount(outlook: Outlook, pathway: xr.Dataset, pollutant: Pollutant) -> Floats:
    """Return what a pathway gives off of a pollutant by burning, less what measures remove.

    Parameters
    ----------
    outlook : Outlook
        The scenario laid out.
    pathway : xr.Dataset
        Its walk along some builds.
    pollutant : str
        One of `POLLUTANTS`.

    Returns
    -------
    (year,)
        Tonnes a year.

    Raises
    ------
    ScenarioError
        When a line that burns, or that a measure moves, has no factor: its share is unknown.
    """
    rates, removed = _known_rates(outlook, pollutant)
    activity = pathway["activity"].sel(line=list(outlook.model.ids)).transpose("line", "year")
    working = outlook.moves.effective(pathway["builds"].transpose("measure", "year").values)
    return np.asarray((rates * activity.values).sum(axis=0) - removed @ working)


def burnt_effect(outlook: Outlook, pollutant: Pollutant) -> Floats:
    """Return the change of a pollutant per native unit built, (measure, year built, year).

    Raises
    ------
    ScenarioError
        As `burnt_amount`.
    """
    rates, removed = _known_rates(outlook, pollutant)
    moves = outlook.moves
    return moves.effect(rates) - removed[:, None, None] * moves.strength


def _known_rates(outlook: Outlook, pollutant: Pollutant) -> tuple[Floats, Floats]:
    """Return tonnes per unit of activity of each line and those that measures remove themselves."""
    at = POLLUTANTS.index(pollutant)
    rates = pollutant_rates(outlook.model, outlook.scenario.region)[at]
    used = (outlook.baseline != 0).any(axis=1) | (outlook.moves.move != 0).any(axis=0)
    lacking = np.asarray(outlook.model.ids)[used & np.isnan(rates).any(axis=1)]
    if lacking.size:
        raise ScenarioError(
            f"no {pollutant} factor for {', '.join(lacking)}; a cap on {pollutant}_burnt would "
            f"leave them out. Add their rows to {TABLE} in the folder of the region"
        )
    return np.nan_to_num(rates), _removed(outlook)[:, at]


def _ratio(change: Floats, carbon: Floats) -> Floats:
    beside = np.broadcast_to(carbon[:, None, :], change.shape)
    moved = beside != 0
    return np.asarray(np.divide(change, beside, out=np.full(change.shape, np.nan), where=moved))


def _trades(change: Floats, carbon: Floats) -> np.ndarray:
    found = np.full(change.shape, "unchanged", dtype=object)
    scale = np.nan_to_num(np.abs(change)).max(axis=2, keepdims=True)
    pollutant = np.sign(np.where(np.abs(change) <= _ROUNDING * scale, 0.0, change))
    size = np.abs(carbon).max(axis=1, keepdims=True)
    beside = np.sign(np.where(np.abs(carbon) <= _ROUNDING * size, 0.0, carbon))[:, None, :]
    for (one, other), word in TRADES.items():
        found[(pollutant == one) & (beside == other)] = word
    found[np.isnan(change)] = "unknown"
    return found.astype(str)


def _labelled(
    outlook: Outlook, basis: np.ndarray, lacking: np.ndarray, touched: np.ndarray
) -> xr.Dataset:
    entries = [measure.entry for measure in outlook.measures.values()]
    bought = np.array([line.rule.sector == "indirect" for line in outlook.model.lines])
    return xr.Dataset(
        coords={
            "measure": list(outlook.measures),
            "measure_unit": ("measure", [entry.unit for entry in entries]),
            **{
                f"measure_title_{lang}": ("measure", [entry.title(lang) for entry in entries])
                for lang in LANGUAGES
            },
            "pollutant": list(POLLUTANTS),
            **{
                f"pollutant_title_{lang}": ("pollutant", [_name(p, lang) for p in POLLUTANTS])
                for lang in LANGUAGES
            },
            "year": list(outlook.years),
            "basis": (("measure", "pollutant"), basis),
            "lacking": (("measure", "pollutant"), lacking),
            "moves_bought_power": ("measure", (touched & bought).any(axis=1)),
        }
    )


def _described(result: xr.Dataset, outlook: Outlook, *, at_work: np.ndarray) -> xr.Dataset:
    units_of = {
        "change": "t/year",
        "co2": "t CO2/year",
        "coefficient": "t/t CO2",
        "per_unit": "t/year for each measure_unit",
    }
    for name, unit in units_of.items():
        result[name].attrs["units"] = unit
    result.attrs = {
        "region": outlook.scenario.region.record.name,
        "scenario": outlook.scenario.name,
        **{
            f"trades_{lang}": _sentences(result.isel(measure=at_work), outlook, lang)
            for lang in LANGUAGES
        },
    }
    return result


def _name(pollutant: str, lang: Language) -> str:
    return label(f"co_control.{pollutant}", lang)


def _sentences(result: xr.Dataset, outlook: Outlook, lang: Language) -> str:
    """Name the measures that trade one for the other, those unknown, and what is not counted."""
    titles = dict(
        zip(result["measure"].values, result[f"measure_title_{lang}"].values, strict=True)
    )
    said = []
    for word in NAMED:
        for pollutant in POLLUTANTS:
            marks = result["trade"].sel(pollutant=pollutant) == word
            names = [
                f"{titles[name]} ({_span(row, lang)})"
                for name, row in zip(result["measure"].values, marks, strict=True)
                if row.any()
            ]
            said += _said(f"co_control.{word}", names, lang, pollutant=_name(pollutant, lang))
    region = outlook.scenario.region
    for line in outlook.model.lines:
        lacking = _lacks(result, line.id)
        short = [_name(str(p), lang) for p in result["pollutant"].values[lacking.any(axis=0)]]
        names = [titles[name] for name in result["measure"].values[lacking.any(axis=1)]]
        words = {"line": f"{line.category} {region.line_title(line, lang)}"}
        said += _said("co_control.unknown", names, lang, pollutants=_listed(short, lang), **words)
    nothing = (result["basis"] == NOTHING).all("pollutant").values
    said += _said("co_control.nothing", list(np.array([*titles.values()])[nothing]), lang)
    return "\n".join([*said, label("co_control.elsewhere", lang)])


def _lacks(result: xr.Dataset, line: str) -> np.ndarray:
    """Tell where a line without a factor leaves the change unknown, (measure, pollutant)."""
    cells = [[line in cell.split(", ") for cell in row] for row in result["lacking"].values]
    return np.array(cells, dtype=bool).reshape(result["lacking"].shape)


def _listed(names: Sequence[str], lang: Language) -> str:
    return ("、" if lang == "zh" else ", ").join(names)


def _said(key: str, names: Sequence[str], lang: Language, **words: str) -> list[str]:
    return [label(key, lang).format(names=_listed(names, lang), **words)] if names else []


def _span(marks: xr.DataArray, lang: Language) -> str:
    return year_span(marks["year"].values[marks.values].tolist(), lang)
