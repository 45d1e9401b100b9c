"""Why there is no plan: the smallest shortfall, what holds it, and what would close it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.limits import FAMILY_NAMES, Limit, binding_limits
from carbonpeak.optimiser.model import MONEY, LeastCostModel
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Solution, SolverSettings, Status
from carbonpeak.optimiser.relaxation import FAMILIES, relax
from carbonpeak.optimiser.targets import Target

_SHOWN = 4
_TIE = 1e-3


@dataclass(frozen=True)
class Shortfall:
    """A target that cannot be met, and by how much at least.

    Attributes
    ----------
    target : str
        Name of the row.
    year : int
        Last year of the row; `when` says in words which years it is about.
    amount, unit : float, str
        What is missing at least.
    share : float
        Of the bound, or of the largest part of a row whose bound is zero.
    """

    target: str
    year: int
    amount: float
    share: float
    unit: str
    when: Sentence


@dataclass(frozen=True)
class Change:
    """One limit of a measure, before and after, in its native units."""

    measure: str
    before: float
    after: float


@dataclass(frozen=True)
class Remedy:
    """The smallest change of one kind of limit that makes every target possible.

    Attributes
    ----------
    family : str
        `yearly_limit potential ramp window`.
    changes : tuple of Change
        Limits to move; for a window, `after` is what is built outside it.
    cost : float
        Discounted CNY2020 of the cheapest plan after the change.
    """

    family: str
    changes: tuple[Change, ...]
    cost: float


@dataclass(frozen=True)
class Diagnosis:
    """What makes a problem impossible.

    Attributes
    ----------
    message : Sentence
        All of it in one sentence.
    shortfalls : tuple of Shortfall
        With the smallest total; of equals, targets stated first are met first.
    limits : tuple of Limit
        What holds the shortfall up, strongest first.
    remedies : tuple of Remedy
        Cheapest first.
    """

    message: Sentence
    shortfalls: tuple[Shortfall, ...] = ()
    limits: tuple[Limit, ...] = ()
    remedies: tuple[Remedy, ...] = ()


def diagnose(
    model: LeastCostModel,
    formulate: Callable[[LeastCostProblem], LeastCostModel],
    settings: SolverSettings,
) -> Diagnosis:
    """Say why a problem is impossible.

    Parameters
    ----------
    model : LeastCostModel
        The problem just found infeasible; its hard targets are opened and it is solved again for
        the smallest shortfall.
    formulate : callable
        Makes a fresh program of the problem, for trying other limits.
    settings : SolverSettings
        As for the first run.
    """
    solution = _smallest_shortfall(model, settings)
    if solution.status == Status.INFEASIBLE:
        return Diagnosis(_contradiction(model.problem))
    if not solution.found:
        return Diagnosis(explain_stop(model.problem, solution.status))
    shortfalls = _shortfalls(model, solution)
    if not shortfalls:
        return Diagnosis(explain_stop(model.problem, Status.NUMERICAL))
    whole = model.program.whole
    hold_choice(model, solution)
    priced = model.program.solve(settings, relaxed=True) if whole else solution
    limits = tuple(
        limit for limit in binding_limits(model, priced, money=1.0) if limit.family != "target"
    )
    # A kind of limit without a dual cannot shorten the shortfall alone, unless integers hide it.
    tried = FAMILIES if whole else {limit.family for limit in limits} & set(FAMILIES)
    remedies = _remedies(model.problem, formulate, settings, [f for f in FAMILIES if f in tried])
    message = _sentence(model.problem, shortfalls, limits, remedies)
    return Diagnosis(message, shortfalls, limits, remedies)


def explain_stop(problem: LeastCostProblem, status: Status) -> Sentence:
    """Say what a status without a plan means."""
    if status == Status.UNBOUNDED:
        free = np.isinf(problem.potential) & np.isinf(problem.yearly_limit)
        saves = free & (unit_cost(problem) < 0).any(axis=1)
        names = [problem.title(problem.measures[at]) for at in np.flatnonzero(saves)]
        return Sentence(
            "costs fall without end: give a potential or a yearly limit to "
            f"{', '.join(name.en for name in names) or 'the measures that save money'}",
            "成本可无限下降：请为"
            f"{'、'.join(name.zh for name in names) or '节省成本的措施'}设定总潜力或年度建设上限",
        )
    return {
        Status.TIME_LIMIT: Sentence(
            "the time limit was reached before any plan was found; allow more time",
            "达到时间上限时尚未找到可行方案；请延长求解时间",
        ),
        Status.INFEASIBLE: Sentence("no plan meets every target", "没有方案能同时达成各项目标"),
    }.get(
        status,
        Sentence(
            "the solver stopped in numerical trouble; check for numbers of very unlike size",
            "求解器遇到数值困难；请检查是否有量级悬殊的数据",
        ),
    )


def _smallest_shortfall(model: LeastCostModel, settings: SolverSettings) -> Solution:
    program = model.program
    order = 1.0 + _TIE * np.arange(len(model.problem.targets))[::-1]
    program.set_bounds(model.shortfall)
    model.charge(builds=False)
    program.change_cost(model.shortfall, model.sized(np.where(model.soft(), 0.0, order), "target"))
    return program.solve(settings)


def hold_choice(model: LeastCostModel, solution: Solution) -> None:
    """Keep the alternatives of a solution, for the duals of a program that is relaxed."""
    if model.chosen is not None:
        held = model.sized(np.round(solution.values["chosen"].to_numpy()), "alternative")
        model.program.set_bounds(model.chosen, lower=held, upper=held)


def _shortfalls(model: LeastCostModel, solution: Solution) -> tuple[Shortfall, ...]:
    problem = model.problem
    missing = np.where(model.soft(), 0.0, solution.values["shortfall"].to_numpy())
    found = []
    for at in np.flatnonzero(missing > 1e-6):
        target, amount = problem.targets[at], float(missing[at] * model.scale.targets[at])
        size = abs(target.cap) or target.size(problem.numerators)
        unit = problem.numerators[target.numerator].unit
        found.append(Shortfall(target.name, target.year, amount, amount / size, unit, when(target)))
    return tuple(found)


def _remedies(
    problem: LeastCostProblem,
    formulate: Callable[[LeastCostProblem], LeastCostModel],
    settings: SolverSettings,
    families: Sequence[str],
) -> tuple[Remedy, ...]:
    tried = [_remedy(formulate(problem), family, settings) for family in families]
    found = [remedy for remedy in tried if remedy is not None]
    return tuple(sorted(found, key=lambda remedy: np.nan_to_num(remedy.cost, nan=np.inf)))


def _remedy(model: LeastCostModel, family: str, settings: SolverSettings) -> Remedy | None:
    """Find the smallest relative change of one family, then the cheapest plan under it."""
    program, scale = model.program, model.scale.builds
    extra, before, weight = relax(model, family)
    model.charge(builds=False)
    program.change_cost(model.shortfall, 0.0)
    program.change_cost(extra, model.sized(weight, "measure"))
    smallest = program.solve(settings)
    if not smallest.found:
        return None
    added = smallest.values["relaxation"].to_numpy()
    program.set_bounds(extra, upper=model.sized(added * (1 + 1e-6) + 1e-7, "measure"))
    program.change_cost(extra, 0.0)
    model.charge(builds=True)
    program.change_cost(model.shortfall, model.sized(model.miss_cost(), "target"))
    cheapest = program.solve(settings)
    changes = tuple(
        Change(model.problem.measures[at], float(before[at]), float(before[at] + more))
        for at, more in enumerate(added * scale)
        if added[at] > 1e-6
    )
    return Remedy(family, changes, cheapest.objective * MONEY)


def _contradiction(problem: LeastCostProblem) -> Sentence:
    """Say that limits exclude each other even with every target left open."""
    moves = problem.moves
    moved = np.einsum("kb,kbt->kt", problem.committed[moves.measure], moves.response)
    activity = np.array(problem.baseline_activity, dtype=float)
    np.add.at(activity, moves.line, moved)
    low = np.argwhere(activity < 0)
    if not len(low):
        if not problem.committed.any():
            return Sentence(
                "no plan exists even without targets: limits and rows exclude each other",
                "即使不设目标也没有可行方案：所设限制与约束相互矛盾",
            )
        return Sentence(
            "no plan exists even without targets: the committed builds break another limit",
            "即使不设目标也没有可行方案：已定建设量与其他限制相矛盾",
        )
    line, year = low[0]
    name, when = problem.title(problem.lines[line]), problem.years[year]
    guilty = sorted({problem.measures[at] for at in moves.measure[moves.line == line]})
    titles = [problem.title(measure) for measure in guilty if _builds(problem, measure)]
    return Sentence(
        f"no plan exists even without targets: {', '.join(t.en for t in titles)} as committed "
        f"take more from {name.en} than there is in {when}",
        f"即使不设目标也没有可行方案：已定的{'、'.join(t.zh for t in titles)}"
        f"在 {when} 年削减的{name.zh}超过其活动水平",
    )


def _builds(problem: LeastCostProblem, measure: str) -> bool:
    return bool(problem.committed[problem.measures.index(measure)].any())


def _sentence(
    problem: LeastCostProblem,
    shortfalls: Sequence[Shortfall],
    limits: Sequence[Limit],
    remedies: Sequence[Remedy],
) -> Sentence:
    groups: dict[Sentence, list[Shortfall]] = {}
    for shortfall in shortfalls:
        groups.setdefault(problem.title(shortfall.target), []).append(shortfall)
    missed = [_missed(title, group) for title, group in groups.items()]
    held = _held(problem, limits)
    closed = _closed(problem, remedies)
    return Sentence(
        "; ".join(part.en for part in missed) + held.en + closed.en,
        "；".join(part.zh for part in missed) + held.zh + closed.zh,
    )


def _missed(title: Sentence, shortfalls: Sequence[Shortfall]) -> Sentence:
    """Say by how much each row of a statement is missed at least, and in which years."""
    english, chinese = [], []
    for it in shortfalls[:_SHOWN]:
        amount, share = _amount(it.amount, it.unit), f"{it.share:.2%}"
        english.append(f"by {amount.en} ({share}) {it.when.en}")
        chinese.append(f"{it.when.zh}差 {amount.zh}（{share}）")
    more = len(shortfalls) - _SHOWN
    return Sentence(
        f"{title.en} cannot be met: short {', '.join(english)}"
        + (f" and in {more} years more" if more > 0 else ""),
        f"{title.zh}无法达成：{'、'.join(chinese)}" + (f"等（另有 {more} 年）" if more > 0 else ""),
    )


def when(target: Target) -> Sentence:
    """Say which years a row is about: one, a span of a budget, or years against each other."""
    added = sorted({part.year for part in target.parts if part.weight > 0})
    taken = sorted({part.year for part in target.parts if part.weight < 0})
    if added and taken and added != taken:
        one, other = _span(added), _span(taken)
        return Sentence(f"in {one} against {other}", f"{one} 年相对 {other} 年")
    span = _span(added or taken)
    return Sentence(f"in {span}", f"{span} 年")


def _span(years: Sequence[int]) -> str:
    """Return years as a span where they follow each other, else one by one."""
    if len(years) > 1 and years[-1] - years[0] == len(years) - 1:
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


def _held(problem: LeastCostProblem, limits: Sequence[Limit]) -> Sentence:
    if not problem.measures:
        return Sentence(", and there are no measures", "，且没有可选措施")
    pairs = list(dict.fromkeys((limit.family, limit.subject) for limit in limits))[:_SHOWN]
    if not pairs:
        return Sentence("; no measure acts on it", "；没有措施对其起作用")
    words = [Limit(*pair, None, 0.0).words(problem.title(pair[1])) for pair in pairs]
    return Sentence(
        f" with every measure at its limit; what limits: {', '.join(word.en for word in words)}",
        f"，各项措施均已用足；制约因素：{'、'.join(word.zh for word in words)}",
    )


def _closed(problem: LeastCostProblem, remedies: Sequence[Remedy]) -> Sentence:
    if not problem.measures:
        return Sentence(".", "。")
    if not remedies:
        return Sentence(
            ". No single kind of limit closes the gap.", "。仅放宽任何一类限制都不足以弥补差距。"
        )
    words = [_change_words(problem, remedy) for remedy in remedies]
    return Sentence(
        f". It closes if {'; or if '.join(word.en for word in words)}.",
        f"。若{'；或'.join(word.zh for word in words)}，则可达成。",
    )


def _change_words(problem: LeastCostProblem, remedy: Remedy) -> Sentence:
    parts = []
    largest = sorted(remedy.changes, key=lambda change: -change.after / (change.before or 1.0))
    for change in largest[:_SHOWN]:
        title, family = problem.title(change.measure), FAMILY_NAMES[remedy.family]
        if remedy.family == "window":
            parts.append(
                Sentence(
                    f"{_up(change.after)} of {title.en} may be built outside its window",
                    f"{title.zh}可在时段之外建设 {_up(change.after)}",
                )
            )
            continue
        span = f"{change.before:,.10g}", _up(change.after)
        parts.append(
            Sentence(
                f"the {family.en} of {title.en} rises from {span[0]} to {span[1]}",
                f"{title.zh}的{family.zh}由 {span[0]} 提高到 {span[1]}",
            )
        )
    more = len(largest) - len(parts)
    if more > 0:
        parts.append(Sentence(f"{more} others with them", f"另有 {more} 项同时放宽"))
    return Sentence(" and ".join(part.en for part in parts), "且".join(part.zh for part in parts))


def _up(value: float) -> str:
    """Return four figures, rounded up so that the printed limit is enough."""
    if value <= 0:
        return "0"
    step = 10.0 ** (np.floor(np.log10(value)) - 3)
    return f"{np.ceil(value / step - 1e-4) * step:,.10g}"


def _amount(value: float, unit: str) -> Sentence:
    """Return an amount in words; tonnes in 10^4 t, as plans print them."""
    mass, _, gas = unit.partition(" ")
    if mass.split("/")[0] != "t":
        return Sentence(f"{value:,.4g} {unit}", f"{value:,.4g} {unit}")
    if value < 1000:
        return Sentence(f"{value:,.3g} {unit}", f"{value:,.3g} 吨{gas}")
    return Sentence(f"{value / 1e4:,.4g} 万吨{gas}", f"{value / 1e4:,.4g} 万吨{gas}")
