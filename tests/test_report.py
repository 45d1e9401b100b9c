"""The report is one file that opens offline and says what its numbers rest on."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from carbonpeak.output.report import cell_text, milestones, report_text
from carbonpeak.output.table import Column
from carbonpeak.vocabulary import LANGUAGES, Language
from output_worlds import PIXEL, computed

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Reader(HTMLParser):
    """Notes resources, tags left open, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.resources: list[str] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.anchors: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self.resources += [held[name] or "" for name in ("src", "data") if name in held]
        if tag == "link":
            self.resources.append(held["href"] or "")
        if tag == "a":
            self.links.add(held["href"] or "")
        if "id" in held:
            self.anchors.add(f"#{held['id']}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def pixel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("figures") / "pixel.png"
    path.write_bytes(PIXEL)
    return path


def read(lang: Language, pixel: Path, name: str = "yangjiang") -> tuple[str, Reader]:
    figures = {"co2_paths": pixel, "emissions_by_sector": pixel}
    text = report_text(computed(name), figures, lang=lang)
    reader = Reader()
    reader.feed(text)
    return text, reader


@pytest.mark.parametrize("lang", LANGUAGES)
def test_report_is_one_whole_file_without_outside_resources(lang: Language, pixel: Path) -> None:
    text, reader = read(lang, pixel)
    assert not reader.open
    assert len(reader.resources) == 2
    assert all(one.startswith("data:image/png;base64,") for one in reader.resources)
    assert "@import" not in text
    assert "<script" not in text
    assert not re.search(r"url\(", text)
    assert reader.links <= reader.anchors


def test_chapters_are_those_of_the_official_outline(pixel: Path) -> None:
    text, _ = read("zh", pixel)
    heads = re.findall(r"<h2[^>]*>([^<]+)</h2>", text)
    assert [head[:2] for head in heads] == [*(f"{mark}、" for mark in "一二三四五六七八九"), "附件"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh",
            [
                "218.57",
                "+20.34",
                "降低率−20.34 %",
                "NE",
                "均标注为NE，不代表排放为零",
                "可选方案之一",
                "依赖假设数据",
            ],
        ),
        (
            "en",
            [
                "218.57",
                "+20.34",
                "reduction rate −20.34 %",
                "not zero",
                "one option",
                "rests on assumptions",
            ],
        ),
    ],
)
def test_report_says_what_matters(lang: Language, words: list[str], pixel: Path) -> None:
    _, reader = read(lang, pixel)
    text = "".join(reader.text)
    for word in words:
        assert word in text, word


def test_every_peak_sentence_is_in_the_report(pixel: Path) -> None:
    _, reader = read("zh", pixel)
    text = "".join(reader.text)
    for path in computed().scenarios.values():
        assert path.peak.sentence.title_zh in text


def test_region_of_one_year_has_a_report_too(pixel: Path) -> None:
    text, reader = read("en", pixel, "minimal")
    assert not reader.open
    assert "intensity change" not in text.lower()


def test_text_of_users_cannot_break_the_page() -> None:
    assert cell_text("<b>", Column("x")) == "<b>"
    text = report_text(computed(), {}, lang="en")
    assert "0.62 Mt" not in re.findall(r"<b>.*", text)


def test_milestones_are_the_base_year_and_the_five_year_marks() -> None:
    assert milestones(computed()) == [2020, 2025, 2030, 2035]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (2830393.5, "amount", "2,830,394"),
        (65.038, "amount", "65.04"),
        (0.016, "amount", "0.0160"),
        (0.0, "sparse", "–"),
        (0.0, "amount", "0.00"),
        (4.2079, "fine", "4.2079"),
        (-1e-5, "factor", "−1e−05"),
        ("NE", "amount", "NE"),
        (None, "amount", ""),
    ],
)
def test_cells_as_readers_see_them(value: object, kind: str, text: str) -> None:
    assert cell_text(value, Column("x", "", kind)) == text  # type: ignore[arg-type]
