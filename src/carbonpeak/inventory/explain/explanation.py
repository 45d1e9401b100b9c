"""An explanation: a number with the parts that it is made of, down to one factor row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal

import pandas as pd

from carbonpeak.vocabulary import Language, label

Kind = Literal["total", "sector", "category", "line", "gas", "activity", "factor"]

FIELDS = ("value", "unit", "evidence", "verified", "source", "where", "apart")


@dataclass(frozen=True)
class Explanation:
    """A number and what it is made of. It prints itself, and unfolds in a notebook.

    Parameters
    ----------
    kind : str
        ``total``, ``sector``, ``category``, ``line``, ``gas``, ``activity`` or ``factor``.
    title : str
        What the number is.
    value : float
        The number.
    unit : str
        Its unit. Down to the gases, all parts have the same one.
    notes : tuple of str
        Equation, origin and the like.
    parts : tuple of Explanation
        Those not `apart` sum to `value`, down to the gases; below are the inputs of an equation.
    apart : bool
        Whether it stands beside the sum above, as land use and memo items do.
    evidence, verified, source, where : str
        Origin of an activity or a factor.
    depth : int
        How many levels below it are printed.
    lang : {'en', 'zh'}
        Language of the words.
    """

    kind: Kind
    title: str
    value: float
    unit: str
    notes: tuple[str, ...] = ()
    parts: tuple[Explanation, ...] = ()
    apart: bool = False
    evidence: str = ""
    verified: str = ""
    source: str = ""
    where: str = ""
    depth: int = field(default=2, compare=False)
    lang: Language = "en"

    @property
    def text(self) -> str:
        """The number and its parts, `depth` levels deep."""
        rows = [
            "  " * level + row
            for level, part in self.walk()
            if level <= self.depth
            for row in (part.head, *(f"  {note}" for note in part.notes))
        ]
        cut = any(level > self.depth for level, _ in self.walk())
        return "\n".join([*rows, *[label("origin.deeper", self.lang)] * cut])

    @property
    def head(self) -> str:
        """The title with the number."""
        apart = f"  [{label('origin.apart', self.lang)}]" if self.apart else ""
        return f"{self.title}: {amount(self.value, self.unit)}{apart}"

    def __str__(self) -> str:
        return self.text

    def walk(self, level: int = 0) -> Iterator[tuple[int, Explanation]]:
        """Yield this and all parts below it, each with its level."""
        yield level, self
        for part in self.parts:
            yield from part.walk(level + 1)

    def frame(self) -> pd.DataFrame:
        """Return one row for this and each part below it, as data."""
        rows: list[dict[str, Any]] = [
            {"level": level, "kind": part.kind, "title": part.title}
            | {name: getattr(part, name) for name in FIELDS}
            for level, part in self.walk()
        ]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        return _folded(self, opened=True)


def amount(value: float, unit: str) -> str:
    """Return a number with its unit; a dash for a missing one."""
    if value != value:
        return "–"
    text = f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,.6g}"
    return text if unit == "1" else f"{text} {unit}"


def _folded(part: Explanation, *, opened: bool = False) -> str:
    """Return nested foldable blocks; what has nothing below it is a plain one."""
    notes = "".join(f"<div style='color:#555'>{escape(note)}</div>" for note in part.notes)
    inner = notes + "".join(_folded(below) for below in part.parts)
    if not inner:
        return f"<div>{escape(part.head)}</div>"
    state = " open" if opened else ""
    return (
        f"<details{state}><summary>{escape(part.head)}</summary>"
        f"<div style='margin-left:1.5em'>{inner}</div></details>"
    )
