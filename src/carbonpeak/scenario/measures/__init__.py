"""The kinds of measures; each form turns engineering numbers into moves of activity."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from carbonpeak.scenario.measures.form import Form


@cache
def forms() -> Mapping[str, Form]:
    """Return every form of measure by the name used in `measures.yaml`."""
    from carbonpeak.scenario.measures import saving, sink, supply, switch

    every = [*supply.FORMS, *switch.FORMS, *saving.FORMS, *sink.FORMS]
    return MappingProxyType({form.name: form for form in every})
