"""One tiny bad file per mistake, and the exact words that it meets."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import carbonpeak as cp
import worlds

CASES = worlds.broken_cases()


def run_chain(path: Path) -> None:
    region = cp.load_region(path)
    inventory = cp.compile_inventory(region)
    cp.summary(inventory, str(inventory.attrs["metric"]))
    scenario = cp.load_scenario(region, "plan")
    cp.project(region, scenario)
    cp.optimise(region, scenario)
    for name in cp.project_names(region):
        cp.screen_project(region, scenario, name)


def without_counts(message: str) -> str:
    """Return a message without how many other words a factor set would have had."""
    return re.sub(r"and \d+ more", "and more", message)


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*"))


def test_the_minimal_region_has_no_fault(tmp_path: Path) -> None:
    run_chain(worlds.minimal(tmp_path))


@pytest.mark.parametrize("case", CASES)
def test_message(case: str, tmp_path: Path) -> None:
    with pytest.raises(cp.CarbonPeakError) as caught:
        run_chain(worlds.broken(case, tmp_path))
    assert without_counts(str(caught.value)) == without_counts(worlds.expected_message(case))


@pytest.mark.parametrize("case", CASES)
def test_the_command_line_says_the_same_and_writes_nothing(
    case: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from carbonpeak.cli import main

    path = worlds.broken(case, tmp_path / "input")
    before = files_in(tmp_path)
    arguments = ["run", str(path), "--scenario", "plan", "--out", str(tmp_path / "output")]
    monkeypatch.setattr(sys, "argv", ["carbonpeak", *arguments])
    with pytest.raises(SystemExit) as left:
        main()
    printed = capsys.readouterr()
    assert left.value.code == 2
    assert "Traceback" not in printed.err + printed.out
    for line in without_counts(worlds.expected_message(case)).splitlines():
        assert line in without_counts(printed.err)
    assert files_in(tmp_path) == before


def test_a_missing_region_ends_the_process_without_a_traceback(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carbonpeak", "run", "nowhere", "--out", "results"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert (
        "nowhere: no such folder or shipped name; allowed: sample_county, yangjiang" in done.stderr
    )
    assert files_in(tmp_path) == []


def test_an_empty_region_says_so(tmp_path: Path) -> None:
    path = worlds.empty(tmp_path)
    with pytest.raises(cp.CarbonPeakError, match="activity"):
        cp.compile_inventory(cp.load_region(path))
