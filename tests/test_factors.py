"""Looking factors up, and what is wrong with the tables they stand in."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from carbonpeak.errors import InputError, MissingFactorError
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.factors import FactorSet, load_factor_set
from carbonpeak.records import Row, read_table

HEADER = (
    "parameter,subject,condition,region,gas,year,variant,value,unit,low,high,"
    "source,where,verified,evidence,note"
)
SET = """\
schema: carbonpeak/factor_set/1
name: {name}
title_en: A set
title_zh: 一套因子
edition: "1"
{fallback}default_metric: AR5GWP100
"""
END = "A book,p. 1,read,guideline,"
HEAT = f"net_calorific_value,coke,all,all,none,all,default,28.435,GJ/t,,,{END}"

Write = Callable[..., Path]


def row(
    parameter: str = "emission_factor",
    subject: str = "electricity",
    condition: str = "all",
    region: str = "all",
    gas: str = "CO2",
    year: int | str = "all",
    *,
    variant: str = "default",
    value: float = 0.5,
    unit: str = "kg CO2/kWh",
) -> str:
    cells = (parameter, subject, condition, region, gas, year, variant, value, unit)
    return f"{','.join(str(cell) for cell in cells)},,,{END}"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a set of one table, or of more, and return its folder."""

    def _write(*rows: str, name: str = "small", fallback: str = "", table: str = "a.csv") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        line = f"fallback: {fallback}\n" if fallback else ""
        (folder / "set.yaml").write_text(SET.format(name=name, fallback=line), "utf-8")
        (folder / table).write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
        return folder

    return _write


def local_rows(folder: Path, *rows: str) -> list[Row[FactorRow]]:
    path = folder.parent / "factors.csv"
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return read_table(path, FactorRow)


def grid(factors: FactorSet, **key: int | str) -> float:
    return factors.find("emission_factor", "electricity", gas="CO2", **key).value  # type: ignore[arg-type]


def faults_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_factor_set(path)
    return [str(fault) for fault in caught.value.faults]


def test_a_factor_knows_all_about_itself(write: Write) -> None:
    folder = write(HEAT)
    found = load_factor_set(folder).find("net_calorific_value", "coke", year=2020)
    assert (found.value, found.unit, found.low, found.high) == (28.435, "GJ/t", None, None)
    assert (found.source, found.where, found.verified) == ("A book", "p. 1", "read")
    assert (found.set, found.path, found.line) == ("small", folder / "a.csv", 2)
    assert found.is_default
    assert len({found, load_factor_set(folder).find("net_calorific_value", "coke")}) == 1


def test_the_word_all_fits_everything(write: Write) -> None:
    factors = load_factor_set(write(row(value=0.5)))
    assert grid(factors) == grid(factors, condition="grid", region="Guangdong", year=2020) == 0.5


def test_condition_goes_before_region_and_region_before_year(write: Write) -> None:
    factors = load_factor_set(
        write(
            row(value=0.1),
            row(year=2020, value=0.2),
            row(region="South", value=0.3),
            row(region="South", year=2020, value=0.4),
            row(condition="grid", value=0.5),
        )
    )
    assert grid(factors, region="East", year=2015) == 0.1
    assert grid(factors, region="East", year=2020) == 0.2
    assert grid(factors, region="South", year=2015) == 0.3
    assert grid(factors, region="South", year=2020) == 0.4
    assert grid(factors, condition="grid", region="South", year=2020) == 0.5


def test_the_order_of_rows_decides_nothing(write: Write) -> None:
    rows = [row(value=0.1), row(region="South", value=0.3), row(region="South", year=2020)]
    one, two = write(*rows, name="one"), write(*reversed(rows), name="two")
    for key in ({}, {"region": "South"}, {"region": "South", "year": 2020}, {"year": 2020}):
        assert grid(load_factor_set(one), **key) == grid(load_factor_set(two), **key)


def test_a_year_is_never_stretched(write: Write) -> None:
    factors = load_factor_set(write(row(year=2015), row(year=2021)))
    with pytest.raises(MissingFactorError, match="for year it has 2015, 2021"):
        grid(factors, year=2020)


def test_the_fallback_answers_and_signs(write: Write) -> None:
    write(HEAT, row(value=0.9), name="behind")
    factors = load_factor_set(write(row(value=0.5), name="front", fallback="behind"))
    assert factors.fallback_name == "behind"
    assert grid(factors) == 0.5
    found = factors.find("net_calorific_value", "coke")
    assert (found.set, found.value) == ("behind", 28.435)
    assert {each.set for each in factors.rows} == {"front", "behind"}


def test_the_set_goes_before_its_fallback_however_specific(write: Write) -> None:
    write(row(region="South", year=2020, value=0.9), name="behind")
    factors = load_factor_set(write(row(value=0.5), name="front", fallback="behind"))
    assert grid(factors, region="South", year=2020) == 0.5


def test_fallbacks_form_a_chain(write: Write) -> None:
    write(HEAT, name="third")
    write(row(), name="second", fallback="third")
    factors = load_factor_set(write(row(year=2020), name="first", fallback="second"))
    assert factors.find("net_calorific_value", "coke").set == "third"
    with pytest.raises(MissingFactorError, match="nor in its fallback second → third"):
        factors.find("oxidation", "coke")


def test_a_shipped_set_may_stand_behind_a_folder(write: Write) -> None:
    factors = load_factor_set(write(row(), fallback="ipcc_2006"))
    assert factors.find("net_calorific_value", "coke").set == "ipcc_2006"


def test_a_chain_that_bites_its_tail(write: Write) -> None:
    write(row(), name="second", fallback="first")
    folder = write(row(), name="first", fallback="second")
    assert faults_of(folder) == [
        f"{folder.parent.name}/second/set.yaml:6: [fallback, column 1] "
        "falls back on itself: first → second → first; cut the circle"
    ]


def test_an_unknown_fallback(write: Write) -> None:
    (fault,) = faults_of(write(row(), fallback="ipcc_206"))
    assert fault.endswith("no set 'ipcc_206'; did you mean 'ipcc_2006'?")


def test_values_of_the_region_go_first(write: Write) -> None:
    folder = write(row(region="South", year=2020, value=0.5))
    factors = load_factor_set(folder).with_local(local_rows(folder, row(value=0.7)))
    found = factors.find("emission_factor", "electricity", gas="CO2", region="South", year=2020)
    assert (found.value, found.set, found.path.name) == (0.7, "local", "factors.csv")
    assert factors.name == "small"


def test_values_of_the_region_are_checked_too(write: Write) -> None:
    folder = write(HEAT)
    rows = local_rows(folder, row(unit="GJ/t"), row(subject="electrcity"), row(), row())
    with pytest.raises(InputError) as caught:
        load_factor_set(folder).with_local(rows)
    problems = [(fault.line, fault.column) for fault in caught.value.faults]
    assert problems == [(2, "unit"), (3, "subject"), (4, None), (5, None)]


def test_alternatives_are_kept_and_never_used_unasked(write: Write) -> None:
    rows = [row(value=0.5), row(variant="old", value=0.9), row(variant="draft", year=2020)]
    factors = load_factor_set(write(*rows))
    key = {"gas": "CO2", "year": 2020}
    assert grid(factors, year=2020) == 0.5
    assert factors.find("emission_factor", "electricity", variant="old", **key).value == 0.9  # type: ignore[arg-type]
    found = factors.alternatives("emission_factor", "electricity", **key)  # type: ignore[arg-type]
    assert [each.variant for each in found] == ["draft", "old"]
    assert factors.alternatives("emission_factor", "heat", gas="CO2") == []


def test_only_alternatives_are_no_answer(write: Write) -> None:
    factors = load_factor_set(write(HEAT, row(variant="supply", year=2020)))
    with pytest.raises(MissingFactorError, match="Alternatives, never used unasked: supply"):
        grid(factors, year=2020)


def test_only_alternatives_let_the_fallback_answer(write: Write) -> None:
    write(row(value=0.9), name="behind")
    front = write(row(variant="draft", value=0.1), name="front", fallback="behind")
    assert grid(load_factor_set(front)) == 0.9


def test_two_rows_in_force_are_refused(write: Write) -> None:
    folder = write(row(value=0.5), row(value=0.6))
    place = f"{folder.parent.name}/small/a.csv"
    assert faults_of(folder) == [
        f"{place}:3: duplicate of {place}:2 (emission_factor, electricity, all, all, CO2, all, "
        "default); keep one row, or add the two numbers yourself"
    ]


def test_two_rows_in_force_in_two_tables_are_refused(write: Write) -> None:
    write(row(value=0.5))
    (fault,) = faults_of(write(row(value=0.6), table="b.csv"))
    assert "small/b.csv:2: duplicate of" in fault


def test_a_missing_factor_says_what_there_is_and_the_way_out(write: Write) -> None:
    folder = write(HEAT, row(region="South", year=2015))
    with pytest.raises(MissingFactorError) as caught:
        grid(load_factor_set(folder), condition="grid", region="Guangdong", year=2020)
    assert str(caught.value) == (
        "no factor 'emission_factor' of 'electricity', gas 'CO2', condition 'grid', region "
        "'Guangdong', 2020 in set 'small'; for region it has South. Add a row to "
        f"{folder.parent.name}/small/a.csv or to the region's factors.csv, "
        "or name a fallback in set.yaml"
    )


@pytest.mark.parametrize(
    ("key", "there"),
    [
        (("net_calorfic_value", "coke", {}), "for parameter it has .*net_calorific_value"),
        (("net_calorific_value", "cokes", {}), "for subject it has coke, coke_oven_gas"),
        (("emission_factor", "coke", {"gas": "SF6"}), "for gas it has CH4, CO2, N2O"),
        (("emission_factor", "coke", {"gas": "CH4", "condition": "road"}), "for condition it has"),
    ],
)
def test_a_missing_factor_names_the_nearest(
    key: tuple[str, str, dict[str, str]], there: str
) -> None:
    factors = load_factor_set("cn_provincial_2011")
    with pytest.raises(MissingFactorError, match=there):
        factors.find(key[0], key[1], **key[2])


def test_classes_come_from_one_place(write: Write) -> None:
    key = {"parameter": "uptake", "subject": "new_mangrove", "unit": "t CO2/ha/year"}
    write(row(**key, condition="age_00_04", value=9), name="behind")  # type: ignore[arg-type]
    rows = [row(**key, condition=age) for age in ("age_20_30", "age_00_19")]  # type: ignore[arg-type]
    factors = load_factor_set(write(*rows, name="front", fallback="behind"))
    found = factors.classes("uptake", "new_mangrove", gas="CO2")
    assert [each.condition for each in found] == ["age_00_19", "age_20_30"]
    assert factors.classes("uptake", "new_forest_fir", gas="CO2") == []


@pytest.mark.parametrize(
    ("bad", "column", "said"),
    [
        (row(unit="kgCO2/kwhh"), "unit", "kwhh"),
        (row(unit="t CH4/MWh"), "unit", "'t CH4/MWh' does not fit 'emission_factor'; expected"),
        (row(gas="CO3"), "gas", "unknown gas 'CO3'; did you mean 'CO2'?"),
        (row(gas="none"), "gas", "unknown gas 'none'"),
        (row("oxidation", "coke", gas="CO2", unit="1"), "gas", "is not of a gas; write 'none'"),
        (row("oxidation", "coke", gas="none", value=93, unit="1"), "value", "expected at most 1"),
        (row(value=-0.5), "value", "is -0.5; expected at least 0 kg CO2/TJ"),
        (row(subject="blast_furnace_gass"), "subject", "did you mean 'blast_furnace_gas'?"),
        (row("emision_factor"), "parameter", "did you mean 'emission_factor'?"),
        (row(year="20x5"), "year", "'20x5' is neither a year nor 'all'"),
        (
            HEAT.replace(",,,A", ",29,30,A"),
            None,
            "value 28.435 lies outside its range 29.0 to 30.0",
        ),
        (HEAT.replace("read", "raed"), "verified", "'raed' is not allowed; did you mean 'read'?"),
        (HEAT.replace("guideline", "guidline"), "evidence", "did you mean 'guideline'?"),
        (HEAT.replace("A book", ""), "source", "is missing"),
        (HEAT.replace("p. 1", ""), "where", "is missing"),
        (HEAT.replace("28.435", "much"), "value", "'much' is not a number"),
        (
            HEAT.replace("28.435", ""),
            "value",
            "is missing; fill it in; a missing value is not zero",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_place(
    write: Write, bad: str, column: str | None, said: str
) -> None:
    (fault,) = faults_of(write(row(year=1999), bad))
    place, _, problem = fault.partition(" ")
    assert place.endswith("small/a.csv:3:")
    assert problem.startswith(f"[{column}]") or column is None
    assert said in problem


def test_all_faults_of_all_files_are_told_at_once(write: Write) -> None:
    folder = write(row(unit="furlong"), row(subject="coek", value=-1))
    write(row(gas="CO3"), HEAT.replace("28.435", "x"), table="b.csv")
    (folder / "set.yaml").write_text("schema: carbonpeak/factor_set/1\nname: small\n", "utf-8")
    faults = faults_of(folder)
    assert len(faults) >= 6
    assert {fault.split(":")[0].rpartition("/")[2] for fault in faults} == {
        "a.csv",
        "b.csv",
        "set.yaml",
    }


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (["age_01_10"], "the first age is 1; start at age 0"),
        (["age_00_09", "age_11_20"], "ages 11 to 20 do not follow 0 to 9; start at age 10"),
        (["age_00_09", "age_09_20"], "ages 9 to 20 do not follow 0 to 9; start at age 10"),
        (["young"], "'young' is not a span of ages; write age_00_20 for the ages 0 to 20"),
        (["age_10_00"], "'age_10_00' is not a span of ages"),
    ],
)
def test_ages_start_at_planting_and_leave_no_gap(
    write: Write, conditions: list[str], said: str
) -> None:
    key = {"parameter": "uptake", "subject": "new_mangrove", "unit": "t CO2/ha/year"}
    (fault,) = faults_of(write(*(row(**key, condition=age) for age in conditions)))  # type: ignore[arg-type]
    assert said in fault


def test_a_set_is_named_as_its_folder_and_has_a_known_metric(write: Write) -> None:
    folder = write(row())
    text = SET.format(name="other", fallback="").replace("AR5GWP100", "AR5GWP10")
    (folder / "set.yaml").write_text(text, "utf-8")
    name, metric = faults_of(folder)
    assert "'other' is not its folder; write 'small'" in name
    assert "unknown 'AR5GWP10'; did you mean 'AR5GWP100'?" in metric


def test_no_such_set() -> None:
    with pytest.raises(InputError, match="did you mean 'ipcc_2006'"):
        load_factor_set("ipcc2006")


def test_a_folder_without_set_yaml(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"set\.yaml: missing file"):
        load_factor_set(tmp_path)


def test_lookups_are_quick() -> None:
    factors = load_factor_set("cn_provincial_2011")
    factors.find("oxidation", "coke")
    start = time.perf_counter()
    for _ in range(1000):
        factors.find("net_calorific_value", "coke", condition="road", region="South", year=2020)
    assert time.perf_counter() - start < 0.1


def test_a_region_that_has_other_years_is_told_its_years() -> None:
    with pytest.raises(MissingFactorError, match="for year it has 2023"):
        load_factor_set("cn_provincial_2011").find(
            "emission_factor",
            "electricity",
            condition="grid",
            gas="CO2",
            region=("Hunan", "Central-South"),
            year=2022,
        )


def test_a_set_is_read_once_until_it_changes(write: Write) -> None:
    folder = write(row(value=0.5))
    before = load_factor_set(folder)
    assert load_factor_set(folder).rows[0] is before.rows[0]
    write(row(value=0.6))
    assert grid(load_factor_set(folder)) == 0.6
    assert grid(before) == 0.5
