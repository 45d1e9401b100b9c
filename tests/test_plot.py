"""Figures show what they are given, in any language, and leave no trace."""

import io
import itertools
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Polygon

from carbonpeak import plot, units
from carbonpeak.errors import ResultError
from carbonpeak.plot import layout, stack, style
from carbonpeak.plot.uncertainty import _percent
from carbonpeak.vocabulary import labels

YEARS = np.arange(2020, 2036)
STEP = np.arange(16.0)
BASELINE = 467.8 + 6.5 * STEP - 0.18 * STEP**2
PLAN = 467.8 + 6.5 * STEP - 0.52 * STEP**2
# Rare characters of place names are outside the old GB2312 set.
CARRIERS = {
    "coal": "煤炭",
    "coke": "焦炭",
    "oil": "油品",
    "gas": "天然气",
    "electricity": "外购电力",
    "heat": "热力",
    "biomass": "生物质（琲珤垟氹）",
    "other": "其他",
}
SCENARIOS = {"baseline": "基准情景", "plan": "规划情景", "strengthened": "强化情景"}
MEASURES = {
    "gas_chp_6f": "气电热电联产",
    "coal_substitution": "工业煤改气",
    "waste_heat": "余热回收",
    "solar_pv": "分布式光伏",
    "forest_cover": "森林覆盖率",
    "mangrove": "红树林",
}
GROUPS = {"energy": "能源活动", "indirect": "净购入电力和热力", "land": "土地利用和林业"}


def array(values: np.ndarray, unit: str = "万吨/year", **keys: dict[str, str]) -> xr.DataArray:
    coords = {name: list(labels) for name, labels in keys.items()}
    return xr.DataArray(
        values, dims=[*keys, "year"], coords={**coords, "year": YEARS}, attrs={"units": unit}
    )


ENERGY = array(np.linspace(5, 110, 8)[:, None] + np.outer(np.arange(8), STEP), carrier=CARRIERS)
EMISSIONS = array(np.array([BASELINE, PLAN, PLAN - 0.2 * STEP**2]), scenario=SCENARIOS)
CONTRIBUTIONS = array(-np.outer([1.4, 1.6, 0.9, 0.8, 0.03, 0.001], STEP), measure=MEASURES)
PATH = array(BASELINE + CONTRIBUTIONS.values.sum(axis=0))
BUILDS = array(np.where(np.arange(6)[:, None] + 1 == STEP, 12.0, 0.0), measure=MEASURES)
COST = array(
    np.outer([15.0, 2.5, -1.8], STEP), "亿元2020/year", part={"capex": "", "fuel": "", "saved": ""}
)
INVENTORY = xr.DataArray(
    [283.8, 184.0, -3.4],
    dims="group",
    coords={"group": list(GROUPS)},
    attrs={"units": "万吨 CO2e/year"},
)
STACKED = array(np.outer([280.0, 2.9, -1.0], 1 + STEP / 50), sector=["energy", "land", "removals"])
PARTS = {"energy": "能源活动", "land": "土地利用和林业", "total": "直接排放总量"}
INPUTS = {
    "coke": "铁厂（烧结、高炉） · 焦炭",
    "grid": "排放因子 · 电力 CO₂",
    "rest": "其余314项输入",
}
KEYS = {"1.A.2.a/CO2": "1.A.2.a 钢铁 CO₂", "3.C.7/CH4": "3.C.7 稻田 CH₄", "rest": "其余42个类别"}
USERS = {"industry": "工业和建筑业", "households": "居民生活", "maker": "能源工业"}
KINDS = {"combustion_co2": "燃料燃烧CO₂", "indirect": "电力、热力净调入"}


def table(values: object, unit: str, **keys: dict[str, str]) -> xr.DataArray:
    coords = {name: list(labels) for name, labels in keys.items()}
    return xr.DataArray(np.array(values), coords, tuple(coords), attrs={"units": unit})


SUPPLY = table(
    [[50.0, 1.0, 6.0], [100.0, 2.0, 0.0]],
    "万吨标煤/year",
    carrier={"coal": "", "electricity": ""},
    user=USERS,
)
EMITTED = table([[140.0, 170.0], [2.0, 3.0], [15.0, 0.0]], "万吨 CO2e/year", user=USERS, kind=KINDS)
DELIVERED = table([4.0, 0.5, 0.0], "万吨标煤/year", user=USERS)
CENTRAL = table([283.0, -0.3, 289.0], "万吨 CO2e/year", part=PARTS)
LOW = table([230.0, -1.1, 236.0], "万吨 CO2e/year", part=PARTS)
HIGH = table([340.0, 0.6, 346.0], "万吨 CO2e/year", part=PARTS)

AIMS = {
    "intensity": "单位地区生产总值二氧化碳排放",
    "budget": "累计排放预算",
    "cover": "森林覆盖率",
}
POINTS = dict.fromkeys("abcde", "")
ACTORS = {"government": "政府", "firm": "企业", "household": "居民"}
CHOSEN = table([100.0, 40.0, 0.0, 62.0, 5.0, 0.0], "percent", measure=MEASURES)
_NARROW = [[90, 30, 0, 40, 0, 0], [80, 10, 0, 20, 0, 0], [60, 0, 0, 0, 0, 0]]
_WIDE = [[100, 60, 10, 80, 20, 0], [100, 80, 30, 100, 40, 15], [100, 100, 60, 100, 100, 40]]
SLACKS = dict.fromkeys([1.0, 5.0, 10.0], "")
LEAST = table(np.array(_NARROW, float), "percent", slack=SLACKS, measure=MEASURES)
MOST = table(np.array(_WIDE, float), "percent", slack=SLACKS, measure=MEASURES)

FIGURES: dict[str, Callable[..., Axes]] = {
    "energy": lambda ax, **k: plot.plot_energy(ax, ENERGY, labels=CARRIERS, **k),
    "energy_bars": lambda ax, **k: plot.plot_energy(ax, ENERGY, labels=CARRIERS, kind="bar", **k),
    "paths": lambda ax, **k: plot.plot_emissions_paths(
        ax, EMISSIONS, labels=SCENARIOS, peaks={"plan": 2026, "strengthened": 2025}, **k
    ),
    "wedges": lambda ax, **k: plot.plot_wedges(
        ax, array(BASELINE), CONTRIBUTIONS, path=PATH, labels=MEASURES, **k
    ),
    "inventory": lambda ax, **k: plot.plot_inventory(ax, INVENTORY, labels=GROUPS, **k),
    "trend": lambda ax, **k: plot.plot_emission_trend(
        ax, STACKED, net=STACKED.sum("sector", keep_attrs=True), labels=GROUPS, **k
    ),
    "sankey": lambda ax, **k: plot.plot_energy_sankey(
        ax,
        SUPPLY,
        EMITTED,
        delivered=DELIVERED,
        maker="maker",
        labels=CARRIERS | USERS | KINDS,
        **k,
    ),
    "uncertainty": lambda ax, **k: plot.plot_uncertainty(
        ax, CENTRAL, low=LOW, high=HIGH, labels=PARTS, **k
    ),
    "variance": lambda ax, **k: plot.plot_variance_shares(
        ax,
        table([55.0, 30.0, 15.0], "percent", input=INPUTS),
        kinds={"coke": "activity", "grid": "factor"},
        labels=INPUTS,
        **k,
    ),
    "key": lambda ax, **k: plot.plot_key_categories(
        ax,
        table([90.0, 7.0, 3.0], "percent", part=KEYS),
        cumulative=table([90.0, 97.0, 100.0], "percent", part=KEYS),
        key=table([True, True, False], "", part=KEYS),
        threshold=95.0,
        labels=KEYS,
        **k,
    ),
    "plan": lambda ax, **k: plot.plot_plan(
        ax, PATH, caps={2025: 482.0, 2030: 465.3}, baseline=array(BASELINE), **k
    ),
    "builds": lambda ax, **k: plot.plot_builds(ax, BUILDS, labels=MEASURES, **k),
    "cost": lambda ax, **k: plot.plot_cost(
        ax, COST, labels={"capex": "投资", "fuel": "燃料", "saved": "节省购电"}, **k
    ),
    "prices": lambda ax, **k: plot.plot_prices(
        ax,
        table([420.0, 0.0, 86.5], "CNY2020/t CO2", target=AIMS),
        year={"intensity": "2030", "budget": "2021–2030", "cover": "2025"},
        held_by={"intensity": "余热回收的总潜力"},
        labels=AIMS,
        **k,
    ),
    "pareto": lambda ax, **k: plot.plot_pareto(
        ax,
        table([9.0, 5.0, 2.5, 1.2, 0.8], "亿元2020", point=POINTS),
        table([4200.0, 4500.0, 4900.0, 5400.0, 6000.0], "万吨 CO2", point=POINTS),
        amount_name="2021—2035",
        named_points={3: "plan"},
        **k,
    ),
    "alternatives": lambda ax, **k: plot.plot_alternatives(
        ax, LEAST, MOST, CHOSEN, labels=MEASURES, **k
    ),
    "robustness": lambda ax, **k: plot.plot_robustness(
        ax,
        table([0.0, 0.4, 3.1, 12.5], "亿元2020", point=list(POINTS)[:4]),
        table([50.0, 75.0, 85.0, 92.0], "percent", point=list(POINTS)[:4]),
        checked=table([48.0, 74.0, 86.0, 90.5], "percent", point=list(POINTS)[:4]),
        **k,
    ),
    "cash": lambda ax, **k: plot.plot_cash_flow(
        ax,
        array(np.outer([9.0, 2.5, -6.8], STEP), "亿元2020/year", actor=ACTORS),
        labels=ACTORS,
        **k,
    ),
}
every_figure = pytest.mark.parametrize("name", FIGURES)
both_languages = pytest.mark.parametrize("lang", ["zh", "en"])


def png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=60, metadata={"Software": None})
    return buffer.getvalue()


def drawn(name: str, **options: str) -> tuple[Figure, Axes]:
    figure, ax = plot.new_axes()
    assert FIGURES[name](ax, **options) is ax
    return figure, ax


def texts(ax: Axes) -> Iterator[str]:
    return (text.get_text() for text in ax.findobj(mpl.text.Text) if text.get_text())


@every_figure
@both_languages
def test_no_empty_boxes(name: str, lang: str) -> None:
    """Every warning is an error here, so a missing glyph fails."""
    figure, _ = drawn(name, lang=lang, source="数据来源：CO₂ 测算。", title="阳江高新区：CO₂")
    assert len(png(figure)) > 5_000


@every_figure
def test_no_empty_boxes_on_axes_made_elsewhere(name: str) -> None:
    figure = Figure()
    FIGURES[name](figure.add_subplot())
    assert len(png(figure)) > 5_000


@every_figure
def test_settings_are_restored(name: str) -> None:
    before = dict(mpl.rcParams)
    drawn(name)
    assert dict(mpl.rcParams) == before


@every_figure
def test_same_input_gives_same_bytes(name: str, tmp_path: Path) -> None:
    first, second = (
        plot.save_figure(drawn(name)[0], f"{tmp_path}/{turn}.png", dpi=60) for turn in "ab"
    )
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_other_formats_hold_no_date(kind: str, tmp_path: Path) -> None:
    file = plot.save_figure(drawn("builds", lang="en")[0], tmp_path / f"figure.{kind}")
    content = file.read_bytes()
    assert b"<dc:date>" not in content
    assert b"CreationDate" not in content


@every_figure
@both_languages
def test_title_axis_and_unit(name: str, lang: str) -> None:
    _, ax = drawn(name, lang=lang)
    chinese = any("一" <= letter <= "鿿" for letter in ax.get_title(loc="left"))
    assert chinese is (lang == "zh")
    assert chinese is any("一" <= letter <= "鿿" for letter in ax.get_ylabel())
    assert ax.get_ylabel()


def visible_ticks(axis: mpl.axis.Axis) -> list[mpl.text.Text]:
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


@every_figure
def test_text_lies_on_the_page_and_not_on_other_text(name: str) -> None:
    figure, ax = drawn(name, source="数据来源：测算。")
    figure.canvas.draw()
    page, box = figure.bbox, ax.get_tightbbox()
    assert box is not None
    assert (page.x0 <= box.x0, page.y0 <= box.y0) == (True, True)
    assert (box.x1 <= page.x1, box.y1 <= page.y1) == (True, True)
    renderer = figure.canvas.get_renderer()
    ticks = [*visible_ticks(ax.xaxis), *visible_ticks(ax.yaxis)]
    boxes = [
        (text.get_text(), mpl.text.Text.get_window_extent(text, renderer))
        for text in [*ax.texts, *ticks, ax.xaxis.label, ax.yaxis.label]
    ]
    for place, (words, box) in enumerate(boxes):
        for other_words, other in boxes[place + 1 :]:
            assert not box.shrunk(0.98, 0.6).overlaps(other), (words, other_words)


def bands(ax: Axes) -> dict[str, np.ndarray]:
    """Return the height of each filled band in each year, read off the drawing."""
    found = {}
    for band in ax.collections:
        if isinstance(band, PolyCollection) and not band.get_label().startswith("_"):
            corners = band.get_paths()[0].vertices
            found[band.get_label()] = np.array(
                [np.ptp(corners[corners[:, 0] == year, 1]) for year in YEARS]
            )
    return found


def test_energy_bands_are_the_input() -> None:
    _, ax = drawn("energy")
    found = bands(ax)
    assert list(found) == list(CARRIERS)
    for key in CARRIERS:
        np.testing.assert_allclose(found[key], ENERGY.sel(carrier=key), atol=1e-9)


def test_energy_bars_are_the_input() -> None:
    _, ax = drawn("energy_bars")
    for container, row in zip(ax.containers, ENERGY.values, strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in container], row)


def test_what_is_sold_hangs_below_zero() -> None:
    _, ax = plot.new_axes()
    sold = ENERGY.copy(data=np.where(np.arange(8)[:, None] == 2, -ENERGY, ENERGY))
    plot.plot_energy(ax, sold, labels=CARRIERS)
    assert {bar.get_y() + bar.get_height() for bar in ax.containers[2]} == {0.0}
    assert ax.get_ylim()[0] < -ENERGY.values[2].max()


def test_lines_are_the_input() -> None:
    _, ax = drawn("paths")
    lines = {line.get_label(): line for line in ax.lines}
    for key in SCENARIOS:
        np.testing.assert_array_equal(lines[key].get_ydata(), EMISSIONS.sel(scenario=key))
    peak = f"规划情景：2026年达峰 {PLAN[6]:.1f}"
    assert lines[peak].get_xydata().tolist() == [[2026, PLAN[6]]]
    assert peak in texts(ax)
    assert not any(text.startswith("基准情景：") for text in texts(ax))


def test_peaks_of_one_year_are_told_one_under_the_other() -> None:
    figure, ax = plot.new_axes()
    peaks = dict.fromkeys(SCENARIOS, 2025)
    plot.plot_emissions_paths(ax, EMISSIONS, labels=SCENARIOS, peaks=peaks)
    figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    boxes = [text.get_window_extent() for text in legend.get_texts()]
    assert len(boxes) == 3
    assert all(low.y1 <= high.y0 for high, low in itertools.pairwise(boxes))


def test_history_is_drawn_before_the_paths() -> None:
    _, ax = plot.new_axes()
    history = xr.DataArray(
        [373.0, 467.8], dims="year", coords={"year": [2015, 2020]}, attrs={"units": "万吨/year"}
    )
    plot.plot_emissions_paths(ax, EMISSIONS, labels=SCENARIOS, peaks={}, history=history)
    assert ax.get_xlim() == (2015, 2035)
    assert [373.0, 467.8] in [list(line.get_ydata()) for line in ax.lines]


def test_wedges_are_the_input_and_end_at_the_path() -> None:
    _, ax = drawn("wedges")
    found = bands(ax)
    for key in MEASURES:
        np.testing.assert_allclose(found[key], -CONTRIBUTIONS.sel(measure=key), atol=1e-9)
    lowest = stack.edges(CONTRIBUTIONS)[-1][0]
    np.testing.assert_allclose(BASELINE + lowest, PATH)


def test_a_measure_that_adds_emissions_stands_above_the_baseline() -> None:
    _, ax = plot.new_axes()
    mixed = CONTRIBUTIONS.copy(data=np.where(np.arange(6)[:, None] == 0, 4.0, CONTRIBUTIONS))
    path = array(BASELINE + mixed.values.sum(axis=0))
    plot.plot_wedges(ax, array(BASELINE), mixed, path=path, labels=MEASURES)
    added = next(band for band in ax.collections if band.get_label() == "gas_chp_6f")
    assert added.get_paths()[0].vertices[:, 1].max() == BASELINE.max() + 4
    assert ax.get_ylim()[1] > BASELINE.max() + 4


def test_bars_of_the_inventory_are_the_input_from_the_top() -> None:
    _, ax = drawn("inventory")
    assert [bar.get_width() for bar in ax.patches] == INVENTORY.values.tolist()
    assert [label.get_text() for label in ax.get_yticklabels()] == list(GROUPS.values())
    assert ax.yaxis_inverted()


def test_bars_of_the_trend_are_the_input_and_the_line_is_the_net() -> None:
    _, ax = drawn("trend")
    for container, row in zip(ax.containers, STACKED.values, strict=True):
        np.testing.assert_allclose([bar.get_height() for bar in container], np.abs(row))
    assert {bar.get_y() + bar.get_height() for bar in ax.containers[2]} == {0.0}
    net = next(line for line in ax.lines if line.get_label() == "net")
    np.testing.assert_allclose(net.get_ydata(), 281.9 * (1 + STEP / 50))


def test_years_of_a_trend_stand_as_far_apart_as_they_are() -> None:
    _, ax = plot.new_axes()
    few = STACKED.sel(year=[2020, 2025, 2035])
    net = few.sum("sector", keep_attrs=True)
    plot.plot_emission_trend(ax, few, net=net, labels=GROUPS)
    assert ax.get_xticks().tolist() == [2020, 2025, 2035]
    assert [text.get_text() for text in ax.texts][:2] == ["281.9", "310.1"]


def flows(ax: Axes) -> dict[str, float]:
    """Return how high each flow is where it begins, read off the drawing."""
    drawn = [patch for patch in ax.patches if isinstance(patch, PathPatch)]
    found = {}
    for patch in drawn:
        corners = patch.get_path().vertices
        begin = corners[corners[:, 0] == corners[:, 0].min(), 1]
        found[patch.get_label()] = float(np.ptp(begin))
    return found


def test_flows_are_as_wide_as_they_are_large_and_meet_at_the_nodes() -> None:
    _, ax = drawn("sankey")
    found = flows(ax)
    energy, emitted = 159.0, 330.0
    assert found["coal > industry"] == pytest.approx(50 / energy)
    assert found["coal > maker"] == pytest.approx(6 / energy)
    assert found["maker > industry"] == pytest.approx(4 / energy)
    assert found["maker > combustion_co2"] == pytest.approx(15 / emitted)
    assert "electricity > maker" not in found
    supplied = sum(height for name, height in found.items() if name.split(" > ")[0] in CARRIERS)
    arriving = sum(height for name, height in found.items() if name.split(" > ")[1] in KINDS)
    assert supplied == pytest.approx(1.0)
    assert arriving == pytest.approx(1.0)


def test_flows_end_on_the_bars_of_their_nodes() -> None:
    _, ax = drawn("sankey")
    right_side = {}
    for patch in ax.patches:
        if isinstance(patch, Polygon):
            (left, top), _, _, (_, bottom) = patch.get_xy()[:4]
            right_side.setdefault(left, []).append((top, bottom))
    for patch in ax.patches:
        if isinstance(patch, PathPatch):
            corners = patch.get_path().vertices
            end = corners[:, 0].max()
            low, high = (
                corners[corners[:, 0] == end, 1].min(),
                corners[:, 1][corners[:, 0] == end].max(),
            )
            bars = right_side[end]
            assert any(top - 1e-9 <= low and high <= bottom + 1e-9 for top, bottom in bars)


def test_every_node_is_named_with_its_numbers() -> None:
    _, ax = drawn("sankey")
    named = {text.get_text() for text in ax.texts}
    assert {"煤炭  57.0", "外购电力  102.0", "燃料燃烧CO₂  157.0"} <= named
    assert {"工业和建筑业  154.0 → 310.0", "能源工业  6.0 → 4.5"} <= named
    assert any("159.0" in tick.get_text() for tick in ax.get_xticklabels())


def test_without_deliveries_the_maker_is_a_user_like_others() -> None:
    _, ax = plot.new_axes()
    plot.plot_energy_sankey(
        ax, SUPPLY, EMITTED, delivered=0 * DELIVERED, maker="maker", labels=USERS
    )
    assert "能源工业  6.0 → 15.0" in {text.get_text() for text in ax.texts}


def test_ranges_are_the_input_and_need_not_be_symmetric() -> None:
    _, ax = drawn("uncertainty")
    (bars,) = ax.collections
    ends = [segment[:, 0] for segment in bars.get_segments()]
    np.testing.assert_allclose(ends, [[230.0, 340.0], [-1.1, 0.6], [236.0, 346.0]])
    assert {"230.0 至 340.0", "−18.7% / +20.1%", "–"} <= set(texts(ax))


def test_percent_of_a_removal_keeps_the_order_of_its_range() -> None:
    assert _percent(-10.0, -13.0, -8.0) == "−30.0% / +20.0%"


def test_shares_of_variance_are_written_beside_their_bars() -> None:
    _, ax = drawn("variance")
    assert [bar.get_width() for bar in ax.containers[0]] == [55.0, 30.0, 15.0]
    assert {"55.0 %", "活动水平", "排放因子与参数"} <= set(texts(ax))
    assert "相关输入的共有部分" not in set(texts(ax))


def test_key_categories_add_up_to_everything_past_the_threshold() -> None:
    _, ax = drawn("key")
    running, threshold = ax.lines[:2]
    assert running.get_xdata().tolist() == [90.0, 97.0, 100.0]
    assert set(threshold.get_xdata()) == {95.0}
    tones = [bar.get_facecolor() for bar in ax.containers[0]]
    assert tones[0] == tones[1] != tones[2]


def test_ceilings_of_the_plan_are_the_input() -> None:
    _, ax = drawn("plan")
    assert ax.collections[0].get_offsets().tolist() == [[2025, 482.0], [2030, 465.3]]


def test_every_build_is_written_once() -> None:
    _, ax = drawn("builds")
    assert [text.get_text() for text in ax.texts] == ["12"] * 6
    assert [text.get_position() for text in ax.texts] == [(2021 + row, row) for row in range(6)]


def test_axis_says_when_it_does_not_start_at_zero() -> None:
    assert "纵轴不从0开始" in drawn("wedges")[1].get_ylabel()
    assert "纵轴不从0开始" not in drawn("energy")[1].get_ylabel()


def test_ranges_of_alternatives_are_the_input() -> None:
    _, ax = drawn("alternatives")
    bars = [(bar.get_x(), bar.get_width()) for bar in ax.containers[-1]]
    assert bars[:2] == [(90.0, 10.0), (30.0, 30.0)]


def test_the_sum_of_a_cash_flow_is_the_input() -> None:
    _, ax = drawn("cash")
    (line,) = [one for one in ax.lines if one.get_label() == "历年累计"]
    np.testing.assert_allclose(line.get_ydata(), np.cumsum(4.7 * STEP))


def test_choices_that_cannot_be_are_refused() -> None:
    _, ax = plot.new_axes()
    with pytest.raises(ResultError, match="never negative"):
        plot.plot_prices(
            ax, table([-1.0], "CNY2020/t CO2", target=["a"]), year={}, held_by={}, labels={}
        )
    with pytest.raises(ResultError, match="on no front"):
        plot.plot_pareto(
            ax,
            table([1.0, 2.0], "亿元2020", point=["a", "b"]),
            table([1.0, 2.0], "万吨 CO2", point=["a", "b"]),
            amount_name="",
        )
    with pytest.raises(ResultError, match="does not hold"):
        plot.plot_alternatives(ax, LEAST, MOST, CHOSEN + 20.0, labels={})


def test_wrong_dimensions_and_missing_unit() -> None:
    _, ax = plot.new_axes()
    with pytest.raises(ResultError, match="energy by carrier needs the dimensions"):
        plot.plot_energy(ax, EMISSIONS, labels=CARRIERS)
    with pytest.raises(ResultError, match="has no unit"):
        plot.plot_energy(
            ax, xr.DataArray(ENERGY.values, ENERGY.coords, ENERGY.dims), labels=CARRIERS
        )


def test_a_key_without_label_is_written_as_it_is() -> None:
    _, ax = plot.new_axes()
    plot.plot_energy(ax, ENERGY, labels={})
    assert any(text.startswith("electricity  ") for text in texts(ax))


@pytest.mark.parametrize("palette", ["carrier", "sector", "scenario", "measure"])
def test_colours_differ_and_do_not_depend_on_the_order_of_named_keys(palette: str) -> None:
    keys = [*GROUPS, *SCENARIOS, *MEASURES][:10]
    found = style.colours(keys, palette)  # type: ignore[arg-type]
    assert len(set(found.values())) == len(keys)
    named = style._COLOURS[palette]
    assert all(found[key] == named[key] for key in keys if key in named)


def test_many_keys_still_get_a_colour() -> None:
    assert len(style.colours([f"site {n}" for n in range(40)])) == 40


def test_every_unit_of_the_labels_is_a_unit() -> None:
    named = [key for key in labels() if key.startswith("plot.unit ")]
    assert named
    for key in named:
        units.check(key.removeprefix("plot.unit "))


def test_spread_keeps_order_gap_and_limits() -> None:
    places = layout.spread([5.0, 1.0, 1.1, 9.9], 2.0, (0.0, 10.0))
    assert places == pytest.approx([5.0, 0.05, 2.05, 8.0 + 1.9])
    assert layout.spread([], 1.0, (0.0, 1.0)) == []
    crowded = layout.spread([1.0] * 6, 5.0, (0.0, 10.0))
    assert crowded == pytest.approx([0, 2, 4, 6, 8, 10])


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (1234.56, "1,234.6"), (-21, "−21.0"), (0.453, "0.45"), (-0.0123, "−0.01")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert layout.number(value) == text


def test_missing_font_is_told_only_for_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_installed_family", lambda: None)
    monkeypatch.setattr(style, "find_spec", lambda _: None)
    with pytest.warns(style.FontWarning, match="install the package zhplot"):
        assert style.font_families("zh") == ["DejaVu Sans"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert style.font_families("en") == ["DejaVu Sans"]


def test_installed_font_comes_before_the_shipped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "_installed_family", lambda: "SimHei")
    assert style.font_families() == ["SimHei", "DejaVu Sans"]
    monkeypatch.setattr(style, "_installed_family", lambda: None)
    assert style.font_families() == ["Noto Sans SC", "DejaVu Sans"]


def test_neither_pyplot_nor_zhplot_is_imported() -> None:
    code = (
        "import sys, carbonpeak.plot as plot; plot.new_axes();"
        "assert not {'matplotlib.pyplot', 'zhplot'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
