"""Entries of a scenario that make series of series: shares, changes, stocks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from carbonpeak.records import Evidence
from carbonpeak.vocabulary import Noted


class ShareGroup(Noted):
    """Series of shares that divide another series among sectors; they sum to 1 in every year."""

    of: str
    parts: tuple[str, ...] = Field(min_length=2)


class SeriesChange(Noted):
    """A series that the scenario states itself, or takes from another series."""

    instead: str | None = None
    points: dict[int, str] = Field(default_factory=dict)
    measure_of: Literal["level", "growth"] | None = None
    interpolation: Literal["linear", "geometric", "step"] = "linear"
    source_id: str = ""
    where: str = ""
    where_zh: str = ""
    evidence: Evidence | None = None

    @model_validator(mode="after")
    def _one_way(self) -> SeriesChange:
        if (self.instead is None) == (not self.points):
            raise ValueError("needs either 'instead', another series, or 'points' by year")
        stated = (self.measure_of, self.source_id, self.where, self.evidence)
        if self.points and not all(stated):
            raise ValueError(
                "needs 'measure_of', 'source_id', 'where' and 'evidence' of its points"
            )
        return self


class StockEntry(Noted):
    """A stock of vintages: what is in use or sold, how it survives, what new units are."""

    unit: str
    total: str | None = None
    sales: str | None = None
    survival: Literal["weibull", "logistic", "fixed", "constant", "table"]
    technologies: dict[str, str] = Field(min_length=1)
    intensity: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_way(self) -> StockEntry:
        if (self.total is None) == (self.sales is None):
            raise ValueError("needs either 'total', the units in use, or 'sales', both as series")
        if self.intensity and set(self.intensity) != set(self.technologies):
            raise ValueError("needs an 'intensity' for each of its technologies, or for none")
        return self
