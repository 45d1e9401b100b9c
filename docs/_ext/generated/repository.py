"""Texts of the repository that also stand in the documentation."""

from __future__ import annotations

import re
from pathlib import Path

from generated.markdown import block

ROOT = Path(__file__).parents[3]


def changelog() -> str:
    """Return the changelog without its title and without the targets of its links."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    body = re.sub(r"^# .*\n", "", text, count=1)
    links = re.findall(r"^\[([^\]]+)\]: .*$", body, re.MULTILINE)
    body = re.sub(r"^\[[^\]]+\]: .*$", "", body, flags=re.MULTILINE)
    for name in links:
        body = body.replace(f"[{name}]", name)
    return body.strip()


def command(place: str) -> str:
    """Return the first or the second set-up command of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)
    return block(found[("first", "second").index(place)])
