"""Arguments of the public functions: a wrong, missing or unknown one is refused in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from inspect import Parameter, Signature, signature
from os import PathLike
from typing import Any, NamedTuple, ParamSpec, TypeVar

from carbonpeak.errors import ArgumentError, suggestion

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
    "bool": Kind("True or False", _called("bool", "bool_")),
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

SEED = Kind("a whole number from 0 up", lambda value: _whole(value) and value >= 0)
SEEDS = "the seed of draws is an argument, so that the same can be drawn again"


def checked(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Return a function that refuses arguments it cannot take before it starts.

    A whole number may be given as 1e4.

    Raises
    ------
    ArgumentError
        With the argument, what it is and what was expected.
    """
    takes = signature(function)
    wanted = {
        name: kinds
        for name, stated in function.__annotations__.items()
        if name in takes.parameters
        and takes.parameters[name].kind is not Parameter.VAR_KEYWORD
        and (kinds := _kinds(str(stated)))
    }
    if "seed" in wanted:
        wanted["seed"] = tuple(SEED if it is KINDS["int"] else it for it in wanted["seed"])
    whole = {name for name, kinds in wanted.items() if {KINDS["int"], SEED} & {*kinds}}

    @wraps(function)
    def called(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            bound = takes.bind(*args, **kwargs)
        except TypeError as error:
            unfit = _unfit(takes, str(error), kwargs)
            raise ArgumentError(f"{function.__name__}: {unfit}. {_call(function)}") from None
        for name, value in bound.arguments.items():
            kinds = wanted.get(name)
            if kinds and not any(kind.fits(value) for kind in kinds):
                refusal = _refusal(name, value, kinds)
                raise ArgumentError(f"{function.__name__}: {refusal}. {_call(function)}")
            if name in whole and isinstance(value, float):
                bound.arguments[name] = int(value)
        return function(*bound.args, **bound.kwargs)

    return called


def _call(function: Callable[..., Any]) -> str:
    """Say how a function is called: all that goes by place, and what is needed by name."""
    listed = signature(function).parameters.values()
    places = [one.name for one in listed if one.kind is one.POSITIONAL_OR_KEYWORD]
    needed = [
        f"{one.name}={'1' if one.name == 'seed' else '...'}"
        for one in listed
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty
    ]
    return f"Call {function.__name__}({', '.join((*places, *needed))})"


def _unfit(takes: Signature, why: str, named: Iterable[str]) -> str:
    """Say which argument is unknown, or which is missing."""
    for name in named:
        if name not in takes.parameters and "unexpected" in why:
            return f"no argument '{name}' ({suggestion(name, list(takes.parameters))})"
    return f"{why}; {SEEDS}" if "'seed'" in why else why


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


def _refusal(name: str, value: Any, kinds: tuple[Kind, ...]) -> str:
    found = f"{value}" if isinstance(value, int | float) else f"a {type(value).__name__}"
    if isinstance(value, str):
        found = f"the text '{value}'"
    expected = " or ".join(kind.words for kind in kinds)
    alone = KINDS["int"] not in kinds
    if alone and isinstance(value, str) and any(kind.fits([value]) for kind in kinds):
        expected += f", such as ['{value}']"
    return f"'{name}' is {found}; expected {expected}"
