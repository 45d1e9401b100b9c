"""What the checks found, read as text, as a table and in a notebook; overrides; exit codes."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Formatter

from typer.testing import CliRunner

import carbonpeak as cp
import worlds
from carbonpeak import vocabulary
from carbonpeak.cli import app
from carbonpeak.inventory.checks import Finding, Findings, Override, run_checks
from small_counties import COAL, Amount, county

SUN = Amount(("1.A.1.a", "offices", "solar_electricity", "generated", "MWh"), 2020, 100)
RUNNER = CliRunner()


@cache
def checked(*overrides: Override) -> Findings:
    region = county([Amount(COAL, 2020, 100), SUN])
    return run_checks(region, cp.compile_inventory(region), overrides=overrides)


ACCEPTED = Override("unpaired_generation", "*", "meter <next year>", "county office")


def test_findings_are_a_tuple_that_knows_its_levels() -> None:
    findings = checked()
    assert isinstance(findings, tuple)
    assert [one.name for one in findings.of("error")] == ["unpaired_generation"]
    assert len(findings.standing) == len(findings)
    assert not checked(ACCEPTED).standing.of("error")
    assert [one.name for one in checked(ACCEPTED).accepted] == ["unpaired_generation"]


def test_text_lists_errors_and_counts_notes() -> None:
    text = checked().text("en")
    assert text.startswith("1 errors,")
    assert "offices 2020: 100 MWh of sun and wind, 0 MWh generated" in text
    assert "→ expected own_electricity of at least that much" in text
    assert "Factor taken from the fallback set (1)" in text
    assert "factors, such as" not in text
    assert "factors, such as" in checked().text("en", every=True)


def test_text_in_chinese_holds_no_english_sentence() -> None:
    text = checked(ACCEPTED).text("zh")
    assert "太阳能和风力发电100兆瓦时" in text
    assert "由county office确认接受：meter <next year>" in text
    assert "expected" not in text


def test_the_notebook_shows_both_languages_and_escapes() -> None:
    html = checked(ACCEPTED)._repr_html_()
    assert "自发电未冲减外购电 Generation without its correction of purchases" in html
    assert "meter &lt;next year&gt;" in html
    assert html.count("<tr>") == len(checked()) + 1


def test_no_findings_can_be_read_too() -> None:
    assert Findings().text("en") == "0 errors, 0 warnings, 0 notes; 0 accepted."
    assert Findings().table("zh").empty
    assert "<tbody></tbody>" in Findings()._repr_html_()


def test_an_override_of_nothing_is_told() -> None:
    findings = checked(Override("moved_far", "1.A.9/*", "old story", "reviewer"))
    told = [one for one in findings if one.name == "unused_override"]
    assert [one.place for one in told] == ["moved_far 1.A.9/*"]
    assert not [one for one in checked(ACCEPTED) if one.name == "unused_override"]


def test_every_sentence_of_a_finding_has_two_languages_and_the_same_values() -> None:
    for key in (key for key in vocabulary.labels() if key.startswith("finding.")):
        chinese, english = (names_in(vocabulary.label(key, lang)) for lang in ("zh", "en"))
        assert chinese == english, key


def names_in(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_finding_of_a_shipped_region_can_be_said_in_both_languages() -> None:
    for one in run_checks(worlds.loaded("sample_county"), worlds.compiled("sample_county")):
        assert isinstance(one, Finding)
        for lang in vocabulary.LANGUAGES:
            assert all(one.words(part, lang) for part in ("found", "allowed", "remedy"))


# --- the command ----------------------------------------------------------------------------

SUN_ROW = (
    "1.A.1.a,boiler_house,solar_electricity,generated,2020,50,MWh,,,invented,test,assumption,\n"
)
OVERRIDE = """
overrides:
  panels:
    check: unpaired_generation
    place: boiler_house*
    reason: the meter comes next year
    author: county office
"""


def with_sun(folder: Path) -> Path:
    path = worlds.minimal(folder)
    table = path / "activity" / "energy.csv"
    table.write_text(table.read_text("utf-8").rstrip("\n") + "\n" + SUN_ROW, "utf-8")
    return path


def test_check_ends_with_1_when_an_error_stands(tmp_path: Path) -> None:
    done = RUNNER.invoke(app, ["check", str(with_sun(tmp_path)), "--lang", "en"])
    assert done.exit_code == 1, done.output
    assert "error (1)" in done.stdout
    assert "Errors stand" in done.stderr


def test_check_ends_with_0_when_the_error_is_accepted(tmp_path: Path) -> None:
    path = with_sun(tmp_path)
    record = path / "region.yaml"
    record.write_text(record.read_text("utf-8") + OVERRIDE, "utf-8")
    done = RUNNER.invoke(app, ["check", str(path), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "accepted (1)" in done.stdout
    assert "accepted by county office: the meter comes next year" in done.stdout


def test_check_lists_notes_when_asked() -> None:
    short = RUNNER.invoke(app, ["check", str(worlds.MINIMAL)])
    long = RUNNER.invoke(app, ["check", str(worlds.MINIMAL), "--all"])
    assert short.exit_code == long.exit_code == 0
    assert len(long.stdout.splitlines()) > len(short.stdout.splitlines())
