"""One function over thousands of regions, into a store along `region`."""

from __future__ import annotations

import inspect
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

from carbonpeak.arguments import checked
from carbonpeak.errors import CarbonPeakError, ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.workers import Crew, Lost, crew
from carbonpeak.workflow.many.places import Place, places_of
from carbonpeak.workflow.many.results import FUNCTIONS
from carbonpeak.workflow.many.store import Failure, Store

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Mapped", "map_regions", "open_regions"]

CHUNK = 50
"""Regions of one part of the store, and in memory at once."""

_OF_THE_REGION = (CarbonPeakError, OSError, ValueError, ArithmeticError, LookupError)
"""Errors that say that a region cannot be done; any other is a fault of the function and stops."""


@dataclass(frozen=True)
class Mapped:
    """What `map_regions` did.

    Attributes
    ----------
    store : Path
        Where the results are; `open_regions` reads them.
    done, present : int
        Regions done now, and found done already.
    failures : tuple of Failure
        Regions without a result.
    failures_path : Path or None
        The same as a table, beside the store; None without any.
    """

    store: Path
    done: int
    present: int
    failures: tuple[Failure, ...]
    failures_path: Path | None

    def __str__(self) -> str:
        told = f"{self.store}: {self.done} regions done, {self.present} done before"
        if not self.failures:
            return told
        return f"{told}, {len(self.failures)} failed, see {self.failures_path}"


@checked
def map_regions(
    function: str | Callable[..., xr.Dataset],
    regions: str | Path | pd.DataFrame | Iterable[str | Path | Region],
    *,
    store: str | Path,
    facts: Mapping[str, Any] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
    chunk: int = CHUNK,
    scheduler: Any = "serial",
    quiet: bool = False,
    **options: Any,
) -> Mapped:
    """Do one thing for thousands of regions and append the results to a store along `region`.

    Regions are read when their turn comes, a chunk at a time. Each chunk becomes a part of the
    store, there whole or not at all. A region that cannot be done is written to a table of
    failures beside the store, with all its faults, and skipped. Called again, the function goes
    on where it stopped: what is in the store is not done again, what failed is tried again.

    Parameters
    ----------
    function : {"inventory", "projection", "ensemble"} or callable
        ``inventory``: the figures by year, masses by category and gas. ``projection``: indicators
        and masses of a `scenario`. ``ensemble``: quantiles of indicators of a `scenario` over
        `draws`. A callable takes a region and returns a Dataset whose every dim has labels.
    regions : path, DataFrame or iterable
        A folder of regions or workbooks; a text file or list of names and paths; a CSV file or
        DataFrame with the columns ``region`` and, where it is another, ``path``; or one with the
        rows of activity of all regions, told apart by ``region``, those of a region together.
    store : str or Path
        A folder of netCDF files, or with the ending ``.zarr`` a zarr group of parts.
    facts : mapping, optional
        For rows of activity: the content of `region.yaml` that the regions have in common.
    tables : mapping of DataFrame, optional
        For rows of activity: ``sites``, ``sources``, ``indicators`` and the others of
        `region_from_frames`, and ``facts``. One with a column ``region`` holds what is a
        region's own, one without it is common to all, and so is ``factors``, whose column
        ``region`` is the grid or site.
    chunk : int
        Regions of one part, and in memory at once.
    scheduler : {"serial", "threads", "processes", "dask"} or distributed.Client
        Who does the work; what is stored does not depend on it.
    quiet : bool
        Show no progress on standard error.
    **options
        Passed to the function, such as ``scenario="plan"``.

    Returns
    -------
    Mapped

    Raises
    ------
    InputError
        When there are no regions, a name comes twice, or the store holds something else.
    ResultError
        When the function is unknown, or its results do not fit each other.
    """
    if chunk < 1:
        raise ResultError(f"chunk is {chunk}; expected at least 1")
    work, called = _known(function, options)
    places = places_of(regions, facts, tables)
    kept = Store(Path(store))
    stated = json.loads(json.dumps(options, default=str))
    with kept.alone():
        present = set(kept.open({"function": called, "options": stated})) & set(places.names)
        shown = _Progress(len(places.names), len(present), quiet=quiet)
        failures: list[Failure] = []
        elsewhere = [one for one in kept.known_failures() if one.region not in set(places.names)]
        with crew(scheduler) as workers:
            waiting = (place for place in places.each if place.name not in present)
            while held := list(islice(waiting, chunk)):
                done, failed = _chunk(workers, [_Task(work, place, options) for place in held])
                if done:
                    kept.append(list(done.values()), list(done))
                failures += failed
                kept.write_failures([*elsewhere, *failures])
                shown.add(len(done), len(failed))
        shown.end()
        kept.write_failures([*elsewhere, *failures])
    beside = kept.failures_path if failures else None
    return Mapped(kept.path, shown.done, len(present), tuple(failures), beside)


@checked
def open_regions(
    store: str | Path,
    *,
    variables: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
) -> xr.Dataset:
    """Read what `map_regions` stored, in memory.

    Parameters
    ----------
    store : str or Path
        What `map_regions` was given.
    variables, regions : sequence of str, optional
        What is read of it; by default everything.

    Returns
    -------
    xr.Dataset
        Along ``region``. A category, year or other label that a region does not have is NaN
        there, a text empty: not zero.

    Raises
    ------
    InputError
        When this is no such store, or holds none of the regions.
    ResultError
        When a variable is unknown.
    """
    return Store(Path(store)).read(variables, regions)


@dataclass(frozen=True, eq=False)
class _Task:
    """One region to be done."""

    function: Callable[..., xr.Dataset]
    place: Place
    options: Mapping[str, Any]


def _outcome(task: _Task) -> xr.Dataset | Failure:
    """Do a region, or say why it cannot be done."""
    try:
        result = task.function(task.place.load(), **task.options)
    except _OF_THE_REGION as error:
        return Failure(task.place.name, type(error).__name__, str(error))
    if not isinstance(result, xr.Dataset):
        raise ResultError(
            f"{task.place.name}: the function returned {type(result).__name__}; "
            "expected an xarray.Dataset"
        )
    return result


def _chunk(workers: Crew, tasks: Sequence[_Task]) -> tuple[dict[str, xr.Dataset], list[Failure]]:
    done: dict[str, xr.Dataset] = {}
    failed: list[Failure] = []
    for task, outcome in zip(tasks, workers.each(_outcome, tasks), strict=True):
        name = task.place.name
        if isinstance(outcome, Lost):
            failed.append(Failure(name, "Lost", outcome.reason))
        elif isinstance(outcome, Failure):
            failed.append(outcome)
        else:
            done[name] = outcome
    return done, failed


def _known(
    function: str | Callable[..., xr.Dataset], options: Mapping[str, Any]
) -> tuple[Callable[..., xr.Dataset], str]:
    """Return a function and the name under which the store knows it."""
    if not callable(function) and function not in FUNCTIONS:
        hint = suggestion(function, list(FUNCTIONS))
        raise ResultError(f"unknown function '{function}'; {hint} A callable is taken too")
    work = function if callable(function) else FUNCTIONS[function]
    name = f"{work.__module__}.{work.__qualname__}" if callable(function) else function
    try:
        inspect.signature(work).bind(None, **options)
    except TypeError as error:
        raise ResultError(f"'{name}' of a region cannot be called: {error}") from error
    return work, name


@dataclass
class _Progress:
    """One line on standard error: overwritten on a terminal, else one for each chunk."""

    total: int
    present: int
    quiet: bool
    done: int = 0
    failed: int = 0
    begun: float = field(default_factory=time.monotonic)

    def add(self, done: int, failed: int) -> None:
        """Count, and show the line."""
        self.done += done
        self.failed += failed
        if self.quiet:
            return
        ended = self.done + self.failed
        left = (time.monotonic() - self.begun) / ended * (self.total - self.present - ended)
        text = (
            f"{self.present + ended:,}/{self.total:,} regions, {self.failed:,} failed, "
            f"{left:,.0f} s left"
        )
        sys.stderr.write(f"\r{text:<60}" if sys.stderr.isatty() else f"{text}\n")
        sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if not self.quiet and sys.stderr.isatty():
            sys.stderr.write("\n")
