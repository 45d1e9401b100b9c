"""A store of results of many regions: parts along `region`, each there whole or not at all."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from carbonpeak.errors import Fault, InputError, ResultError, suggestion
from carbonpeak.exchange.netcdf import ENGINE, require_netcdf
from carbonpeak.exchange.writing import whole_file

FACTS = "map.json"
SCHEMA = "carbonpeak/map/1"
LOCK = ".map.lock"
COLUMNS = ("region", "kind", "message")


@dataclass(frozen=True)
class Failure:
    """A region without a result.

    Attributes
    ----------
    region, kind, message : str
        Its label, the kind of error, and all that is wrong, a fault a line.
    """

    region: str
    kind: str
    message: str


@dataclass(frozen=True)
class Store:
    """A folder of parts; a name that ends in ``.zarr`` is a zarr group of parts.

    Attributes
    ----------
    path : Path
        The folder.
    """

    path: Path

    @property
    def zarr(self) -> bool:
        """Whether parts are zarr groups rather than netCDF files."""
        return self.path.suffix == ".zarr"

    @property
    def failures_path(self) -> Path:
        """The table of failures, beside the store."""
        return self.path.with_name(f"{self.path.name}.failures.csv")

    def parts(self) -> list[Path]:
        """Return the finished parts, in order."""
        return sorted(self.path.glob("part-[0-9]*"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other runs out as long as this one lives, however it ends.

        Raises
        ------
        InputError
            When another run writes here, the folder is another's, or cannot be written.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            strange = any(one.name != LOCK for one in self.path.iterdir())
            if strange and not (self.path / FACTS).is_file():
                problem = f"was not made by map_regions (no {FACTS})"
                raise _fault(self.path, problem, "name another")
            file = (self.path / LOCK).open("a")
        except OSError as error:
            problem = f"cannot be written: {error.strerror or error}"
            raise _fault(self.path, problem, "name another store") from error
        with file:
            try:
                _claim(file.fileno())
            except OSError as error:
                problem = "another run writes to it now"
                raise _fault(self.path, problem, "wait for its end, or name another") from error
            yield

    def open(self, what: Mapping[str, Any]) -> list[str]:
        """Make the store, or check that it holds the same; return the regions in it.

        What holds no result yet may be made for something else.

        Raises
        ------
        InputError
            When it holds something else, or cannot be written.
        ResultError
            When what the format needs is not installed.
        """
        self.require_engine()
        stated = {"schema": SCHEMA, **what}
        facts = self.path / FACTS
        if facts.is_file():
            found = json.loads(facts.read_text("utf-8"))
            changed = sorted(
                key for key in {*found, *stated} - {"version"} if found.get(key) != stated.get(key)
            )
            if changed and self.parts():
                told = "; ".join(
                    f"{key} is {found.get(key)!r}, asked for is {stated.get(key)!r}"
                    for key in changed
                )
                problem = f"holds something else: {told}"
                raise _fault(self.path, problem, "name another store, or remove it")
        else:
            changed = sorted(stated)
        if changed:
            self.failures_path.unlink(missing_ok=True)
            text = json.dumps({**stated, "version": version("carbonpeak")}, ensure_ascii=False)
            whole_file(facts, lambda part: part.write_text(text, "utf-8"))
            if self.zarr:
                group = import_module("zarr").open_group
                group(str(self.path), mode="a", zarr_format=2)
        return [name for part in self.parts() for name in self._names(part)]

    def append(self, results: Sequence[xr.Dataset], regions: Sequence[str]) -> None:
        """Write the results of some regions as the next part.

        Raises
        ------
        ResultError
            When they do not fit each other.
        InputError
            When the part cannot be written, or another run has written it.
        """
        joined = joined_along(results, regions)
        number = int(self.parts()[-1].stem.removeprefix("part-")) + 1 if self.parts() else 0
        part = self.path / f"part-{number:05}{'' if self.zarr else '.nc'}"
        if self.zarr:
            self._write_zarr(part, joined)
            return
        numbers = [name for name in joined.data_vars if joined[name].dtype.kind == "f"]
        encoding = {name: {"zlib": True, "complevel": 1} for name in numbers}
        whole_file(part, lambda at: joined.to_netcdf(at, engine=ENGINE, encoding=encoding))

    def _write_zarr(self, part: Path, joined: xr.Dataset) -> None:
        unfinished = part.with_name(f".{part.name}")
        shutil.rmtree(unfinished, ignore_errors=True)
        try:
            joined.to_zarr(unfinished, mode="w", consolidated=False, zarr_format=2)
            unfinished.rename(part)
        except OSError as error:
            shutil.rmtree(unfinished, ignore_errors=True)
            problem = f"cannot be written: {error.strerror or error}"
            raise _fault(part, problem, "name another store") from error

    def read(self, variables: Sequence[str] | None, regions: Sequence[str] | None) -> xr.Dataset:
        """Return what the parts hold, along `region`."""
        self.require_engine()
        if not (self.path / FACTS).is_file():
            raise _fault(self.path, "is no store of map_regions", "name one that it made")
        pieces: list[xr.Dataset] = []
        for part in self.parts():
            with closing(self._opened(part)) as found:
                names = found.get_index("region")
                kept = names if regions is None else names[names.isin(list(regions))]
                chosen = found if variables is None else found[self._known(found, variables)]
                if len(kept):
                    pieces.append(chosen.sel(region=kept).load())
        if not pieces:
            raise _fault(self.path, "holds none of these regions", "see its table of failures")
        return _concat(pieces)

    def known_failures(self) -> list[Failure]:
        """Return the failures of former runs."""
        if not self.failures_path.is_file():
            return []
        with self.failures_path.open(encoding="utf-8-sig", newline="") as file:
            return [Failure(*row) for row in list(csv.reader(file))[1:]]

    def write_failures(self, failures: Iterable[Failure]) -> None:
        """Write the table of failures as a whole; without any it goes."""
        rows = sorted(failures, key=lambda one: one.region)
        if not rows:
            self.failures_path.unlink(missing_ok=True)
            return

        def write(part: Path) -> None:
            with part.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows((one.region, one.kind, one.message) for one in rows)

        whole_file(self.failures_path, write)

    def require_engine(self) -> None:
        """Refuse a format whose library is missing."""
        if not self.zarr:
            require_netcdf()
        elif find_spec("zarr") is None:
            raise ResultError(
                "a zarr store needs zarr; install it by pip install 'carbonpeak[zarr]', or name "
                "a store without '.zarr' for netCDF"
            )

    def _opened(self, part: Path) -> xr.Dataset:
        try:
            engine = {"engine": "zarr", "consolidated": False} if self.zarr else {"engine": ENGINE}
            return xr.open_dataset(part, **engine)
        except (OSError, ValueError, KeyError) as error:
            raise _fault(part, "cannot be read", "remove it; its regions are done again") from error

    def _names(self, part: Path) -> list[str]:
        with closing(self._opened(part)) as found:
            return [str(name) for name in found["region"].values]

    def _known(self, found: xr.Dataset, variables: Sequence[str]) -> list[str]:
        for name in variables:
            if name not in found.data_vars:
                hint = suggestion(name, [str(one) for one in found.data_vars])
                raise ResultError(f"{self.path}: no variable '{name}'; {hint}")
        return list(variables)


def _claim(file: int) -> None:
    """Lock an open file, or raise OSError when another process has; the system unlocks it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def joined_along(results: Sequence[xr.Dataset], regions: Sequence[str]) -> xr.Dataset:
    """Join results of regions along `region`; what a region does not have is NaN, or empty text.

    Raises
    ------
    ResultError
        When they do not fit each other.
    """
    try:
        return _concat(
            [
                one.drop_encoding().expand_dims(region=[name])
                for one, name in zip(results, regions, strict=True)
            ]
        )
    except (ValueError, xr.MergeError) as error:
        raise ResultError(
            f"the results of {regions[0]} to {regions[-1]} do not fit each other: {error}. "
            "Every dim needs labels, and coordinates that differ between regions must be variables"
        ) from error


def _concat(pieces: Sequence[xr.Dataset]) -> xr.Dataset:
    joined = xr.concat(
        pieces,
        dim="region",
        join="outer",
        data_vars="all",
        coords="minimal",
        compat="equals",
        combine_attrs="drop_conflicts",
    )
    return joined.assign(
        {name: _text(part) for name, part in joined.variables.items() if part.dtype == object}
    )


def _text(variable: xr.Variable) -> xr.Variable:
    """Return texts without NaN, which no store holds among them."""
    words = [word if isinstance(word, str) else "" for word in variable.values.ravel()]
    return variable.copy(data=np.array(words, dtype=str).reshape(variable.shape))


def _fault(path: Path, problem: str, remedy: str) -> InputError:
    return InputError([Fault(str(path), None, None, problem, remedy)])
