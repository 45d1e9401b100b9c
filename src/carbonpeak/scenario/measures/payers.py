"""Who pays for the measures of a region, and what each may spend on building."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from carbonpeak.errors import Fault, UnitError, suggestion
from carbonpeak.evidence.deflation import Deflator, money_factor
from carbonpeak.evidence.region import Region, Sourced
from carbonpeak.evidence.region_rows import Cited
from carbonpeak.records import Evidence, Row, read_table
from carbonpeak.vocabulary import Noted

MONEY = "CNY2020"


class ActorRow(Cited, Noted):
    """Who pays for a measure; a row of `actors.csv`."""

    measure: str
    actor: Literal["government", "firm", "grid", "household"]
    evidence: Evidence


class BudgetRow(Sourced):
    """What an actor may spend on building in some years together; a row of `budgets.csv`."""

    budget: str
    actor: Literal["government", "firm", "grid", "household"]
    first_year: int
    last_year: int


@dataclass(frozen=True)
class SpendingLimit:
    """What an actor may spend on building from the first to the last year together.

    Attributes
    ----------
    amount : float
        CNY2020, not discounted.
    """

    name: str
    actor: str
    first_year: int
    last_year: int
    amount: float
    row: Row[BudgetRow]


def read_actors(path: Path) -> dict[str, Row[ActorRow]]:
    """Return who pays for which measure; nothing when a region has no such file."""
    if not path.is_file():
        return {}
    return {row.record.measure: row for row in read_table(path, ActorRow, key=["measure"])}


def read_budgets(path: Path) -> list[Row[BudgetRow]]:
    """Return the budgets of a region; none when it has no such file."""
    return read_table(path, BudgetRow, key=["budget"]) if path.is_file() else []


def load_budgets(region: Region) -> dict[str, SpendingLimit]:
    """Load the budgets of a region by name, in CNY2020."""
    found = {}
    for row in read_budgets(region.path / "budgets.csv"):
        record = row.record
        amount = record.value * money_factor(record.unit, MONEY, region.deflator)
        years = record.first_year, record.last_year
        found[record.budget] = SpendingLimit(record.budget, record.actor, *years, amount, row)
    return found


def payer_faults(
    actors: Mapping[str, Row[ActorRow]],
    budgets: Iterable[Row[BudgetRow]],
    *,
    measures: Iterable[str],
    deflator: Deflator | None,
) -> list[Fault]:
    """Return what is wrong with who pays and with the budgets, against the measures there are."""
    names = list(measures)
    faults = [
        row.fault("measure", f"unknown measure '{name}'", suggestion(name, names))
        for name, row in actors.items()
        if name not in names
    ]
    paying = {row.record.actor for name, row in actors.items() if name in names}
    for row in budgets:
        faults += _budget_faults(row, paying, deflator)
    return faults


def _budget_faults(
    row: Row[BudgetRow], paying: Container[str], deflator: Deflator | None
) -> list[Fault]:
    record, faults = row.record, []
    if record.actor not in paying:
        problem = f"no measure is paid by '{record.actor}', so that this budget holds nothing"
        faults.append(row.fault("actor", problem, "say who pays in actors.csv"))
    if record.first_year > record.last_year:
        problem = f"ends before {record.first_year}, when it begins"
        faults.append(row.fault("last_year", problem, "give a later year"))
    if record.value < 0:
        faults.append(row.fault("value", f"{record.value:g} is below 0", "give what may be spent"))
    try:
        money_factor(record.unit, MONEY, deflator)
    except UnitError as error:
        faults.append(row.fault("unit", str(error)))
    return faults
