"""The verdict on China's carbon intensity at the end of 2023, as the press told it.

Reuters, March 2024 (https://bdnews24.com/economy/o711etofc4, read as a stored excerpt): the target
is a fall of 18 % in 2021 to 2025; "after dropping 4.6% from 2020 to 2023, carbon intensity would
need to drop about 7% this year and next to reach the 2025 goal".
"""

from __future__ import annotations

from pathlib import Path

import pytest

import carbonpeak as cp
import worlds
from carbonpeak.planning.goals import Goal


def test_a_fall_of_4_6_percent_by_2023_is_late_and_leaves_7_percent_a_year(tmp_path: Path) -> None:
    path = worlds.minimal(tmp_path)
    table = path / "indicators.csv"
    rows = [
        f"carbon_intensity_index,{year},{value},1,,,invented,2020 = 100,statistics,"
        for year, value in ((2020, 100), (2023, 95.4))
    ]
    table.write_text(table.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
    region = cp.load_region(path)
    target = Goal(
        indicator="carbon_intensity_index",
        year=2025,
        base_year=2020,
        change=-18,
        unit="percent",
        binding=True,
        source_id="invented",
        where="18 % in 2021 to 2025",
        evidence="literature",
    )
    inventory = cp.compile_inventory(region)
    row = cp.check_progress(region, inventory, targets={"cut": target}).loc[("cut", 2023)]
    assert row["verdict"] == "late"
    assert row["change"] == pytest.approx(-4.6)
    assert row["required_linear"] == pytest.approx(-10.8)
    assert row["lead"] == pytest.approx(-6.2)
    left = (1 + row["asked"] / 100) / (1 + row["change"] / 100)
    assert 1 - left**0.5 == pytest.approx(0.07, abs=0.005)
