"""Pathways of coalitions: part of what separates two scenarios is taken from the second.

What differs between two scenarios is a set of keys such as ``measures.solar_pv``,
``activity.paper`` or ``gdp``. Drivers are swapped in the scenario and laid out again; measures
move activity linearly on given drivers, so many coalitions are computed at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.analysis.shapley import Floats, Members
from carbonpeak.errors import ResultError, ScenarioError
from carbonpeak.inventory.labels import label_masses
from carbonpeak.scenario.indicators import indicator
from carbonpeak.scenario.pathway import Outlook, lay_out
from carbonpeak.scenario.scenario import Scenario, ScenarioRecord

NOT_COMPARED = frozenset(
    {"schema_name", "extends", "horizon", "title_en", "title_zh", "note", "note_zh"}
    | {"offers", "interaction", "order"}
)
"""Fields that name or frame a scenario, or act through what it builds and are seen there."""

MEASURES = "measures"

# So many coalitions at a time fit the cache together with their gases.
_BLOCK = 64


@dataclass(frozen=True)
class Ends:
    """Two scenarios laid out, and what each of them builds.

    Attributes
    ----------
    first, second : Scenario
        Where the comparison starts and ends.
    outlooks : (Outlook, Outlook)
        Both without any build.
    builds : (end, measure, year)
        Native units that each of the two builds.
    """

    first: Scenario
    second: Scenario
    outlooks: tuple[Outlook, Outlook]
    builds: Floats

    @property
    def outlook(self) -> Outlook:
        """The first scenario without any build."""
        return self.outlooks[0]

    @property
    def differing(self) -> tuple[str, ...]:
        """Every key in which the two differ, drivers before measures."""
        drivers = [key for key in _keys(self.first, self.second) if _differs(self, key)]
        built = (self.builds[0] != self.builds[1]).any(axis=1)
        names = list(self.outlook.measures)
        order = [*self.second.record.measures, *names]
        moved = [name for name in dict.fromkeys(order) if built[names.index(name)]]
        return (*drivers, *(f"{MEASURES}.{name}" for name in moved))

    @property
    def known(self) -> tuple[str, ...]:
        """Every key that the two could differ in."""
        fields = [f for f in ScenarioRecord.model_fields if f not in NOT_COMPARED]
        measures = [f"{MEASURES}.{name}" for name in self.outlook.measures]
        return (*fields, *_keys(self.first, self.second), *measures)


def lay_out_ends(first: Scenario, second: Scenario) -> Ends:
    """Lay two scenarios out; builds are those in native units, whatever they were stated in."""
    start = lay_out(first.region, first)
    end = lay_out(second.region, second, like=start)
    builds = np.stack([outlook.planned_builds() for outlook in (start, end)])
    return Ends(first, second, (start, end), builds)


def _keys(first: Scenario, second: Scenario) -> Iterator[str]:
    for name in ScenarioRecord.model_fields:
        if name in NOT_COMPARED or name == MEASURES:
            continue
        pair = [getattr(one.record, name) for one in (first, second)]
        if all(isinstance(value, Mapping) for value in pair):
            yield from (f"{name}.{entry}" for entry in dict.fromkeys([*pair[0], *pair[1]]))
        else:
            yield name


def _differs(ends: Ends, key: str) -> bool:
    before, after = (_entry(one.record, key) for one in (ends.first, ends.second))
    return bool(before != after)


def _entry(record: ScenarioRecord, key: str) -> Any:
    field, dot, name = key.partition(".")
    value = getattr(record, field)
    return value.get(name) if dot else value


@dataclass(frozen=True)
class Coalitions:
    """The indicator of every coalition of groups of keys.

    Attributes
    ----------
    ends : Ends
        The two scenarios.
    groups : mapping of str to keys
        Each group joins or stays away as a whole.
    of : str
        Name of the indicator.
    laid : dict
        What has been laid out, by the driver keys of the second scenario.
    """

    ends: Ends
    groups: Mapping[str, tuple[str, ...]]
    of: str
    laid: dict[tuple[str, ...], Outlook] = field(default_factory=dict, compare=False, repr=False)

    def values(self, members: Members) -> Floats:
        """Return the indicator of coalitions.

        Parameters
        ----------
        members : (coalition, group)
            Which groups take what the second scenario has.

        Returns
        -------
        (coalition, year)

        Raises
        ------
        ResultError
            When a coalition takes away more activity than there is, or has no layout.
        """
        drives = np.array([any(map(_is_driver, keys)) for keys in self.groups.values()])
        kinds, place = np.unique(members & drives, axis=0, return_inverse=True)
        found = np.empty((len(members), len(self.ends.outlook.years)))
        for at, kind in enumerate(kinds):
            chosen = np.flatnonzero(place == at)
            found[chosen] = self._on(self._laid_out(kind), members[chosen])
        return found

    def name(self, members: Members) -> str:
        """Return a coalition in words: the first scenario, and what it takes of the second."""
        joined = [name for name, is_in in zip(self.groups, members, strict=True) if is_in]
        taken = ", ".join(joined) or "nothing"
        return f"'{self.ends.first.name}' with {taken} of '{self.ends.second.name}'"

    def _laid_out(self, members: Members) -> Outlook:
        keys = tuple(
            key
            for keys, is_in in zip(self.groups.values(), members, strict=True)
            for key in keys
            if is_in and _is_driver(key)
        )
        if not keys:
            return self.ends.outlook
        if keys not in self.laid:
            mixed = swapped(self.ends.first, self.ends.second, keys)
            try:
                self.laid[keys] = lay_out(mixed.region, mixed, like=self.ends.outlook)
            except ScenarioError as error:
                raise ResultError(
                    f"{self.name(members)} is no scenario: {error}. Put what belongs together "
                    "into one of the groups"
                ) from error
        return self.laid[keys]

    def _on(self, outlook: Outlook, members: Members) -> Floats:
        names = list(outlook.measures)
        change = np.zeros((len(self.groups), *self.ends.builds.shape[1:]))
        for at, keys in enumerate(self.groups.values()):
            rows = [names.index(key.partition(".")[2]) for key in keys if not _is_driver(key)]
            change[at, rows] = (self.ends.builds[1] - self.ends.builds[0])[rows]
        moved = np.stack([outlook.moves.moved(one).sum(axis=0) for one in change])
        start = outlook.baseline + outlook.moves.moved(self.ends.builds[0]).sum(axis=0)
        self._require_possible(outlook, members, start, moved)
        board = _Board(outlook, start, moved)
        blocks = [members[at : at + _BLOCK] for at in range(0, len(members), _BLOCK)]
        found = [indicator(board.pathways(block), self.of) for block in blocks]
        return np.concatenate([one.transpose("coalition", "year").values for one in found])

    def _require_possible(
        self, outlook: Outlook, members: Members, start: Floats, moved: Floats
    ) -> None:
        """Refuse a coalition that takes away more than there is, naming line and takers."""
        lines = np.flatnonzero((moved < 0).any(axis=(0, 2)) | (start < 0).any(axis=1))
        activity = start[lines] + np.tensordot(members.astype(float), moved[:, lines], axes=1)
        size = np.abs(start[lines]) + np.abs(moved[:, lines]).sum(axis=0)
        short = activity < -1e-9 * size
        if not short.any():
            return
        which, line, year = (int(at) for at in np.argwhere(short)[0])
        place = int(lines[line])
        takers = [
            f"{name} takes {-moved[at, place, year]:,.6g}"
            for at, name in enumerate(self.groups)
            if members[which, at] and moved[at, place, year] < 0
        ]
        raise ResultError(
            f"the coalition {self.name(members[which])} takes more than there is of "
            f"'{outlook.model.ids[place]}' in {outlook.years[year]}: it has "
            f"{start[place, year]:,.6g} {outlook.model.methods[place].activity_unit}, and "
            f"{', '.join(takers) or 'the drivers leave less than the first scenario takes'}. "
            "Put what depends on each other into one of the groups, or use "
            "method='in_order' with an order that is possible"
        )


def swapped(first: Scenario, second: Scenario, keys: Sequence[str]) -> Scenario:
    """Return the first scenario with some of its keys as the second has them."""
    fields: dict[str, Any] = {}
    for key in keys:
        field, dot, name = key.partition(".")
        after = getattr(second.record, field)
        if not dot:
            fields[field] = after
            continue
        entries = dict(fields.get(field, getattr(first.record, field)))
        entries.pop(name, None)
        if name in after:
            entries[name] = after[name]
        fields[field] = entries
    record = first.record.model_copy(update=fields)
    title = f"{first.name} with {', '.join(keys)} of {second.name}"
    return replace(first, name=title, document=replace(first.document, record=record))


def without_measures(scenario: Scenario) -> Scenario:
    """Return a scenario that builds nothing, on the same drivers."""
    record = scenario.record.model_copy(update={MEASURES: {}})
    name = f"{scenario.name} without measures"
    return replace(scenario, name=name, document=replace(scenario.document, record=record))


def _is_driver(key: str) -> bool:
    return key.partition(".")[0] != MEASURES


class _Board:
    """Every coalition on one set of drivers: masses of gas are linear in who takes part."""

    def __init__(self, outlook: Outlook, start: Floats, moved: Floats) -> None:
        """Lay out the activity (line, year) of nobody, and what each group moves."""
        region = outlook.scenario.region.record
        self.nobody = label_masses(outlook.model, start).assign_attrs(
            metric=region.metric, convention=region.convention
        )
        self.drivers = {
            "gdp": ("year", outlook.gdp, {"units": "CNY2020/year"}),
            "population": ("year", outlook.population, {"units": "person"}),
        }
        alone = [label_masses(outlook.model, start + one) for one in moved]
        self.gains = {
            name: np.stack([one[name].values - self.nobody[name].values for one in alone])
            for name in self.nobody.data_vars
        }

    def pathways(self, members: Members) -> xr.Dataset:
        """Return the pathways of coalitions, along a dimension `coalition`."""
        share = members.astype(float)
        masses = {
            name: (
                ("coalition", *self.nobody[name].dims),
                self.nobody[name].values + np.tensordot(share, gain, axes=1),
                self.nobody[name].attrs,
            )
            for name, gain in self.gains.items()
        }
        return xr.Dataset({**masses, **self.drivers}, self.nobody.coords, self.nobody.attrs)
