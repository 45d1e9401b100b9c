"""From a grand total down to one factor row, also after summing and after a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import ResultError
from carbonpeak.inventory.explain import Explanation

LINE = "1.A.1.a/boiler_house/raw_coal"
METRIC = "AR5GWP100"


def only(explained: Explanation, *titles: str) -> Explanation:
    """Return the part below that is reached by the beginnings of titles."""
    for title in titles:
        (explained,) = (part for part in explained.parts if part.title.startswith(title))
    return explained


def counted(explained: Explanation) -> list[float]:
    return [
        part.value
        for part in explained.parts
        if not part.apart and part.kind not in ("activity", "factor")
    ]


def test_a_line_by_hand() -> None:
    explained = cp.explain(worlds.compiled("minimal"), LINE, gas="CO2")
    # 25,000 t at 20.908 GJ/t, 26.37 t C/TJ and 94 %, carbon to CO2 by 44/12
    by_hand = 25_000 * 20.908e-3 * 26.37 * 0.94 * 44 / 12
    assert explained.value == pytest.approx(by_hand, rel=1e-12)
    assert explained.unit == "t CO2/year"
    carbon = only(explained, "CO2", "carbon_content")
    assert (carbon.kind, carbon.value, carbon.unit) == ("factor", 26.37, "t C/TJ")


def test_weighed_gases_show_the_metric_with_its_source() -> None:
    explained = cp.explain(worlds.compiled("minimal"), LINE, metric="SARGWP100")
    weight = only(explained, "N2O", "SARGWP100 N2O")
    assert (weight.value, weight.unit) == (310.0, "t CO2e/t N2O")
    assert "IPCC SAR" in weight.source
    assert only(explained, "N2O").value == pytest.approx(0.78405 * 310, rel=1e-12)


def test_the_walk_from_the_total_to_a_factor_row() -> None:
    total = cp.explain(worlds.compiled(), year=2015)
    expected = cp.summary(worlds.compiled(), METRIC)["total"].sel(year=2015)
    assert total.value == pytest.approx(float(expected), rel=1e-12)
    way = ("Energy", "1.A.2.a", "1.A.2.a/iron_works/coke", "CO2", "net_calorific_value")
    factor = only(total, *way)
    assert (factor.value, factor.unit, factor.verified) == (28.435, "GJ/t", "read")
    assert factor.source == "MEE enterprise guideline, steel sector"
    activity = only(total, *way[:3], "activity")
    assert activity.source == "case_compilation_2026"
    assert "iron_works | coke" in activity.where


@pytest.mark.parametrize("name", ["yangjiang", "sample_county"])
@pytest.mark.parametrize("gas", [None, "CO2", "CH4", "N2O"])
def test_parts_sum_to_their_whole_and_every_end_has_a_source(name: str, gas: str | None) -> None:
    for _, part in cp.explain(worlds.compiled(name), gas=gas).walk():
        if part.kind in ("total", "sector", "category", "line"):
            assert sum(counted(part)) == pytest.approx(part.value, rel=1e-9, abs=1e-9)
        if part.kind == "factor":
            assert part.source
            assert part.where
            assert part.verified


def test_land_bought_power_and_memo_items_stand_apart() -> None:
    total = cp.explain(worlds.compiled())
    totals = cp.summary(worlds.compiled(), METRIC)
    apart = {part.title: part.value for part in total.parts if part.apart}
    assert apart == {
        "Land use and forestry, net": pytest.approx(float(totals["land"].sel(year=2020))),
        "Electricity and heat bought in, net": pytest.approx(
            float(totals["indirect"].sel(year=2020))
        ),
        "Memo items": pytest.approx(float(totals["memo"].sel(year=2020))),
    }


def test_it_reads_the_same_after_a_file(tmp_path: Path) -> None:
    again = cp.load(cp.save(worlds.compiled(), tmp_path / "inventory.nc"))
    assert cp.explain(again) == cp.explain(worlds.compiled())
    assert str(cp.explain(again, lang="zh")) == str(cp.explain(worlds.compiled(), lang="zh"))


@pytest.mark.parametrize("by", ["sector", "category", "site", "source", "carrier", "scope"])
@pytest.mark.parametrize("name", ["emissions", "removals", "memo"])
def test_every_grouped_number_is_explained(by: Any, name: str) -> None:
    inventory = worlds.compiled("sample_county")
    grouped = cp.group(cp.co2e(inventory, METRIC)[name].sum("gas"), by).isel(year=-1)
    for number in grouped:
        explained = cp.explain(number, inventory=inventory)
        assert explained.value == pytest.approx(float(number), rel=1e-12)


def test_one_gas_of_a_group_and_the_totals_are_explained() -> None:
    inventory = worlds.compiled()
    methane = cp.group(inventory["emissions"], "sector").sel(sector="waste", gas="CH4", year=2020)
    explained = cp.explain(methane, inventory=inventory)
    assert explained.unit == "t CH4/year"
    assert explained.value == pytest.approx(float(methane))
    numbers = [*cp.summary(inventory, METRIC).values(), cp.energy_co2(inventory)]
    for number in numbers:
        found = cp.explain(number.sel(year=2015), inventory=inventory)
        assert found.value == pytest.approx(float(number.sel(year=2015)), rel=1e-9)
    sixth = cp.summary(inventory, "AR6GWP100")["total"].sel(year=2020)
    assert cp.explain(sixth, inventory=inventory, metric="AR6GWP100").value == float(sixth)


def test_what_cannot_be_explained_says_what_can() -> None:
    inventory = worlds.compiled()
    weighed = cp.co2e(inventory, METRIC)
    total = cp.net(weighed).sum("gas")
    for number, given, message in (
        (weighed, {}, "carries no factors.*Explain the inventory"),
        (total.sel(year=2020), {}, "give the inventory"),
        (total, {"inventory": inventory}, r"choose it by \.sel\(year=…\)"),
        (total.sel(year=2020) * 1.01, {"inventory": inventory}, "no sum over the lines"),
        (
            cp.net(inventory).sum("gas").sel(year=2020),
            {"inventory": inventory},
            r"in 't/year'; weigh it by co2e or choose a gas",
        ),
        (inventory, {"sector": "wast"}, "did you mean 'waste'"),
        (inventory, {"sectors": "waste"}, "lines have no 'sectors'; did you mean 'sector'"),
        (inventory, {"sector": "waste", "category": "1.A"}, "no line is all of this: .*waste, 1.A"),
        (inventory, {"year": 2016}, "no year '2016'"),
        (inventory, {"gas": "SF6"}, "no gas 'SF6'"),
        (inventory, {"category": "3.B", "gas": "CH4"}, "has no CH4; it has CO2"),
        (inventory, {"line": "3.A.1/pig", "gas": "N2O"}, "has no N2O"),
    ):
        with pytest.raises(ResultError, match=message):
            cp.explain(number, **given)  # type: ignore[arg-type]


def test_the_frame_holds_every_part() -> None:
    explained = cp.explain(worlds.compiled("minimal"))
    frame = explained.frame()
    assert frame["level"].tolist() == [level for level, _ in explained.walk()]
    lines = frame[(frame["kind"] == "line")]
    assert lines["value"].sum() == pytest.approx(47_729.9 + 28_200, rel=1e-5)
    assert frame.loc[frame["kind"] == "activity", "evidence"].unique().tolist() == ["measured"]


def test_the_text_is_cut_by_depth_and_the_page_is_whole() -> None:
    explained = cp.explain(worlds.compiled("minimal"), depth=0, lang="zh")
    assert "boiler_house" not in explained.text
    assert "指定下级名称" in explained.text
    page = explained._repr_html_()
    assert "boiler_house" in page
    assert page.count("<details") == page.count("</details>") > 5
    deepest = max(level for level, _ in explained.walk())
    assert "……" not in cp.explain(worlds.compiled("minimal"), depth=deepest, lang="zh").text


def test_a_missing_activity_is_a_dash_and_not_a_zero() -> None:
    holes = worlds.compiled("minimal").copy(deep=True)
    for name in ("activity", "activity_reported", "emissions"):
        holes[name].loc[{"line": LINE}] = np.nan
    explained = cp.explain(holes, LINE)
    assert explained.head.endswith(": –")
    assert only(explained, "activity").head == "activity: –"
    assert only(explained, "CO2").head == "CO2: –"


def test_a_missing_gas_leaves_the_others_in_the_sum() -> None:
    holes = worlds.compiled("minimal").copy(deep=True)
    holes["emissions"].loc[{"line": LINE, "gas": "CH4"}] = np.nan
    assert cp.explain(holes, gas="CO2").value == cp.explain(holes, LINE, gas="CO2").value > 0
    totals = cp.summary(holes, METRIC)["total"].sel(year=2020)
    assert cp.explain(holes).value == pytest.approx(float(totals), rel=1e-12)
