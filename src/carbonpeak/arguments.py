"""Arguments of the public functions: one of the wrong kind is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from os import PathLike
from typing import Any, NamedTuple, ParamSpec, TypeVar

from carbonpeak.errors import ArgumentError

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Kind(NamedTuple):
    """What an annotation accepts, in words and as a test."""

    words: str
    fits: Callable[[Any], bool]


def _called(*names: str) -> Callable[[Any], bool]:
    """Return a test by the name of the class, so that nothing has to be imported for it."""
    return lambda value: any(base.__name__ in names for base in type(value).__mro__)


def _numeric(value: Any) -> bool:
    return hasattr(value, "__float__") and not _ours(value)


def _whole(value: Any) -> bool:
    return _numeric(value) and not (isinstance(value, float) and value % 1 != 0)


def _array(value: Any) -> bool:
    return hasattr(value, "__array__") or (isinstance(value, Iterable) and _several(value))


def _several(value: Any) -> bool:
    return isinstance(value, Iterable) and not isinstance(value, str | bytes) and not _ours(value)


_ours = _called("Region", "Scenario", "Ensemble", "Dataset")
KINDS: dict[str, Kind] = {
    "Region": Kind("a Region, of load_region", _called("Region")),
    "Scenario": Kind("a Scenario, of load_scenario", _called("Scenario")),
    "Model": Kind("a Model", _called("Model")),
    "Optimum": Kind("an Optimum, of optimise", _called("Optimum")),
    "Myopic": Kind("a Myopic, such as Myopic(horizon=10, step=5)", _called("Myopic")),
    "SolverSettings": Kind(
        "SolverSettings, such as SolverSettings(time_limit=60)", _called("SolverSettings")
    ),
    "Callable": Kind("a function", callable),
    "Drawn": Kind("an Ensemble, of ensemble", lambda value: hasattr(value, "runs")),
    "xr.Dataset": Kind("a Dataset, such as of project or compile_inventory", _called("Dataset")),
    "xr.DataArray": Kind("a DataArray", _called("DataArray")),
    "pd.DataFrame": Kind("a DataFrame", _called("DataFrame")),
    "str": Kind("text", lambda value: isinstance(value, str)),
    "Path": Kind("a path", lambda value: isinstance(value, str | PathLike)),
    "int": Kind("a whole number", _whole),
    "float": Kind("a number", _numeric),
    "Numbers": Kind(
        "a number or an array", lambda value: _numeric(value) or hasattr(value, "__array__")
    ),
    "npt.ArrayLike": Kind("numbers in an array", lambda value: _numeric(value) or _array(value)),
    "Floats": Kind("numbers in an array", _array),
    "Mapping": Kind("a mapping", lambda value: isinstance(value, Mapping)),
    "Sequence": Kind("a list", _several),
    "Iterable": Kind("a list", _several),
    "None": Kind("None", lambda value: value is None),
}
"""What the annotations of public functions mean; others are not looked at here."""


def checked(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return a function that refuses arguments of the wrong kind before it starts.

    Raises
    ------
    ArgumentError
        With the argument, what it is and what was expected.
    """
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    wanted = {
        name: kinds
        for name, stated in function.__annotations__.items()
        if name != "return" and (kinds := _kinds(str(stated)))
    }

    @wraps(function)
    def called(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        for name, value in (*zip(names, args, strict=False), *kwargs.items()):
            kinds = wanted.get(name)
            if kinds and not any(kind.fits(value) for kind in kinds):
                raise ArgumentError(_refusal(function.__name__, names, name, value, kinds))
        return function(*args, **kwargs)

    return called


def _kinds(stated: str) -> tuple[Kind, ...]:
    """Return what an annotation accepts; nothing where a part of it is not looked at."""
    depth, parts = 0, [""]
    for letter in stated:
        depth += {"[": 1, "]": -1}.get(letter, 0)
        if letter == "|" and not depth:
            parts.append("")
        elif not depth or letter == "[":
            parts[-1] += letter
    found = [KINDS.get(part.strip().rstrip("[]")) for part in parts]
    return tuple(kind for kind in found if kind) if all(found) else ()


def _refusal(
    function: str, names: tuple[str, ...], name: str, value: Any, kinds: tuple[Kind, ...]
) -> str:
    found = f"the text '{value}'" if isinstance(value, str) else f"a {type(value).__name__}"
    expected = " or ".join(kind.words for kind in kinds)
    alone = KINDS["int"] not in kinds
    if alone and isinstance(value, str) and any(kind.fits([value]) for kind in kinds):
        expected += f", such as ['{value}']"
    call = f"{function}({', '.join(names)})"
    return f"{function}: '{name}' is {found}; expected {expected}. Call {call}"
