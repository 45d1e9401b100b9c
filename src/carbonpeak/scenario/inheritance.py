"""A document laid over another: what it states replaces, null takes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbonpeak.errors import InputError, suggestion
from carbonpeak.records import Keys, Place

NOTES = frozenset({"note", "note_zh"})


def check_removals(
    below: Mapping[str, Any], above: Mapping[str, Any], places: Mapping[Keys, Place]
) -> None:
    """Refuse to take an entry out of a group that does not hold it."""
    faults = []
    for group, entries in above.items():
        held = below.get(group, {})
        if not isinstance(entries, Mapping) or not isinstance(held, Mapping):
            continue
        for name in (str(name) for name, entry in entries.items() if entry is None):
            if name not in held:
                hint = suggestion(name, list(held)) if held else f"there are no {group} at all"
                place = places[group, name]
                problem = f"takes out '{name}', which is not there"
                faults.append(place.fault(f"{group}.{name}", problem, hint))
    if faults:
        raise InputError(faults)


def laid_over(
    below: Mapping[str, Any], above: Mapping[str, Any], *, group: bool = False
) -> dict[str, Any]:
    """Merge two documents: groups entry by entry, an entry as a whole; null takes out.

    A note of the upper document replaces that of the lower in both languages.
    """
    renewed = NOTES if not group and NOTES & above.keys() else frozenset()
    merged = {key: value for key, value in below.items() if key not in renewed}
    for key, value in above.items():
        if value is None:
            merged.pop(key, None)
        elif not group and isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = laid_over(merged[key], value, group=True)
        else:
            merged[key] = value
    return merged
