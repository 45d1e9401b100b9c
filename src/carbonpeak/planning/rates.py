"""Two types for one sign trap: a reduction is good when positive, a change is an increase."""

from __future__ import annotations

from dataclasses import dataclass

from carbonpeak import units


@dataclass(frozen=True)
class ChangeRate:
    """A change on a base year as a share of it: positive is an increase."""

    share: float

    @classmethod
    def stated(cls, value: float, unit: str) -> ChangeRate:
        """Return the rate that a text states as a change, such as ``+20.34`` ``percent``."""
        return cls(value * units.factor(unit, "1"))

    @classmethod
    def between(cls, then: float, now: float) -> ChangeRate:
        """Return the change from one amount to another."""
        return cls(now / then - 1.0)

    @property
    def ratio(self) -> float:
        """The amount relative to that of the base year."""
        return 1.0 + self.share

    def as_reduction(self) -> ReductionRate:
        """Return the same move as a reduction; an increase is a negative one."""
        return ReductionRate(-self.share)

    def value(self, unit: str = "percent") -> float:
        """Return the number in a unit."""
        return self.share * units.factor("1", unit)


@dataclass(frozen=True)
class ReductionRate:
    """A reduction on a base year as a share of it: positive is good, negative an increase."""

    share: float

    @classmethod
    def stated(cls, value: float, unit: str) -> ReductionRate:
        """Return the rate that a text states as a reduction; ``-20.34`` is an increase."""
        return cls(value * units.factor(unit, "1"))

    @property
    def ratio(self) -> float:
        """The amount relative to that of the base year."""
        return 1.0 - self.share

    def as_change(self) -> ChangeRate:
        """Return the same move as a change; a reduction is a negative one."""
        return ChangeRate(-self.share)

    def value(self, unit: str = "percent") -> float:
        """Return the number in a unit."""
        return self.share * units.factor("1", unit)
