"""Regret of scenarios over common draws: what each may lose, with the same luck for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import xarray as xr

from carbonpeak.analysis.ensemble import share_text
from carbonpeak.analysis.fans import CHANCES
from carbonpeak.analysis.frame import frame_faults
from carbonpeak.analysis.peak import amount_text
from carbonpeak.analysis.regret import Best, regret_table, require_best
from carbonpeak.arguments import checked
from carbonpeak.errors import ResultError, suggestion
from carbonpeak.evidence.region import Region
from carbonpeak.inventory.model import Floats
from carbonpeak.scenario.ensemble import Runs, in_common, runs_of
from carbonpeak.scenario.ensemble.engine import CHUNK
from carbonpeak.scenario.ensemble.inputs import INCLUDED
from carbonpeak.scenario.ensemble.weights import COST, CUMULATED, RATIOS, amounts_of
from carbonpeak.scenario.scenario import Scenario
from carbonpeak.vocabulary import LANGUAGES, Language, label

At = int | Literal["cumulative", "peak"]

# Outcomes of a draw that differ by less than this share of the best differ only by rounding.
_ROUNDING = 1e-9

_MORE_IS_BETTER = frozenset({"planted_area", "gdp"})


@checked
def scenario_regret(
    region: Region,
    scenarios: Iterable[Scenario],
    *,
    of: str = "net_ghg",
    at: At = "cumulative",
    best: Best | None = None,
    draws: int = 10_000,
    seed: int = 0,
    sampler: str = "sobol",
    include: Sequence[str] = INCLUDED,
    chunk: int = CHUNK,
) -> xr.Dataset:
    """Compare scenarios by regret over draws that they have in common.

    In one draw, what has one name has one quantile in every scenario: factors, activity, series,
    trends, and measures of the same name. So the regret of a draw is what one loses by the
    scenario, and not by other luck. Where two scenarios state another range for the same input,
    each reads the common quantile off its own. What one scenario alone has varies for it alone.

    Parameters
    ----------
    region : Region
        Of all scenarios.
    scenarios : iterable of Scenario
        Two or more, of one horizon and with different names.
    of : str
        An indicator, as for `ensemble`.
    at : int, "cumulative" or "peak"
        What of its path counts: a year, the sum of all years, or the highest value of any year.
        Costs are discounted to the base year before they are summed.
    best : {"least", "most"}, optional
        Whether less or more of it is better. By default less, but of area planted and of GDP more.
    draws, seed, sampler, include, chunk
        As for `ensemble`. A Sobol sequence is laid over the inputs of all scenarios, so that its
        draws change when a scenario with other inputs joins; a Latin hypercube goes by name and
        keeps them.

    Returns
    -------
    xr.Dataset
        ``outcome`` and ``regret`` over ``scenario`` and ``draw``: what counts, and how much worse
        it is than the best of the same draw. ``regret_quantile`` over ``chance`` and
        ``scenario``; over ``scenario`` its ``mean`` and ``worst``, ``best_share``, the share of
        the draws in which no other is better (several are where they tie), ``minimax``, true for
        the scenario of the smallest worst regret, ``central``, the outcome with every input at
        its stated value, and ``short_draws`` and ``negative_draws`` as in `Ensemble`. Titles are
        coordinates; attributes ``sentence_zh`` and ``sentence_en`` say the result.

        Like every worst case, `worst` grows with the number of draws; the quantiles do not.

    Raises
    ------
    ResultError
        With all reasons why the scenarios cannot be compared or their outcome is unknown.
    ScenarioError
        When a scenario does not fit the region.

    References
    ----------
    L. J. Savage (1951), The theory of statistical decision, Journal of the American Statistical
    Association 46:55-67.
    """
    chosen = tuple(scenarios)
    best = ("most" if of in _MORE_IS_BETTER else "least") if best is None else best
    require_best(best)
    _require_comparable(region, chosen, of, at)
    every = [
        runs_of(
            region,
            scenario,
            draws=draws,
            seed=seed,
            sampler=sampler,
            of=(of,),
            include=include,
            chunk=chunk,
        )
        for scenario in chosen
    ]
    found = _drawn(every, of, at)
    found |= _judged(found["outcome"][1], [one.name for one in chosen], best)
    return _labelled(found, every, of=of, at=at, best=best)


def _drawn(every: Sequence[Runs], of: str, at: At) -> dict[str, Any]:
    """Return the outcomes of common draws, and how often they ran into an edge."""
    blocks = list(_told(every, of, at))
    outcomes, short, negative = (np.concatenate(part, axis=1) for part in zip(*blocks, strict=True))
    return {
        "outcome": (("scenario", "draw"), outcomes),
        "central": ("scenario", [float(_outcome(runs, runs.central, of, at)) for runs in every]),
        "short_draws": ("scenario", short.mean(axis=1)),
        "negative_draws": ("scenario", negative.mean(axis=1)),
    }


def _told(every: Sequence[Runs], of: str, at: At) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield what is kept of each block, (scenario, draw): never the paths themselves."""
    for parts in in_common(every):
        yield (
            np.stack(
                [
                    _outcome(runs, part.paths, of, at)
                    for runs, part in zip(every, parts, strict=True)
                ]
            ),
            np.stack([part.short.any(axis=0) for part in parts]),
            np.stack([part.negative for part in parts]),
        )


def _require_comparable(region: Region, scenarios: Sequence[Scenario], of: str, at: At) -> None:
    strangers = [type(one).__name__ for one in scenarios if not isinstance(one, Scenario)]
    if strangers:
        raise ResultError(
            f"expected scenarios, not {', '.join(strangers)}; load them with "
            "cp.load_scenario(region, NAME)"
        )
    faults = frame_faults(region, scenarios)
    if len(scenarios) < 2:
        faults.append(f"{len(scenarios)} scenario given; regret needs at least 2 to choose from")
    faults += [
        f"{count} scenarios are called '{name}'; give each a name of its own, for example with "
        "scenario.variant(NAME, CHANGES)"
        for name, count in Counter(one.name for one in scenarios).items()
        if count > 1
    ]
    try:
        amounts_of((of,))
    except ResultError as error:
        faults.append(str(error))
    faults += _moment_faults(scenarios, of, at)
    if faults:
        raise ResultError("\n".join(faults))


def _moment_faults(scenarios: Sequence[Scenario], of: str, at: At) -> list[str]:
    if at == "cumulative" and (of in RATIOS or of in CUMULATED):
        return [f"the years of '{of}' do not add up to a sum; choose a year or 'peak'"]
    if at in ("cumulative", "peak"):
        return []
    if isinstance(at, str):
        return [f"'at' is '{at}'; {suggestion(at, ['cumulative', 'peak'])} Or give a year"]
    lacking = next((one for one in scenarios if at not in one.years), None)
    if lacking is None:
        return []
    return [
        f"no year {at} in '{lacking.name}'; choose from {lacking.years[0]} to {lacking.years[-1]}"
    ]


def _outcome(runs: Runs, paths: Mapping[str, Floats], of: str, at: At) -> Floats:
    """Return what counts of paths over years and perhaps draws."""
    path, costing = paths[of], runs.layout.costing
    if at == "cumulative":
        return costing.total(path) if costing else np.asarray(path.sum(axis=0))
    return np.asarray(path.max(axis=0) if at == "peak" else path[runs.years.index(int(at))])


def _judged(outcomes: Floats, names: Sequence[str], best: Best) -> dict[str, Any]:
    reached = outcomes.min(axis=0) if best == "least" else outcomes.max(axis=0)
    same = np.abs(outcomes - reached) <= _ROUNDING * np.abs(reached)
    table = regret_table(np.where(same, reached, outcomes), scenarios=names, best=best)
    return {
        "regret": (("scenario", "draw"), table.regret),
        "regret_quantile": (("chance", "scenario"), np.quantile(table.regret, CHANCES, axis=1)),
        "mean": ("scenario", table.regret.mean(axis=1)),
        "worst": ("scenario", table.worst),
        "best_share": ("scenario", same.mean(axis=1)),
        "minimax": ("scenario", [name in table.choices for name in names]),
    }


_LONG_NAMES = {
    "outcome": "what counts of each draw",
    "regret": "worse than the best scenario of the draw",
    "regret_quantile": "quantiles of the regret",
    "mean": "mean regret",
    "worst": "worst regret",
    "best_share": "share of the draws in which no other is better",
    "minimax": "whether its worst regret is the smallest",
    "central": "outcome with every input at its stated value",
    "short_draws": "share of the draws in which measures want more of a line than it has",
    "negative_draws": "share of the draws with activity of the base year below zero",
}
_SHARES = ("best_share", "minimax", "short_draws", "negative_draws")


def _labelled(
    found: dict[str, Any], every: Sequence[Runs], *, of: str, at: At, best: Best
) -> xr.Dataset:
    first = every[0]
    scenarios = [runs.layout.scenario for runs in every]
    yearly = first.units[of]
    unit = yearly.removesuffix("/year") if at == "cumulative" else yearly
    result = xr.Dataset(
        found,
        coords={
            "scenario": [one.name for one in scenarios],
            "chance": list(CHANCES),
            **{
                f"scenario_title_{lang}": (
                    "scenario",
                    [one.record.title(lang) for one in scenarios],
                )
                for lang in LANGUAGES
            },
        },
        attrs={
            "region": first.layout.scenario.region.name,
            "indicator": of,
            "at": at,
            "best": best,
            "first_year": first.years[0],
            "last_year": first.years[-1],
            "draws": first.draws,
            "seed": first.seed,
            "sampler": first.sampler,
        },
    )
    for name, words in _LONG_NAMES.items():
        shown = "1" if name in _SHARES else unit
        result[name].attrs = {"units": shown, "long_name": words}
    if first.layout.costing:
        result.attrs["discount_rate"] = first.layout.costing.rate
    for lang in LANGUAGES:
        result.attrs[f"sentence_{lang}"] = _sentence(result, yearly, lang)
    return result


def _sentence(result: xr.Dataset, unit: str, lang: Language) -> str:
    """Say which scenario has the smallest worst regret, and how the others stand."""
    titles = result[f"scenario_title_{lang}"].values
    at, of = result.attrs["at"], result.attrs["indicator"]
    pause, stop = ("、", "；") if lang == "zh" else (", ", "; ")
    rows = [
        label("regret.row", lang).format(
            title=title,
            worst=amount_text(worst, unit, lang),
            share=share_text(share, lang),
        )
        for title, worst, share in zip(
            titles, result["worst"].values, result["best_share"].values, strict=True
        )
    ]
    return label("regret.choice", lang).format(
        draws=f"{result.attrs['draws']:,}",
        subject=label(f"ensemble.{of}", lang),
        moment=label(f"regret.{_moment(of, at)}", lang).format(
            year=at, first=result.attrs["first_year"], last=result.attrs["last_year"]
        ),
        choice=pause.join(titles[result["minimax"].values]),
        rows=stop.join(rows),
    )


def _moment(of: str, at: At) -> str:
    if of == COST and at == "cumulative":
        return "discounted"
    return at if isinstance(at, str) else "year"
