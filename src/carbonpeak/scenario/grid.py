"""A grid of scenarios: every combination of named variants, without a file for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations, product
from typing import Any

from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, ScenarioError
from carbonpeak.records import collect
from carbonpeak.scenario.scenario import Scenario

Changes = Mapping[str, Any]


@checked
def scenario_grid(
    scenario: Scenario, axes: Mapping[str, Mapping[str, Changes]]
) -> dict[str, Scenario]:
    """Return every combination of the variants of a scenario.

    Parameters
    ----------
    scenario : Scenario
        From `load_scenario`.
    axes : mapping
        Named variants by axis, such as ``{"growth": {"low": {...}, "high": {...}}}``; each holds
        what a file that extends the scenario would hold, and ``{}`` leaves it as it is.

    Returns
    -------
    dict of Scenario
        By name, such as ``plan+growth=low+coal=fast``; the last axis runs fastest.

    Raises
    ------
    ScenarioError
        When an axis has no variant, or two axes change the same entry.
    InputError
        With every fault of every combination, each once.
    """
    _require_apart(axes)
    faults: list[Fault] = []
    grid = {}
    for choice in product(*([(axis, name) for name in axes[axis]] for axis in axes)):
        changed = collect(faults, partial(_combined, scenario, axes, choice))
        if changed is not None:
            grid[changed.name] = changed
    if faults:
        raise InputError(dict.fromkeys(faults))
    return grid


def _combined(
    scenario: Scenario,
    axes: Mapping[str, Mapping[str, Changes]],
    choice: Sequence[tuple[str, str]],
) -> Scenario:
    for axis, name in choice:
        scenario = scenario.variant(f"{axis}={name}", axes[axis][name])
    return scenario


def _require_apart(axes: Mapping[str, Mapping[str, Changes]]) -> None:
    empty = [axis for axis, variants in axes.items() if not variants]
    if empty:
        raise ScenarioError(f"axis '{empty[0]}' has no variant; name one, or take the axis out")
    touched = {
        axis: {entry for changes in variants.values() for entry in _entries(changes)}
        for axis, variants in axes.items()
    }
    for one, other in combinations(axes, 2):
        both = sorted(touched[one] & touched[other])
        if both:
            raise ScenarioError(
                f"axes '{one}' and '{other}' both change '{both[0]}'; "
                "let one of them do it, or make one axis of both"
            )


def _entries(changes: Changes) -> Iterator[str]:
    """Yield the entries that changes replace as a whole, such as ``measures.solar_pv``."""
    for key, value in changes.items():
        if isinstance(value, Mapping):
            yield from (f"{key}.{name}" for name in value)
        else:
            yield key
