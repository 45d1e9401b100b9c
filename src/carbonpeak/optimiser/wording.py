"""Numbers, years and lists in the sentences of a plan, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

from carbonpeak.optimiser.problem import Sentence, counted, span


def joined(words: Sequence[Sentence], en: str, zh: str) -> Sentence:
    """Return sentences joined by a sign of each language."""
    return Sentence(en.join(word.en for word in words), zh.join(word.zh for word in words))


def listed(words: Sequence[Sentence]) -> Sentence:
    """Return words as a list."""
    return joined(words, ", ", "、")


def listed_years(years: Sequence[int]) -> Sentence:
    """Return rising years in words, those that follow each other as spans."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return listed([span(run[0], run[-1]) for run in runs])


def with_unit(number: str, unit: Sentence) -> Sentence:
    """Return a printed number with its unit."""
    return Sentence(counted(number, unit.en), f"{number} {unit.zh}".rstrip())


def plain(value: float, figures: int = 6) -> str:
    """Return some figures, without an exponent."""
    return f"{float(f'{value:.{figures}g}'):,.10g}"
