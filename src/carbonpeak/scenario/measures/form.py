"""What a form of measure declares."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Form:
    """Parameters of a form of measure, and how they become moves.

    Parameters
    ----------
    name : str
        Used in `measures.yaml`.
    kind : str
        One of the kinds of measures.
    parameters : mapping
        Unit of each engineering number in `measures.csv`.
    roles : mapping
        Activity unit of each line that the measure names by a role.
    moves : callable
        From the numbers, in their declared units, to the activity moved by one native unit
        in each role; negative takes activity away.
    acts : {'stock', 'once'}
        Whether the move recurs while the measure stands, or happens in the year of building.
    decline : str, optional
        The parameter by which a standing measure loses strength each year.
    """

    name: str
    kind: Literal["supply", "switch", "saving", "sink"]
    parameters: Mapping[str, str]
    roles: Mapping[str, str]
    moves: Callable[[Numbers], dict[str, float]]
    acts: Literal["stock", "once"] = "stock"
    decline: str | None = None
