"""What a factor set and a region show in a notebook."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import xarray as xr

import worlds
from carbonpeak.analysis.peak import find_peak
from carbonpeak.analysis.portrait import portrait
from carbonpeak.errors import ResultError
from carbonpeak.evidence import cards
from carbonpeak.evidence.factors import load_factor_set
from carbonpeak.scenario.pathway import project
from carbonpeak.scenario.scenario import load_scenario
from carbonpeak.vocabulary import LANGUAGES


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


def test_a_scenario_shows_its_measures_and_where_they_come_from() -> None:
    scenario = load_scenario(worlds.loaded("yangjiang"), "strengthened")
    shown = scenario._repr_html_()
    assert "强化情景 · Strengthened" in shown
    assert shown.count("strengthened.yaml:") == 4
    assert "plan.yaml:" in shown
    assert cells(shown, "年份 · Years") == ["2020–2035"]


def test_a_peak_shows_its_verdict_in_both_languages() -> None:
    series = xr.DataArray(
        [1.0, 3.0, 2.0], {"year": [2020, 2021, 2022]}, ("year",), attrs={"units": "t CO2/year"}
    )
    peak = find_peak(series)
    assert peak._repr_html_() == f"<div>{peak.sentence('zh')}</div><div>{peak.sentence('en')}</div>"


def test_a_pathway_shows_its_indicators_in_both_languages() -> None:
    region = worlds.loaded("yangjiang")
    pathway = project(region, load_scenario(region, "plan"))
    for lang in LANGUAGES:
        found = portrait(pathway, years=[2020, 2035], lang=lang)
        (energy,) = [
            row for name, row in found.table.iterrows() if "tce" in name or "标煤" in name
        ][:1]
        assert energy["2020"] == pytest.approx(218.57)
        assert energy.iloc[-1] == pytest.approx(100 * (energy["2035"] / energy["2020"] - 1))
        assert len(found.measures) == 6
        assert found.title in str(found)
        assert "<table" in found._repr_html_()
        assert pathway.attrs[f"title_{lang}"] in found.title


def test_a_portrait_names_the_year_it_lacks() -> None:
    region = worlds.loaded("yangjiang")
    pathway = project(region, load_scenario(region, "plan"))
    with pytest.raises(ResultError, match="no year 2050"):
        portrait(pathway, years=[2020, 2050])


def test_a_language_without_words_is_refused() -> None:
    region = worlds.loaded("minimal")
    pathway = project(region, load_scenario(region, "plan"))
    for said in (lambda lang: portrait(pathway, lang=lang), find_peak(pathway).sentence):
        with pytest.raises(ResultError, match="no words in language 'cn'; allowed: zh, en"):
            said("cn")


def test_nothing_is_folded_around_nothing() -> None:
    assert cards.folded("card.note", "") == ""
