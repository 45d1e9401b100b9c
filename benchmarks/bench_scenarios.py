"""An ensemble of a scenario with many measures against the same sums in a bare numpy loop."""

from __future__ import annotations

import csv
import json
import resource
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import carbonpeak as cp
from benchmarks.timing import Measured, against
from carbonpeak import locate
from carbonpeak.records import read_yaml_plain
from carbonpeak.scenario.ensemble import Runs, runs_of
from carbonpeak.scenario.ensemble.inputs import Drawn

Floats = npt.NDArray[np.float64]
MEASURES, COPIES, END = 60, 10, 2060
DRAWS, BLOCK = 100_000, 1024
DISTINCT = 12


def bench() -> Iterator[Measured]:
    """Yield the ratios: 100,000 draws x 41 years x 60 measures, and the memory they take."""
    with tempfile.TemporaryDirectory() as folder:
        region = cp.load_region(_many_measures(Path(folder) / "yangjiang"))
        scenario = cp.load_scenario(region, "plan")
        runs = runs_of(region, scenario, draws=DRAWS, seed=0, sampler="sobol", of=("energy_co2",))
        cp.ensemble(region, scenario, draws=DRAWS, of=("energy_co2",))
        yield Measured(
            "most memory ever held by 100,000 draws, over 1 GB", _peak_memory() / 1e9, 1.0
        )
        few = [runs.inputs.drawn(_chances(runs, seed)) for seed in range(DISTINCT)]
        loop = _Loop(runs, few[0])
        # The time of both grows with the draws: some of them in many turns, so that a pause in
        # which other programs have the processor does not decide.
        yield against(
            f"ensemble, {DRAWS:,} draws x {len(runs.years)} years x {MEASURES} measures",
            lambda: [runs.engine.evaluate(drawn) for drawn in few],
            lambda: loop.run(few),
            bound=1.5,
            repeats=DRAWS // BLOCK // DISTINCT * 3,
        )


class _Loop:
    """The same paths from the same draws, line by line and measure by measure, in one buffer.

    Rates, moves and the activity of the base year are given to it ready made.
    """

    def __init__(self, runs: Runs, drawn: Drawn) -> None:
        layout = self.layout = runs.layout
        self.width, years = runs.engine.chunk, len(runs.years)
        draws = runs.engine._draws(_cut(drawn, 0, self.width))
        self.terms = [
            (draws.rates[term.rate] * draws.activity[term.line], term, draws.profiles)
            for term in layout.rates.terms
            if draws.activity[term.line].any()
        ]
        of_line = {term.line: term for term in layout.rates.terms}
        self.moves = [
            (draws.moved[place] * draws.rates[of_line[line].rate], bool(of_line[line].paths), at)
            for line, (place, at) in layout.plans.pairs(layout.own)
            if line in of_line
        ]
        self.age = np.arange(years)[:, None]
        self.buffer, self.total = np.empty((years, self.width)), np.empty((years, self.width))
        self.works = np.empty((len(layout.plans.measures), years, self.width))

    def run(self, blocks: list[Drawn]) -> None:
        """Add up blocks of draws."""
        for drawn in blocks:
            for start in range(0, drawn.numbers.shape[1], self.width):
                self._paths(_cut(drawn, start, start + self.width))

    def _paths(self, part: Drawn) -> None:
        courses = {
            name: self.layout.series[name.partition("|")[2]].index(values)
            for name, values in part.paths.items()
            if name.startswith("driver|")
        }
        self.total[...] = 0.0
        grid = courses["driver|grid_emission_factor"]
        for amount, term, profiles in self.terms:
            profile = self.layout.profile_of[term.line]
            series = next((name for name, _ in self.layout.profiles[profile].terms), "")
            course = courses.get(f"driver|{series}")
            course = profiles[profile] if course is None else course
            self._add(course, amount, grid if term.paths else None)
        self._work()
        for amount, follows, at in self.moves:
            self._add(self.works[at], amount, grid if follows else None)

    def _add(self, course: Floats, amount: Floats, grid: Floats | None) -> None:
        np.multiply(course, amount, out=self.buffer)
        if grid is not None:
            np.multiply(self.buffer, grid, out=self.buffer)
        self.total += self.buffer

    def _work(self) -> None:
        lifetime = np.full(self.width, 15.5)
        for at, builds in enumerate(self.layout.plans.builds):
            self.works[at] = 0.0
            for year in np.flatnonzero(builds):
                np.less(self.age[: len(self.age) - year], lifetime, out=self.buffer[year:])
                self.buffer[year:] *= builds[year]
                self.works[at, year:] += self.buffer[year:]


def _cut(drawn: Drawn, start: int, stop: int) -> Drawn:
    paths = {name: values[:, start:stop] for name, values in drawn.paths.items()}
    return Drawn(drawn.numbers[:, start:stop], paths)


def _chances(runs: Runs, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    return np.asarray(random.uniform(1e-9, 1 - 1e-9, size=(BLOCK, len(runs.inputs.names))))


def _peak_memory() -> float:
    """Return the most memory that this process ever held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def _many_measures(folder: Path) -> Path:
    """Copy the built-in case to 2060, each of its measures in ten parts."""
    shutil.copytree(
        locate.find("scenarios", "yangjiang"),
        folder,
        ignore=shutil.ignore_patterns("measures", "actors.csv"),
    )
    for name in ("baseline.yaml", "measures.yaml", "plan.yaml"):
        plain, _ = read_yaml_plain(folder / name)
        (folder / name).write_text(json.dumps(_changed(name, plain)), "utf-8")
    _rewrite(folder / "drivers.csv", _longer)
    _rewrite(folder / "measures.csv", lambda rows: [new for row in rows for new in _parts(row)])
    return folder


def _changed(name: str, plain: dict[str, Any]) -> dict[str, Any]:
    if name == "baseline.yaml":
        plain["horizon"]["end"] = END
    elif name == "measures.yaml":
        return {f"{key}_{part}": entry for key, entry in plain.items() for part in range(COPIES)}
    else:
        plain["measures"] = {
            f"{key}_{part}": _part(adoption)
            for key, adoption in plain["measures"].items()
            for part in range(COPIES)
        }
    return plain


def _part(adoption: dict[str, Any]) -> dict[str, Any]:
    """Return a tenth of half of what is built: hardly a line runs short, the loop settles none."""
    if "amount" in adoption:
        return {**adoption, "amount": adoption["amount"] / COPIES / 2}
    return {"builds": dict.fromkeys(adoption["builds"], 1)}


def _longer(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    last = [row for row in rows if row["series"] == "household_petrol_cars"][-1]
    return [*rows, {**last, "year": str(END)}]


def _parts(row: dict[str, str]) -> list[dict[str, str]]:
    """Return the rows of the parts; blocks are built whole, so that they are small instead."""
    if row["measure"] == "gas_chp_6f" and row["parameter"] in ("capacity", "heat_output"):
        small = {key: repr(float(row[key]) / COPIES / 2) for key in ("value", "low", "high")}
        row = {**row, **small}
    return [{**row, "measure": f"{row['measure']}_{part}"} for part in range(COPIES)]


def _rewrite(path: Path, change: Callable[[list[dict[str, str]]], list[dict[str, str]]]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(change(rows))
