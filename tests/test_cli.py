"""The command line: results on standard output, errors in plain words with exit code 2."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import carbonpeak as cp
import worlds
from carbonpeak.cli import app
from carbonpeak.vocabulary import label

RUNNER = CliRunner()
MINIMAL = str(worlds.MINIMAL)
MAIN = "from carbonpeak.cli import main; main()"


def test_version() -> None:
    found = RUNNER.invoke(app, ["--version"])
    assert found.exit_code == 0
    assert found.stdout.startswith("carbonpeak ")


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from carbonpeak.cli import app\n"
        "heavy = {'numpy', 'pandas', 'xarray', 'matplotlib', 'scipy', 'highspy', 'pint'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "app(['--help'])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    for command in ("run", "inventory", "project", "optimise", "explain", "check"):
        assert command in found.stdout


def test_run_writes_results_and_says_what_it_found(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-W", "error", "-c", MAIN, "run", MINIMAL]
    found = subprocess.run(
        [*command, "--scenario", "plan", "--out", str(out), "--lang", "en"],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
    )
    assert found.returncode == 0, found.stderr
    assert "Energy total: 3.51" in found.stdout
    assert f"Files: {out}" in found.stdout
    assert "workbooks" in found.stderr
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert list(summary["scenarios"]) == ["plan"]


def test_inventory_project_and_optimise_write_their_own_files(tmp_path: Path) -> None:
    for command, name in (
        ("inventory", "inventory.xlsx"),
        ("project", "pathways.csv"),
        ("optimise", "plan.xlsx"),
    ):
        found = RUNNER.invoke(app, [command, MINIMAL, "--out", str(tmp_path), "--lang", "en"])
        assert found.exit_code == 0, found.output
        assert str(tmp_path / name) in found.stdout
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["figures", "inventory.xlsx", "pathways.csv", "plan.xlsx"]
    assert (tmp_path / "figures" / "emission_trend.png").is_file()


def test_explain_prints_equation_and_sources() -> None:
    line = str(worlds.compiled("minimal")["line"].values[0])
    found = RUNNER.invoke(app, ["explain", MINIMAL, line, "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert "equation:" in found.stdout


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("total", "Smallest county, 2020, AR5GWP100: Direct emissions without land use"),
        ("energy", "1.A.1.a Public electricity"),
        ("1.A", "1.A.1.a/boiler_house/raw_coal (raw coal)"),
    ],
)
def test_explain_walks_down_from_the_total(part: str, told: str) -> None:
    found = RUNNER.invoke(app, ["explain", MINIMAL, part, "--depth", "3", "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert told in found.stdout


def test_explain_names_the_nearest_line() -> None:
    line = str(worlds.compiled("minimal")["line"].values[0])
    found = RUNNER.invoke(app, ["explain", MINIMAL, line[:-1]])
    assert found.exit_code == 2
    assert f"did you mean '{line}'?" in found.stderr


def test_check_says_what_it_read() -> None:
    found = RUNNER.invoke(app, ["check", MINIMAL, "--lang", "en"])
    assert found.exit_code == 0, found.output
    assert "0 errors" in found.stdout


@pytest.mark.parametrize("command", ["run", "inventory", "project", "optimise", "check"])
def test_unknown_region_is_said_in_plain_words(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = RUNNER.invoke(app, [command, "yangjang"])
    assert found.exit_code == 2
    assert "did you mean 'yangjiang'?" in found.stderr
    assert "Traceback" not in found.output
    assert list(tmp_path.iterdir()) == []


def test_default_folder_is_named_after_the_region(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = RUNNER.invoke(app, ["inventory", MINIMAL])
    assert found.exit_code == 0, found.output
    assert (tmp_path / "carbonpeak-results" / "minimal" / "inventory.xlsx").is_file()


def test_another_edition_has_a_folder_and_a_recalculation_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    arguments = ["inventory", MINIMAL, "--edition", "cn_provincial_2025", "--lang", "en"]
    found = RUNNER.invoke(app, arguments)
    assert found.exit_code == 0, found.output
    path = tmp_path / "carbonpeak-results" / "minimal_cn_provincial_2025" / "inventory.xlsx"
    book = load_workbook(path)
    cells = [cell for row in book["About"].iter_rows(values_only=True) for cell in row]
    assert "Provincial greenhouse gas inventory guideline (2025 edition)" in cells
    series = book["T16 Series and recalculation"].iter_rows(values_only=True)
    assert any("cn_provincial_2025" in str(cell) for row in series for cell in row)


def test_an_unknown_edition_is_said_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = RUNNER.invoke(app, ["inventory", MINIMAL, "--edition", "cn_provincial_2026"])
    assert found.exit_code == 2
    assert "did you mean 'cn_provincial_2025'?" in found.stderr
    assert list(tmp_path.iterdir()) == []


def test_bad_language_is_refused() -> None:
    assert RUNNER.invoke(app, ["check", MINIMAL, "--lang", "fr"]).exit_code == 2


def test_progress_says_a_sentence_for_each_target() -> None:
    from carbonpeak.planning.targets import load_targets

    found = RUNNER.invoke(app, ["progress", "yangjiang", "--lang", "en"])
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert len(lines) == len(load_targets(worlds.loaded()))
    assert any("up 20.34 % in 2020 on 2015" in line and "Missed by" in line for line in lines)
    ahead = RUNNER.invoke(app, ["progress", MINIMAL, "plan", "--lang", "zh"])
    named = RUNNER.invoke(app, ["progress", MINIMAL, "--scenario", "plan", "--lang", "zh"])
    assert named.exit_code == 0
    assert named.stdout == ahead.stdout
    torn = RUNNER.invoke(app, ["progress", MINIMAL, "plan", "--scenario", "baseline"])
    assert torn.exit_code == 2
    assert "two scenarios, 'plan' and 'baseline'; keep --scenario" in torn.stderr
    assert "2025年比2020年" in ahead.stdout


def test_screen_says_the_verdict_on_a_project() -> None:
    found = RUNNER.invoke(app, ["screen", "yangjiang", "nickel_alloy", "--lang", "en"])
    assert found.exit_code == 0
    assert "It passes on conditions. Conditions: " in found.stdout.splitlines()[0]
    wrong = RUNNER.invoke(app, ["screen", "yangjiang", "nickel_aloy"])
    assert wrong.exit_code == 2
    assert "did you mean 'nickel_alloy'?" in wrong.stderr


def test_optimise_writes_program_and_log_and_passes_options_on(tmp_path: Path) -> None:
    program, log = tmp_path / "zone.mps", tmp_path / "solver.log"
    asked = ["--write", str(program), "--log", str(log), "--time-limit", "60", "--gap", "0.001"]
    asked += ["--threads", "1", "--seed", "3", "--option", "presolve=off"]
    found = RUNNER.invoke(app, ["optimise", "yangjiang", "--out", str(tmp_path), *asked])
    assert found.exit_code == 0, found.output
    assert program.read_text("utf-8").startswith("NAME carbonpeak")
    assert "Model status" in log.read_text("utf-8")


@pytest.mark.parametrize(
    ("option", "words"),
    [("presolv=off", "did you mean 'presolve'"), ("presolve", "is not name=value")],
)
def test_a_wrong_solver_option_ends_in_plain_words(tmp_path: Path, option: str, words: str) -> None:
    asked = ["optimise", MINIMAL, "--out", str(tmp_path), "--option", option]
    found = RUNNER.invoke(app, asked)
    assert found.exit_code == 2
    assert words in " ".join(found.output.split())


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--out", "file"], ["file: is a file; name a folder with --out"]),
        (["--out", "file/deeper"], ["file: is a file"]),
        (
            ["--log", "none/solver.log", "--write", "none/zone.lp", "--scenario", "pln"],
            [
                "none/solver.log: there is no folder 'none'; name a file with --log",
                "none/zone.lp: there is no folder 'none'; name a file with --write",
                "did you mean 'plan'?",
            ],
        ),
        (["--log", "folder"], ["folder: is a folder; name a file with --log"]),
    ],
)
def test_places_that_cannot_be_written_are_refused_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: list[str], words: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    monkeypatch.setattr("carbonpeak.workflow.chain.compile_inventory", None)
    found = RUNNER.invoke(app, ["optimise", MINIMAL, *asked])
    assert found.exit_code == 2, found.output
    for told in words:
        assert told in found.stderr
    for command in ("inventory", "project"):
        assert "is a file" in RUNNER.invoke(app, [command, MINIMAL, "--out", "file"]).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_optimise_answers_further_questions_with_tables_figures_and_lines(tmp_path: Path) -> None:
    asked = ["optimise", "yangjiang", "plan", "--out", str(tmp_path), "--lang", "en"]
    asked += ["--pareto", "3", "--alternatives", "--robust", "0.5", "--draws", "64"]
    found = RUNNER.invoke(app, asked)
    assert found.exit_code == 0, found.output
    for words in (
        "Cost against emissions, 3 plans",
        "Built by every plan within 10 %",
        "in 50 % of 64 drawn futures",
        "whole projects make the cost jump",
    ):
        assert words in found.stdout.replace("kept in", "in")
    sheets = load_workbook(tmp_path / "plan.xlsx").sheetnames
    assert {"Prices", "Who pays", "Cost and emissions", "Alternatives", "Sureness"} <= set(sheets)
    sheet = list(load_workbook(tmp_path / "plan.xlsx")["Sureness"].iter_rows(values_only=True))
    (row,) = (row for row in sheet if row[0] == 50.0)
    made, plain = (f"{share:.0f} %" for share in row[2:4])
    same = f"of 1,024 other draws in {made}, with the plan for the stated numbers in {plain}"
    assert f"({same} of the same draws)" in found.stdout
    assert row[3] * 1024 / 100 == pytest.approx(round(row[3] * 1024 / 100))
    figures = {path.stem for path in (tmp_path / "figures").iterdir()}
    cheap = {"paths", "builds", "prices", "cash_flow"}
    assert figures == cheap | {"pareto", "alternatives", "robustness"}


def test_a_target_without_a_title_is_called_by_its_indicator_in_chinese(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    targets = folder / "targets.yaml"
    bare = re.sub(r"(?m)^  title_.*\n", "", targets.read_text("utf-8"))
    bare = re.sub(r"reduction: [\d.]+", "reduction: 20", bare)
    targets.write_text(bare, encoding="utf-8")
    found = RUNNER.invoke(app, ["optimise", str(folder), "--out", str(tmp_path / "out")])
    title = "2025年单位地区生产总值二氧化碳排放"
    assert f"（{title}）" in found.stdout, found.output
    book = load_workbook(tmp_path / "out/plan.xlsx")
    for sheet in ("目标", "影子价格"):
        assert title in [cell.value for cell in book[sheet]["A"]]
    assert f"{title}的目标" in [cell.value for cell in book["约束条件"]["A"]]


def test_where_no_share_of_the_futures_can_be_kept_the_rest_is_told(tmp_path: Path) -> None:
    """A target that just holds on the stated numbers; there is nothing to draw of its sureness."""
    folder = worlds.opulent(tmp_path)
    targets = folder / "targets.yaml"
    tight = targets.read_text("utf-8").replace("reduction: 31.94", "reduction: 51.69")
    targets.write_text(tight, encoding="utf-8")
    asked = ["optimise", str(folder), "--out", str(tmp_path / "out"), "--robust", "0.5"]
    found = RUNNER.invoke(app, asked)
    assert found.exit_code == 0, found.output
    assert "各项目标均可达成" in found.stdout
    assert "任何建设方案都不能在50 %的情景中达成全部目标" in found.stdout
    assert not (tmp_path / "out/figures/robustness.png").exists()
    assert (tmp_path / "out/figures/paths.png").exists()


def test_further_questions_about_an_impossible_target_are_said_to_be_left(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    targets = folder / "targets.yaml"
    steep = re.sub(r"reduction: [\d.]+", "reduction: 80", targets.read_text("utf-8"))
    targets.write_text(steep, encoding="utf-8")
    asked = ["optimise", str(folder), "--out", str(tmp_path / "out"), "--lang", "en"]
    found = RUNNER.invoke(app, [*asked, "--pareto", "3"])
    assert found.exit_code == 1, found.output
    assert "Least-cost path (none found): co2_intensity_2025 cannot be met" in found.stdout
    assert "the further questions were not asked" in found.stdout
    assert "further questions" not in RUNNER.invoke(app, asked).stdout
    book = load_workbook(tmp_path / "out/plan.xlsx")
    for name in ("About", "Cost", "What binds"):
        cells = [str(cell) for row in book[name].iter_rows(values_only=True) for cell in row]
        assert any("short by" in cell and "what limits" in cell for cell in cells), name
    told = [str(c) for sheet in book for row in sheet.iter_rows(values_only=True) for c in row]
    assert not [cell for cell in told if "one option" in cell]
    assert "exit code 1" in " ".join(RUNNER.invoke(app, ["optimise", "--help"]).stdout.split())


def test_optimise_leaves_no_figure_of_another_plan(tmp_path: Path) -> None:
    asked = ["optimise", MINIMAL, "--out", str(tmp_path)]
    assert RUNNER.invoke(app, [*asked, "--pareto", "3"]).exit_code == 0
    assert (tmp_path / "figures" / "pareto.png").is_file()
    assert RUNNER.invoke(app, asked).exit_code == 0
    assert not (tmp_path / "figures" / "pareto.png").exists()
    assert (tmp_path / "figures" / "paths.png").is_file()


def test_optimise_may_miss_a_target_at_its_price(tmp_path: Path) -> None:
    asked = ["optimise", "yangjiang", "--scenario", "plan", "--out", str(tmp_path), "--lang", "en"]
    found = RUNNER.invoke(app, [*asked, "--soft", "forest_cover_2025=1"])
    assert found.exit_code == 0, found.output
    assert "missed at their price: Forest cover of 2025" in found.stdout


@pytest.mark.parametrize(
    ("lang", "every", "every_hard"),
    [("en", "every target", "every hard target"), ("zh", "全部目标", "全部刚性目标")],
)
def test_where_a_target_is_soft_only_the_hard_ones_are_said_to_be_kept(
    tmp_path: Path, lang: str, every: str, every_hard: str
) -> None:
    asked = ["optimise", MINIMAL, "--out", str(tmp_path), "--lang", lang, "--alternatives"]
    asked += ["--robust", "0.5", "--draws", "4"]
    for said, other, soft in (
        (every, every_hard, []),
        (every_hard, every, ["--soft", "co2_intensity_2025=1e6"]),
    ):
        found = RUNNER.invoke(app, [*asked, *soft])
        assert found.exit_code == 0, found.output
        book = load_workbook(tmp_path / "plan.xlsx")
        kept = next(line for line in found.stdout.splitlines() if re.search(r"50 %", line))
        sheets = [book[label(f"sheet.{key}", lang)] for key in ("ranges", "sureness")]
        told = [kept, *(" ".join(str(c.value) for row in one for c in row) for one in sheets)]
        assert all(said in words.lower() and other not in words.lower() for words in told), told


@pytest.mark.parametrize(
    ("against", "said", "heads"),
    [
        ("height", "Cost against the peak, 4 plans: from", ("Point", "Energy CO₂ of the highest")),
        ("peak_year", "A peak no later than 2021 costs nothing more", ("Latest year",)),
    ],
)
def test_cost_may_stand_against_the_peak_or_its_year(
    tmp_path: Path, against: str, said: str, heads: tuple[str, ...]
) -> None:
    asked = ["optimise", MINIMAL, "--out", str(tmp_path), "--lang", "en", "--pareto", "4"]
    found = RUNNER.invoke(app, [*asked, "--against", against])
    assert found.exit_code == 0, found.output
    assert said in found.stdout
    assert (tmp_path / "figures" / "pareto.png").is_file()
    sheet = load_workbook(tmp_path / "plan.xlsx")["Cost and emissions"]
    rows = list(sheet.iter_rows(values_only=True))
    head = next(row for row in rows if str(row[0]).startswith(heads[0]))
    assert all(str(cell).startswith(start) for cell, start in zip(head, heads, strict=False))
    numbers = [row for row in rows if isinstance(row[0], int)]
    region = cp.load_region(MINIMAL)
    answer = cp.optimise(region, cp.load_scenario(region, "baseline"))
    front = cp.pareto_front(answer, against=against, points=4)
    cost = 2 if against == "height" else 1
    told = [np.nan if row[cost] is None else row[cost] for row in numbers]
    assert told == pytest.approx((front["cost"].values * 1e-4).tolist(), nan_ok=True)
    notes = " ".join(str(row[0]) for row in rows)
    assert ("worse in the other" in notes) == (against == "height")
    assert ("the earlier peak is free" in notes) == (against == "peak_year")


def test_optimise_keeps_only_the_targets_named_and_looks_as_far_as_told(tmp_path: Path) -> None:
    asked = ["optimise", "yangjiang", "--scenario", "plan", "--out", str(tmp_path), "--lang", "en"]
    found = RUNNER.invoke(app, [*asked, "--target", "forest_cover_2025", "--myopic", "6"])
    assert found.exit_code == 0, found.output
    assert "2020–2025, 2023–2028" in found.stdout
    rows = load_workbook(tmp_path / "plan.xlsx")["Targets"].iter_rows(values_only=True)
    titles = [row[0] for row in rows if row[1] in (2025, 2030)]
    assert titles == ["Forest cover of 2025"]


def test_beside_a_plan_of_short_sight_all_else_is_said_to_see_the_whole_horizon(
    tmp_path: Path,
) -> None:
    program = tmp_path / "zone.lp"
    asked = ["optimise", MINIMAL, "--out", str(tmp_path), "--myopic", "5"]
    further = ["--pareto", "3", "--alternatives", "--robust", "0.5", "--draws", "4"]
    said = {
        "zh": ("其余求解结果及写出的规划程序均着眼整个规划期", "本表着眼整个规划期"),
        "en": ("look over the whole horizon", "this table looks over the whole horizon"),
    }
    for lang, (line, note) in said.items():
        spoken = [*asked, "--lang", lang]
        assert line not in RUNNER.invoke(app, spoken).stdout
        assert line in RUNNER.invoke(app, [*spoken, "--write", str(program)]).stdout
        assert RUNNER.invoke(app, [*spoken, *further]).stdout.count(line) == 1
        book = load_workbook(tmp_path / "plan.xlsx")
        told = [
            sheet.title
            for sheet in book
            if any(note in str(row[0]) for row in sheet.iter_rows(values_only=True))
        ]
        assert len(told) == 3
        plain = [one for one in spoken if one not in ("--myopic", "5")]
        assert line not in RUNNER.invoke(app, [*plain, "--pareto", "3"]).stdout


def test_the_room_left_of_a_missed_target_is_the_same_on_both_sheets(tmp_path: Path) -> None:
    """It is what is allowed less what is reached, in the sense of the target, and the shortfall."""
    asked = ["optimise", "yangjiang", "--scenario", "plan", "--out", str(tmp_path), "--lang", "en"]
    found = RUNNER.invoke(app, [*asked, "--soft", "forest_cover_2025=1"])
    assert found.exit_code == 0, found.output
    book, told = load_workbook(tmp_path / "plan.xlsx"), []
    for key in ("targets", "prices"):
        rows = list(book[label(f"sheet.{key}", "en")].iter_rows(values_only=True))
        heading = next(row for row in rows if label("col.slack", "en") in row)
        (row,) = (row for row in rows if row[0] == "Forest cover of 2025")
        told.append(dict(zip(heading, row, strict=True)))
    room, reached, asked_for = (
        [one[label(f"col.{key}", "en")] for one in told]
        for key in ("slack", "value_reached", "cap")
    )
    assert room[0] == room[1] < 0
    assert room == pytest.approx([reached[0] - asked_for[0]] * 2)
    assert told[1][label("col.shortfall", "en")] == pytest.approx(-room[1])


@pytest.mark.parametrize(("lang", "said"), [("zh", "未求解约束条件"), ("en", "not worked out")])
def test_what_binds_beside_a_plan_of_short_sight_is_said_not_to_be_worked_out(
    tmp_path: Path, lang: str, said: str
) -> None:
    asked = ["optimise", MINIMAL, "--out", str(tmp_path), "--lang", lang]

    def rows(key: str) -> list[tuple[object, ...]]:
        sheet = load_workbook(tmp_path / "plan.xlsx")[label(f"sheet.{key}", lang)]
        return list(sheet.iter_rows(values_only=True))

    assert RUNNER.invoke(app, asked).exit_code == 0
    assert not any(said in str(row) for key in ("limits", "prices") for row in rows(key))
    assert RUNNER.invoke(app, [*asked, "--myopic", "5"]).exit_code == 0
    assert sum(said in str(row[0]) for row in rows("limits")) == 1
    heading, *listed = (row for row in rows("prices") if len(row) > 12)
    while label("col.held_by", lang) not in heading:
        heading = listed.pop(0)
    price, beside = (heading.index(label(f"col.{key}", lang)) for key in ("price", "held_by"))
    priced = [row for row in listed if isinstance(row[price], float) and row[price] > 0]
    assert priced
    assert all(said in str(row[beside]) for row in priced)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (["--target", "forest_cover_2026"], "did you mean 'forest_cover_2025'?"),
        (["--pareto", "1"], "a front of 1 points; expected at least 2"),
        (["--robust", "1.5"], "for '--robust'"),
        (["--robust", "0.8", "--draws", "1"], "'draws' is 1; 0.8 of so few futures"),
        (["--pareto", "3", "--against", "hight"], "'hight' is not one of"),
        (["--against", "height"], "needs --pareto N"),
        (["--draws", "10"], "--draws: needs --robust SHARE"),
        (["--draw-seed", "0"], "--draw-seed: needs --robust SHARE"),
        (["--threads", "100000"], "'threads' is 100000; expected a whole number to 1000"),
        (["--gap", "5"], "'gap' is 5.0; expected a share from 0 to 1"),
        (["--option", "presolve=on", "--option", "presolve=off"], "'presolve' is given twice"),
        (["--write", "program.txt"], "written as .lp or .mps, not 'program.txt'"),
        (["--soft", "forest_cover_2025"], "'forest_cover_2025' is not name=price"),
        (["--soft", "forest_cover_2025=dear"], "'dear' of 'forest_cover_2025' is no number"),
        (["--soft", "forest_cover_2026=5"], "did you mean 'forest_cover_2025'?"),
        (["--soft", "forest_cover_2025=-5"], "expected above 0"),
        (["--target", "good_air_days_2025"], "no row for Share of days with good air"),
    ],
)
def test_a_question_that_cannot_be_asked_ends_in_plain_words(
    tmp_path: Path, asked: list[str], words: str
) -> None:
    found = RUNNER.invoke(app, ["optimise", "yangjiang", "--out", str(tmp_path), *asked])
    assert found.exit_code == 2
    assert words in " ".join(found.output.split())
