"""Why there is no plan: what was found, and the sentence that says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from carbonpeak.optimiser.costs import unit_cost
from carbonpeak.optimiser.limit_families import FAMILY_WORDS, SEVERAL
from carbonpeak.optimiser.limits import Limit
from carbonpeak.optimiser.problem import LeastCostProblem, Sentence
from carbonpeak.optimiser.program import Status
from carbonpeak.optimiser.remedies import Remedy, doubt, remedy_words
from carbonpeak.optimiser.targets import Target
from carbonpeak.optimiser.wording import joined, listed, listed_years, plain, with_unit

_SHOWN = 4
_UNSAID = Sentence("", "")


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
    proven : bool
        Not where the time limit came first: then `amount` is what is missing at most.
    """

    target: str
    year: int
    amount: float
    share: float
    unit: str
    when: Sentence
    proven: bool = True


@dataclass(frozen=True)
class Diagnosis:
    """What makes a problem impossible.

    Attributes
    ----------
    message : Sentence
        All of it in one sentence.
    shortfalls : tuple of Shortfall
        With the smallest total; of equals, targets stated first are met first. Empty where limits
        exclude each other even without targets, or nothing was found in time; `remedies` then say
        what would let them.
    limits : tuple of Limit
        What holds the shortfall up, strongest first.
    remedies : tuple of Remedy
        Cheapest first.
    unexamined : tuple of str
        Families for which the time limit came before an answer.
    status : Status
        How the search for the shortfall ended.
    divisible : bool
        Whether parts of projects would meet every target, where whole ones do not.
    """

    message: Sentence = _UNSAID
    shortfalls: tuple[Shortfall, ...] = ()
    limits: tuple[Limit, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    unexamined: tuple[str, ...] = ()
    status: Status = Status.OPTIMAL
    divisible: bool = False


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


def explain(problem: LeastCostProblem, diagnosis: Diagnosis) -> Sentence:
    """Say all of a diagnosis in one sentence."""
    if diagnosis.status == Status.INFEASIBLE:
        found = _contradiction(problem)
        if not diagnosis.remedies:
            return found
        either = _either(problem, diagnosis.remedies)
        return Sentence(
            f"{found.en}. There is one, which meets every target too, if {either.en}.",
            f"{found.zh}。若{either.zh}，则有可行方案，且可达成各项目标。",
        )
    if not diagnosis.shortfalls:
        if diagnosis.status == Status.TIME_LIMIT:
            return Sentence(
                "no plan meets every target; the time limit was reached before it was known by "
                "how much they are missed; allow more time",
                "没有方案能同时达成各项目标；达到时间上限时尚未得出差距大小，请延长求解时间",
            )
        return explain_stop(problem, diagnosis.status)
    groups: dict[Sentence, list[Shortfall]] = {}
    for shortfall in diagnosis.shortfalls:
        groups.setdefault(problem.title(shortfall.target), []).append(shortfall)
    missed = [_missed(problem, title, group) for title, group in groups.items()]
    parts = [
        *joined(missed, "; ", "；"),
        *_held(problem, diagnosis),
        *_closed(problem, diagnosis),
    ]
    return Sentence("".join(parts[0::2]), "".join(parts[1::2]))


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


def _missed(
    problem: LeastCostProblem, title: Sentence, shortfalls: Sequence[Shortfall]
) -> Sentence:
    """Say by how much each row of a statement is missed at least, and in which years."""
    english, chinese = [], []
    for it in shortfalls[:_SHOWN]:
        amount, share = amount_words(problem, it.amount, it.unit), f"{it.share:.2%}"
        most = Sentence("", "") if it.proven else Sentence("at most ", "至多")
        english.append(f"by {most.en}{amount.en} ({share}) {it.when.en}")
        chinese.append(f"{it.when.zh}{most.zh}差 {amount.zh}（{share}）")
    more = listed_years(sorted({it.year for it in shortfalls[_SHOWN:]}))
    return Sentence(
        f"{title.en} cannot be met: short {', '.join(english)}"
        + (f" and in {more.en} too" if more.en else ""),
        f"{title.zh}无法达成：{'、'.join(chinese)}"
        + (f"，{more.zh} 年亦有差距" if more.zh else ""),
    )


def when(target: Target) -> Sentence:
    """Say which years a row is about: one, a span of a budget, or years against each other."""
    added = sorted({part.year for part in target.parts if part.weight > 0})
    taken = sorted({part.year for part in target.parts if part.weight < 0})
    if added and taken and added != taken:
        one, other = listed_years(added), listed_years(taken)
        return Sentence(f"in {one.en} against {other.en}", f"{one.zh} 年相对 {other.zh} 年")
    years = listed_years(added or taken)
    return Sentence(f"in {years.en}", f"{years.zh} 年")


def _held(problem: LeastCostProblem, diagnosis: Diagnosis) -> Sentence:
    if not problem.measures:
        return Sentence(", and there are no measures", "，且没有可选措施")
    limits, may_give = diagnosis.limits, _given(diagnosis)
    held = dict.fromkeys((limit.family, limit.subject) for limit in limits)
    # Those that would close the gap stand first, however small they are.
    pairs = sorted(held, key=lambda pair: pair not in may_give)[:_SHOWN]
    words = [Limit(*pair, None, 0.0).words(problem.title(pair[1])) for pair in pairs]
    named = listed(words)
    if any(limit.family == "target" for limit in limits):
        return Sentence(f"; what limits: {named.en}", f"；制约因素：{named.zh}")
    if pairs:
        return Sentence(
            f" with every measure at its limit; what limits: {named.en}",
            f"，各项措施均已用足；制约因素：{named.zh}",
        )
    if diagnosis.divisible:
        return Sentence(
            "; parts of projects would meet it, whole ones do not",
            "；若项目可拆分则可达成，按整数项目则不能",
        )
    if any(_helped(problem, shortfall) for shortfall in diagnosis.shortfalls):
        return _UNSAID
    return Sentence("; no measure acts on it", "；没有措施对其起作用")


def _given(diagnosis: Diagnosis) -> set[tuple[str, str]]:
    """Return family and subject of every limit that a remedy moves."""
    changes = (change for remedy in diagnosis.remedies for change in remedy.changes)
    return {(change.family.removesuffix("_floor"), change.subject) for change in changes}


def _helped(problem: LeastCostProblem, shortfall: Shortfall) -> bool:
    """Return whether any build brings a target that is missed closer."""
    (target,) = (one for one in problem.targets if one.name == shortfall.target)
    moved = target.effect(problem.numerators, problem.years)
    return bool((moved < 0).any() if target.sense == "at_most" else (moved > 0).any())


def _closed(problem: LeastCostProblem, diagnosis: Diagnosis) -> Sentence:
    """Say what would close the gap, and what was left unexamined."""
    if not problem.measures:
        return Sentence(".", "。")
    remedies, late = diagnosis.remedies, diagnosis.unexamined
    if remedies and remedies[0].family == SEVERAL:
        change = _either(problem, remedies)
        closing = Sentence(
            ". No single kind of limit closes the gap within reason; together they do, if "
            f"{change.en}.",
            f"。仅在合理范围内放宽任何一类限制都不足以弥补差距；若同时{change.zh}，则可达成。",
        )
    elif remedies:
        either = _either(problem, remedies)
        closing = Sentence(f". It closes if {either.en}.", f"。若{either.zh}，则可达成。")
    elif late:
        closing = Sentence(".", "。")
    else:
        closing = Sentence(
            ". Nothing that may give closes the gap, not even all limits together.",
            "。即使同时放宽各类限制，也无法弥补差距。",
        )
    return joined([closing, *_unlikely(problem, remedies), *_late(late)], "", "")


def _unlikely(problem: LeastCostProblem, remedies: Sequence[Remedy]) -> list[Sentence]:
    """Say where each way out asks more than is plausible of some limit."""
    asks = [any(doubt(problem, change) for change in one.changes) for one in remedies]
    if not asks or not all(asks):
        return []
    return [
        Sentence(
            " No way out is plausible: each takes a limit too far.",
            "以上方式均须将某项限制放宽到难以实现的程度。",
        )
    ]


def _either(problem: LeastCostProblem, remedies: Sequence[Remedy]) -> Sentence:
    return joined([remedy_words(problem, one) for one in remedies], "; or if ", "；或")


def _late(families: Sequence[str]) -> list[Sentence]:
    if not families:
        return []
    words = listed([FAMILY_WORDS[name] for name in families])
    return [
        Sentence(
            f" The time limit was reached before it was known what these could do: {words.en}.",
            f"达到时间上限时尚未查明以下限制的作用：{words.zh}。",
        )
    ]


def amount_words(problem: LeastCostProblem, value: float, unit: str) -> Sentence:
    """Return an amount in words; tonnes in 10^4 t, as plans print them."""
    mass, _, gas = unit.partition(" ")
    masses = {"t": f"吨{gas}", "tce": "吨标煤"}
    words = problem.units.get(unit, Sentence(unit, masses.get(mass, unit)))
    if mass not in masses:
        return with_unit(plain(value, 4), words)
    if value < 1000:
        said = plain(value, 3)
        return Sentence(f"{said} {words.en}", f"{said} {words.zh}")
    said = plain(value / 1e4, 4)
    return Sentence(f"{said} × 10⁴ {words.en}", f"{said} 万{words.zh}")
