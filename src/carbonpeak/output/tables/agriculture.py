"""T10, agriculture: gases by category, rice, livestock, manure, nitrogen of soils."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import xarray as xr

from carbonpeak.output.data import InventoryData
from carbonpeak.output.table import Cell, Column, Row, Table, plain
from carbonpeak.output.tables.by_line import (
    Account,
    absent_row,
    gas_block,
    gas_values,
    implied_factor,
    line_block,
)
from carbonpeak.output.tables.form import official_block, years_of
from carbonpeak.output.tables.lines import detail_columns
from carbonpeak.output.wording import source_title, unit_text
from carbonpeak.vocabulary import Language, label

NUMBER = "T10"
DETAILS = (
    ("rice", ("3.C.7",), ("CH4",), "ha"),
    ("enteric", ("3.A.1",), ("CH4",), "head"),
    ("manure", ("3.A.2", "3.C.6"), ("CH4", "N2O"), "head"),
)
"""Blocks of lines: what each shows, its categories, its gases, what its factors count by."""
INPUTS = {
    "fertiliser": ("nitrogen_spread",),
    "manure": ("manure_spread", "dung_withdrawn"),
    "residues": ("crop_residue", "crop_residue_by_ratio"),
    "people": ("rural_excreta",),
    "grazing": ("pasture",),
}
"""What brings nitrogen to soils, in the order of the guideline, with the methods of its lines."""
FLOWS = {"nitrogen": "t N", "direct": "t N2O", "deposition": "t N2O", "leaching": "t N2O"}
SOILS = "3.C.4"


def agriculture_tables(data: InventoryData, *, lang: Language) -> list[Table]:
    """Return the blocks of T10, latest year first."""
    return [block for year in years_of(data) for block in _blocks(Account(data, year, lang))]


def _blocks(account: Account) -> Iterator[Table]:
    lang = account.lang
    yield gas_block(account, NUMBER, "agriculture", "3", part=label("official.T10.gases", lang))
    for name, codes, gases, per in DETAILS:
        factors = [implied_factor(gas, lang, per) for gas in gases]
        yield line_block(
            account,
            NUMBER,
            codes,
            [*factors, *gas_values(lang, gases)],
            part=label(f"official.T10.{name}", lang),
        )
    yield _nitrogen_block(account, label("official.T10.nitrogen", lang))


def _nitrogen_block(account: Account, part: str) -> Table:
    lang = account.lang
    columns = [
        *detail_columns(lang)[:2],
        *(
            Column(label(f"official.T10.flow.{flow}", lang), unit_text(unit, lang), "amount")
            for flow, unit in FLOWS.items()
        ),
        Column(label("official.T10.soil_total", lang), unit_text("t N2O", lang), "amount"),
    ]
    rows = list(_nitrogen_rows(account.data.soil_nitrogen.sel(year=account.year), lang))
    return official_block(
        account.data,
        NUMBER,
        columns,
        rows or [absent_row(account, SOILS, len(columns))],
        lang=lang,
        year=account.year,
        part=part,
        notes=(label("official.note.soil_nitrogen", lang),),
    )


def _nitrogen_rows(balance: xr.Dataset, lang: Language) -> Iterator[Row]:
    methods = [str(name) for name in balance["method"].values]
    for name, listed in INPUTS.items():
        members = [at for at, method in enumerate(methods) if method in listed]
        if members:
            title = label(f"official.T10.input.{name}", lang)
            yield Row((title, SOILS, *_flows(balance, members)), 0, "group")
        for at in members:
            source = source_title(str(balance["source"].values[at]), lang)
            yield Row((source, SOILS, *_flows(balance, [at])), 1)
    if methods:
        everything = list(range(len(methods)))
        yield Row((label("col.total", lang), "", *_flows(balance, everything)), 0, "total")


def _flows(balance: xr.Dataset, members: Sequence[int]) -> list[Cell]:
    sums = [float(np.sum(balance[flow].values[members])) for flow in FLOWS]
    return [plain(cell) for cell in (*sums, sum(sums[1:]))]
