"""A run writes its files as a whole or not at all, the same everywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from matplotlib.figure import Figure

import carbonpeak as cp
import worlds
from carbonpeak.errors import InputError
from carbonpeak.output import tables
from carbonpeak.output.excel import write_workbook
from carbonpeak.output.report import report_text
from carbonpeak.output.summary import summarise
from carbonpeak.output.wording import carrier_title
from carbonpeak.vocabulary import Language, label
from carbonpeak.workflow import STEPS, RunResult, run
from carbonpeak.workflow.chain import compute
from carbonpeak.workflow.figures import MOST_WEDGES, energy_drawing, largest_measures
from carbonpeak.workflow.publish import plan_tables, whole_folder
from carbonpeak.workflow.rest import NOTHING, without_nothing
from output_worlds import computed

FILES = {"inventory.xlsx", "pathways.csv", "plan.xlsx", "report.html", "summary.json"}


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory, told: list[str]) -> RunResult:
    out = tmp_path_factory.mktemp("run") / "results"
    return run(worlds.MINIMAL, out, lang="zh", progress=told.append)


def test_run_writes_every_file(result: RunResult) -> None:
    assert {path.name for path in result.out.iterdir()} == FILES | {"figures"}
    assert {path.name for path in (result.out / "figures").iterdir()} >= {
        "co2_paths.png",
        "energy_baseline.png",
        "wedges_plan.png",
        "least_cost_path.png",
    }
    assert {path.as_posix() for path in result.files} >= FILES


def test_run_tells_each_step_once_and_in_order(result: RunResult, told: list[str]) -> None:
    assert result.files
    assert tuple(told) == STEPS


def test_nothing_but_the_results_is_left(result: RunResult) -> None:
    assert [path.name for path in result.out.parent.iterdir()] == ["results"]


def test_summary_file_is_the_summary_of_the_result(result: RunResult) -> None:
    text = (result.out / "summary.json").read_text("utf-8")
    assert json.loads(text) == json.loads(json.dumps(result.summary))
    assert str(worlds.TESTS) not in text


def test_pathways_file_reads_back(result: RunResult) -> None:
    table = tables.read_iamc((result.out / "pathways.csv").read_text("utf-8"))
    expected = tables.iamc_table(result.data)
    pd.testing.assert_frame_equal(table, expected)


def test_report_shows_every_figure(result: RunResult) -> None:
    text = (result.out / "report.html").read_text("utf-8")
    drawn = len(list((result.out / "figures").iterdir()))
    assert text.count("data:image/png;base64,") == drawn


def test_results_of_carbonpeak_are_replaced_as_a_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole_folder(out) as work:
        (work / "summary.json").write_text("{}")
        (work / "old.txt").write_text("old")
    with whole_folder(out) as work:
        (work / "summary.json").write_text("{}")
    assert [path.name for path in out.iterdir()] == ["summary.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folder_of_others_is_refused_and_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="holds files that carbonpeak did not write"):
        run(worlds.MINIMAL, tmp_path)
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_file_as_output_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="is a file"):
        run(worlds.MINIMAL, tmp_path / "file")


def test_error_half_way_leaves_nothing_and_keeps_what_stood(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with whole_folder(out) as work:
        (work / "summary.json").write_text("{}")
    with pytest.raises(RuntimeError):
        _fail_half_way(out)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert [path.name for path in out.iterdir()] == ["summary.json"]


def _fail_half_way(out: Path) -> None:
    with whole_folder(out) as work:
        (work / "half.txt").write_text("half")
        raise RuntimeError


def test_bad_region_leaves_nothing(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    worlds.edit(path / "targets.yaml", "year: 2025", "year: 2031")
    with pytest.raises(cp.CarbonPeakError, match="2031"):
        run(path, tmp_path / "deep" / "out")
    assert not (tmp_path / "deep").exists()


def test_chosen_scenarios_only(tmp_path: Path) -> None:
    data = compute(worlds.minimal(tmp_path), scenarios=["plan"])
    assert list(data.scenarios) == ["plan"]
    assert data.plan is not None
    assert data.plan.scenario == "plan"


def test_unknown_scenario_names_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="did you mean 'plan'"):
        compute(worlds.minimal(tmp_path), scenarios=["plann"])


def test_impossible_target_still_gives_every_table_and_says_why(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    worlds.edit(path / "targets.yaml", "reduction: 20", "reduction: 95")
    data = compute(path)
    assert data.plan is not None
    assert data.plan.path is None
    found = summarise(data)["plan"]
    assert found["status"] == "infeasible"
    assert found["cost"]["value"] is None
    json.dumps(found, allow_nan=False)
    for lang in ("zh", "en"):
        made = plan_tables(data, lang=lang)
        write_workbook(tmp_path / f"{lang}.xlsx", [], made, title="T", cover_name="C")
        text = report_text(data, {}, lang=lang).replace("&#39;", "'")
        assert data.plan.message.title(lang) in text
        assert label("note.one_option", lang) not in text


def test_ways_out_of_an_impossible_target_stand_in_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "county"
    shutil.copytree(worlds.SHIPPED / "yangjiang", path)
    worlds.edit(path / "targets.yaml", "reduction: 18\n", "reduction: 40\n")
    data = compute(path, scenarios=["plan"])
    region = cp.load_region(path)
    plan = cp.optimise(region, cp.load_scenario(region, "plan")).plan
    assert plan.diagnosis is not None
    (remedy,) = plan.diagnosis.remedies
    made = {
        (table.key, lang): table for lang in ("zh", "en") for table in plan_tables(data, lang=lang)
    }
    for lang, doubted in (("zh", "难以实现"), ("en", "hardly plausible")):
        missing, ways = made["shortfalls", lang], made["remedies", lang]
        assert missing.sheet == ways.sheet
        (lacks,) = missing.rows
        assert lacks.cells[2] == pytest.approx(plan.diagnosis.shortfalls[0].amount)
        assert [row.cells[2] for row in ways.rows] == [one.before for one in remedy.changes]
        for row, change in zip(ways.rows, remedy.changes, strict=True):
            assert isinstance(row.cells[3], float)
            assert 0 <= row.cells[3] - change.after <= 1e-3 * change.after
            assert (row.cells[7] == doubted) == (change.subject in ("solar_pv", "gas_chp_9f"))
            assert row.cells[6] == pytest.approx(remedy.cost * 1e-4)
        (window,) = (row.cells for row in ways.rows if "2024" in str(row.cells[0]))
        assert window[4] == ("台" if lang == "zh" else "units")
    assert "（由 2028—2035 年扩展到 2024—2035 年）" in str(made["remedies", "zh"].rows[-1].cells[0])
    assert not {"shortfalls", "remedies"} & {one.key for one in plan_tables(computed(), lang="zh")}


def test_region_without_targets_runs(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    (path / "targets.yaml").unlink()
    data = compute(path)
    assert summarise(data)["plan"]["carbon_price"]["value"] is None
    assert report_text(data, {}, lang="en")
    assert plan_tables(data, lang="en")


def test_built_in_case_keeps_its_promises() -> None:
    found = summarise(computed())
    assert found["energy_total"]["value"] == pytest.approx(218.57, rel=1e-9)
    assert found["intensity_change_2015_2020"]["value"] == pytest.approx(20.34, rel=1e-9)


SCRIPT = """
import sys
from carbonpeak.output.summary import summarise, summary_text
from carbonpeak.workflow.chain import compute
sys.stdout.write(summary_text(summarise(compute(sys.argv[1]))))
"""


def test_summary_is_the_same_under_any_hash_seed_and_from_any_folder(tmp_path: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(worlds.MINIMAL)],
            cwd=tmp_path if seed else worlds.TESTS,
            env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
        )
        for seed in (0, 1, 2)
    ]
    texts = {process.communicate()[0] for process in running}
    assert [process.returncode for process in running] == [0, 0, 0]
    assert len(texts) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_trace_of_a_carrier_has_no_label(lang: Language) -> None:
    """The heat that a plan leaves over is some kilograms of coal beside two million tonnes."""
    data = computed("yangjiang")
    carriers = data.scenarios["full_plan"].by_carrier.isel(year=-1)
    whole = float(abs(carriers).sum())
    assert 0 < float(carriers.sel(carrier="heat")) < NOTHING * whole
    ax = Figure().subplots()
    energy_drawing(data, data.scenarios["full_plan"], lang)(ax)
    said = [text.get_text() for text in ax.texts]
    for name, value in zip(carriers["carrier"].values, carriers.values, strict=True):
        title = carrier_title(str(name), lang)
        assert any(text.startswith(f"{title}  ") for text in said) == (value > NOTHING * whole)
    assert not any("e-" in text for text in said)


def test_what_is_nothing_beside_the_whole_is_left_out_of_a_figure() -> None:
    years = {"year": [2020, 2030]}
    parts = xr.DataArray(
        [[5.0, 5e-7], [1e-9, -1e-9], [-4.0, 4.0], [0.0, 5e-6]],
        dims=("carrier", "year"),
        coords={"carrier": ["ends", "dust", "turns", "small"], **years},
        attrs={"units": "tce/year"},
    )
    shown = without_nothing(parts, "carrier")
    assert shown["carrier"].values.tolist() == ["ends", "turns", "small"]
    np.testing.assert_array_equal(shown, [[5.0, 0.0], [-4.0, 4.0], [0.0, 5e-6]])
    assert shown.attrs == parts.attrs


def test_wedges_show_the_largest_measures_and_lose_nothing() -> None:
    """Small ones are drawn as one, so that a figure of fifty measures can be read."""
    whole = computed("yangjiang").scenarios["full_plan"].contribution
    shown = largest_measures(whole)
    assert shown.sizes["measure"] == MOST_WEDGES
    np.testing.assert_allclose(shown.sum("measure"), whole.sum("measure"), rtol=1e-12, atol=1e-6)
    least = abs(shown.isel(measure=slice(None, -1))).max("year").min()
    hidden = whole.drop_sel(measure=shown["measure"].values[:-1])
    assert float(abs(hidden).max()) <= float(least)
    few = whole.isel(measure=slice(0, 4))
    assert set(largest_measures(few)["measure"].values) <= set(few["measure"].values)
