"""Small HTML for notebooks: a heading, facts in words, tables with captions.

Words are given by their key among the labels and shown in Chinese and English.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from carbonpeak.vocabulary import LANGUAGES, Noted, label

if TYPE_CHECKING:
    import pandas as pd

WIDE = 1000
"""Numbers from here on are written out with one decimal."""


def both(key: str) -> str:
    """Return a label in both languages."""
    return f"{label(key, 'zh')} · {label(key, 'en')}"


def card(heading: str, facts: Mapping[str, object], *parts: str) -> str:
    """Return a heading, what the facts say, and parts that are HTML already."""
    told = "".join(
        f"<tr><th>{escape(both(key))}</th><td>{escape(str(value))}</td></tr>"
        for key, value in facts.items()
        if value != ""
    )
    return f"<div><h4>{escape(heading)}</h4><table>{told}</table>{''.join(parts)}</div>"


def table(key: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table whose caption is a label."""
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{escape(both(key))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def counts(key: str, pairs: Iterable[tuple[str, str]], words: str, columns: Sequence[str]) -> str:
    """Return how often each pair occurs, the first in rows and the second in columns.

    The columns are words of the labels, such as ``evidence``; one that never occurs is left out.
    """
    found = Counter(pairs)
    shown = [name for name in columns if any(name == column for _, column in found)]
    rows = [
        [name, *(found[name, column] or "" for column in shown)]
        for name in dict.fromkeys(row for row, _ in found)
    ]
    return table(key, ["", *(both(f"{words}.{name}") for name in shown)], rows)


def folded(key: str, html: str) -> str:
    """Return a part that opens on a click; nothing when there is nothing to show."""
    return f"<details><summary>{escape(both(key))}</summary>{html}</details>" if html else ""


def noted(record: Noted) -> str:
    """Return the HTML of a note, in Chinese and English where it is stated in both."""
    notes = dict.fromkeys(record.noted(lang) for lang in LANGUAGES)
    return "<br>".join(map(escape, notes))


def frame(key: str, data: pd.DataFrame, *, shown: int) -> str:
    """Return the first rows of a DataFrame under their caption, with the count of the others."""
    rows = [[_number(cell) for cell in row] for row in data.head(shown).itertuples(index=False)]
    rest = len(data) - shown
    more = f"<p>+ {rest}</p>" if rest > 0 else ""
    return table(key, [str(name) for name in data.columns], rows) + more


def _number(cell: object) -> object:
    if not isinstance(cell, float):
        return cell
    if cell != cell:
        return ""
    return f"{cell:,.1f}" if abs(cell) >= WIDE else f"{cell:.4g}"
