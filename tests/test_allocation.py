"""The allocation switch: a reductant counts in energy or in processes, once, at its full carbon."""

from __future__ import annotations

from pathlib import Path

import pytest
import xarray as xr

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.errors import InputError

ENERGY, PROCESS = "1.A.2.a.2", "2.C.2"
CARBON_DIOXIDE = 1000 * 25.024 * 27.49e-3 * 44 / 12
"""Of 1000 t of anthracite: 25.024 GJ/t, 27.49 t C/TJ, all of it leaves."""
ROW = "{category},works,{source},reductant,2020,{value},t,,,invented,test,assumption,\n"
COAL = "standard_coal,anthracite,all,all,none,all,default,0.85,tce/t,,,test,test,read,assumption,\n"


def county(folder: Path, switch: str, *rows: tuple[str, str, float]) -> cp.Region:
    """Load the minimal region with a works whose switch stands so, and rows of reductants."""
    path = worlds.minimal(folder)
    (path / "sites.csv").write_text(
        "site,title_zh,title_en,category,gbt4754,reductant_carbon,note\n"
        "boiler_house,锅炉房,Boiler house,1.A.1.a,,,\noffices,机关,Offices,1.A.4.a,,,\n"
        f"works,厂,Works,1.A.2.a,,{switch},\n",
        "utf-8",
    )
    with (path / "activity" / "energy.csv").open("a", encoding="utf-8") as table:
        for category, source, value in rows:
            table.write(ROW.format(category=category, source=source, value=value))
    with (path / "factors.csv").open("a", encoding="utf-8") as table:
        table.write(COAL)
    return cp.load_region(path)


def carbon_dioxide(inventory: xr.Dataset) -> float:
    return float(inventory.emissions.sel(gas="CO2", year=2020).sum())


@pytest.mark.parametrize("stated", [ENERGY, PROCESS])
@pytest.mark.parametrize(
    ("switch", "category", "sector"), [("energy", ENERGY, "energy"), ("ippu", PROCESS, "ippu")]
)
def test_the_switch_decides_whatever_the_row_says(
    tmp_path: Path, stated: str, switch: str, category: str, sector: str
) -> None:
    inventory = cp.compile_inventory(county(tmp_path, switch, (stated, "anthracite", 1000)))
    works = inventory.isel(line=inventory.site.values == "works")
    assert list(works.line.values) == [f"{category}/works/anthracite"]
    assert list(works.sector.values) == [sector]
    assert carbon_dioxide(works) == pytest.approx(CARBON_DIOXIDE)


def test_both_ways_have_the_same_total_and_standard_coal(tmp_path: Path) -> None:
    rows = [(PROCESS, "anthracite", 1000.0), ("2.C.1", "coke_by_weight", 50.0)]
    energy, process = (
        cp.compile_inventory(county(tmp_path / name, name, *rows)) for name in ("energy", "ippu")
    )
    assert carbon_dioxide(energy) == pytest.approx(carbon_dioxide(process), rel=1e-12)
    assert energy.energy.sum("line").values == pytest.approx(process.energy.sum("line").values)
    assert "ippu" not in energy.sector.values
    assert list(process.sector.values).count("ippu") == 2


def test_a_reductant_stated_both_ways_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="duplicate of"):
        county(tmp_path, "energy", (ENERGY, "anthracite", 1), (PROCESS, "anthracite", 1))


def test_a_site_has_to_state_its_choice(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not say where the carbon of its reductants counts"):
        county(tmp_path, "", (PROCESS, "anthracite", 1))


def test_the_explanation_says_where_the_carbon_counts(tmp_path: Path) -> None:
    inventory = cp.compile_inventory(county(tmp_path, "energy", (PROCESS, "anthracite", 1000)))
    told = str(cp.explain(inventory, f"{ENERGY}/works/anthracite", year=2020))
    assert "reductant; its carbon counts under Energy" in told


@pytest.mark.parametrize("switch", ["energy", "ippu"])
def test_tier_1_steel_beside_its_reductants_is_seen(tmp_path: Path, switch: str) -> None:
    path = tmp_path / "county" / "regions" / "minimal"
    county(tmp_path, switch, ("2.C.1", "coke", 100))
    with (path / "activity" / "energy.csv").open("a", encoding="utf-8") as table:
        table.write("2.C.1,works,bof_steel,made,2020,300,t,,,invented,test,assumption,\n")
    region = cp.load_region(path)
    found = {one.name for one in cp.run_checks(region, cp.compile_inventory(region))}
    assert "double_count" in found


@pytest.mark.parametrize("pair", vocabulary.reductant_pairs(), ids=str)
def test_both_places_have_the_same_lines(pair: vocabulary.ReductantPair) -> None:
    process, energy = (
        {
            rule.sources: (rule.method, rule.condition, rule.subject, rule.scope)
            for rule in vocabulary.line_rules()
            if rule.category == category and rule.item == "reductant"
        }
        for category in (pair.process, pair.energy)
    )
    assert energy == process
    assert energy
