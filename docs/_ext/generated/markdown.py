"""Pieces of Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a column that is empty in every row is left out."""
    listed = [[cell(text) for text in row] for row in rows]
    kept = [at for at in range(len(header)) if any(row[at] for row in listed)]
    lines = [[header[at] for at in kept], ["---"] * len(kept)]
    lines += [[row[at] for at in kept] for row in listed]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    """Return text that stays in one cell."""
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """Return text as code, nothing for no text."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Return a list of code words."""
    return ", ".join(code(text) for text in texts)


def block(text: str, *, name: str = "") -> str:
    """Return a block of code, with a CSS class where a name is given."""
    mark = f"{{.{name}}}\n" if name else ""
    return f"{mark}```text\n{text}\n```"


def plain(text: str) -> str:
    """Return prose of a docstring: code stays code, no other sign means anything."""
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(
        f"`{part.strip('`')}`" if at % 2 else re.sub(r"([*_\[\]<>])", r"\\\1", part)
        for at, part in enumerate(parts)
    )


def joined(parts: Iterable[str]) -> str:
    """Return parts as paragraphs, empty ones left out."""
    return "\n\n".join(part for part in parts if part)
