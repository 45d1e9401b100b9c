"""Rates of gas per unit of activity as they vary with the factors, each evaluated once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from carbonpeak import sectors
from carbonpeak.inventory.model import ENERGY, Floats, Group, Integers, Model
from carbonpeak.scenario.ensemble.weights import Weights

Paths = tuple[str, ...]
"""Names of the factor paths that a rate follows."""


@dataclass(frozen=True)
class Term:
    """The gas of one line: which rate, which factor paths, what it counts."""

    rate: int
    line: int
    paths: Paths
    weights: tuple[float, ...]


@dataclass(frozen=True)
class Ageing:
    """The gases of one line that acts over its age, from one equation.

    Attributes
    ----------
    group : Group
        Of this line alone.
    weights : (indicator,)
    """

    line: int
    group: Group
    weights: Floats


@dataclass(frozen=True)
class Rates:
    """Every distinct rate that counts, and who uses it."""

    groups: tuple[Group, ...]
    terms: tuple[Term, ...]
    ageing: tuple[Ageing, ...]

    def at(self, values: Floats) -> Floats:
        """Return every rate, (rate, draw), for factors, (factor, draw)."""
        found = [
            np.broadcast_to(group.rates(values)[:, 0], (len(group.lines), values.shape[1]))
            for group in self.groups
        ]
        return np.concatenate(found) if found else np.zeros((0, values.shape[1]))


def rates_of(model: Model, weights: Weights, followed: Mapping[tuple[str, str], Paths]) -> Rates:
    """Lay out the rates that count in some indicator.

    Parameters
    ----------
    model : Model
        Bound for the base year, with its groups.
    weights : Weights
    followed : mapping of (line id, gas) to factor paths
    """
    groups: list[Group] = []
    terms: list[Term] = []
    ageing: list[Ageing] = []
    count = 0
    for group in model.groups:
        if group.role == ENERGY:
            continue
        gas = model.gases.index(group.gas)
        counted = weights.gases[group.role][:, group.lines, gas]
        members = np.flatnonzero(counted.any(axis=0))
        if not members.size:
            continue
        if sectors.find_method(model.lines[group.lines[0]].rule.method).by_age:
            ageing += [
                Ageing(int(group.lines[at]), _only(group, np.array([at])), counted[:, at])
                for at in members
            ]
            continue
        first, place = _distinct(group, members)
        groups.append(_only(group, members[first]))
        for at, own in zip(members, place, strict=True):
            line = int(group.lines[at])
            paths = followed.get((model.ids[line], group.gas), ())
            terms.append(Term(count + int(own), line, paths, tuple(counted[:, at].tolist())))
        count += len(first)
    return Rates(tuple(groups), tuple(terms), tuple(ageing))


def _distinct(group: Group, members: Integers) -> tuple[Integers, Integers]:
    """Return the first member of each set of equal factors, and the set of each member."""
    keys = [part[members].astype(float) for part in group.factors.values()]
    keys += [part[members] for part in group.scales.values()]
    _, first, place = np.unique(
        np.concatenate(keys, axis=1), axis=0, return_index=True, return_inverse=True
    )
    return first, place.ravel()


def _only(group: Group, members: Integers) -> Group:
    return replace(
        group,
        lines=group.lines[members],
        factors={name: places[members] for name, places in group.factors.items()},
        scales={name: scales[members] for name, scales in group.scales.items()},
    )
