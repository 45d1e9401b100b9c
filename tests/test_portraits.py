"""What a factor set and a region show in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace

import worlds
from carbonpeak.evidence import cards
from carbonpeak.evidence.factors import load_factor_set


def cells(html: str, first: str) -> list[str]:
    """Return the other cells of the row that starts with a text."""
    (row,) = re.findall(rf"<tr><t[hd]>{first}</t[hd]>(.*?)</tr>", html)
    return re.findall(r"<td>(.*?)</td>", row)


def test_a_factor_set_counts_its_rows_by_how_they_are_known() -> None:
    factors = load_factor_set("cn_provincial_2025")
    shown = factors._repr_html_()
    own = [row for row in factors.rows if row.set == "cn_provincial_2025"]
    assert cells(shown, "本库行数 · Rows of its own") == [str(len(own))]
    chain = "cn_provincial_2025 → cn_provincial_2011 → ipcc_2006"
    assert cells(shown, "因子查找顺序 · Factors are sought in") == [chain]
    by_verification, by_evidence = re.findall(r"<tr><td>cn_provincial_2025</td>(.*?)</tr>", shown)
    assert by_verification == f"<td></td><td></td><td>{len(own)}</td><td></td><td></td>"
    assert f"<td>{len(own)}</td>" in by_evidence


def test_an_empty_set_shows_what_stands_behind_it() -> None:
    shown = load_factor_set("guangdong_county_2020")._repr_html_()
    assert cells(shown, "本库行数 · Rows of its own") == ["0"]
    assert "was not available" in shown


def test_a_region_counts_its_activity_by_sector_and_evidence() -> None:
    shown = worlds.loaded("minimal")._repr_html_()
    assert "minimal: 最小县 · Smallest county" in shown
    assert cells(shown, "能源活动 · Energy") == ["1"]
    assert cells(shown, "电力、热力净调入 · Net bought electricity and heat") == ["1"]
    assert "<th>实测 · measured</th>" in shown


def test_the_words_of_users_stay_words() -> None:
    region = worlds.loaded("minimal")
    record = region.record.model_copy(update={"title_en": "<b>", "note": "a < b"})
    shown = replace(region, record=record)._repr_html_()
    assert "<b>" not in shown
    assert "a &lt; b" in shown


def test_a_repr_is_one_line() -> None:
    for shown in (repr(worlds.loaded("minimal")), repr(load_factor_set("ipcc_2006"))):
        assert "\n" not in shown
        assert len(shown) < 150


def test_nothing_is_folded_around_nothing() -> None:
    assert cards.folded("card.note", "") == ""
