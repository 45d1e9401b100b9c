"""What a stranger meets first: the README, its twin, and the commands in them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh.md"]


def commands(name: str) -> list[str]:
    return re.findall(r"^python3 -m venv .*$", (ROOT / name).read_text("utf-8"), re.M)


def test_there_are_two_commands_and_the_twins_agree() -> None:
    run, test = commands("README.md")
    assert run.endswith(".venv/bin/carbonpeak run yangjiang")
    assert ".venv/bin/pytest" in test
    assert commands("README.zh.md") == [run, test]


@pytest.mark.parametrize("name", READMES)
def test_every_link_and_image_of_a_readme_is_there(name: str) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", (ROOT / name).read_text("utf-8"))
    assert sum(link.endswith(".png") for link in links) == 2
    for link in links:
        if not link.startswith("http"):
            assert (ROOT / link).is_file(), link


def test_figures_of_the_readme_are_small() -> None:
    for path in (ROOT / "docs" / "images").glob("*.png"):
        assert path.stat().st_size < 200_000


def test_the_twins_hold_the_same_numbers() -> None:
    tables = [
        [
            number
            for row in (ROOT / name).read_text("utf-8").splitlines()
            if row.startswith("|")
            for number in re.findall(r"\d+\.\d+", row)
        ]
        for name in READMES
    ]
    assert tables[0] == tables[1]
    assert len(tables[0]) >= 5


def test_the_version_is_said_once() -> None:
    import carbonpeak

    citation = (ROOT / "CITATION.cff").read_text("utf-8")
    assert f"version: {carbonpeak.__version__}" in citation
    assert f"## [{carbonpeak.__version__}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
