"""Broken workbooks, one mistake each, and the exact words that it meets."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Callable

from filled_workbooks import (
    A_DATE,
    ENERGY,
    FIRST,
    HEAD,
    NOTATION,
    POWER,
    TOTALS,
    Filled,
    copied_row,
    firm,
    merged,
    renamed,
    without_column,
    without_sheet,
)

NOTHING = dict.fromkeys(("年份", "数值", "下限", "上限", "依据", "出处", "出处中的位置", "备注"))


def emptied(filled: Filled) -> Filled:
    """Take every answer away; what the rows are for stays."""
    return filled.put_row(ENERGY, FIRST, **NOTHING).put_row(POWER, FIRST, **NOTHING)


CASES: dict[str, tuple[Callable[[Filled], Filled], str]] = {
    "text in a number": (
        lambda f: f.put(ENERGY, "数值", "约2.5"),
        "county.xlsx 能源!F5: [数值] '约2.5' is not a number; write digits only; the unit has its own column",
    ),
    "thousands separator": (
        lambda f: f.put(ENERGY, "数值", "12,300"),
        "county.xlsx 能源!F5: [数值] '12,300' is not a number; write 12300, without a thousands separator",
    ),
    "full-width digits": (
        lambda f: f.put(ENERGY, "数值", "１２３"),
        "county.xlsx 能源!F5: [数值] '１２３' is not a number; write 123",
    ),
    "multiple in the number": (
        lambda f: f.put(ENERGY, "数值", "1.2万"),
        "county.xlsx 能源!F5: [数值] '1.2万' is not a number; write 1.2 and put 万 into the unit, as in 万吨",
    ),
    "date": (
        lambda f: f.put(ENERGY, "年份", A_DATE),
        "county.xlsx 能源!E5: [年份] holds the date 2020-01-01; format the cell as text or number and write it again",
    ),
    "formula": (
        lambda f: f.put(ENERGY, "数值", "=12000+13000"),
        "county.xlsx 能源!F5: [数值] holds a formula without a result; open the file in Excel and save it, or write the number",
    ),
    "error": (
        lambda f: f.put(ENERGY, "数值", "#REF!"),
        "county.xlsx 能源!F5: [数值] holds the error #REF!; write the number itself",
    ),
    "negative": (
        lambda f: f.put(ENERGY, "数值", -3),
        "county.xlsx 能源!F5: [数值] is -3; expected at least 0; check the sign",
    ),
    "duplicate": (
        lambda f: copied_row(f, ENERGY, FIRST + 2),
        "county.xlsx 能源!F7: duplicate of 能源!F5 (1.A.1.a, boiler_house, raw_coal, 2020); keep one row, or add the two numbers yourself",
    ),
    "unknown unit": (
        lambda f: f.put(ENERGY, "单位", "吨煤"),
        "county.xlsx 能源!G5: [单位] unknown unit '吨煤'; did you mean '吨标煤'?",
    ),
    "wrong dimension": (
        lambda f: f.put(ENERGY, "单位", "万千瓦时"),
        "county.xlsx 能源!G5: [单位] '万千瓦时' (an energy) does not convert to 't/year' (a mass per year); write it in 't/year'",
    ),
    "unknown source": (
        lambda f: f.put(ENERGY, "来源", "原媒"),
        "county.xlsx 能源!C5: [来源] '原媒' is not in the list; did you mean '原煤'?",
    ),
    "unknown category": (
        lambda f: f.put(ENERGY, "类别", "1.A.9"),
        "county.xlsx 能源!A5: [类别] '1.A.9' is not in the list; did you mean '1.A.4'?",
    ),
    "evidence": (
        lambda f: f.put(ENERGY, "依据", "猜测"),
        "county.xlsx 能源!J5: [依据] '猜测' is not in the list; allowed: 实测, 统计, 指南, 规划, 文献, 假设",
    ),
    "unknown document": (
        lambda f: f.put(ENERGY, "出处", "年鉴"),
        "county.xlsx 能源!K5: [出处] unknown source '年鉴'; allowed: invented Or add it to the sheet 数据来源",
    ),
    "unknown site": (
        lambda f: f.put(ENERGY, "场所", "boiler_hous"),
        "county.xlsx 能源!B5: [场所] unknown site 'boiler_hous'; did you mean 'boiler_house'?",
    ),
    "missing value": (
        lambda f: f.put(ENERGY, "数值", None),
        "county.xlsx 能源!F5: [数值] is missing; fill it in; a missing value is not zero",
    ),
    "no such line": (
        lambda f: f.put(ENERGY, "来源", "电石"),
        "county.xlsx 能源!C5: [来源] no line for 'calcium_carbide' in category 1.A.1.a; allowed: raw_coal, anthracite, "
        "bituminous, lignite, sub_bituminous, coking_coal, washed_coal, other_washed_coal, "
        "coal_middlings, coal_slurry, coal_gangue, briquettes, …",
    ),
    "derived": (
        lambda f: f.put_row(ENERGY, FIRST, 类别="3.A.2", 来源="猪", 单位="头"),
        "county.xlsx 能源!A5: [类别] '3.A.2' takes its activity from 3.A.1; state it there, once",
    ),
    "renamed sheet": (
        lambda f: renamed(f, ENERGY, "能源2"),
        "county.xlsx: unknown sheet '能源2'; did you mean '能源'?\n"
        "county.xlsx: missing sheet '能源'; give it its name again, or copy it from an empty template",
    ),
    "missing sheet": (
        lambda f: without_sheet(f, "废弃物"),
        "county.xlsx: missing sheet '废弃物'; give it its name again, or copy it from an empty template",
    ),
    "removed column": (
        lambda f: without_column(f, ENERGY, "单位"),
        "county.xlsx 能源!A3: missing column '单位'; add its heading",
    ),
    "column heading": (
        lambda f: f.put(ENERGY, "单位", "计量单位", HEAD),
        "county.xlsx 能源!G3: unknown column '计量单位'; did you mean '单位'?\n"
        "county.xlsx 能源!A3: missing column '单位'; add its heading",
    ),
    "double heading": (
        lambda f: f.put(ENERGY, "备注", "单位", HEAD),
        "county.xlsx 能源!G3: column '单位' stands twice; keep one",
    ),
    "under no heading": (
        lambda f: f.put_at(ENERGY, 7, 40, "see mail"),
        "county.xlsx 能源!AN7: stands under no heading; clear it or give a heading",
    ),
    "merged": (
        merged,
        "county.xlsx 能源!E6: [年份] is part of a merged cell; unmerge the cells and fill in each",
    ),
    "fact missing": (
        lambda f: f.fact("因子库", None),
        "county.xlsx 基本信息!B11: [因子库] is missing; fill it in; a missing value is not zero",
    ),
    "fact unknown": (
        lambda f: f.fact("温室效应口径", "AR5GWP10"),
        "county.xlsx 基本信息!B12: [温室效应口径] unknown metric 'AR5GWP10'; did you mean 'AR5GWP100'?",
    ),
    "fact date": (
        lambda f: f.fact("基准年", A_DATE),
        "county.xlsx 基本信息!B13: [基准年] holds the date 2020-01-01; format the cell as text or number and write it again",
    ),
    "convention": (
        lambda f: f.fact("电力折标方式", "等价"),
        "county.xlsx 基本信息!B15: [电力折标方式] '等价' is not in the list; did you mean '等价值'?",
    ),
    "years": (
        lambda f: f.fact("清单年份", "2019"),
        "county.xlsx 基本信息!B13: [基准年] 2020 is not among the years; add it to 'years'",
    ),
    "total without kind": (
        lambda f: f.put(TOTALS, "名称", "energy_2020"),
        "county.xlsx 总量与常数!A3: [land_area] is missing; fill it in; a missing value is not zero\n"
        "county.xlsx 总量与常数!B5: [总量类型] is missing; fill it in; a missing value is not zero\n"
        "county.xlsx 总量与常数!D5: [年份] is missing; fill it in; a missing value is not zero",
    ),
    "total doc": (
        lambda f: f.put(TOTALS, "出处", "年鉴"),
        "county.xlsx 总量与常数!J5: [出处] unknown source '年鉴'; allowed: invented Or add it to the sheet 数据来源",
    ),
    "total unit": (
        lambda f: f.put(TOTALS, "数值", "十二"),
        "county.xlsx 总量与常数!E5: [数值] '十二' is not a number; write digits only; the unit has its own column",
    ),
    "notation": (
        lambda f: f.put_row(NOTATION, FIRST, 类别="2.A.1 水泥生产", 符号="无", 原因="没有水泥厂"),
        "county.xlsx 符号说明!C5: [符号] '无' is not in the list; allowed: 不发生, 未估算, 列于他处, 不适用, 保密",
    ),
    "firm without activity": (
        lambda f: firm(f, 年份=2019),
        "county.xlsx 企业!C5: [来源] no activity of this line in 2019 to set the firm beside; state the activity of all firms first",
    ),
    "firm unit": (
        lambda f: firm(f, 单位="GJ"),
        "county.xlsx 企业!G5: [单位] 'GJ' (an energy) does not convert to 't/year' (a mass per year); write it in 't/year'",
    ),
    "firm source": (
        lambda f: firm(f, 来源="原媒"),
        "county.xlsx 企业!C5: [来源] '原媒' is not in the list; did you mean '原煤'?",
    ),
    "several": (
        lambda f: (
            f.put(ENERGY, "数值", "12,300").put(ENERGY, "来源", "原媒").put(POWER, "单位", "度电")
        ),
        "county.xlsx 能源!C5: [来源] '原媒' is not in the list; did you mean '原煤'?\n"
        "county.xlsx 能源!F5: [数值] '12,300' is not a number; write 12300, without a thousands separator\n"
        "county.xlsx 电力热力!G5: [单位] unknown unit '度电'; did you mean '度'?",
    ),
    "no activity": (
        emptied,
        "county.xlsx: no activity data; fill in 能源 and the sheets after it",
    ),
}
