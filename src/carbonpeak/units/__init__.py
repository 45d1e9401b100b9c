"""Units, quantities and metrics: every conversion of the library goes through here."""

from carbonpeak.units.addition import require_same_labels, total, units_of
from carbonpeak.units.catalogue import check, gases, names, registry, unit
from carbonpeak.units.conversion import (
    convert,
    factor,
    quantity,
    same_dimension,
    split_quantity,
    written,
)
from carbonpeak.units.grammar import tidy
from carbonpeak.units.misfit import explain_misfit
from carbonpeak.units.money import in_prices_of, money_power, price_year
from carbonpeak.units.potentials import gwp, gwp_table, metrics, stated_gwp

__all__ = [
    "check",
    "convert",
    "explain_misfit",
    "factor",
    "gases",
    "gwp",
    "gwp_table",
    "in_prices_of",
    "metrics",
    "money_power",
    "names",
    "price_year",
    "quantity",
    "registry",
    "require_same_labels",
    "same_dimension",
    "split_quantity",
    "stated_gwp",
    "tidy",
    "total",
    "unit",
    "units_of",
    "written",
]
