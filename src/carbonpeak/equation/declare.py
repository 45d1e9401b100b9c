"""Declared equations: a pure function of arrays with the units at its edge.

The function runs on bare arrays in the declared units. Before it is first used it is proved once on
quantities: the units must fit, and what the declared units leave over on the way to the returned
unit (such as 44/12 from carbon to CO2) becomes the scale of the equation.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
import pint
import xarray as xr

from carbonpeak.equation import proof
from carbonpeak.equation.formula import written as formula_of
from carbonpeak.errors import CarbonPeakError, UnitError, suggestion
from carbonpeak.units import (
    convert,
    registry,
    require_same_labels,
    tidy,
    unit,
    units_of,
    written,
)

Array: TypeAlias = Any
"""What a formula is written for: a number, numpy array, DataArray or pint quantity."""


@dataclass(frozen=True, eq=False)
class Equation:
    """A formula with the unit of each input and of its result.

    Parameters
    ----------
    name : str
        What errors and `explain` call it.
    inputs : mapping
        Unit of each input, in the order of the formula.
    returns : str
        Unit of the result.
    source : str
        Document and place that state the formula.
    doc : str
        What the formula says, in words.
    bare : callable
        The formula on arrays, element by element.
    """

    name: str
    inputs: Mapping[str, str]
    returns: str
    source: str
    doc: str = field(repr=False)
    bare: Callable[..., Any] = field(repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Go to another process by the name of its module, or whole where it stands in none."""
        stated = self.name, dict(self.inputs), self.returns, self.source, self.doc
        if _declared(self.bare) is None:
            return _rebuilt, (*stated, self.bare)
        return _found_again, (*stated, self.bare.__module__, self.bare.__qualname__)

    def __call__(self, **inputs: Any) -> Any:
        """Return the result for inputs in any fitting units.

        Parameters
        ----------
        **inputs
            A DataArray with ``attrs["units"]``, a pint quantity, or a pair (values, unit).

        Returns
        -------
        xr.DataArray or pint.Quantity
            In the unit `returns`; a quantity when no input carries labels.

        Raises
        ------
        UnitError
            When an input has no unit or one that does not fit.
        CarbonPeakError
            When an input is missing or unknown, or the labels of two inputs differ.
        """
        self._require(inputs)
        arrays = {name: self._converted(name, inputs[name]) for name in self.inputs}
        labelled = {key: it for key, it in arrays.items() if isinstance(it, xr.DataArray)}
        if not labelled:
            return registry().Quantity(self.evaluate(**arrays), unit(self.returns))
        self._require_labels(arrays, labelled)
        return self._labelled(self.evaluate(**arrays))

    def evaluate(self, **arrays: Any) -> Any:
        """Return the bare result, in `returns`, for bare arrays in the declared units.

        Nothing is checked or aligned: this is the path for hot loops.
        """
        result = self.bare(**arrays)
        return result if self.scale == 1.0 else result * self.scale

    @functools.cached_property
    def scale(self) -> float:
        """Factor from the declared units to `returns`; the first use proves the equation."""
        return proof.find_scale(self.name, self.bare, self.inputs, self.returns)

    def prove(self) -> float:
        """Prove the equation, once, and return its scale.

        Raises
        ------
        UnitError
            When the units of the formula do not fit one another or the returned unit.
        """
        return self.scale

    def linear_in(self, name: str) -> bool:
        """Say whether the result is proportional to one input, at the points of the proof."""
        self._require({**self.inputs, name: ""})
        return proof.is_linear(self.bare, self.inputs, name)

    @functools.cached_property
    def formula(self) -> str:
        """The returned expression as text, in the names of the inputs."""
        return formula_of(self.bare) or f"{self.name}({', '.join(self.inputs)})"

    def filled(self, **texts: str) -> str:
        """Return the formula with a text, such as a number, in place of each name given."""
        self._require({**self.inputs, **texts})
        return re.sub(r"\b[^\W\d]\w*\b", lambda found: texts.get(found[0], found[0]), self.formula)

    def restated(
        self, name: str, /, *, returns: str | None = None, source: str | None = None, **inputs: str
    ) -> Equation:
        """Return the same formula under another name, with other units where given."""
        self._require({**self.inputs, **inputs})
        return replace(
            self,
            name=name,
            inputs=MappingProxyType({**self.inputs, **{k: tidy(it) for k, it in inputs.items()}}),
            returns=self.returns if returns is None else tidy(returns),
            source=source or self.source,
        )

    def _require(self, given: Mapping[str, Any]) -> None:
        for name in given:
            if name not in self.inputs:
                hint = suggestion(name, tuple(self.inputs))
                raise CarbonPeakError(f"equation {self.name} has no input '{name}'; {hint}")
        missing = [name for name in self.inputs if name not in given]
        if missing:
            raise CarbonPeakError(f"equation {self.name} lacks its input '{missing[0]}'")

    def _converted(self, name: str, given: Any) -> Any:
        """Return the bare values of an input in its declared unit."""
        try:
            values, stated = _opened(name, given)
            result = convert(values, stated, self.inputs[name])
        except UnitError as error:
            raise UnitError(f"equation {self.name}, input '{name}': {error}") from error
        if isinstance(result, xr.DataArray):
            result.attrs = {}
        return result

    def _require_labels(
        self, arrays: Mapping[str, Any], labelled: Mapping[str, xr.DataArray]
    ) -> None:
        for name, values in arrays.items():
            if name not in labelled and np.ndim(values):
                problem = f"input '{name}' has no labels while '{next(iter(labelled))}' has"
                raise CarbonPeakError(f"equation {self.name}: {problem}; give a DataArray")
        try:
            require_same_labels(labelled)
        except CarbonPeakError as error:
            raise CarbonPeakError(f"equation {self.name}: {error}") from error

    def _labelled(self, result: xr.DataArray) -> xr.DataArray:
        named = result.copy(deep=False)
        named.name = self.name
        named.attrs = {"units": self.returns, "long_name": self.name.replace("_", " ")}
        return named


def _declared(bare: Callable[..., Any]) -> Equation | None:
    """Return the equation that stands in the module of a formula under the formula's name."""
    held = getattr(sys.modules.get(bare.__module__), bare.__qualname__, None)
    return held if isinstance(held, Equation) and held.bare is bare else None


def _rebuilt(
    name: str,
    inputs: dict[str, str],
    returns: str,
    source: str,
    doc: str,
    bare: Callable[..., Any],
) -> Equation:
    return Equation(name, MappingProxyType(inputs), returns, source, doc, bare)


def _found_again(
    name: str, inputs: dict[str, str], returns: str, source: str, doc: str, module: str, held: str
) -> Equation:
    """Return the equation declared in a module, or its formula with other units."""
    declared: Equation = getattr(importlib.import_module(module), held)
    again = _rebuilt(name, inputs, returns, source, doc, declared.bare)
    same = again.__reduce__() == declared.__reduce__()
    return declared if same else again


def _opened(name: str, given: Any) -> tuple[Any, str]:
    """Return the values of an input and the unit it states."""
    if isinstance(given, xr.DataArray):
        return given, units_of(given, name)
    if isinstance(given, pint.Quantity):
        return given.magnitude, written(given)
    if isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], str):
        return given
    raise UnitError("no units; give a DataArray with attrs['units'], a quantity or (values, unit)")


def equation(
    *, returns: str, source: str, **inputs: str
) -> Callable[[Callable[..., Any]], Equation]:
    """Declare the unit of each input and of the result of a pure function of arrays.

    The formula holds no conversion constant. Units are read at the first use, not at import.

    Raises
    ------
    TypeError
        When the inputs declared are not the arguments of the function.
    """

    def declare(bare: Callable[..., Any]) -> Equation:
        name, arguments = bare.__name__, inspect.getfullargspec(bare).args
        if set(arguments) != set(inputs):
            raise TypeError(f"equation {name} declares {sorted(inputs)}, takes {sorted(arguments)}")
        ordered = MappingProxyType({argument: tidy(inputs[argument]) for argument in arguments})
        return Equation(name, ordered, tidy(returns), source, inspect.getdoc(bare) or "", bare)

    return declare
