"""Tables and YAML into records, with every fault in its place."""

from typing import Literal

import pytest
from pydantic import Field

from carbonpeak.errors import InputError
from carbonpeak.records import Number, Record, read_table, read_yaml


class Harvest(Number):
    crop: str
    year: int
    value: float = Field(ge=0)


class Farm(Record):
    name: str
    kind: Literal["rice", "fish"]
    harvest: Number


def written(tmp_path, text, name="harvest.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


HEAD = "crop,year,value,unit,low,high,where,evidence,note\n"


def faults(call):
    with pytest.raises(InputError) as caught:
        call()
    return [(fault.line, fault.column, fault.problem) for fault in caught.value.faults]


def test_rows_keep_their_place(tmp_path):
    first = '水稻,2020,"1.5",t,1,2,p. 3,statistics,"two\nlines"\n'
    text = "\ufeff" + HEAD + first + "\n鱼,2020,2,t,,,p. 4,plan,\n"
    rows = read_table(written(tmp_path, text), Harvest, key=["crop", "year"])
    assert [(row.line, row.record.crop, row.record.value) for row in rows] == [
        (2, "水稻", 1.5),
        (5, "鱼", 2.0),
    ]
    assert rows[1].record.low is None


def test_every_fault_of_a_file_is_gathered(tmp_path):
    text = HEAD + (
        "rice,2020,abc,t,,,p,plan,\n"
        "rice,2021,-1,t,,,p,plan,\n"
        "rice,2022,1,t,2,3,p,plan,\n"
        "rice,2022.5,1,t,,,p,plam,\n"
        "rice,2023,,t,,,p,plan,\n"
        "rice,2024,nan,t,,,p,plan,\n"
        "rice,2025,1\n"
    )
    found = faults(lambda: read_table(written(tmp_path, text), Harvest))
    assert found == [
        (2, "value", "'abc' is not a number"),
        (3, "value", "is -1; expected at least 0"),
        (4, None, "value 1 lies outside its range 2.0 to 3.0"),
        (5, "evidence", "'plam' is not allowed"),
        (5, "year", "'2022.5' is not a whole number"),
        (6, "value", "is missing"),
        (7, "value", "'nan' is not a finite number"),
        (8, None, "has 3 cells; the header has 9"),
    ]


def test_the_remedy_names_the_nearest_word(tmp_path):
    path = written(tmp_path, HEAD + "rice,2020,1,t,,,p,plam,\n")
    with pytest.raises(InputError, match="did you mean 'plan'"):
        read_table(path, Harvest)


def test_header_faults(tmp_path):
    text = "crop,year,valeu,unit,unit,where,evidence\n"
    found = faults(lambda: read_table(written(tmp_path, text), Harvest))
    assert (1, "valeu", "unknown column 'valeu'") in found
    assert (1, "unit", "column 'unit' stands twice") in found
    assert (1, "value", "missing column 'value'") in found


def test_duplicates_are_refused(tmp_path):
    row = "rice,2020,1,t,,,p,plan,\n"
    found = faults(
        lambda: read_table(written(tmp_path, HEAD + row + row), Harvest, key=["crop", "year"])
    )
    assert len(found) == 1
    assert found[0][0] == 3
    assert "harvest.csv:2 (rice, 2020)" in found[0][2]


def test_thousands_separator_has_its_own_remedy(tmp_path):
    path = written(tmp_path, HEAD + 'rice,2020,"1,234.5",t,,,p,plan,\n')
    with pytest.raises(InputError, match=r"write 1234\.5, without a thousands separator"):
        read_table(path, Harvest)


def test_a_gbk_file_is_named(tmp_path):
    path = written(tmp_path, HEAD + "水稻,2020,1,t,,,p,plan,\n", encoding="gbk")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_table(path, Harvest)


def test_missing_and_empty_files(tmp_path):
    assert faults(lambda: read_table(tmp_path / "none.csv", Harvest)) == [
        (None, None, "missing file")
    ]
    assert faults(lambda: read_table(written(tmp_path, ""), Harvest)) == [(1, None, "empty file")]


GOOD = "name: 沙扒\nkind: fish\nharvest: {value: 2, unit: t, where: p. 1, evidence: plan}\n"


def test_yaml_faults_carry_line_and_column(tmp_path):
    text = "name: a\nkind: fsh\nharvest:\n  value: x\n  unit: t\n  no: 1\n  evidence: plan\n"
    found = faults(lambda: read_yaml(written(tmp_path, text, "farm.yaml"), Farm))
    assert found == [
        (2, "kind, column 1", "'fsh' is not allowed"),
        (4, "harvest.value, column 3", "'x' is not a number"),
        (3, "harvest.where, column 1", "is missing"),
        (6, "harvest.no, column 3", "unknown key 'no'"),
    ]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD + "name: b\n", "broken YAML"),
        ("name: [1\n", "broken YAML"),
        ("- a\n- b\n", "expected 'key: value' lines"),
    ],
)
def test_broken_yaml(tmp_path, text, problem):
    with pytest.raises(InputError, match=problem):
        read_yaml(written(tmp_path, text, "farm.yaml"), Farm)


def test_yaml_words_stay_words(tmp_path):
    """YAML 1.1 would read `no` as false."""
    text = GOOD.replace("沙扒", "no")
    assert read_yaml(written(tmp_path, text, "farm.yaml"), Farm).record.name == "no"
