"""A note is read in the language of the reader, and one of a single language is read in both."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

import carbonpeak as cp
import worlds
from carbonpeak import locate
from carbonpeak.output import tables
from carbonpeak.output.report import report_text
from carbonpeak.records import Number
from carbonpeak.scenario.portraits import scenario_card
from carbonpeak.vocabulary import LANGUAGES, Language, Noted
from carbonpeak.workflow.chain import compute
from output_worlds import computed

CHINESE = re.compile(r"[一-鿿]")
PAGES = sorted(
    path
    for pattern in ("*/*.yaml", "*/projects/*.yaml")
    for path in worlds.SHIPPED.glob(pattern)
    if path.name != "measures.yaml"  # what a measure's note says is shown nowhere
)


def blocks(page: Any) -> list[dict[str, Any]]:
    """Return every block of a YAML page that has a note."""
    if not isinstance(page, dict | list):
        return []
    parts = page.values() if isinstance(page, dict) else page
    inner = [found for part in parts for found in blocks(part)]
    return [page, *inner] if "note" in page else inner


@pytest.mark.parametrize(
    "path", sorted(worlds.SHIPPED.glob("*/projects/*.yaml")), ids=lambda path: path.stem
)
def test_places_of_shipped_projects_stand_in_both_languages(path: Path) -> None:
    page = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    for row in (*page["activity"], page["value_added"]):
        assert CHINESE.search(row["where_zh"]), row["where"]
        assert not SENTENCE.search(row["where_zh"]), row["where_zh"]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_shipped_note_stands_in_both_languages(path: Path) -> None:
    page = YAML(typ="safe", pure=True).load(path.read_text("utf-8"))
    for block in blocks(page):
        assert CHINESE.search(block.get("note_zh", "")), block["note"]
        # A line that is folded after a Chinese word would leave a blank there.
        assert not re.search(r"[，。；一-鿿] [一-鿿]", block["note_zh"]), block["note_zh"]


def notes(lang: Language) -> list[str]:
    frame = tables.target_table(computed(), lang=lang).frame()
    return [str(cell) for cell in frame["说明" if lang == "zh" else "Note"]]


def test_the_table_of_targets_speaks_the_language_of_its_reader() -> None:
    assert "全国数值代替" in notes("zh")[0]
    assert notes("en")[0].startswith("The plan makes this indicator binding")
    for said, read in zip(notes("zh"), notes("en"), strict=True):
        assert bool(said) == bool(read)
        assert bool(CHINESE.search(said)) == bool(said)


def test_so_does_the_table_of_assumptions() -> None:
    frame = tables.assumption_table(computed().inventory, lang="zh").frame()
    said = list(frame["说明"])
    assert "约为全国目标的三分之二，因为基准情景不含新政策" in said
    assert "实际折现率；各主体同一折现率" in said
    assert any("全省目标代替" in note for note in said)


@pytest.mark.parametrize(
    ("lang", "place"),
    [
        ("zh", "全国单位国内生产总值二氧化碳排放2020—2025年降低18 %"),
        ("en", "CO2 per GDP of the nation, -18 %"),
    ],
)
def test_documents_and_places_have_the_words_that_a_region_gives_them(
    lang: Language, place: str
) -> None:
    region, data = worlds.loaded(), computed().inventory
    frame = tables.assumption_table(data, lang=lang).frame()
    columns = (
        ("来源文件", "文件中位置") if lang == "zh" else ("Source document", "Place in the document")
    )
    (row,) = frame[frame[columns[1]].str.startswith(place)].to_dict("records")
    assert row[columns[0]] == region.document("government_work_report_2021", lang)
    assert set(frame[columns[0]]) >= {region.document("case_compilation_2026", lang)}
    listed = tables.document_table(data, lang=lang).frame()
    assert (listed.iloc[:, -1] > 0).any()


@pytest.mark.parametrize(
    ("lang", "own", "other"),
    [
        ("zh", "规划只对热电联产机组、森林覆盖率和红树林给出数量", "It gives amounts for the CHP"),
        ("en", "It gives amounts for the CHP", "规划只对热电联产机组"),
        ("zh", "规划未说明能源消费总量的口径", "every other number is an assumption"),
        ("en", "every other number is an assumption", "规划未说明能源消费总量的口径"),
    ],
)
def test_so_does_the_report(lang: Language, own: str, other: str) -> None:
    text = unescape(report_text(computed(), {}, lang=lang))
    assert own in text
    assert other not in text


def written(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("key", ["note", "note_zh"])
def test_a_note_of_one_language_serves_in_both(key: str, tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    written(folder / "baseline.yaml", "horizon:", f"{key}: 锅炉 only\nhorizon:")
    data = compute(folder, scenarios=["baseline"], least_cost=False)
    for lang in ("zh", "en"):
        assert data.scenarios["baseline"].note.title(lang) == "锅炉 only"
    assert Noted(**{key: "a"}).noted("zh") == Noted(**{key: "a"}).noted("en") == "a"


def test_a_scenario_with_a_note_of_its_own_inherits_none(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    written(folder / "baseline.yaml", "horizon:", "note: below\nnote_zh: 底下\nhorizon:")
    own = cp.load_scenario(cp.load_region(folder), "plan").record
    assert (own.noted("en"), own.noted("zh")) == ("below", "底下")
    written(folder / "plan.yaml", "extends:", "note: above\nextends:")
    own = cp.load_scenario(cp.load_region(folder), "plan").record
    assert (own.noted("en"), own.noted("zh")) == ("above", "above")


def test_a_card_shows_a_note_in_both_languages() -> None:
    html = scenario_card(cp.load_scenario(worlds.loaded(), "plan"))
    assert "“十四五”规划提到的措施" in html
    assert "What the 14th Five-Year plan names" in html


TABLES = ("indicators", "prices", "measures", "drivers", "factors", "activity/energy")


def bilingual(folder: Path) -> Path:
    """Return the smallest region with a place and a note of each number in both languages."""
    for name in TABLES:
        path = folder / f"{name}.csv"
        head, *rows = path.read_text("utf-8").splitlines()
        assert head.endswith(",note")
        places = (row.split(",")[head.split(",").index("where")] for row in rows)
        filled = [f"{row}English,{place}之处,汉语" for row, place in zip(rows, places, strict=True)]
        path.write_text("\n".join([f"{head},where_zh,note_zh", *filled, ""]), "utf-8")
    return folder


def test_rows_of_tables_speak_the_language_of_the_reader(tmp_path: Path) -> None:
    folder = bilingual(worlds.minimal(tmp_path))
    data = compute(folder, scenarios=["baseline"], least_cost=False).inventory
    own = [one for one in data.stated if one.note.title_en == "English"]
    assert {one.kind for one in own} >= {"activity", "indicator", "factor", "driver", "price"}
    assert {one.note.title_zh for one in own} == {"汉语"}
    assert all(one.where.title_zh == f"{one.where.title_en}之处" for one in own)
    for lang, place, note in (
        ("zh", "round number之处", "汉语"),
        ("en", "round number", "English"),
    ):
        assumed = tables.assumption_table(data, lang=lang).frame()
        assert {place, note} <= {str(cell) for cell in assumed.to_numpy().ravel()}
        factors = tables.factor_table(data, lang=lang).frame()
        mine = factors[factors.iloc[:, -1] == note]
        assert list(mine.iloc[:, -3]) == [place]
    for lang, place in (("zh", "boiler book之处"), ("en", "boiler book")):
        assert place in list(tables.activity_table(data, lang=lang).frame().iloc[:, -1])
        text = str(cp.explain(data.dataset, year=2020, lang=lang, depth=9))
        assert f"{place} " in text or f"{place}（" in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_keeps_places_and_notes_of_both_languages(
    lang: Language, tmp_path: Path
) -> None:
    region = cp.load_region(bilingual(worlds.minimal(tmp_path)))
    back = cp.load_region(cp.write_template(tmp_path / "a.xlsx", region=region, lang=lang))
    for name in ("activity", "indicators", "local_factors"):
        ours, theirs = ([row.record for row in getattr(one, name)] for one in (region, back))
        assert ours == theirs
        assert {record.note_zh for record in theirs} == {"汉语"}
        assert all(record.where_zh == f"{record.where}之处" for record in theirs)


@pytest.mark.parametrize("key", ["note", "note_zh"])
def test_a_number_with_a_note_of_one_language_serves_in_both(key: str) -> None:
    number = Number(value=1, unit="t", where="page 1", evidence="plan", **{key: "a"})
    for lang in LANGUAGES:
        assert (number.noted(lang), number.place(lang)) == ("a", "page 1")


def test_an_explanation_of_a_file_without_chinese_places_names_the_other() -> None:
    old = worlds.compiled("minimal").drop_vars(["where_zh", "factor_where_zh", "factor_note_zh"])
    assert "boiler book" in str(cp.explain(old, year=2020, lang="zh", depth=9))


CASE, LIBRARY = worlds.SHIPPED / "yangjiang", locate.definitions("measures")
FILLED = [
    worlds.SHIPPED / "sample_county" / "notation.csv",
    *sorted(
        path
        for folder in (CASE, CASE / "activity", CASE / "measures", LIBRARY)
        for path in folder.glob("*.csv")
        if {"value", "where"} <= set(path.read_text("utf-8").split("\n")[0].split(","))
        or path.name in ("actors.csv", "notation.csv")
    ),
]
"""Tables whose places and notes stand in Chinese too."""
SENTENCE = re.compile(r"[a-z]{2,} [a-z]{2,} [a-z]{2,}")
YEAR = re.compile(r"(?<![\d.])20\d\d(?![\d.])")


SAID = (("where", "where_zh"), ("note", "note_zh"), ("reason", "reason_zh"))


@pytest.mark.parametrize("path", FILLED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_places_and_notes_of_a_shipped_table_stand_in_both_languages(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    for row in rows:
        pairs = [(row[said], row[chinese]) for said, chinese in SAID if said in row]
        assert pairs
        for said, chinese in pairs:
            assert bool(said) == bool(CHINESE.search(chinese)), said
            assert not SENTENCE.search(chinese), chinese
            assert set(YEAR.findall(said)) <= set(YEAR.findall(chinese)), said


@pytest.mark.parametrize(("lang", "own"), [("zh", "未提及炼油厂"), ("en", "names an oil refinery")])
def test_why_a_category_has_no_number_is_said_in_the_language_of_the_reader(
    lang: Language, own: str
) -> None:
    stated = tables.notation_tables(computed().inventory, lang=lang)[-1]
    reasons = [str(row.cells[-1]) for row in stated.rows]
    assert own in reasons[0]
    assert all(bool(CHINESE.search(reason)) == (lang == "zh") for reason in reasons)


def test_a_reason_of_one_language_serves_in_both_and_a_workbook_keeps_both(tmp_path: Path) -> None:
    folder = worlds.minimal(tmp_path)
    text = "category,source,key,reason,reason_zh\n1.B.1,,NO,no mine,没有煤矿\n2.A.1,,NO,no works,\n"
    (folder / "notation.csv").write_text(text, "utf-8")
    region = cp.load_region(folder)
    both, one = (row.record for row in region.notations)
    assert [both.why(lang) for lang in LANGUAGES] == ["没有煤矿", "no mine"]
    assert {one.why(lang) for lang in LANGUAGES} == {"no works"}
    back = cp.load_region(cp.write_template(tmp_path / "a.xlsx", region=region, lang="zh"))
    assert [row.record for row in back.notations] == [both, one]


@pytest.mark.parametrize("name", ["factors", "T13"])
def test_factors_of_the_shipped_case_are_explained_in_chinese(name: str) -> None:
    """The documents keep the titles under which they are known."""
    data = computed().inventory
    made = {
        "factors": [tables.factor_table(data, lang="zh")],
        "T13": tables.OFFICIAL["T13"](data, lang="zh"),
    }
    for table in made[name]:
        titles = [column.title for column in table.columns]
        for row in table.rows:
            for column in ("文件中位置", "说明"):
                text = str(row.cells[titles.index(column)] or "")
                assert not SENTENCE.search(text), text
