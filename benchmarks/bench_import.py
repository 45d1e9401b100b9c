"""What a session pays before its first number."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.timing import Measured, fastest

IMPORT_ALLOWED = 0.050
FIRST_ALLOWED = 0.010

FIRST = """
import time
import carbonpeak as cp
inventory = cp.compile_inventory(cp.load_region("yangjiang"))
start = time.perf_counter()
cp.co2e(inventory, metric="AR5GWP100")
print(time.perf_counter() - start)
"""


def bench() -> list[Measured]:
    """Return the import over bare Python and the first CO2e, as shares of what is allowed."""
    loaded, bare = fastest(lambda: _run("import carbonpeak"), lambda: _run("pass"), repeats=15)
    first = min(float(_run(FIRST)) for _ in range(3))
    return [
        Measured("import over bare Python, of 50 ms", (loaded - bare) / IMPORT_ALLOWED, 1.0),
        Measured("first CO2e after load, of 10 ms", first / FIRST_ALLOWED, 1.0),
    ]


def _run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return done.stdout
