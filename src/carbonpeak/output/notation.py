"""Which notation key stands for a category without a number."""

from __future__ import annotations

from collections.abc import Sequence

from carbonpeak.output.data import NotationFacts
from carbonpeak.vocabulary import categories


def notation_key(
    notations: Sequence[NotationFacts], code: str, sources: Sequence[str] = ()
) -> str | None:
    """Return the key that is stated for a category, or for all that it is made of.

    Parameters
    ----------
    notations : sequence of NotationFacts
        As the region states them.
    code : str
        Category; a key of one of its parents holds for it too.
    sources : sequence of str
        Keys of these sources count as well as those of the whole category.

    Returns
    -------
    str or None
        None where nothing is stated, or different keys for its subcategories.
    """
    for one in notations:
        if _under(code, one.category) and one.source in ("", *sources):
            return one.key
    inner = [category.code for category in categories().values() if category.parent == code]
    keys = {notation_key(notations, part, sources) for part in inner}
    return keys.pop() if len(keys) == 1 else None


def _under(code: str, parent: str) -> bool:
    return code == parent or code.startswith(f"{parent}.")
