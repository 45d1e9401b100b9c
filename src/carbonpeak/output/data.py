"""What the tables and reports receive: finished numbers with the facts about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd
import xarray as xr

from carbonpeak.vocabulary import Language, Titled, year_span

METRIC_GAS_UNIT = "t CO2e/year"


@dataclass(frozen=True)
class Facts:
    """What a result is about and what it rests on."""

    region: str
    title: Titled
    version: str
    metric: str
    convention: str
    base_year: int
    years: tuple[int, ...]
    factor_set: Titled
    fallback: Titled | None
    note: Titled
    sites: Mapping[str, Titled]
    documents: Mapping[str, tuple[Titled, str]]

    def site(self, name: str, lang: Language) -> str:
        """Return the title of a site."""
        return self.sites[name].title(lang) if name in self.sites else name

    def document(self, source_id: str, lang: Language) -> str:
        """Return the title of a source document."""
        known = self.documents.get(source_id)
        return source_id if known is None else known[0].title(lang)


@dataclass(frozen=True)
class Stated:
    """One number that people stated, with its origin.

    `subject` is what it is about, by name, and `title` in words. `kind` is ``activity``,
    ``indicator``, ``driver``, ``efficiency``, ``price``, ``measure``, ``total``, ``target`` or
    ``factor``.
    """

    kind: str
    subject: str
    title: Titled
    year: str
    value: float
    unit: str
    low: float | None
    high: float | None
    evidence: str
    source: Titled
    where: Titled
    note: Titled
    verified: str = ""


@dataclass(frozen=True)
class NotationFacts:
    """Why a category, or one source in it, has no number: a notation key with its reason."""

    category: str
    source: str
    key: str
    reason: Titled


@dataclass(frozen=True, eq=False)
class Assessment:
    """How sure an inventory is in the base year, and what matters in it.

    Attributes
    ----------
    ranges : xr.Dataset
        ``central``, ``low`` and ``high`` of the 95 % range over ``part``, sectors then totals,
        in t CO2e/year, by Monte Carlo.
    variance : xr.Dataset
        ``share`` of each ``input`` in the variance of the total with what is bought in, by error
        propagation, the largest first; ``input_of`` says of what kind it is.
    key : xr.Dataset
        From `key_categories`.
    draws : int
        Of the Monte Carlo.
    """

    ranges: xr.Dataset
    variance: xr.Dataset
    key: xr.Dataset
    draws: int


@dataclass(frozen=True, eq=False)
class InventoryData:
    """An inventory with its totals.

    Attributes
    ----------
    dataset : xr.Dataset
        From `compile_inventory`.
    co2e : (line, year)
        Net of removals, t CO2e/year.
    soil_nitrogen : xr.Dataset
        From `inventory.nitrogen`: nitrogen and N2O of each input to managed soils.
    uncertainty : xr.Dataset
        From `uncertainty`, approach 1, by category and gas.
    keys : tuple of xr.Dataset
        From `key_categories`, approaches 1 and 2, each with land use and without.
    recalculation : xr.Dataset or None
        From `recalculation`, when a former inventory was given.
    summary : xr.Dataset
        ``mass`` (row, column, year) in t/year, nan where no method gives the gas; ``co2e``
        (row, year); ``state`` (row, year): "value" or a notation key.
    by_source : xr.Dataset
        ``quantity`` (source, year), ``energy`` (convention, source, year) in tce/year,
        ``unit`` (source).
    by_group : (group, carrier, year)
        Energy in tce/year under the stated convention; groups are rows of the summary.
    figures : xr.Dataset
        Yearly indicators over ``year``; ``energy_total`` also over ``convention``.
    by_sector : (sector, year)
        Net t CO2e/year.
    by_gas : (gas, year)
        Net t/year of the direct and indirect total.
    intensity_change : float or None
        Percent, from the first to the base year; None without an earlier year.
    assessment : Assessment
    assumption_share, unverified_share, unverified_energy_share : mapping of year to share
    stated : tuple of Stated
        Every number that the region states.
    notations : tuple of NotationFacts
    reference : xr.Dataset or None
        From `reference_approach`; None when the region states no supply of fuels.
    findings : mapping of language to pd.DataFrame
        What the checks found, errors first.
    """

    facts: Facts
    dataset: xr.Dataset
    co2e: xr.DataArray
    soil_nitrogen: xr.Dataset
    uncertainty: xr.Dataset
    keys: tuple[xr.Dataset, ...]
    summary: xr.Dataset
    by_source: xr.Dataset
    by_group: xr.DataArray
    figures: xr.Dataset
    by_sector: xr.DataArray
    by_gas: xr.DataArray
    intensity_change: float | None
    intensity_from: int | None
    assessment: Assessment
    assumption_share: Mapping[int, float]
    unverified_share: Mapping[int, float]
    unverified_energy_share: Mapping[int, float]
    stated: tuple[Stated, ...]
    notations: tuple[NotationFacts, ...] = ()
    reference: xr.Dataset | None = None
    recalculation: xr.Dataset | None = None
    findings: Mapping[Language, pd.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class PeakFacts:
    """A peak as found: verdict, year, value, and the sentence about it."""

    year: int
    value: float
    unit: str
    verdict: str
    sentence: Titled


@dataclass(frozen=True, eq=False)
class ScenarioData:
    """A projected path.

    Attributes
    ----------
    figures : xr.Dataset
        Indicators over ``year``, each with ``units``.
    without_measures : (year,)
        Energy CO2 of the same drivers without measures, t CO2/year.
    by_carrier : (carrier, year)
        Energy in tce/year under the stated convention.
    contribution : (measure, year)
        Change of energy CO2 by each measure that is no sink, t CO2/year.
    other_contribution : (measure, year)
        Change of CO2 of processes and waste by the same measures, t CO2/year.
    land_contribution : (measure, year)
        Change of the land balance by each measure, t CO2/year; a removal is negative.
    builds, stock : (measure, year)
        Native units built, and in service: within their lifetime and not retired.
    investment : (measure,)
        Capital cost of all builds, undiscounted CNY2020.
    remarks : tuple of Titled
        What is built otherwise than the scenario asked, and why.
    """

    name: str
    title: Titled
    note: Titled
    figures: xr.Dataset
    without_measures: xr.DataArray
    by_carrier: xr.DataArray
    by_gas: xr.DataArray
    contribution: xr.DataArray
    other_contribution: xr.DataArray
    land_contribution: xr.DataArray
    builds: xr.DataArray
    stock: xr.DataArray
    investment: xr.DataArray
    peak: PeakFacts
    remarks: tuple[Titled, ...] = ()


@dataclass(frozen=True)
class MeasureFacts:
    """Title, unit, kind and capital cost of a measure.

    `capex` is in CNY2020 per unit in the base year, `learning` its decline in 1/year.
    """

    name: str
    title: Titled
    unit: str
    kind: str
    capex: float
    learning: float = 0.0


@dataclass(frozen=True)
class TargetFacts:
    """A target as stated, and what the least-cost path makes of it.

    `asked` and `reached` are in `unit`: percent of reduction or of change, or the level, as `kind`
    says; of a budget over `years` the amount in all, of a peak or of no rise the year, of a plateau
    its band. `asked_change` is the change rate that is asked. `cap`, `value` and `slack` are in
    `amount_unit`, `slack` negative where missed; `price` is in CNY2020 per unit of the amount.
    """

    name: str
    title: Titled
    indicator: str
    year: int
    base_year: int
    kind: Literal["reduction", "change", "level", "years", "peak_by", "no_rise_after", "plateau"]
    asked: float
    asked_change: float | None
    unit: str
    binding_by_law: bool
    evidence: str
    source: Titled
    where: Titled
    note: Titled
    reached: Mapping[str, float | None]
    cap: float | None = None
    value: float | None = None
    slack: float | None = None
    amount_unit: str = ""
    binds: bool | None = None
    price: float | None = None


@dataclass(frozen=True)
class LimitFacts:
    """A limit that holds the plan back, and what one more unit of it is worth."""

    text: Titled
    year: int | None
    worth: float
    unit: str


@dataclass(frozen=True)
class PriceFacts:
    """A row of a target: what it bounds in which years, how far it is kept, and its price.

    `sense` tells a ceiling ("at_most") from a floor ("at_least"). `cap`, `value`, `slack` and
    `shortfall` are in `unit`, `price` in CNY2020 per `unit`;
    `held_by` is what holds back the measures that would move it, dearest first.
    """

    title: Titled
    group: str
    first: int
    last: int
    sense: Literal["at_most", "at_least"]
    unit: str
    cap: float
    value: float
    slack: float
    shortfall: float
    binds: bool
    hard: bool
    price: float
    held_by: tuple[LimitFacts, ...]

    def years(self, lang: Language) -> str:
        """Return its year, or the first and the last."""
        return year_span((self.first, self.last), lang)


@dataclass(frozen=True)
class ShortfallFacts:
    """A target that cannot be met: `amount` in `unit` is missing at least, `share` of its bound.

    Where the time limit came first it is not `proven`, and missing at most.
    """

    title: Titled
    years: Titled
    amount: float
    unit: str
    share: float
    proven: bool


@dataclass(frozen=True)
class GivenFacts:
    """A limit that a way out moves, and why it hardly gives so far, None where nothing says so.

    Of a window `before` is 0 and `after` what is built outside it.
    """

    limit: Titled
    before: float
    after: float
    unit: Titled
    doubt: Titled | None


@dataclass(frozen=True)
class RemedyFacts:
    """Limits that together let every target be met, and the cost of the cheapest plan then.

    `cost` is in discounted CNY2020. A change that is not `proven` may be larger than needed, a
    cost that is not `cheapest` higher than the least.
    """

    given: tuple[GivenFacts, ...]
    cost: float
    proven: bool
    cheapest: bool


@dataclass(frozen=True)
class DiagnosisFacts:
    """Why there is no plan: what is missing at least, and the ways out, cheapest first."""

    shortfalls: tuple[ShortfallFacts, ...]
    remedies: tuple[RemedyFacts, ...]
    discount_to: int


@dataclass(frozen=True, eq=False)
class PlanData:
    """The least-cost path, or why there is none.

    Attributes
    ----------
    cost : (kind, measure, year) or None
        Undiscounted CNY2020.
    cost_discounted : (kind, measure, year) or None
    path : ScenarioData or None
        The chosen builds run again through the inventory.
    prices : tuple of PriceFacts
        Each row of a target.
    diagnosis : DiagnosisFacts or None
        Where there is no plan because none is possible.
    cash : xr.Dataset or None
        Who pays what in which year: ``cost`` (actor, kind, year) and ``cash_flow`` (actor, year).
    retired : (measure, build_year, year) or None
        Native units retired early.
    front, ranges, sureness : xr.Dataset or None
        Cost against emissions, ranges of plans of nearly the same cost, and what it costs to keep
        the targets in more futures, where they were asked for.
    windowed : bool
        Whether the path is decided in windows; what else is asked looks over the whole horizon.
    limits_unknown : Titled or None
        Why `limits` is empty though some may bind.
    unheld : tuple of (Titled, Titled)
        Title of each target of the region without a row in the program, and why.
    """

    scenario: str
    status: str
    message: Titled
    total_cost: float | None
    discount_to: int | None
    discount_rate: float | None
    condition: Titled
    rerun_residual: float | None
    targets: tuple[TargetFacts, ...]
    limits: tuple[LimitFacts, ...]
    cost: xr.DataArray | None
    cost_discounted: xr.DataArray | None
    path: ScenarioData | None
    prices: tuple[PriceFacts, ...] = ()
    diagnosis: DiagnosisFacts | None = None
    cash: xr.Dataset | None = None
    retired: xr.DataArray | None = None
    front: xr.Dataset | None = None
    ranges: xr.Dataset | None = None
    sureness: xr.Dataset | None = None
    windowed: bool = False
    limits_unknown: Titled | None = None
    unheld: tuple[tuple[Titled, Titled], ...] = ()


@dataclass(frozen=True, eq=False)
class RunData:
    """Everything that a run shows."""

    inventory: InventoryData
    measures: Mapping[str, MeasureFacts]
    scenarios: Mapping[str, ScenarioData]
    plan: PlanData | None
    closure_residual: float
