"""Text that the library knows itself, put into pages while they are read.

A line ``<!-- generate: NAME WORDS -->`` in a page is replaced by what the maker NAME returns for
the words. Such pages are read anew at every build, so they cannot fall behind the code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError

from generated import api, equations, files, formulation, repository

MARK = re.compile(r"^<!-- generate: (\w+)((?: [^\s>]+)*) -->$", re.MULTILINE)

MAKERS: Mapping[str, Callable[..., str]] = {
    "api_details": api.details,
    "api_summary": api.summary,
    "changelog": repository.changelog,
    "columns": files.columns,
    "command": repository.command,
    "equations": equations.by_sector,
    "factor_sets": files.factor_sets,
    "forms": equations.forms,
    "formulation": formulation.families,
    "futures": formulation.futures,
    "gauges": formulation.gauges,
    "limits": formulation.limits,
    "measure_equations": equations.of_measures,
    "metrics": files.metrics,
    "numerators": formulation.numerators,
    "parameters": files.parameters,
    "peak_verdicts": files.peak_verdicts,
    "problem": formulation.problem,
    "reporting_tables": files.reporting_tables,
    "schema": files.schema,
    "shapes": formulation.shapes,
    "symbols": formulation.symbols,
}


def fill(page: str, text: str) -> str:
    """Return the text of a page with every mark replaced."""

    def made(found: re.Match[str]) -> str:
        name, words = found[1], found[2].split()
        if name not in MAKERS:
            raise ExtensionError(f"{page}: nothing makes '{name}'; known: {', '.join(MAKERS)}")
        return MAKERS[name](*words)

    return MARK.sub(made, text)


def _read(_app: Sphinx, page: str, source: list[str]) -> None:
    source[0] = fill(page, source[0])


def _outdated(_app: Sphinx, env: BuildEnvironment, *_changes: set[str]) -> list[str]:
    """Return the pages with a mark; they depend on the library, not on a file."""
    return [
        page
        for page in env.found_docs
        if MARK.search(Path(env.doc2path(page)).read_text(encoding="utf-8"))
    ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension with Sphinx."""
    app.connect("source-read", _read)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
