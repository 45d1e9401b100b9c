"""What the total does when a factor gives way to one of its alternatives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from carbonpeak import units
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.factors import Factor
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.activity import region_lines
from carbonpeak.inventory.bind import bind
from carbonpeak.inventory.compile import compile_inventory
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.terms import Terms, terms_of

KEY = ("parameter", "subject", "condition", "region", "gas", "year")
OWN = ("value", "unit", "source", "verified")
OTHER = ("variant", "value", "unit", "source", "where", "verified", "evidence")
COLUMNS = (*KEY, *OWN, "variant", *(f"other_{name}" for name in OTHER[1:]), "effect", "total")


@checked
def factor_spread(region: Region, *, year: int, metric: str | None = None) -> pd.DataFrame:
    """Take each alternative of each factor in use, one at a time, and say what the total does.

    Alternatives are the rows of the region's factor set and of the sets behind it that fit the
    factor's key and are not in force. The activity stays as reconciled.

    Parameters
    ----------
    region : Region
        From `load_region`.
    year : int
        Year of the inventory.
    metric : str, optional
        Metric of the CO2e, by default the region's.

    Returns
    -------
    pandas.DataFrame
        A row for each alternative, greatest effect first: the key of the factor, what it is now
        (``value unit source verified``), what the alternative is (``other_…``), and ``total`` and
        ``effect`` in t CO2e/year: emissions less removals of all lines, with land use and bought
        electricity and heat, without memo items. An alternative whose unit belongs to another
        equation has neither, and stands last. Its attrs hold the ``total`` in force, and the
        ``low`` and ``high`` that it takes when every factor is at once the one, in force or
        not, that alone makes the total least or greatest.

    Raises
    ------
    ResultError
        When the inventory has no such year.
    """
    years = region.record.years
    if year not in years:
        hint = suggestion(str(year), [str(one) for one in years])
        raise ResultError(f"no year {year} in this inventory; {hint}")
    model = bind(region, region_lines(region), years)
    weighted = _Weighted.of(terms_of(model, compile_inventory(region)), year, metric)
    choices = list(_choices(weighted))
    usable = [choice for choice in choices if choice.fits]
    total, *others = weighted.totals([[], *([choice] for choice in usable)])
    effects = {choice: other - total for choice, other in zip(usable, others, strict=True)}
    low, high = weighted.totals([_best(effects, -1), _best(effects, 1)])
    rows = [choice.row(total, effects.get(choice, np.nan)) for choice in choices]
    table = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(
        "effect", key=lambda effect: -effect.abs(), kind="stable", ignore_index=True
    )
    table.attrs = {
        "total": total,
        "low": low,
        "high": high,
        "year": year,
        "metric": weighted.metric,
    }
    return table


@dataclass(frozen=True)
class _Choice:
    """An alternative for the factor at a place of the model."""

    place: int
    factor: Factor
    other: Factor

    @property
    def fits(self) -> bool:
        """Whether the alternative can stand in the equation of the factor."""
        return units.same_dimension(self.other.unit, self.factor.unit)

    @property
    def value(self) -> float:
        """The alternative in the unit of the factor."""
        return self.other.value * units.factor(self.other.unit, self.factor.unit)

    def row(self, total: float, effect: float) -> tuple[object, ...]:
        """Return the row of the table."""
        own = (getattr(self.factor, name) for name in (*KEY, *OWN))
        return (*own, *(getattr(self.other, name) for name in OTHER), effect, total + effect)


@dataclass(frozen=True)
class _Weighted:
    """The terms of one year, each with its sign and the weight of its gas."""

    terms: Terms
    metric: str
    kept: Integers
    weights: Floats

    @classmethod
    def of(cls, terms: Terms, year: int, metric: str | None) -> _Weighted:
        model = terms.model
        kept = np.flatnonzero(terms.year == model.years.index(year))
        chosen = metric or model.region.record.metric
        gwp = units.gwp_table([chosen], list(model.gases))[0]
        _, activity = terms.central
        weights = gwp[terms.gas[kept]] * terms.sign[kept] * activity[terms.cell[kept]]
        return cls(terms, chosen, kept, weights)

    @property
    def factors(self) -> Integers:
        """Places of the factors that the terms use."""
        rates = self.terms.rate[self.kept]
        scaled = [
            places[np.isin(part.start + np.arange(part.count), rates)]
            for part in self.terms.formulas
            for places in part.parameters.values()
        ]
        return np.unique(self.terms.factor[np.concatenate(scaled)])

    def totals(self, sets: Sequence[Sequence[_Choice]]) -> list[float]:
        """Return the net total for each set of choices, which all its factors take at once."""
        values = np.repeat(self.terms.values[:, None], len(sets), axis=1)
        for column, choices in enumerate(sets):
            for choice in choices:
                values[choice.place, column] = choice.value
        rates = self.terms.rates(self.terms.scaled(values))[self.terms.rate[self.kept]]
        return [float(total) for total in (self.weights[:, None] * rates).sum(axis=0)]


def _choices(weighted: _Weighted) -> Iterator[_Choice]:
    model = weighted.terms.model
    for place in weighted.factors:
        factor = model.factors[place]
        for other in model.region.factors.alternatives(
            factor.parameter,
            factor.subject,
            condition=factor.condition,
            gas=factor.gas,
            region=factor.region,
            year=factor.year,
        ):
            yield _Choice(int(place), factor, other)


def _best(effects: Mapping[_Choice, float], sign: int) -> list[_Choice]:
    """Return for each factor the alternative that alone moves the total most in a direction."""
    moving = [choice for choice, effect in effects.items() if sign * effect > 0]
    best = {choice.place: choice for choice in sorted(moving, key=lambda one: sign * effects[one])}
    return list(best.values())
