"""Pure equations of each sector, and the methods that bind them to lines."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.method import Method


@cache
def methods() -> Mapping[str, Method]:
    """Return every method by the name used in `definitions/lines.csv`."""
    from carbonpeak.sectors import energy, land

    every = [*energy.METHODS, *land.METHODS]
    return MappingProxyType({method.name: method for method in every})


def find_method(name: str) -> Method:
    """Return a method by name.

    Raises
    ------
    ResultError
        When no sector module declares it.
    """
    found = methods().get(name)
    if found is None:
        raise ResultError(f"no method '{name}'; {suggestion(name, list(methods()))}")
    return found
