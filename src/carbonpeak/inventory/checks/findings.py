"""What the checks found, to be read: as text, as a table, in a notebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from typing import get_args

import pandas as pd

from carbonpeak import vocabulary
from carbonpeak.inventory.checks.finding import LEVELS, Finding, Level, Part
from carbonpeak.vocabulary import Language

PARTS: tuple[Part, ...] = get_args(Part)
COLUMNS = ("level", "check", "place", *PARTS, "override")


class Findings(tuple[Finding, ...]):
    """Findings, errors first; a tuple that can be read.

    In a notebook it shows as a table in Chinese and English; `text` gives it in one language.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return self.text("en")

    @property
    def standing(self) -> Findings:
        """Those that nobody has accepted."""
        return Findings(one for one in self if one.stands)

    @property
    def accepted(self) -> Findings:
        """Those that somebody has accepted by name."""
        return Findings(one for one in self if not one.stands)

    def of(self, level: Level) -> Findings:
        """Return those of a level: ``error``, ``warning`` or ``info``."""
        return Findings(one for one in self if one.level == level)

    def text(self, lang: Language, *, every: bool = False) -> str:
        """Return the findings by level and check.

        Parameters
        ----------
        lang : {"zh", "en"}
            Language of the headings.
        every : bool
            Whether notes are listed too; by default they are counted.
        """
        standing = self.standing
        lines = [_counted(self, lang)]
        for level in LEVELS:
            part = standing.of(level)
            if part:
                listed = every or level != "info"
                lines.append(f"{vocabulary.label(f'check.level.{level}', lang)} ({len(part)})")
                lines += _by_check(part, lang, listed=listed)
        if self.accepted:
            lines.append(f"{vocabulary.label('check.accepted', lang)} ({len(self.accepted)})")
            lines += [f"  {_accepted_line(one, lang)}" for one in self.accepted]
        return "\n".join(lines)

    def table(self, lang: Language) -> pd.DataFrame:
        """Return one row for each finding, with titles in Chinese or English."""
        rows = [
            {
                "level": vocabulary.label(f"check.level.{one.level}", lang),
                "check": one.title(lang),
                "place": one.place,
                **{part: one.words(part, lang) for part in PARTS},
                "override": _accepted_words(one, lang),
            }
            for one in self
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def _repr_html_(self) -> str:
        heads = "".join(f"<th>{escape(_both(f'check.column.{name}'))}</th>" for name in COLUMNS)
        rows = "".join(_html_row(one) for one in self)
        counted = escape(f"{_counted(self, 'zh')} {_counted(self, 'en')}")
        return (
            f"<p>{counted}</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _counted(findings: Findings, lang: Language) -> str:
    standing = findings.standing
    counts = {f"{level}s": len(standing.of(level)) for level in LEVELS}
    return vocabulary.label("check.counts", lang).format(**counts, accepted=len(findings.accepted))


def _by_check(findings: Findings, lang: Language, *, listed: bool) -> Iterator[str]:
    """Yield a heading for each check, and its findings under it."""
    for title, members in groupby(findings, key=lambda one: one.title(lang)):
        group = list(members)
        yield f"  {title} ({len(group)})"
        if listed:
            yield from (f"    {one.place}: {one.words('found', lang)}" for one in group)
            yield from (f"    → {words}" for words in _ways_out(group, lang))


def _ways_out(findings: Iterable[Finding], lang: Language) -> list[str]:
    """Return what was expected and what to do, each once."""
    expected = vocabulary.label("check.expected", lang)
    ways = (expected.format(**{part: one.words(part, lang) for part in PARTS}) for one in findings)
    return list(dict.fromkeys(ways))


def _accepted_line(finding: Finding, lang: Language) -> str:
    words = _accepted_words(finding, lang)
    return f"{finding.title(lang)} [{finding.place}]: {finding.words('found', lang)} ({words})"


def _accepted_words(finding: Finding, lang: Language) -> str:
    if finding.override is None:
        return ""
    words = vocabulary.label("check.overridden", lang)
    return words.format(author=finding.override.author, reason=finding.override.reason)


def _both(key: str) -> str:
    return f"{vocabulary.label(key, 'zh')} {vocabulary.label(key, 'en')}"


def _html_row(finding: Finding) -> str:
    cells = (
        _both(f"check.level.{finding.level}"),
        _both(f"check.{finding.name}"),
        finding.place,
        *(f"{finding.words(part, 'zh')}\n{finding.words(part, 'en')}" for part in PARTS),
        "\n".join(_accepted_words(finding, lang) for lang in ("zh", "en")).strip(),
    )
    return f"<tr>{''.join(f'<td>{_html(cell)}</td>' for cell in cells)}</tr>"


def _html(text: str) -> str:
    return escape(text).replace("\n", "<br>")
