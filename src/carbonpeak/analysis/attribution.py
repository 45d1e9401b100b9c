"""What each measure and each driver adds to the difference between two scenarios.

Three answers stand side by side, because they answer different questions:

shapley         the mean gain of a group over all orders of joining; sums to the difference, and
                treats equal groups equally
one_at_a_time   each group alone on the first scenario; what is left over is the interaction
in_order        each group on top of those before it; sums, but depends on the order
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np
import xarray as xr

from carbonpeak.analysis.coalitions import (
    MEASURES,
    Coalitions,
    Ends,
    lay_out_ends,
    without_measures,
)
from carbonpeak.analysis.frame import frame_faults
from carbonpeak.analysis.shapley import EXACT, Floats, Members, ShapleyValue, shapley
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import walk
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.titles import title_of
from carbonpeak.vocabulary import LANGUAGES, Language, label, labels

Method = Literal["shapley", "one_at_a_time", "in_order"]
METHODS: tuple[Method, ...] = get_args(Method)

Groups = Mapping[str, str | Sequence[str]]


@checked
def attribute(
    region: Region,
    first: Scenario,
    second: Scenario | None = None,
    *,
    of: str = "energy_co2",
    groups: Groups | None = None,
    years: int | Sequence[int] | None = None,
    method: Method = "shapley",
    permutations: int = 200,
    seed: int = 0,
    exact_to: int = EXACT,
) -> xr.Dataset:
    """Attribute the difference between two scenarios to measures and drivers.

    Parameters
    ----------
    region : Region
        Both scenarios are of this region.
    first, second : Scenario
        The difference is that of `second` less `first`. Without `second`, it is that of `first`
        less the same scenario without its measures.
    of : str
        An indicator, see `indicator`.
    groups : mapping of str to keys, optional
        Keys of the scenario files, such as ``measures.solar_pv``, ``activity.paper``,
        ``efficiency``, ``factors.grid`` or ``gdp``; a bare name is a measure. Groups come first,
        in this order. What no group names stays apart: each measure, each factor path, and
        each of ``activity``, ``efficiency``, ``gdp``, ``population`` as a whole.
    years : int or sequence of int, optional
        By default all years.
    method : {"shapley", "one_at_a_time", "in_order"}
        ``shapley`` gives all three; the others give themselves alone, and need only those
        coalitions to be possible that they pass through.
    permutations, seed : int
        With more than `exact_to` groups, orders of joining are drawn, each with its reverse.
    exact_to : int
        Up to so many groups all coalitions are computed.

    Returns
    -------
    xr.Dataset
        ``part`` (rule, group, year), ``interaction`` (rule, year): the difference less the
        sum of the parts; ``standard_error`` (group, year) of the Shapley parts, zero when
        exact; ``start``, ``end`` and ``difference`` (year). Coordinates ``keys`` and titles of
        the groups. Unit of the indicator.

    Raises
    ------
    ResultError
        When the scenarios do not belong together, differ in nothing, a group names what is not
        there, or a coalition takes away more activity than there is.
    """
    if method not in METHODS:
        raise ResultError(f"unknown method '{method}'; {suggestion(method, list(METHODS))}")
    start, end = (without_measures(first), first) if second is None else (first, second)
    faults = frame_faults(region, (start, end))
    if faults:
        raise ResultError("\n".join(faults))
    chosen = _chosen_years(start, years)
    ends = lay_out_ends(start, end)
    game = Coalitions(ends, grouped(ends, groups), of)
    found = _parts(game, method, permutations=permutations, seed=seed, exact_to=exact_to)
    return _labelled(game, found, chosen)


def grouped(ends: Ends, groups: Groups | None) -> dict[str, tuple[str, ...]]:
    """Return the keys of each group: those named, then what is left, each apart.

    Raises
    ------
    ResultError
        When a key is unknown or stands in two groups, or a name is used twice.
    """
    differing = ends.differing
    if not differing:
        raise ResultError(
            f"'{ends.first.name}' and '{ends.second.name}' do not differ in any measure or driver"
        )
    found: dict[str, tuple[str, ...]] = {}
    for name, stated in (groups or {}).items():
        words = [stated] if isinstance(stated, str) else list(stated)
        keys = tuple(key for word in words for key in _keys_of(ends, name, word, differing))
        for at, key in enumerate(keys):
            if key in keys[:at] or any(key in others for others in found.values()):
                raise ResultError(f"group '{name}': '{key}' is named twice; it joins only once")
        found[name] = keys
    taken = {key for keys in found.values() for key in keys}
    rest: dict[str, tuple[str, ...]] = {}
    for key in differing:
        if key not in taken:
            rest[_own_name(key)] = (*rest.get(_own_name(key), ()), key)
    clash = sorted(set(found) & set(rest))
    if clash:
        raise ResultError(f"'{clash[0]}' is a group and also what remains apart; rename the group")
    return {**found, **rest}


def _keys_of(ends: Ends, group: str, word: str, differing: Sequence[str]) -> list[str]:
    known = ends.known
    full = word if word in known else f"{MEASURES}.{word}"
    if full not in known:
        bare = [key.removeprefix(f"{MEASURES}.") for key in known]
        raise ResultError(f"group '{group}': unknown key '{word}'; {suggestion(word, bare)}")
    return [key for key in differing if key == full or key.startswith(f"{full}.")]


def _own_name(key: str) -> str:
    field, _, name = key.partition(".")
    if field == MEASURES:
        return name
    return key if field == "factors" else field


def _chosen_years(scenario: Scenario, years: int | Sequence[int] | None) -> list[int]:
    if years is None:
        return list(scenario.years)
    wanted: list[int] = np.atleast_1d(years).tolist()
    outside = [year for year in wanted if year not in scenario.years]
    if outside or not wanted:
        span = f"{scenario.years[0]} to {scenario.years[-1]}"
        raise ResultError(f"no year {repr(outside[0]) if outside else 'given'}; choose from {span}")
    return wanted


def _parts(
    game: Coalitions, method: Method, *, permutations: int, seed: int, exact_to: int
) -> dict[str, Floats | ShapleyValue]:
    count = len(game.groups)
    nobody = np.zeros((1, count), bool)
    found: dict[str, Floats | ShapleyValue] = {}
    if method == "shapley":
        found["shapley"] = shapley(
            game.values, count, permutations=permutations, seed=seed, exact_to=exact_to
        )
    if method != "in_order":
        alone: Members = np.concatenate([nobody, np.eye(count, dtype=bool)])
        values = game.values(alone)
        found["one_at_a_time"] = values[1:] - values[0]
    if method != "one_at_a_time":
        growing: Members = np.concatenate([nobody, np.tri(count, dtype=bool)])
        found["in_order"] = np.diff(game.values(growing), axis=0)
    return found


def _labelled(
    game: Coalitions, found: Mapping[str, Floats | ShapleyValue], years: list[int]
) -> xr.Dataset:
    scenarios = (game.ends.first, game.ends.second)
    built = zip(game.ends.outlooks, game.ends.builds, strict=True)
    ends = [indicator(walk(outlook, builds), game.of) for outlook, builds in built]
    difference = ends[1].values - ends[0].values
    parts = [one.parts if isinstance(one, ShapleyValue) else one for one in found.values()]
    cell = {"units": ends[0].attrs["units"]}
    result = xr.Dataset(
        {
            "part": (("rule", "group", "year"), np.stack(parts), cell),
            "interaction": (
                ("rule", "year"),
                np.stack([difference - part.sum(axis=0) for part in parts]),
                cell,
            ),
            "start": ("year", ends[0].values, cell),
            "end": ("year", ends[1].values, cell),
            "difference": ("year", difference, cell),
        },
        coords={
            "rule": list(found),
            "group": list(game.groups),
            "year": list(scenarios[0].years),
            "keys": ("group", [", ".join(keys) for keys in game.groups.values()]),
            **{f"group_title_{lang}": ("group", _titles(game, lang)) for lang in LANGUAGES},
        },
        attrs={
            "region": scenarios[0].region.record.name,
            "first": scenarios[0].name,
            "second": scenarios[1].name,
            "indicator": game.of,
        },
    )
    value = found.get("shapley")
    if isinstance(value, ShapleyValue):
        result["standard_error"] = (("group", "year"), value.standard_error, cell)
        result.attrs |= {"exact": int(value.exact), "coalitions": value.coalitions}
    return result.sel(year=years)


def _titles(game: Coalitions, lang: Language) -> list[str]:
    return [_title(game, name, keys, lang) for name, keys in game.groups.items()]


def _title(game: Coalitions, name: str, keys: tuple[str, ...], lang: Language) -> str:
    """Return the title of what stands apart; a group that the user named keeps its name."""
    field, _, entry = keys[0].partition(".") if keys else ("", "", "")
    if field == MEASURES and name == entry:
        return game.ends.outlook.measures[entry].entry.title(lang)
    key = f"attribution.{field}"
    if name in (field, keys[0] if keys else "") and key in labels():
        return label(key, lang).format(name=title_of(game.ends.first.region, entry, lang))
    return name
