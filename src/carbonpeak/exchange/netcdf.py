"""Results as netCDF files that read back equal, with every factor and its source."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import Fault, InputError, ResultError
from carbonpeak.exchange.writing import whole_file

SCHEMA = "carbonpeak_schema"
WRITER = "carbonpeak_writer"
NEWEST = 1
"""The schema that this version writes, and the newest that it reads."""

ENGINE: Literal["h5netcdf"] = "h5netcdf"
LABELS = frozenset({"line", "gas", "year"})


@checked
def save(dataset: xr.Dataset, path: str | Path) -> Path:
    """Save an inventory or a pathway as netCDF.

    Parameters
    ----------
    dataset : xr.Dataset
        From `compile_inventory`, `project` or `co2e`; of an optimum, its ``pathway``.
    path : str or Path
        A file such as ``inventory.nc``. It is replaced as a whole or left as it was.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ResultError
        When this is no such result, or netCDF is not installed.
    InputError
        When the file cannot be written.
    """
    require_netcdf()
    _require_result(dataset)
    marked = dataset.drop_encoding().assign_attrs(
        {SCHEMA: NEWEST, WRITER: f"carbonpeak {version('carbonpeak')}"}
    )
    try:
        return whole_file(Path(path), lambda part: marked.to_netcdf(part, engine=ENGINE))
    except TypeError as error:
        raise ResultError(f"netCDF cannot hold what was added to this result: {error}") from error


@checked
def load(path: str | Path) -> xr.Dataset:
    """Load what `save` wrote.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    xr.Dataset
        Equal to the one saved, labels, units and attributes included.

    Raises
    ------
    InputError
        When there is no such file, when it is not of carbonpeak, or of a newer schema.
    """
    require_netcdf()
    place = Path(path)
    if not place.is_file():
        raise _fault(place, "no such file", "name a file that cp.save wrote")
    try:
        dataset = xr.load_dataset(place, engine=ENGINE)
    except (OSError, ValueError) as error:
        raise _fault(place, "is no netCDF file", "name a file that cp.save wrote") from error
    attrs = {name: _plain(value) for name, value in dataset.attrs.items()}
    schema, writer = attrs.pop(SCHEMA, None), attrs.pop(WRITER, "another program")
    if not isinstance(schema, int):
        raise _fault(place, "is no result of carbonpeak", "name a file that cp.save wrote")
    if schema > NEWEST:
        problem = f"written by {writer} in schema {schema}; this version reads up to {NEWEST}"
        raise _fault(place, problem, "update carbonpeak")
    texts = {name: part.astype(str) for name, part in dataset.variables.items() if _is_text(part)}
    result = dataset.assign(texts).drop_encoding()
    result.attrs = attrs
    return result


def require_netcdf() -> None:
    """Refuse to go on without the libraries of netCDF.

    Raises
    ------
    ResultError
        Names what is missing.
    """
    missing = [name for name in (ENGINE, "h5py") if find_spec(name) is None]
    if missing:
        raise ResultError(
            f"netCDF needs {' and '.join(missing)}; install them by "
            "pip install 'carbonpeak[netcdf]'"
        )


def _require_result(dataset: object) -> None:
    if not isinstance(dataset, xr.Dataset):
        raise ResultError(
            f"cannot save {type(dataset).__name__}; save the Dataset of compile_inventory, "
            "project or co2e"
        )
    missing = sorted(LABELS - set(dataset.dims)) + ["region"] * ("region" not in dataset.attrs)
    if missing:
        raise ResultError(
            f"no result of carbonpeak: it lacks {', '.join(missing)}; save the Dataset of "
            "compile_inventory, project or co2e"
        )


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _is_text(variable: xr.Variable) -> bool:
    """Tell whether older readers gave text as objects."""
    return bool(variable.dtype == object)


def _fault(path: Path, problem: str, remedy: str) -> InputError:
    return InputError([Fault(str(path), None, None, problem, remedy)])
