"""Projections of 3,000 counties to 41 years into a store: time and memory against 300."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import carbonpeak as cp
from benchmarks.timing import Measured
from carbonpeak import locate

FEW, MANY = 300, 3_000
START, END = 2023, 2063

CODE = """
import json, resource, sys, time
import carbonpeak as cp
cp.map_regions("projection", sys.argv[1] + "/warm", store=sys.argv[2] + "-warm", quiet=True)
start = time.process_time()
done = cp.map_regions("projection", sys.argv[1] + "/counties", store=sys.argv[2], quiet=True)
used = time.process_time() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([done.done, used, peak]))
"""


def bench() -> Iterator[Measured]:
    """Yield the ratios of processor time a county and of the most memory ever held."""
    with tempfile.TemporaryDirectory() as folder:
        few = mapped(Path(folder) / "few", FEW)
        many = mapped(Path(folder) / "many", MANY)
    yield Measured(
        f"projection, time a county, {MANY:,} over {FEW}", many[0] / MANY / (few[0] / FEW), 1.2
    )
    yield Measured(f"projection, most memory, {MANY:,} over {FEW}", many[1] / few[1], 1.2)


def mapped(folder: Path, count: int) -> tuple[float, float]:
    """Return the seconds of the processor and the most kilobytes held, in a process of its own."""
    for at in range(count):
        county(folder / "counties" / f"county_{at:04}", 0.5 + at / count)
    county(folder / "warm" / "county", 1.0)
    path = os.pathsep.join([str(Path(cp.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    ran = subprocess.run(
        [sys.executable, "-c", CODE, str(folder), str(folder / "store")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    done, used, peak = json.loads(ran.stdout)
    if done != count:
        raise RuntimeError(f"{done} of {count} counties were done")
    stored = cp.open_regions(folder / "store", variables=["energy_co2"])["energy_co2"]
    if stored.shape != (count, END - START + 1) or bool(stored.isnull().any()):
        raise RuntimeError(f"the store holds {dict(stored.sizes)}")
    print(f"{count:5,} counties: {used / count * 1000:.1f} ms each, {peak / 1024:.0f} MB at most")
    return used, peak


def county(path: Path, size: float) -> None:
    """Copy the sample county with its horizon moved and its works of another size."""
    shutil.copytree(locate.find("scenarios", "sample_county"), path)
    rewritten(path / "baseline.yaml", "end: 2035", f"end: {END}")
    rewritten(path / "drivers.csv", ",2035,", f",{END},")
    rewritten(path / "drivers.csv", "780000", str(round(780_000 * size)))


def rewritten(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    if old not in text:
        raise RuntimeError(f"{path}: holds no '{old}'")
    path.write_text(text.replace(old, new), "utf-8")
