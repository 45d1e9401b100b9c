"""The parts of the library that pages are made of, each looked up in one place."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from numpydoc.docscrape import NumpyDocString

from carbonpeak.equation import Equation

OPTIMISER = next(
    name for name in ("carbonpeak.optimiser", "carbonpeak.optimiser") if find_spec(name) is not None
)
"""The package of the optimiser; the only place that names it."""


@dataclass(frozen=True)
class Docstring:
    """A docstring taken apart."""

    summary: str
    text: str
    inputs: dict[str, str]
    result: str


def optimiser(name: str = "") -> ModuleType:
    """Return the optimiser's package or one of its modules."""
    return import_module(f"{OPTIMISER}.{name}" if name else OPTIMISER)


def attribute(path: str) -> Any:
    """Return what a path such as ``evidence.region:ActivityRow`` names in carbonpeak."""
    module, _, name = path.partition(":")
    return getattr(import_module(f"carbonpeak.{module}"), name)


def docstring(text: str) -> Docstring:
    """Take a numpy docstring apart."""
    found = NumpyDocString(text)
    results = [" ".join(one.desc) or one.type or one.name for one in found["Returns"]]
    return Docstring(
        summary=" ".join(found["Summary"]),
        text="\n".join(found["Extended Summary"]),
        inputs={one.name: " ".join(one.desc) for one in found["Parameters"]},
        result=results[0] if results else "",
    )


def attributes(owner: type) -> list[tuple[str, str, str]]:
    """Return name, shape and meaning of what a class documents under Attributes."""
    found = NumpyDocString(inspect.getdoc(owner) or "")["Attributes"]
    return [(one.name, one.type, " ".join(one.desc)) for one in found]


def modules(package: str) -> Iterator[ModuleType]:
    """Yield the modules of a package of carbonpeak, by name."""
    parent = import_module(f"carbonpeak.{package}")
    for found in sorted(pkgutil.iter_modules(parent.__path__), key=lambda one: one.name):
        yield import_module(f"{parent.__name__}.{found.name}")


def equations_of(module: ModuleType) -> list[Equation]:
    """Return the equations that a module declares, in its order."""
    found = [value for value in vars(module).values() if isinstance(value, Equation)]
    return [one for one in found if one.bare.__module__ == module.__name__]


def heading(module: ModuleType) -> str:
    """Return the first line of a module's docstring without its full stop."""
    return (inspect.getdoc(module) or module.__name__).splitlines()[0].rstrip(".")
