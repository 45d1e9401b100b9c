"""Arguments and options of the commands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer


class Mapped(StrEnum):
    """What is done for each of many regions."""

    INVENTORY = "inventory"
    PROJECTION = "projection"
    ENSEMBLE = "ensemble"


class Scheduler(StrEnum):
    """Who does the work for many regions."""

    SERIAL = "serial"
    THREADS = "threads"
    PROCESSES = "processes"
    DASK = "dask"


class Trade(StrEnum):
    """What stands against the cost in a front."""

    CUMULATIVE = "cumulative"
    HEIGHT = "height"
    PEAK_YEAR = "peak_year"


class Lang(StrEnum):
    """Language of files and messages."""

    ZH = "zh"
    EN = "en"


Region = Annotated[
    str, typer.Argument(help="Shipped name, such as yangjiang, a folder, or a workbook.")
]
Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", help="Scenario by name; repeat for several.")
]
Place = Annotated[
    str | None, typer.Argument(metavar="[SCENARIO]", help="The scenario; the same as --scenario.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Where the results go.")]
Previous = Annotated[
    Path | None,
    typer.Option(
        "--previous", help="Former inventory (.nc of cp.save); table T16 says what changed and why."
    ),
]
Language = Annotated[Lang, typer.Option("--lang", help="Language of the results.")]
What = Annotated[Mapped, typer.Argument(help="What is done for each region.")]
Regions = Annotated[
    Path, typer.Argument(help="Folder of regions or workbooks, or a list (.csv, .txt).")
]
Store = Annotated[
    Path, typer.Option("--out", help="Store: a folder for netCDF, or a name with .zarr.")
]
OneScenario = Annotated[
    str | None, typer.Option("--scenario", help="Scenario of projection and ensemble.")
]
Draws = Annotated[int | None, typer.Option(help="Draws of an ensemble.", min=1)]
Chunk = Annotated[int, typer.Option(help="Regions in memory at once.", min=1)]
Workers = Annotated[Scheduler, typer.Option(help="Who does the work.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
Targets = Annotated[
    list[str] | None,
    typer.Option("--target", help="Keep only this target; repeat for several."),
]
Soft = Annotated[
    list[str] | None,
    typer.Option(
        help="Target that may be missed, name=price in CNY2020 per unit; repeat for several."
    ),
]
Points = Annotated[int, typer.Option(min=0, help="Points of the front of cost against energy CO2.")]
Against = Annotated[
    Trade | None,
    typer.Option(help="What --pareto is about: CO2 in all (usual), its highest year, or when."),
]
Alternatives = Annotated[
    bool, typer.Option("--alternatives", help="What plans of nearly the same cost may build.")
]
Share = Annotated[
    float,
    typer.Option(min=0.0, max=1.0, help="Cost of keeping the targets in this share of futures."),
]
FutureDraws = Annotated[
    int | None, typer.Option("--draws", min=1, help="Futures drawn for --robust; usually 256.")
]
DrawSeed = Annotated[
    int | None, typer.Option("--draw-seed", min=0, help="Seed of these futures; usually 0.")
]
Sight = Annotated[
    int | None, typer.Option(min=1, help="Years looked ahead; decided in steps of half of them.")
]
Program = Annotated[
    Path | None, typer.Option(help="Also write the program for other solvers: .lp or .mps.")
]
Log = Annotated[Path | None, typer.Option(help="File for the log of the solver.")]
TimeLimit = Annotated[float | None, typer.Option(min=0.0, help="Seconds of one run of the solver.")]
Gap = Annotated[
    float, typer.Option(min=0.0, help="Relative gap at which whole projects are solved.")
]
Threads = Annotated[int, typer.Option(min=1, help="Threads of the solver.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the solver.")]
SolverOptions = Annotated[
    list[str] | None, typer.Option(help="Option of HiGHS, name=value; repeat for several.")
]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"carbonpeak {version('carbonpeak')}")
        raise typer.Exit


ShowVersion = Annotated[
    bool,
    typer.Option(
        "--version", callback=_show_version, is_eager=True, help="Print the version and stop."
    ),
]


def require_with(needed: str, asked: float, options: Mapping[str, object]) -> None:
    """Refuse options that mean nothing without another one."""
    for option, given in options.items():
        if given is not None and not asked:
            raise typer.BadParameter(f"needs {needed}", param_hint=option)


def named_values(pairs: list[str], option: str, *, kind: str = "value") -> dict[str, str]:
    """Return the values of `name=value` by name, each once."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (name and sign and value):
            raise typer.BadParameter(f"'{pair}' is not name={kind}", param_hint=option)
        if name in found:
            raise typer.BadParameter(f"'{name}' is given twice", param_hint=option)
        found[name] = value
    return found


def named_prices(pairs: list[str], option: str) -> dict[str, float]:
    """Return the prices of `name=price` by name."""
    found = {}
    for name, value in named_values(pairs, option, kind="price").items():
        try:
            found[name] = float(value)
        except ValueError:
            found[name] = math.nan
        if not math.isfinite(found[name]):
            raise typer.BadParameter(f"'{value}' of '{name}' is no number", param_hint=option)
    return found
