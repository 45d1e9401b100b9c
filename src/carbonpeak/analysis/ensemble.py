"""Ensembles of a scenario: fans, odds of the peak, and what the inputs are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from carbonpeak.analysis.fans import CHANCES, require_chances
from carbonpeak.analysis.odds import PeakOdds, counted_odds
from carbonpeak.analysis.peak import peak_year
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats, Integers
from carbonpeak.inventory.uncertainty.sketch import EXACT, Sketch
from carbonpeak.scenario.ensemble import Block, Runs, runs_of
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from carbonpeak.scenario.ensemble.weights import COST
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.scenario.titles import title_of
from carbonpeak.vocabulary import LANGUAGES, Language, label, labels, sources

if TYPE_CHECKING:
    import pandas as pd

INDICATORS = (
    "energy_co2",
    "direct_co2",
    "gross_ghg",
    "net_ghg",
    "energy_total",
    "co2_intensity",
    "energy_intensity",
    "coal",
)

# A draw beside the central path by less than this share of it differs only by rounding.
_ROUNDING = 1e-9


@checked
def ensemble(
    region: Region,
    scenario: Scenario,
    *,
    draws: int = 10_000,
    seed: int = 0,
    sampler: str = "sobol",
    of: Sequence[str] = INDICATORS,
    include: Sequence[str] = INCLUDED,
    chunk: int = 256,
) -> Ensemble:
    """Draw the paths of a scenario, with everything that is unsure varied at once.

    What varies is what the region's own rows state a 95 % range for: each series of
    `drivers.csv` with one quantile for its whole path, efficiency trends, activity and factors
    of the base year as the inventory declares them and on its exact totals, and the engineering
    and cost numbers of the measures that the scenario builds. What is built, and when, does not
    vary. Prices of what the measures buy or spare have one quantile for their whole path.

    Parameters
    ----------
    region : Region
        From `load_region`.
    scenario : Scenario
        From `load_scenario`.
    draws : int
        How many paths.
    seed : int
        Same seed, same draws.
    sampler : {"sobol", "latin_hypercube"}
        As for `uncertainty`.
    of : sequence of str
        Indicators, as for `indicator`, and ``cost``: what the measures of the scenario cost in
        a year, as in `abatement_costs`; capital and upkeep of what stands, energy of what is at
        work in that draw.
    include : sequence of {"drivers", "factors", "activity", "measures", "prices"}
        Kinds of inputs that vary; the others stay at their stated value.
    chunk : int
        Draws evaluated at once; the result does not depend on it.

    Returns
    -------
    Ensemble

    Raises
    ------
    ResultError
        When an indicator or a kind of input is unknown, or a number is out of range.
    ScenarioError
        When the scenario does not fit the region, the central draw is not the path of
        `project`, or a price or the discount rate that the cost needs is missing.
    """
    runs = runs_of(
        region,
        scenario,
        draws=draws,
        seed=seed,
        sampler=sampler,
        of=of,
        include=include,
        chunk=chunk,
    )
    gathered = {name: _Gathered(runs.central[name], runs.years) for name in runs.layout.names}
    costing = runs.layout.costing
    total = None
    if costing:
        total = _Gathered(costing.total(runs.central[COST][:, None]), runs.years[:1])
    short, negative = np.zeros(len(runs.taken), dtype=np.int64), 0
    any_short = 0
    for block in runs.blocks():
        for name, one in gathered.items():
            one.add(block.paths[name])
        if costing and total:
            total.add(costing.total(block.paths[COST])[None])
        short += block.short.sum(axis=1)
        any_short += int(block.short.any(axis=0).sum())
        negative += int(block.negative.sum())
    shares = dict(zip(runs.taken, (short / draws).tolist(), strict=True))
    return Ensemble(runs, gathered, total, any_short / draws, shares, negative / draws)


class _Gathered:
    """What is kept of the paths of one indicator: never the paths themselves."""

    def __init__(self, central: Floats, years: Sequence[int]) -> None:
        self.central, self.years = central, np.asarray(years)
        self.sketch = Sketch(central.size)
        self.total, self.below = np.zeros(central.size), np.zeros(central.size)
        self.peaks: Integers = np.zeros(central.size, dtype=np.int64)
        self.draws = 0

    def add(self, paths: Floats) -> None:
        """Take paths, (year, draw)."""
        self.sketch.add(paths)
        self.total += paths.sum(axis=1)
        slack = _ROUNDING * np.abs(self.central)[:, None]
        less, more = (paths < self.central[:, None] + side * slack for side in (-1, 1))
        self.below += (less.sum(axis=1) + more.sum(axis=1)) / 2
        if self.years.size > 2:
            places = np.searchsorted(self.years, peak_year(paths.T, self.years))
            self.peaks += np.bincount(places, minlength=self.years.size)
        self.draws += paths.shape[1]


@dataclass(frozen=True, repr=False)
class Ensemble:
    """Many draws of a scenario.

    Attributes
    ----------
    runs : Runs
        The draws, which can be run again and are then the same.
    short_draws : float
        Share of the draws in which measures would take more from a line than it has. There the
        measures are served in the order of the scenario, and one that finds less than it would
        take works at that part of its strength in that year.
    short_lines : dict
        That share by line.
    negative_draws : float
        Share of the draws in which the exact totals leave some activity of the base year below
        zero; these are kept as they are.
    """

    runs: Runs
    gathered: dict[str, _Gathered]
    total: _Gathered | None
    short_draws: float
    short_lines: dict[str, float]
    negative_draws: float

    @property
    def names(self) -> tuple[str, ...]:
        """The indicators."""
        return self.runs.layout.names

    @property
    def years(self) -> tuple[int, ...]:
        """The years of the scenario."""
        return self.runs.years

    @property
    def draws(self) -> int:
        """How many paths were drawn."""
        return self.runs.draws

    def __repr__(self) -> str:
        scenario = self.runs.layout.scenario
        return (
            f"Ensemble({scenario.region.name}/{scenario.name}: {self.draws} draws of "
            f"{len(self.runs.inputs.names)} inputs; {', '.join(self.names)})"
        )

    def _repr_html_(self) -> str:
        return "".join(f"<p>{self.sentence(lang)}</p>" for lang in ("zh", "en"))

    def fan(self, name: str, *, chances: Sequence[float] = CHANCES) -> xr.Dataset:
        """Return the quantiles of an indicator by year, with the central path beside them.

        Returns
        -------
        xr.Dataset
            ``level`` over ``chance`` and ``year``; ``mean``, ``central`` and
            ``central_chance``, the share of the draws below the central path: half of them
            where the law is even, another share where it leans, because the centre of what is
            drawn is its mean. ``title_en`` and ``title_zh`` name the indicator where it has a
            title. Quantiles are exact up to 16,384 draws, beyond that good to one of 4096 bins;
            attribute ``exact`` says which.

        Raises
        ------
        ResultError
            When the indicator was not drawn, or the chances do not rise between 0 and 1.
        """
        found = self._of(name)
        words = {"units": self.runs.units[name], "long_name": name} | _titles(name)
        return self._spread(found, words, chances)

    def cost_total(self, *, chances: Sequence[float] = CHANCES) -> xr.Dataset:
        """Return the quantiles of the cost of all years, discounted to the base year.

        Returns
        -------
        xr.Dataset
            As `fan`, without ``year``, in CNY2020. Attribute ``discount_rate`` is per year;
            ``measures`` says how many the scenario builds: without one it costs nothing.

        Raises
        ------
        ResultError
            When the cost was not drawn, or the chances do not rise between 0 and 1.
        """
        found = self.total or self._of(COST)
        words = {"units": "CNY2020", "long_name": "cost of all years, discounted"} | _titles(COST)
        spread = self._spread(found, words, chances).isel(year=0, drop=True)
        costing = self.runs.layout.costing
        return spread.assign_attrs(discount_rate=costing.rate) if costing else spread

    def _spread(
        self, found: _Gathered, words: dict[str, str], chances: Sequence[float]
    ) -> xr.Dataset:
        require_chances(chances)
        return xr.Dataset(
            {
                "level": (("chance", "year"), found.sketch.quantiles(chances), words),
                "mean": ("year", found.total / found.draws, words),
                "central": ("year", found.central, words),
                "central_chance": ("year", found.below / found.draws, {"units": "1"}),
            },
            coords={"chance": list(chances), "year": found.years},
            attrs=self._attributes() | {"exact": int(self.draws <= EXACT)},
        )

    def odds(self, name: str = "energy_co2") -> PeakOdds:
        """Return the distribution of the peak year of an indicator.

        Raises
        ------
        ResultError
            When the indicator was not drawn or is the cost, or the scenario has fewer than three
            years.
        """
        found = self._of(name)
        if name == COST:
            raise ResultError(
                "a cost is not asked for its peak; take fan('cost') or cost_total(), or count "
                "the draws of paths('cost')"
            )
        return counted_odds(found.peaks, self.years)

    def paths(self, name: str) -> xr.DataArray:
        """Draw again and return every path of an indicator, (draw, year)."""
        self._of(name)
        values = np.concatenate([block.paths[name] for block in self.blocks()], axis=1).T
        words = {"units": self.runs.units[name], "long_name": name} | self._attributes()
        return xr.DataArray(values, {"year": list(self.years)}, ("draw", "year"), attrs=words)

    def blocks(self) -> Iterator[Block]:
        """Draw again, block by block."""
        return self.runs.blocks()

    def cases(self, year: int) -> pd.DataFrame:
        """Return what was drawn, one row a draw, for `find_boxes`.

        Parameters
        ----------
        year : int
            Of which the level of a series is given, or the growth of the period it lies in.

        Returns
        -------
        pd.DataFrame
            Each series and efficiency trend that varies, and where the cost was drawn each
            price, in the unit that its rows state; ``attrs["units"]`` says which.

        Raises
        ------
        ResultError
            When the year is none of the scenario.
        """
        import pandas as pd

        if year not in self.years:
            raise ResultError(
                f"no year {year}; {suggestion(str(year), [str(one) for one in self.years])}"
            )
        parts = [self.runs.drivers_at(block.chances, year) for block in self.blocks()]
        units = self.runs.driver_units()
        values = np.concatenate([np.stack(list(part.values()), axis=1) for part in parts])
        table = pd.DataFrame(values, columns=list(units))
        table.attrs["units"] = units
        return table

    def inputs(self) -> pd.DataFrame:
        """Return what varies, one row an input, named by it.

        Returns
        -------
        pd.DataFrame
            ``group`` as in `sensitivity`, ``distribution``, ``value``, ``mean`` and
            ``standard_deviation`` in the unit of its row; for a series those of its last row in
            the horizon.
        """
        import pandas as pd

        groups = {
            self.runs.inputs.names[at]: group
            for group, places in self.runs.inputs.groups.items()
            for at in places
        }
        rows = [
            (name, groups[name], law.kind, law.value, law.mean, law.standard_deviation)
            for name, law in self.runs.laws()
        ]
        columns = ["input", "group", "distribution", "value", "mean", "standard_deviation"]
        return pd.DataFrame(rows, columns=columns).set_index("input")

    def sentence(self, lang: Language = "zh", *, of: str = "energy_co2", by: int = 2030) -> str:
        """Say how sure a peak by a year is, or what the measures cost over all years.

        Raises
        ------
        ResultError
            When the indicator was not drawn, or the years end too early to tell.
        """
        said = self._said_cost(lang) if of == COST else self._said_peak(lang, of, by)
        if not self.short_draws:
            return said
        also = label("ensemble.short", lang).format(share=share_text(self.short_draws, lang))
        return f"{said} {also}" if lang == "en" else said + also

    def _said_cost(self, lang: Language) -> str:
        found = self.cost_total(chances=(0.025, 0.5, 0.975))
        if not found.attrs["measures"]:
            return label("ensemble.no_cost", lang)
        low, middle, high = (f"{value / 1e4:,.0f}" for value in found["level"].values)
        return label("ensemble.said_cost", lang).format(
            subject=label("ensemble.cost", lang),
            draws=f"{self.draws:,}",
            low=low,
            middle=middle,
            high=high,
            first=self.years[0],
            last=self.years[-1],
        )

    def _said_peak(self, lang: Language, of: str, by: int) -> str:
        odds = self.odds(of)
        middle = odds.quantile(0.5)
        key = "beyond" if middle is None else "before" if odds.before >= 0.5 else "within"
        return label(f"ensemble.{key}", lang).format(
            subject=label(f"ensemble.{of}", lang),
            draws=f"{self.draws:,}",
            year=by,
            share=share_text(odds.by(by), lang),
            middle=middle,
            first=self.years[0],
            last=self.years[-1],
        )

    def _of(self, name: str) -> _Gathered:
        if name not in self.gathered:
            raise ResultError(f"'{name}' was not drawn; {suggestion(name, list(self.gathered))}")
        return self.gathered[name]

    def _attributes(self) -> dict[str, Any]:
        scenario = self.runs.layout.scenario
        return {
            "region": scenario.region.name,
            "scenario": scenario.name,
            "draws": self.draws,
            "seed": self.runs.seed,
            "sampler": self.runs.sampler,
            "short_draws": self.short_draws,
            "negative_draws": self.negative_draws,
            "measures": len(self.runs.layout.plans.measures),
        }


def _titles(name: str) -> dict[str, str]:
    key = f"ensemble.{name}"
    return {f"title_{lang}": label(key, lang) for lang in LANGUAGES if key in labels()}


def input_title(name: str, lang: Language, runs: Runs) -> str:
    """Return what a group of inputs is called."""
    of, _, rest = name.partition("|")
    entries = {one.name: one.entry for one in runs.layout.plans.measures}
    named = rest.partition("|")[0]
    region = runs.layout.scenario.region
    if of == "measure":
        own = entries[rest].title(lang)
    else:
        own = sources()[rest].title(lang) if of == "price" else title_of(region, named, lang)
    return label(f"ensemble.of_{of}", lang).format(name=own)


def share_text(share: float, lang: Language) -> str:
    """Return a share in percent."""
    # Nearly all is not all, nearly none is not none.
    shown = share if share in (0.0, 1.0) else min(max(share, 0.001), 0.999)
    return f"{100 * shown:.1f}{' ' if lang == 'en' else ''}%"
