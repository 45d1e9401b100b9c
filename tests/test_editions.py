"""One activity under two editions, and the spread of a total over conflicting factors.

By hand, for 100 t of coal of 20 GJ/t, 26 t C/TJ and 0.94: 2 TJ, 52 t C, 179.2267 t CO2, and with
1 kg CH4/TJ and 1.5 kg N2O/TJ 0.002 t CH4 and 0.003 t N2O: 0.851 t CO2e by AR5, 0.972 by SAR.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import carbonpeak as cp
import worlds
from carbonpeak.errors import MissingFactorError, ResultError
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.factors import LOCAL, load_factor_set
from carbonpeak.records import Row
from small_counties import COAL, COKE, Amount, county

COLUMNS = ",".join(FactorRow.model_fields)
CARBON = 100 * 20 / 1000 * 26 * 0.94 * 44 / 12
OTHERS = {"AR5GWP100": 0.002 * 28 + 0.003 * 265, "SARGWP100": 0.002 * 21 + 0.003 * 310}


def row(parameter: str, value: float, unit: str, *, gas: str = "none", **other: str) -> str:
    cells = {
        "parameter": parameter,
        "subject": "raw_coal",
        "condition": "all",
        "region": "all",
        "gas": gas,
        "year": "all",
        "variant": "default",
        "value": str(value),
        "unit": unit,
        "source": "A book",
        "where": "p. 1",
        "verified": "read",
        "evidence": "guideline",
    }
    cells |= other
    return ",".join(cells.get(name, "") for name in FactorRow.model_fields)


def rows(
    *, carbon: float = 26.0, subject: str = "raw_coal", heat: str = "GJ/t", source: str = "A book"
) -> list[str]:
    of = {"subject": subject, "source": source}
    return [
        row("net_calorific_value", 20, heat, **of),
        row("carbon_content", carbon, "t C/TJ", **of),
        row("oxidation", 0.94, "1", **of),
        row("emission_factor", 1, "kg CH4/TJ", gas="CH4", **of),
        row("emission_factor", 1.5, "kg N2O/TJ", gas="N2O", **of),
    ]


def tonnes_of_coal_equivalent(subject: str = "raw_coal") -> str:
    return row("standard_coal", 0.7, "tce/t", subject=subject)


def edition(
    folder: Path, name: str, *lines: str, metric: str = "AR5GWP100", fallback: str = ""
) -> str:
    path = folder / name
    path.mkdir()
    behind = f"fallback: {fallback}\n" if fallback else ""
    (path / "set.yaml").write_text(
        f"schema: carbonpeak/factor_set/1\nname: {name}\ntitle_en: {name}\ntitle_zh: {name}\n"
        f'edition: "1"\n{behind}default_metric: {metric}\n',
        "utf-8",
    )
    (path / "fuels.csv").write_text("\n".join([COLUMNS, *lines]) + "\n", "utf-8")
    return str(path)


def burning(factor_set: str, *fuels: tuple[str, str, str, str, str]) -> cp.Region:
    """Make a county that burns 100 t of each fuel under a factor set."""
    region = county([Amount(fuel, 2020, 100.0) for fuel in fuels or (COAL,)])
    return replace(region, factors=load_factor_set(factor_set))


@pytest.fixture
def old(tmp_path: Path) -> str:
    return edition(
        tmp_path,
        "old",
        *rows(),
        tonnes_of_coal_equivalent(),
        *rows(subject="coke"),
        tonnes_of_coal_equivalent("coke"),
        metric="SARGWP100",
    )


def test_the_same_activity_under_another_edition(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows(carbon=27), tonnes_of_coal_equivalent())
    inventory = cp.compile_under(burning(old), new)
    carbon = float(inventory["emissions"].sel(gas="CO2").sum())
    assert carbon == pytest.approx(CARBON * 27 / 26)
    assert inventory.attrs["factor_set"] == "new"


def test_factors_of_the_region_stay(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows(carbon=27), tonnes_of_coal_equivalent())
    region = burning(old)
    carbon = region.factors.find("carbon_content", "raw_coal")
    own = FactorRow(**{name: getattr(carbon, name) for name in FactorRow.model_fields})
    local = region.factors.with_local(
        [Row(own.model_copy(update={"value": 25.0}), tmp_path / "factors.csv", 2)]
    )
    inventory = cp.compile_under(replace(region, factors=local), new)
    assert float(inventory["emissions"].sel(gas="CO2").sum()) == pytest.approx(CARBON * 25 / 26)
    assert LOCAL in inventory["factor_set"].values


def test_an_edition_that_lacks_a_factor_is_no_edition_to_compile_under(
    tmp_path: Path, old: str
) -> None:
    new = edition(tmp_path, "new", *rows(carbon=27))
    with pytest.raises(MissingFactorError, match="'standard_coal' of 'raw_coal'"):
        cp.compile_under(burning(old), new)


def test_an_empty_edition_gives_what_its_fallback_gives() -> None:
    inventory = cp.compile_under(worlds.loaded("minimal"), "guangdong_county_2020")
    own = worlds.compiled("minimal")
    np.testing.assert_allclose(inventory["emissions"], own["emissions"], rtol=1e-12)
    assert set(inventory["factor_set"].values) == set(own["factor_set"].values)


def test_a_difference_is_due_to_its_factor(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows(carbon=27, source="Another book"))
    found = cp.compare_editions(burning(old), old, new, metric="AR5GWP100")
    (line,) = found.lines.itertuples()
    assert line.line == "1.A.1.a/boiler_house/raw_coal"
    assert line.first == pytest.approx(CARBON + OTHERS["AR5GWP100"])
    assert line.difference == pytest.approx(CARBON / 26)
    assert line.factor == pytest.approx(CARBON / 26)
    assert (line.metric, line.method, line.missing) == (0, 0, 0)
    assert line.why == "carbon_content 26 → 27 t C/TJ"
    (factor,) = found.factors.itertuples()
    assert (factor.first, factor.second, factor.unit) == (26, 27, "t C/TJ")
    assert factor.first_source == "A book, p. 1"
    assert factor.second_source == "Another book, p. 1"
    assert found.missing.empty


def test_without_a_metric_each_edition_has_its_own(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows())
    found = cp.compare_editions(burning(old), old, new)
    assert found.metrics == ("SARGWP100", "AR5GWP100")
    (line,) = found.lines.itertuples()
    change = OTHERS["AR5GWP100"] - OTHERS["SARGWP100"]
    assert (line.metric, line.difference) == pytest.approx((change, change))
    assert found.factors.empty


def test_a_line_without_a_factor_is_named_and_counted(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows())
    found = cp.compare_editions(burning(old, COAL, COKE), old, new, metric="AR5GWP100")
    (missing,) = found.missing.itertuples()
    assert (missing.line, missing.factor_set) == ("1.A.2.a/works/coke", "new")
    assert missing.lacks == (
        "net_calorific_value of coke, carbon_content of coke, oxidation of coke, "
        "emission_factor of coke"
    )
    coke = found.lines.set_index("line").loc["1.A.2.a/works/coke"]
    assert coke["first"] == pytest.approx(CARBON + OTHERS["AR5GWP100"])
    assert np.isnan(coke["second"])
    assert coke["missing"] == coke["difference"] == -coke["first"]
    assert found.lines["difference"].sum() == pytest.approx(found.totals["difference"].sum())


def test_a_factor_of_another_basis_is_missing(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows(heat="MJ/Nm3"))
    found = cp.compare_editions(burning(old), old, new)
    (missing,) = found.missing.itertuples()
    assert missing.lacks == "net_calorific_value of raw_coal in another unit"
    with pytest.raises(
        MissingFactorError, match=r"new/fuels\.csv:2: .* does not fit 1\.A\.1\.a/boiler_house"
    ):
        cp.compile_under(burning(old), new)


@pytest.mark.parametrize("other", ["cn_provincial_2025", "ipcc_2006"])
def test_the_parts_of_a_county_add_up(other: str) -> None:
    found = cp.compare_editions(worlds.loaded(), "cn_provincial_2011", other)
    parts = found.lines[["factor", "metric", "method", "missing"]].sum(axis=1)
    np.testing.assert_allclose(parts, found.lines["difference"], rtol=1e-9, atol=1e-6)
    by_year = found.lines.groupby("year")["difference"].sum()
    np.testing.assert_allclose(by_year, found.totals["difference"], rtol=1e-9)
    assert set(found.missing["factor_set"]) <= {other}


def test_one_year_of_a_comparison() -> None:
    region = worlds.loaded()
    found = cp.compare_editions(region, "cn_provincial_2011", "cn_provincial_2025", year=2015)
    assert set(found.lines["year"]) == set(found.totals["year"]) == {2015}
    with pytest.raises(ResultError, match="no year 2016 in this inventory; did you mean '2015'"):
        cp.compare_editions(region, "cn_provincial_2011", "cn_provincial_2025", year=2016)


def test_a_comparison_shows_itself(tmp_path: Path, old: str) -> None:
    new = edition(tmp_path, "new", *rows(carbon=27, source="A <new> book"))
    found = cp.compare_editions(burning(old), old, new)
    assert repr(found) == "EditionComparison(old → new: 1 factors differ, 0 lines lack a factor)"
    shown = found._repr_html_()
    assert "逐行差异" in shown
    assert "Differences by line" in shown
    assert "A &lt;new&gt; book" in shown


@pytest.fixture
def disputed(tmp_path: Path) -> cp.Region:
    """Return a county whose set holds four alternatives, one of them in another unit."""
    heat = row("net_calorific_value", 22, "GJ/t", variant="yearbook", source="A yearbook")
    carbon = row("carbon_content", 25, "kg C/GJ", variant="measured")
    oxidation = row("oxidation", 0.9, "1", variant="boiler", verified="unverified")
    stove = row("emission_factor", 3, "g CH4/kg", gas="CH4", variant="stove")
    known = [*rows(), tonnes_of_coal_equivalent()]
    return burning(edition(tmp_path, "disputed", *known, heat, carbon, oxidation, stove))


def test_each_alternative_alone(disputed: cp.Region) -> None:
    spread = cp.factor_spread(disputed, year=2020)
    assert list(spread["variant"]) == ["yearbook", "boiler", "measured", "stove"]
    total = CARBON + OTHERS["AR5GWP100"]
    effects = [total * 2 / 20, CARBON * (0.9 / 0.94 - 1), -CARBON / 26]
    assert list(spread["effect"][:3]) == pytest.approx(effects)
    assert list(spread["total"][:3]) == pytest.approx([total + effect for effect in effects])
    assert spread.attrs["total"] == pytest.approx(total)


def test_an_alternative_says_what_it_is(disputed: cp.Region) -> None:
    spread = cp.factor_spread(disputed, year=2020).set_index("variant")
    heat = spread.loc["yearbook"]
    assert (heat["value"], heat["unit"], heat["source"]) == (20, "GJ/t", "A book")
    assert (heat["other_value"], heat["other_unit"]) == (22, "GJ/t")
    assert (heat["other_source"], heat["other_where"]) == ("A yearbook", "p. 1")
    assert spread.loc["boiler", "other_verified"] == "unverified"


def test_an_alternative_of_another_equation_has_no_effect_and_is_kept(
    disputed: cp.Region,
) -> None:
    stove = cp.factor_spread(disputed, year=2020).set_index("variant").loc["stove"]
    assert stove["other_unit"] == "g CH4/kg"
    assert np.isnan(stove["effect"])
    assert np.isnan(stove["total"])


def test_low_and_high_take_all_at_once(disputed: cp.Region) -> None:
    """Low: 25 t C/TJ and 0.9 of it. High: 22 GJ/t."""
    attrs = cp.factor_spread(disputed, year=2020).attrs
    assert attrs["low"] == pytest.approx(2 * 25 * 0.9 * 44 / 12 + OTHERS["AR5GWP100"])
    assert attrs["high"] == pytest.approx(1.1 * (CARBON + OTHERS["AR5GWP100"]))


def test_the_metric_of_a_spread_is_named(disputed: cp.Region) -> None:
    attrs = cp.factor_spread(disputed, year=2020, metric="SARGWP100").attrs
    assert attrs["total"] == pytest.approx(CARBON + OTHERS["SARGWP100"])
    assert attrs["metric"] == "SARGWP100"


def test_a_spread_wants_a_year_of_the_inventory(disputed: cp.Region) -> None:
    with pytest.raises(ResultError, match="no year 2021 in this inventory; did you mean '2020'"):
        cp.factor_spread(disputed, year=2021)


@pytest.mark.parametrize(
    "variant", ["gao_2014", "refinement_2019_wet_other", "afforestation_method"]
)
def test_a_spread_agrees_with_compiling_again(variant: str, tmp_path: Path) -> None:
    region = worlds.loaded()
    spread = cp.factor_spread(region, year=2020)
    (taken,) = spread[spread["variant"] == variant].head(1).itertuples()
    key = {name: getattr(taken, name) for name in ("condition", "region", "gas", "year")}
    other = region.factors.find(taken.parameter, taken.subject, variant=variant, **key)
    stated = FactorRow(**{name: getattr(other, name) for name in FactorRow.model_fields})
    local = Row(stated.model_copy(update={"variant": "default"}), tmp_path / "factors.csv", 2)
    again = cp.compile_inventory(replace(region, factors=region.factors.with_local([local])))
    totals = cp.summary(again, "AR5GWP100")
    expected = float((totals["total_with_land"] + totals["indirect"]).sel(year=2020))
    assert taken.total == pytest.approx(expected, rel=1e-12)
    assert taken.effect != 0
