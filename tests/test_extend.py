"""What the pages on extending the library tell their readers to do, done."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import carbonpeak as cp
import worlds

EXAMPLES = Path(__file__).parent / "extend"
PAGES = Path(__file__).parents[1] / "docs" / "extend"

WITH_OTHER_DEFINITIONS = """
import json, sys
from pathlib import Path
from carbonpeak import locate

locate.definitions = Path(sys.argv[1]).joinpath
import carbonpeak as cp

inventory = cp.compile_inventory(cp.load_region(sys.argv[2]))
masses = inventory["emissions"] + inventory["memo"]
json.dump({line: masses.sel(line=line, year=2020).values.tolist()
           for line in ("1.A.2.e/bagasse", "3.A.1/deer")}
          | {"gases": inventory["gas"].values.tolist()}, sys.stdout)
"""


def blocks(page: str) -> str:
    """Return all Python of a page, as one program."""
    found = re.findall(r"```python\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    assert found
    return "\n".join(found)


def test_the_page_on_factor_sets_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLES)
    names: dict[str, object] = {}
    exec(blocks("factor_set.md"), names)
    assert isinstance(names["factors"], cp.FactorSet)


def test_a_set_of_one_row_serves_a_county(tmp_path: Path) -> None:
    """25 000 t of coal, 19.85 GJ/t of the set; carbon and oxidation of the set behind it."""
    region = worlds.minimal(tmp_path)
    worlds.edit(region / "region.yaml", "cn_provincial_2011", str(EXAMPLES / "my_county"))
    inventory = cp.compile_inventory(cp.load_region(region))
    behind = cp.load_factor_set("cn_provincial_2011")
    carbon, oxidation = (
        behind.find(name, "raw_coal").value for name in ("carbon_content", "oxidation")
    )
    found = inventory["emissions"].sel(line="1.A.1.a/boiler_house/raw_coal", gas="CO2")
    expected = 25_000 * 19.85 / 1000 * carbon * oxidation * 44 / 12
    assert float(found.sum()) == pytest.approx(expected)
    used = {"local", "my_county", "cn_provincial_2011", "ipcc_2006"}
    assert set(inventory["factor_set"].values) == used


def append(row: Path, table: Path) -> None:
    """Add the rows of an example to a table of the same columns."""
    header, *lines = row.read_text("utf-8").splitlines(keepends=True)
    text = table.read_text("utf-8")
    assert text.startswith(header)
    table.write_text(text + "".join(lines), "utf-8")


def test_a_new_source_is_a_row_of_data(tmp_path: Path) -> None:
    """Bagasse: 8 TJ. CO2 is a memo item: 8 x 27.3 x 44/12. 500 deer of 20 kg CH4."""
    definitions = shutil.copytree(
        Path(cp.__file__).parent / "definitions", tmp_path / "definitions"
    )
    for name in ("sources_energy", "sources_agriculture", "lines_agriculture"):
        folder, _, sector = name.partition("_")
        append(EXAMPLES / f"{name}.csv", definitions / folder / f"{sector}.csv")
    region = worlds.minimal(tmp_path)
    append(EXAMPLES / "factors.csv", region / "factors.csv")
    shutil.copy(EXAMPLES / "activity.csv", region / "activity" / "new.csv")
    done = subprocess.run(
        [sys.executable, "-c", WITH_OTHER_DEFINITIONS, str(definitions), str(region)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    of = {name: dict(zip(found["gases"], found[name], strict=True)) for name in found}
    assert of["1.A.2.e/bagasse"] == pytest.approx(
        {"CO2": 8 * 27.3 * 44 / 12, "CH4": 8 * 30 / 1000, "N2O": 8 * 4 / 1000}
    )
    assert of["3.A.1/deer"] == pytest.approx({"CO2": 0, "CH4": 500 * 20 / 1000, "N2O": 0})
