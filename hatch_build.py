"""Put the data folders into wheels; an editable install reads them in place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataFolders(BuildHookInterface):  # type: ignore[type-arg]
    """Add `emission_factors` and `scenarios` under `carbonpeak/_data` of a real wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folders; called by hatchling before it builds."""
        if version != "standard":
            return
        for folder in ("emission_factors", "scenarios"):
            source = Path(self.root) / folder
            build_data["force_include"][str(source)] = f"carbonpeak/_data/{folder}"
