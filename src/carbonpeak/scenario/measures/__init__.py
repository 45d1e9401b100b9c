"""The kinds of measures; each form turns engineering numbers into moves of activity."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from carbonpeak.scenario.measures.form import Form


@cache
def forms() -> Mapping[str, Form]:
    """Return every form of measure by the name used in `measures.yaml`."""
    from carbonpeak.scenario.measures import load, process, saving, sink, supply, switch, treatment

    modules = (supply, switch, saving, treatment, sink, process, load)
    return MappingProxyType({form.name: form for module in modules for form in module.FORMS})
