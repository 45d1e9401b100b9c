"""The tables of an inventory, its evidence, its scenarios and its least-cost path."""

from carbonpeak.output.tables.answers import answer_tables
from carbonpeak.output.tables.contents import contents_table, finding_table, notation_tables
from carbonpeak.output.tables.energy import activity_table, energy_table, group_table, group_tables
from carbonpeak.output.tables.evidence import (
    assumption_table,
    document_table,
    factor_table,
)
from carbonpeak.output.tables.figures import figure_table
from carbonpeak.output.tables.official import OFFICIAL, official_frame
from carbonpeak.output.tables.pathways import iamc_table, pathway_table, read_iamc, to_long
from carbonpeak.output.tables.plan import (
    build_table,
    cost_table,
    full_target_table,
    limit_table,
    measure_table,
    stock_table,
    target_table,
)
from carbonpeak.output.tables.remedies import diagnosis_tables
from carbonpeak.output.tables.summary import covered, not_estimated, summary_table

__all__ = [
    "OFFICIAL",
    "activity_table",
    "answer_tables",
    "assumption_table",
    "build_table",
    "contents_table",
    "cost_table",
    "covered",
    "diagnosis_tables",
    "document_table",
    "energy_table",
    "factor_table",
    "figure_table",
    "finding_table",
    "full_target_table",
    "group_table",
    "group_tables",
    "iamc_table",
    "limit_table",
    "measure_table",
    "not_estimated",
    "notation_tables",
    "official_frame",
    "pathway_table",
    "read_iamc",
    "stock_table",
    "summary_table",
    "target_table",
    "to_long",
]
