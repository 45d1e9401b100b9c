"""Pure equations of each sector, and the methods that bind them to lines."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from carbonpeak.errors import ResultError, suggestion
from carbonpeak.method import Method


@cache
def methods() -> Mapping[str, Method]:
    """Return every method of every sector module by the name used in `definitions/lines`."""
    modules = [
        import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    ]
    every: list[Method] = [method for module in modules for method in module.METHODS]
    found = {method.name: method for method in every}
    if len(found) < len(every):
        doubled = sorted({one.name for one in every if sum(one.name == m.name for m in every) > 1})
        raise ResultError(f"methods declared twice: {', '.join(doubled)}")
    return MappingProxyType(found)


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
