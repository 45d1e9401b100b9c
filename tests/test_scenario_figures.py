"""Figures of scenarios, odds, drivers and targets show what they are given, in both languages."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from carbonpeak import plot
from carbonpeak.errors import ResultError
from carbonpeak.plot import layout, stack
from carbonpeak.plot.decoupling import _SECTORS
from carbonpeak.plot.placement import label_points

CO2, PERCENT = "万吨 CO2/year", "percent"
NOTE = "数据来源：CO₂ 测算。"
CHINESE = "琲珤垟氹项目用能"


def table(values: object, unit: str, **keys: object) -> xr.DataArray:
    coords = {name: list(labels) for name, labels in keys.items()}  # type: ignore[call-overload]
    return xr.DataArray(np.array(values, float), coords, tuple(coords), attrs={"units": unit})


def words(names: list[str]) -> dict[str, str]:
    return {name: f"{CHINESE}{place}" for place, name in enumerate(names)}


def keys(count: int) -> list[str]:
    return [f"k{place:02d}" for place in range(count)]


def years(count: int) -> list[int]:
    return list(range(2020, 2020 + count))


Drawn = tuple[Figure, list[Axes]]


def on_axes(width: float = 9.0, height: float = 5.0) -> tuple[Figure, Axes]:
    return plot.new_axes(width, height)


def fan(count: int, **options: object) -> Drawn:
    step = np.linspace(0, 1, count)
    central = 460 + 60 * step - 110 * step**2
    chances = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
    spread = np.outer(np.array([-2, -1.3, -0.7, 0, 0.7, 1.3, 2]), 5 + 20 * step)
    figure, ax = on_axes()
    peak = 2020 + int(central.argmax())
    cap = np.where(np.arange(count) == count - 1, 450.0, np.nan)
    plot.plot_fan(
        ax,
        table(central + spread, CO2, chance=chances, year=years(count)),
        central=table(central, CO2, year=years(count)),
        observed=[2020],
        peak=peak,
        peak_range=(peak, peak + 1),
        targets=table([cap], CO2, target=["cap"], year=years(count)),
        labels={"cap": CHINESE},
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def odds(count: int, **options: object) -> Drawn:
    shares = np.full(count, 80.0 / count)
    figure, ax = on_axes()
    plot.plot_peak_odds(
        ax,
        table(shares, PERCENT, year=years(count)),
        cumulative=table(5 + shares.cumsum(), PERCENT, year=years(count)),
        before=5.0,
        not_yet=15.0,
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def waterfall(count: int, **options: object) -> Drawn:
    effects = np.array([np.linspace(40, -30, count), np.linspace(25, -35, count)]).T
    totals = np.cumsum([420.0, *effects.sum(axis=0)])
    figure, ax = on_axes(16.0 if count > 9 else 9.0)
    plot.plot_waterfall(
        ax,
        table(totals, CO2, year=[2015, 2020, 2025]),
        table(effects, CO2, driver=keys(count), period=["a", "b"]),
        labels=words(keys(count)),
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def kaya(count: int, **options: object) -> Drawn:
    factors = keys(4)
    step = np.linspace(0, 1, 16)
    effects = np.outer([10.0, 90.0, -60.0, -20.0], np.linspace(1, 0.5, count))
    periods = [f"{2020 + place}" for place in range(count)]
    figure = plot.new_figure(9.6, 5.8)
    panels = plot.plot_kaya(
        figure,
        table(
            100 + np.outer([8.0, 120.0, -40.0, -15.0], step), "1", factor=factors, year=years(16)
        ),
        effects=table(effects, CO2, factor=factors, period=periods),
        net=table(effects.sum(axis=0), CO2, period=periods),
        labels=dict.fromkeys(factors, CHINESE[:4]),
        observed=3,
        **options,  # type: ignore[arg-type]
    )
    return figure, list(panels)


def tornado(count: int, **options: object) -> Drawn:
    swing = np.linspace(50, 2, count)
    figure, ax = on_axes(9.0, 1.8 + 0.33 * count)
    plot.plot_tornado(
        ax,
        table(470 - swing, CO2, input=keys(count)),
        table(470 + 0.8 * swing, CO2, input=keys(count)),
        central=470.0,
        labels=words(keys(count)),
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def sobol(count: int, **options: object) -> Drawn:
    weights = np.linspace(3, 1, count)
    first = np.outer(90 * weights / weights.sum(), np.linspace(1, 0.8, 16))
    shared = 100 - first.sum(axis=0)
    first[:, 0] = shared[0] = np.nan
    figure = plot.new_figure(9.0, 4.8)
    panels = plot.plot_sobol_over_time(
        figure,
        table(first, PERCENT, input=keys(count), year=years(16)),
        shared=table(shared, PERCENT, year=years(16)),
        peak_first=table(first[:, -1], PERCENT, input=keys(count)),
        peak_shared=float(shared[-1]),
        labels=words(keys(count)),
        **options,  # type: ignore[arg-type]
    )
    return figure, list(panels)


def abatement(count: int, **options: object) -> Drawn:
    figure, ax = on_axes(10.0)
    amounts = 0.1 + np.arange(count) % 5 * np.arange(count)
    plot.plot_abatement_curve(
        ax,
        table(amounts, CO2, measure=keys(count)),
        table(np.linspace(-300, 700, count), "CNY2020/t CO2", measure=keys(count)),
        labels={**words(keys(count)), "marginal": CHINESE},
        curves={"marginal": table([0, 500], "CNY2020/t CO2", abatement=[0, amounts.sum()])},
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def co_control(count: int, **options: object) -> Drawn:
    random = np.random.default_rng(0)
    figure, ax = on_axes(10.0)
    plot.plot_co_control(
        ax,
        table(random.normal(-8, 9, count), CO2, measure=keys(count)),
        table(random.normal(-300, 500, count), "t/year", measure=keys(count)),
        pollutant_name="SO₂",
        labels=words(keys(count)),
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def decoupling(count: int, **options: object) -> Drawn:
    random = np.random.default_rng(0)
    figure, ax = on_axes(6.4, 6.4)
    plot.plot_decoupling(
        ax,
        table(random.normal(5, 3, count), PERCENT, period=years(count)),
        table(random.normal(2, 4, count), PERCENT, period=years(count)),
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


STANDINGS = ["met", "on_track", "late", "missed", "not_known"]


def dashboard(count: int, **options: object) -> Drawn:
    names = keys(count)
    standing = {name: STANDINGS[place % 5] for place, name in enumerate(names)}
    way = [
        np.nan if one == "not_known" else 40.0 + 20 * (place % 5)
        for place, one in enumerate(standing.values())
    ]
    figure, ax = on_axes(10.4, 2.0 + 0.36 * count)
    plot.plot_dashboard(
        ax,
        table(way, PERCENT, target=names),
        standing=standing,  # type: ignore[arg-type]
        required={names[0]: "≥ 18%"},
        expected={names[0]: "−20.3%"},
        lead={names[0]: CHINESE},
        labels=words(names),
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def allocation(count: int, **options: object) -> Drawn:
    figure, ax = on_axes(9.0, 1.8 + 0.4 * count)
    parts = np.array([np.full(count, 12.0), np.linspace(4, 20, count) if count > 1 else [12.0]])
    rules = ["grandfathering", "capacity"]
    plot.plot_allocation(
        ax,
        table(parts, CO2, rule=rules, receiver=keys(count)),
        total=12.0 * count,
        labels={**words(keys(count)), **words(rules)},
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


def wedges(count: int, **options: object) -> Drawn:
    parts = np.outer(np.linspace(-2, 1, count), np.arange(16.0))
    baseline = np.linspace(460, 520, 16)
    figure, ax = on_axes(9.0, 5.0)
    plot.plot_wedges(
        ax,
        table(baseline, CO2, year=years(16)),
        table(parts, CO2, group=keys(count), year=years(16)),
        path=table(baseline + parts.sum(axis=0), CO2, year=years(16)),
        labels=words(keys(count)),
        remainder=keys(count)[-1],
        **options,  # type: ignore[arg-type]
    )
    return figure, [ax]


FIGURES: dict[str, Callable[..., Drawn]] = {
    "abatement": abatement,
    "allocation": allocation,
    "co_control": co_control,
    "dashboard": dashboard,
    "decoupling": decoupling,
    "fan": fan,
    "kaya": kaya,
    "odds": odds,
    "sobol": sobol,
    "tornado": tornado,
    "waterfall": waterfall,
    "wedges": wedges,
}
SIZES = {"one": 1, "few": 6, "many": 40}
every_figure = pytest.mark.parametrize("name", FIGURES)
both_languages = pytest.mark.parametrize("lang", ["zh", "en"])


def png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=50, metadata={"Software": None})
    return buffer.getvalue()


def texts_of(figure: Figure) -> set[str]:
    return {text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text()}


def is_chinese(text: str) -> bool:
    return any("一" <= letter <= "鿿" for letter in text)


@every_figure
@both_languages
def test_no_empty_boxes_and_words_in_the_language(name: str, lang: str) -> None:
    """Every warning is an error here, so a missing glyph fails."""
    figure, axes = FIGURES[name](6, lang=lang, source=NOTE)
    assert len(png(figure)) > 5_000
    headline = figure.get_suptitle() or axes[0].get_title(loc="left")
    assert is_chinese(headline) is (lang == "zh")
    assert NOTE in " ".join(texts_of(figure))
    own = [text for text in texts_of(figure) if CHINESE[:4] not in text and NOTE not in text]
    assert any(map(is_chinese, own)) is (lang == "zh")


def visible_ticks(axis: mpl.axis.Axis) -> list[mpl.text.Text]:
    low, high = sorted(axis.get_view_interval())
    return [tick.label1 for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]


def written(ax: Axes) -> Iterator[mpl.text.Text]:
    legend = ax.get_legend()
    yield from ax.texts
    yield from legend.get_texts() if legend else ()
    yield from (*visible_ticks(ax.xaxis), *visible_ticks(ax.yaxis))
    yield from (ax.xaxis.label, ax.yaxis.label, ax._left_title)


@every_figure
@pytest.mark.parametrize(
    ("lang", "size"), [("zh", "one"), ("zh", "few"), ("zh", "many"), ("en", "few")]
)
def test_text_lies_on_the_page_and_not_on_other_text(name: str, lang: str, size: str) -> None:
    figure, axes = FIGURES[name](
        max(2 if name == "fan" else 1, SIZES[size]), lang=lang, source=NOTE
    )
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [
        (text.get_text(), mpl.text.Text.get_window_extent(text, renderer), text.get_rotation())
        for ax in axes
        for text in written(ax)
        if text.get_text() and text.get_visible()
    ]
    for place, (one, box, turn) in enumerate(boxes):
        assert figure.bbox.padded(1).x0 <= box.x0, one
        assert box.x1 <= figure.bbox.padded(1).x1, one
        assert (figure.bbox.y0 - 1 <= box.y0, box.y1 <= figure.bbox.y1 + 1) == (True, True), one
        for other, its_box, its_turn in boxes[place + 1 :]:
            if turn == its_turn == 0:
                assert not box.shrunk(0.96, 0.6).overlaps(its_box.shrunk(0.96, 0.6)), (one, other)


@every_figure
def test_settings_are_restored_and_no_figure_stays_open(name: str) -> None:
    before = dict(mpl.rcParams)
    FIGURES[name](4)
    assert dict(mpl.rcParams) == before
    assert not mpl._pylab_helpers.Gcf.get_all_fig_managers()


@every_figure
def test_same_input_gives_same_bytes(name: str) -> None:
    assert png(FIGURES[name](5)[0]) == png(FIGURES[name](5)[0])


def bands(ax: Axes) -> dict[str, np.ndarray]:
    """Return the height of each filled band in each year, read off the drawing."""
    found: dict[str, np.ndarray] = {}
    for band in ax.collections:
        if isinstance(band, PolyCollection) and not band.get_label().startswith("_"):
            corners = band.get_paths()[0].vertices
            where = np.unique(corners[:, 0])
            heights = np.array([np.ptp(corners[corners[:, 0] == at, 1]) for at in where])
            found[band.get_label()] = found.get(band.get_label(), 0.0) + heights
    return found


def test_bands_of_a_fan_are_the_input_and_lie_in_each_other() -> None:
    _, (ax,) = fan(16, lang="en")
    found = bands(ax)
    assert list(found) == ["95 % of paths", "80 % of paths", "50 % of paths"]
    spread = 5 + 20 * np.linspace(0, 1, 16)
    for widest, factor in zip(found.values(), (4.0, 2.6, 1.4), strict=True):
        np.testing.assert_allclose(widest, factor * spread)
    assert all((wide >= slim).all() for wide, slim in pairwise(found.values()))


def test_the_peak_is_marked_with_year_height_and_range() -> None:
    figure, (ax,) = fan(16, lang="zh")
    lines = {line.get_label(): line for line in ax.lines}
    central = lines["中心路径"].get_ydata()
    year, height = 2020 + int(np.argmax(central)), np.max(central)
    told = f"{year}年达峰（{year}—{year + 1}年）：{height:.1f} 万吨二氧化碳/年"
    assert lines[told].get_xydata().tolist() == [[year, height]]
    assert list(lines["peak range"].get_xdata()) == [year, year + 1]
    assert told in texts_of(figure)
    assert lines["历史"].get_xdata().tolist() == [2020]


def test_the_legend_of_a_fan_stands_clear_of_its_bands() -> None:
    figure, (ax,) = fan(16)
    figure.canvas.draw()
    legend = ax.get_legend()
    assert legend is not None
    lowest = ax.transData.inverted().transform(legend.get_window_extent())[0, 1]
    assert lowest > ax.dataLim.y1


def test_a_target_of_one_year_is_a_mark_and_of_several_a_line() -> None:
    _, ax = plot.new_axes()
    flat = table(
        np.array([[90.0] * 4, [100.0] * 4, [110.0] * 4]), CO2, chance=[0.1, 0.5, 0.9], year=years(4)
    )
    targets = table(
        [[np.nan, 95, 95, 95], [np.nan, 98, np.nan, np.nan]], CO2, target=["a", "b"], year=years(4)
    )
    plot.plot_fan(ax, flat, central=flat.sel(chance=0.5, drop=True), targets=targets, labels={})
    line, mark = ax.lines[-2:]
    assert line.get_ydata().tolist() == [95, 95, 95]
    assert (line.get_marker(), mark.get_linestyle()) == ("None", "None")
    assert mark.get_xydata().tolist() == [[2021, 98]]


def test_a_fan_calls_its_axis_emissions_or_what_it_is_told() -> None:
    named = [fan(8, **options)[1][0].get_ylabel() for options in ({}, {"quantity": "费用"})]
    assert [one.partition("（")[0] for one in named] == ["排放量", "费用"]
    assert len({one.partition("（")[2] for one in named}) == 1


def test_a_fan_refuses_quantiles_that_fall_or_make_no_band() -> None:
    _, ax = plot.new_axes()
    level = table([[3.0, 3.0], [2.0, 2.0]], CO2, chance=[0.1, 0.9], year=years(2))
    central = table([2.5, 2.5], CO2, year=years(2))
    with pytest.raises(ResultError, match="must both rise"):
        plot.plot_fan(ax, level, central=central, labels={})
    lone = level.isel(chance=[0]).assign_coords(chance=[0.3])
    with pytest.raises(ResultError, match="hold no band"):
        plot.plot_fan(ax, lone, central=central, labels={})
    with pytest.raises(ResultError, match="peak year 1990"):
        plot.plot_fan(
            ax, level[::-1].assign_coords(chance=[0.1, 0.9]), central=central, peak=1990, labels={}
        )


def test_bars_and_steps_of_the_odds_are_the_input() -> None:
    _, (ax,) = odds(8)
    assert [bar.get_height() for bar in ax.containers[0]] == [10.0] * 8
    assert [bar.get_height() for bar in ax.containers[1]] == [5.0, 15.0]
    np.testing.assert_allclose(ax.lines[0].get_ydata(), 5 + 10 * np.arange(1, 9))
    named = [label.get_text() for label in ax.get_xticklabels()]
    assert (named[0], named[-1]) == ("2019年\n及以前", "2028年\n仍未达峰")


def test_odds_that_do_not_sum_to_all_paths_are_refused() -> None:
    _, ax = plot.new_axes()
    shares = table([50.0, 20.0], PERCENT, year=[2021, 2022])
    with pytest.raises(ResultError, match="sum to 80 percent"):
        plot.plot_peak_odds(ax, shares, cumulative=shares, before=0.0, not_yet=10.0)


def test_bars_of_the_waterfall_hang_from_total_to_total() -> None:
    _, (ax,) = waterfall(4)
    totals, *effects = ax.containers
    assert [bar.get_height() for bar in totals] == [420.0, 440.0, 420.0]
    given = np.array([np.linspace(40, -30, 4), np.linspace(25, -35, 4)])
    np.testing.assert_allclose([[bar.get_height() for bar in group] for group in effects], given.T)
    for period in range(2):
        reached = totals[period].get_height()
        for group in effects:
            assert group[period].get_y() == pytest.approx(reached)
            reached += group[period].get_height()
        assert reached == pytest.approx(totals[period + 1].get_height())


def test_a_waterfall_that_does_not_close_names_the_period() -> None:
    _, ax = plot.new_axes()
    totals = table([100.0, 110.0], CO2, year=[2015, 2020])
    with pytest.raises(ResultError, match="of period first sum to 9, but the total changes by 10"):
        plot.plot_waterfall(
            ax, totals, table([[9.0]], CO2, driver=["a"], period=["first"]), labels={}
        )
    with pytest.raises(ResultError, match="have 1 periods between them, not 2"):
        plot.plot_waterfall(
            ax, totals, table([[9.0, 1.0]], CO2, driver=["a"], period=[1, 2]), labels={}
        )


def test_a_waterfall_of_small_totals_begins_at_zero() -> None:
    _, ax = plot.new_axes()
    plot.plot_waterfall(
        ax,
        table([10.0, 60.0], CO2, year=[1, 2]),
        table([[50.0]], CO2, driver=["a"], period=[1]),
        labels={},
    )
    assert ax.get_ylim()[0] == 0.0
    assert "不从0" not in ax.get_ylabel()


def test_panels_of_kaya_are_the_input() -> None:
    figure, panels = kaya(3)
    ends = [100 + rise for rise in (8.0, 120.0, -40.0, -15.0)]
    for ax, end in zip(panels[:-1], ends, strict=True):
        index = next(line for line in ax.lines if line.get_label() == "index")
        assert (index.get_ydata()[0], index.get_ydata()[-1]) == (100.0, pytest.approx(end))
    heights = [[bar.get_height() for bar in group] for group in panels[-1].containers]
    np.testing.assert_allclose(heights, np.abs(np.outer([10, 90, -60, -20], [1, 0.75, 0.5])))
    net = next(line for line in panels[-1].lines if line.get_label() == "net")
    np.testing.assert_allclose(net.get_ydata(), [20.0, 15.0, 10.0])
    assert "净变化  10.0" in texts_of(figure)


def test_bars_of_the_tornado_lead_from_the_centre_to_the_ends() -> None:
    figure, (ax,) = tornado(3)
    lows, highs = ([bar.get_x() + bar.get_width() for bar in group] for group in ax.containers)
    np.testing.assert_allclose(lows, [420, 444, 468])
    np.testing.assert_allclose(highs, [510, 490.8, 471.6])
    assert {"420.0", "510.0", "全部取中间值：470.0"} <= texts_of(figure)


def test_of_two_ends_on_one_side_the_nearer_is_slim_and_in_front() -> None:
    _, ax = plot.new_axes()
    low, high = (table([value], CO2, input=["a"]) for value in (472.0, 478.0))
    plot.plot_tornado(ax, low, high, central=470.0, labels={})
    near, far = ax.containers[0][0], ax.containers[1][0]
    assert near.get_height() < far.get_height()
    assert near.get_zorder() > far.get_zorder()


def test_shares_of_sobol_are_stacked_over_the_years_that_vary() -> None:
    figure, (ax, peak) = sobol(3)
    found = bands(ax)
    first = np.outer([45.0, 30.0, 15.0], np.linspace(1, 0.8, 16))[:, 1:]
    for key, row in zip(keys(3), first, strict=True):
        np.testing.assert_allclose(found[key], row)
    np.testing.assert_allclose(found["shared"], 100 - first.sum(axis=0))
    heights = [group[0].get_height() for group in peak.containers]
    np.testing.assert_allclose(heights, [36, 24, 12, 28])
    assert "交互作用  28.0 %" in texts_of(figure)


def test_without_a_peak_year_that_varies_the_last_year_is_labelled() -> None:
    figure = plot.new_figure()
    first = table([[60.0, 70.0], [30.0, 20.0]], PERCENT, input=["a", "b"], year=[2021, 2022])
    shared = table([10.0, 10.0], PERCENT, year=[2021, 2022])
    panels = plot.plot_sobol_over_time(figure, first, shared=shared, labels={})
    assert len(panels) == 1
    assert {"a  70.0", "2022年"} <= texts_of(figure)


def test_a_year_with_shares_of_some_inputs_only_is_refused() -> None:
    first = table([[50.0, np.nan], [40.0, 30.0]], PERCENT, input=["a", "b"], year=[2021, 2022])
    shared = table([10.0, 70.0], PERCENT, year=[2021, 2022])
    peak = table([50.0, 40.0], PERCENT, input=["a", "b"])
    with pytest.raises(ResultError, match="shares of 2022 lack a number for some inputs"):
        plot.plot_sobol_over_time(
            plot.new_figure(), first, shared=shared, peak_first=peak, peak_shared=10.0, labels={}
        )


def test_bars_of_the_abatement_curve_stand_side_by_side() -> None:
    figure, (ax,) = abatement(6)
    amounts = 0.1 + np.arange(6) % 5 * np.arange(6)
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], amounts)
    np.testing.assert_allclose([bar.get_height() for bar in ax.patches], np.linspace(-300, 700, 6))
    np.testing.assert_allclose([bar.get_x() for bar in ax.patches], amounts.cumsum() - amounts)
    assert any("不能直接当作减排方案" in text for text in texts_of(figure))
    numbers = [text for text in ax.texts if text.get_text() == "3"]
    assert len(numbers) == 2


def test_a_measure_without_abatement_has_no_bar() -> None:
    _, ax = plot.new_axes()
    with pytest.raises(ResultError, match="b: a bar needs an abatement above 0"):
        plot.plot_abatement_curve(
            ax,
            table([3.0, 0.0], CO2, measure=["a", "b"]),
            table([1.0, 2.0], "CNY2020/t CO2", measure=["a", "b"]),
            labels={},
        )


def test_measures_that_trade_one_for_the_other_are_set_apart() -> None:
    _, ax = plot.new_axes(9.0)
    carbon = table([-5.0, -3.0, 2.0, -1.0], CO2, measure=list("abcd"))
    sulphur = table([-90.0, 40.0, -300.0, 0.0], "t/year", measure=list("abcd"))
    plot.plot_co_control(ax, carbon, sulphur, pollutant_name="SO₂", labels={}, lang="en")
    points = {group.get_label(): group.get_offsets().tolist() for group in ax.collections[:2]}
    assert points["trade-off"] == [[-3.0, 40.0], [2.0, -300.0]]
    assert points["other"] == [[-5.0, -90.0], [-1.0, 0.0]]
    assert "Trade-off\nSO₂ falls, CO₂ rises" in {text.get_text() for text in ax.texts}


@pytest.mark.parametrize(
    ("output", "emissions", "state"),
    [
        (10.0, -1.0, "strong_decoupling"),
        (10.0, 7.9, "weak_decoupling"),
        (10.0, 10.0, "expansive_coupling"),
        (10.0, 12.1, "expansive_negative_decoupling"),
        (-10.0, 1.0, "strong_negative_decoupling"),
        (-10.0, -7.9, "weak_negative_decoupling"),
        (-10.0, -10.0, "recessive_coupling"),
        (-10.0, -12.1, "recessive_decoupling"),
    ],
)
def test_a_point_lies_in_the_sector_of_its_state(
    output: float, emissions: float, state: str
) -> None:
    """The states as Tapio (2005) bounds them: signs, and elasticities of 0.8 and 1.2."""
    _, ax = plot.new_axes(6.0, 6.0)
    plot.plot_decoupling(
        ax, table([output], PERCENT, period=[1]), table([emissions], PERCENT, period=[1])
    )
    inside = [
        patch.get_label()
        for patch in ax.patches
        if patch.get_path().contains_point((output, emissions), patch.get_patch_transform())
    ]
    assert inside == [state]
    assert {patch.get_label() for patch in ax.patches} == set(_SECTORS)


def test_the_plane_of_decoupling_has_equal_axes_and_the_points_in_their_order() -> None:
    _, (ax,) = decoupling(5)
    assert ax.get_aspect() == 1.0
    assert ax.get_xlim() == ax.get_ylim()
    path = next(line for line in ax.lines if line.get_label() == "path")
    np.testing.assert_array_equal(path.get_xydata(), ax.collections[0].get_offsets())
    assert {"2020", "2024"} <= {text.get_text() for text in ax.texts}


def test_standings_differ_by_shape_and_the_unknown_is_said() -> None:
    figure, (ax,) = dashboard(5)
    shapes = {
        line.get_label(): line.get_marker() for line in ax.lines if line.get_label() in STANDINGS
    }
    assert len(set(shapes.values())) == 5
    assert np.isnan(ax.containers[0][4].get_width())
    assert {"未知", "≥ 18%", "−20.3%", "进展正常"} <= texts_of(figure)


def test_a_dashboard_refuses_standings_that_do_not_fit() -> None:
    _, ax = plot.new_axes()
    unknown = table([np.nan], PERCENT, target=["a"])
    told = {"required": {}, "expected": {}, "lead": {}, "labels": {}}
    with pytest.raises(ResultError, match="did you mean 'late'"):
        plot.plot_dashboard(ax, unknown, standing={"a": "lates"}, **told)  # type: ignore[dict-item]
    with pytest.raises(ResultError, match="progress is not known"):
        plot.plot_dashboard(ax, unknown, standing={"a": "met"}, **told)


def test_bars_of_an_allocation_are_the_input_and_the_sum_is_said() -> None:
    figure, (ax,) = allocation(5)
    assert [bar.get_width() for bar in ax.containers[0]] == [12.0] * 5
    np.testing.assert_allclose([bar.get_width() for bar in ax.containers[1]], np.linspace(4, 20, 5))
    assert "各规则合计均为60.0 万吨二氧化碳/年" in texts_of(figure)


def test_an_allocation_that_does_not_sum_is_refused() -> None:
    _, ax = plot.new_axes()
    parts = table([[1.0, 2.0]], CO2, rule=["equal_rate"], receiver=["a", "b"])
    with pytest.raises(ResultError, match="under equal_rate sum to 3, not to 4"):
        plot.plot_allocation(ax, parts, total=4.0, labels={})


def test_wedges_of_groups_are_the_input_and_the_remainder_is_named() -> None:
    figure, (ax,) = wedges(4)
    found = bands(ax)
    for key, slope in zip(keys(4), np.linspace(-2, 1, 4), strict=True):
        np.testing.assert_allclose(found[key], abs(slope) * np.arange(16.0), atol=1e-9)
    hatched = [band for band in ax.collections if band.get_hatch()]
    assert [band.get_label() for band in hatched] == ["k03"]
    assert any(text.startswith(f"{CHINESE}3") for text in texts_of(figure))
    flat = table([1.0], CO2, year=[2020])
    parts = table([[0.0]], CO2, group=["a"], year=[2020])
    with pytest.raises(ResultError, match="no contribution 'rest' to be the remainder"):
        plot.plot_wedges(ax, flat, parts, path=flat, labels={}, remainder="rest")


def test_a_wedge_that_changes_its_sign_stays_clear_of_the_others() -> None:
    parts = table([[2.0, -1.0], [3.0, 3.0], [-2.0, -2.0]], CO2, group=list("abc"), year=years(2))
    first, second, third = stack.band_pieces(parts)
    np.testing.assert_array_equal(first, [[[0, 0], [2, 0]], [[0, -1], [0, 0]]])
    np.testing.assert_array_equal(second, [[[2, 0], [5, 3]]])
    np.testing.assert_array_equal(third, [[[-2, -3], [0, -1]]])


EMPTY: dict[str, Callable[[Axes], object]] = {
    "fan": lambda ax: plot.plot_fan(
        ax,
        table(np.zeros((0, 2)), CO2, chance=[], year=years(2)),
        central=table([1, 2], CO2, year=years(2)),
        labels={},
    ),
    "odds": lambda ax: plot.plot_peak_odds(
        ax,
        table([], PERCENT, year=[]),
        cumulative=table([], PERCENT, year=[]),
        before=0.0,
        not_yet=100.0,
    ),
    "waterfall": lambda ax: plot.plot_waterfall(
        ax,
        table([1.0], CO2, year=[2020]),
        table(np.zeros((0, 0)), CO2, driver=[], period=[]),
        labels={},
    ),
    "tornado": lambda ax: plot.plot_tornado(
        ax, table([], CO2, input=[]), table([], CO2, input=[]), central=1.0, labels={}
    ),
    "abatement": lambda ax: plot.plot_abatement_curve(
        ax, table([], CO2, measure=[]), table([], "CNY2020/t", measure=[]), labels={}
    ),
    "co_control": lambda ax: plot.plot_co_control(
        ax,
        table([], CO2, measure=[]),
        table([], "t/year", measure=[]),
        pollutant_name="SO₂",
        labels={},
    ),
    "decoupling": lambda ax: plot.plot_decoupling(
        ax, table([], PERCENT, period=[]), table([], PERCENT, period=[])
    ),
    "dashboard": lambda ax: plot.plot_dashboard(
        ax, table([], PERCENT, target=[]), standing={}, required={}, expected={}, lead={}, labels={}
    ),
    "allocation": lambda ax: plot.plot_allocation(
        ax, table(np.zeros((1, 0)), CO2, rule=["a"], receiver=[]), total=0.0, labels={}
    ),
}


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw_is_said(name: str) -> None:
    _, ax = plot.new_axes()
    with pytest.raises(ResultError, match="there is nothing to draw"):
        EMPTY[name](ax)


def test_a_missing_number_and_other_entries_are_refused() -> None:
    _, ax = plot.new_axes()
    with pytest.raises(ResultError, match="lacks a number at period 2021"):
        plot.plot_decoupling(
            ax,
            table([1, np.nan], PERCENT, period=[2020, 2021]),
            table([1, 2], PERCENT, period=[2020, 2021]),
        )
    with pytest.raises(ResultError, match=r"has the periods \[2020\], the other \[2021\]"):
        plot.plot_decoupling(
            ax, table([1], PERCENT, period=[2020]), table([1], PERCENT, period=[2021])
        )


def test_labels_of_points_on_one_spot_do_not_meet() -> None:
    figure, ax = plot.new_axes()
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1)
    label_points(ax, np.full((12, 2), 0.5), [f"point {place}" for place in range(12)])
    figure.canvas.draw()
    boxes = [mpl.text.Text.get_window_extent(text) for text in ax.texts]
    assert len(boxes) == 12
    assert not any(
        one.overlaps(two) for place, one in enumerate(boxes) for two in boxes[place + 1 :]
    )


def test_a_label_without_room_is_refused() -> None:
    _, ax = plot.new_axes(2.0, 1.6)
    with pytest.raises(ResultError, match="no room for the label"):
        label_points(ax, np.full((60, 2), 0.5), ["a rather long label"] * 60)


def test_many_labels_are_written_smaller() -> None:
    _, ax = plot.new_axes()
    assert layout.fitting_size(ax, 60) < layout.fitting_size(ax, 30) < layout.fitting_size(ax, 5)


@pytest.mark.parametrize("text", ["煤改气、余热回收，以及" * 30, "coal to gas, waste heat " * 30])
def test_a_long_note_is_broken_into_lines_that_lose_nothing(text: str) -> None:
    figure, ax = plot.new_axes()
    with plot.figure_style():
        layout.write_source(ax, text)
    figure.canvas.draw()
    (note,) = ax.texts
    assert note.get_text().count("\n") >= 3
    assert note.get_text().replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert note.get_window_extent().x1 <= figure.bbox.x1


def test_a_line_begins_with_no_punctuation() -> None:
    assert all(
        line[0] not in "，。；：、）" for line in layout._wrapped("甲，乙；丙、丁。" * 9, 5.0)
    )
