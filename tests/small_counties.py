"""Counties of a few lines whose activity and factors a test states itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import carbonpeak as cp
import worlds
from carbonpeak.evidence.factor_rows import FactorRow
from carbonpeak.evidence.region import ActivityRow
from carbonpeak.records import Row

COAL = ("1.A.1.a", "boiler_house", "raw_coal", "burnt", "t")
COKE = ("1.A.2.a", "works", "coke", "burnt", "t")
FOREST = ("3.B.1.b", "", "new_forest_pine", "planted", "ha")
POWER = ("1.A.4.a", "offices", "electricity", "used", "MWh")


@dataclass(frozen=True)
class Amount:
    """An activity: what it is of, its year, its value and 95 % range."""

    of: tuple[str, str, str, str, str]
    year: int
    value: float
    low: float | None = None
    high: float | None = None
    evidence: str = "statistics"


@dataclass(frozen=True)
class Stated:
    """A factor of the county itself."""

    parameter: str
    subject: str
    value: float
    unit: str
    low: float | None = None
    high: float | None = None
    gas: str = "none"
    year: int | str = "all"
    condition: str = "all"
    verified: str = "read"


def county(
    amounts: Iterable[Amount], factors: Sequence[Stated] = (), *, years: tuple[int, ...] = (2020,)
) -> cp.Region:
    """Make a region of these rows over the smallest valid one."""
    minimal = worlds.loaded("minimal")
    activity = tuple(_row(_activity(amount), at) for at, amount in enumerate(amounts))
    rows = [_row(_factor(factor), at) for at, factor in enumerate(factors)]
    record = minimal.record.model_copy(update={"years": years, "base_year": years[-1]})
    return replace(
        minimal,
        activity=activity,
        record=record,
        factors=minimal.factors.with_local(rows) if rows else minimal.factors,
    )


def _row(record: object, line: int) -> Row:  # type: ignore[type-arg]
    return Row(record, Path("made.csv"), line + 2)


def _activity(amount: Amount) -> ActivityRow:
    category, site, source, item, unit = amount.of
    return ActivityRow(
        category=category,
        site=site,
        source=source,
        item=item,
        year=amount.year,
        value=amount.value,
        unit=unit,
        low=amount.low,
        high=amount.high,
        source_id="invented",
        where="test",
        evidence=amount.evidence,  # type: ignore[arg-type]
    )


def _factor(factor: Stated) -> FactorRow:
    return FactorRow(
        parameter=factor.parameter,
        subject=factor.subject,
        condition=factor.condition,
        region="all",
        gas=factor.gas,
        year=factor.year,
        variant="default",
        value=factor.value,
        unit=factor.unit,
        low=factor.low,
        high=factor.high,
        source="invented",
        where="test",
        verified=factor.verified,  # type: ignore[arg-type]
        evidence="assumption",
    )


def coal_factors(
    *,
    ncv: tuple[float | None, float | None] = (None, None),
    carbon: tuple[float | None, float | None] = (None, None),
    oxidation: tuple[float | None, float | None] = (None, None),
    subject: str = "raw_coal",
) -> list[Stated]:
    """State 20 GJ/t, 26 t C/TJ and 0.94 with these ranges, and exact methane and nitrous oxide."""
    exact = [
        Stated("emission_factor", subject, value, f"kg {gas}/TJ", gas=gas, condition=condition)
        for gas, value in (("CH4", 1.0), ("N2O", 1.5))
        for condition in ("energy_industries", "manufacturing")
    ]
    return [
        Stated("net_calorific_value", subject, 20.0, "GJ/t", *ncv),
        Stated("carbon_content", subject, 26.0, "t C/TJ", *carbon),
        Stated("oxidation", subject, 0.94, "1", *oxidation),
        *exact,
    ]
