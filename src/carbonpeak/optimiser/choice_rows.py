"""Rows of targets that choose between alternatives, such as the year of a peak.

Each row of an alternative would hold every build, and there are many; they are written over the
changes v[p] of the amounts that they compare instead, which each stand in one row over the builds.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import xarray as xr

from carbonpeak.optimiser.blocks import BoolArray, FloatArray
from carbonpeak.optimiser.model import LeastCostModel, alternatives_of, compared_of
from carbonpeak.optimiser.program import Term
from carbonpeak.optimiser.targets import Target


def add_choice(model: LeastCostModel) -> LeastCostModel:
    """Return the model with a binary for each alternative and a change for each amount compared.

    None where all rows hold in any case.
    """
    alternatives, program = alternatives_of(model.problem), model.program
    if not alternatives:
        return model
    compared = [f"{name}.{year}" for name, year in compared_of(model.problem)]
    return replace(
        model,
        chosen=program.add("chosen", {"alternative": alternatives}, upper=1.0, integer=True),
        changes=program.add("changes", {"compared": compared}, lower=-np.inf),
    )


def choice_terms(model: LeastCostModel, leeway: FloatArray) -> list[Term]:
    """Return the terms of alternatives in the rows of targets.

    Parameters
    ----------
    leeway : (target,)
        What an alternative that is not chosen gives up, signed, in the unit of each row.
    """
    if model.chosen is None or model.changes is None:
        return []
    opened = model.sized(own_alternative(model) * leeway[:, None], "target", "alternative")
    summed = model.sized(change_weights(model), "target", "compared")
    return [Term(model.chosen, opened), Term(model.changes, summed)]


def own_alternative(model: LeastCostModel) -> BoolArray:
    """Return to which alternative each row belongs, (target, alternative)."""
    targets, known = model.problem.targets, np.asarray(model.alternatives())
    own: BoolArray = np.array([target.alternative for target in targets])[:, None] == known
    return own


def change_weights(model: LeastCostModel) -> FloatArray:
    """Return what each change adds to the row of an alternative, (target, compared)."""
    targets, compared = model.problem.targets, compared_of(model.problem)
    weights = np.zeros((len(targets), len(compared)))
    for row, target in enumerate(targets):
        for name, year, weight in target.parts if target.either else ():
            weights[row, compared.index((name, year))] += weight / model.scale.targets[row]
    return np.asarray(weights * model.scale.changes)


def sum_changes(model: LeastCostModel) -> None:
    """Amounts that alternatives compare change with builds:  v[p] - Σ_{m,τ} e[m,τ,p]·n[m,τ] = 0.

    What is retired no longer counts.
    """
    problem, scale = model.problem, model.scale
    if model.changes is None:
        return
    amounts = [Target.at(name, name, year, 0.0) for name, year in compared_of(problem)]
    effect = np.stack([it.effect(problem.numerators, problem.years) for it in amounts])
    scaled = effect * scale.builds[:, None] / scale.changes[:, None, None]
    builds = model.builds.rename(year="build_year")
    terms = [
        Term(model.changes, model.sized(np.ones(len(amounts)), "compared")),
        Term(builds, model.sized(-scaled, "compared", "measure", "build_year")),
    ]
    if model.retired is not None:
        undone = np.stack([problem.undone(it) for it in amounts]) * model.retired_scale()
        part = model.sized(-undone / scale.changes[:, None], "compared", "retirement")
        terms.append(Term(model.retired, part))
    model.program.require("changes", terms, rows=model.changes.coords, equal=0.0)


def choose_alternative(model: LeastCostModel) -> None:
    """Of each statement with alternatives one holds:  Σ_a h[a] = 1,  h binary."""
    if model.chosen is None:
        return
    groups = {target.alternative: target.group for target in model.problem.targets}
    names = model.alternatives()
    held = xr.DataArray([groups[name] for name in names], dims="alternative", name="group")
    model.program.require(
        "choice",
        [Term(model.chosen, model.sized(np.ones(len(names)), "alternative"), held)],
        rows={"group": list(dict.fromkeys(held.values.tolist()))},
        equal=1.0,
    )
