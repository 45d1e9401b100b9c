"""What scenarios share that are compared with each other."""

from __future__ import annotations

from collections.abc import Sequence

from carbonpeak.evidence.region import Region
from carbonpeak.scenario.scenario import Scenario


def frame_faults(region: Region, scenarios: Sequence[Scenario]) -> list[str]:
    """Return why scenarios cannot be compared: they are of another region, or of other years."""
    faults = []
    for scenario in scenarios:
        theirs = scenario.region
        if (theirs.path, theirs.record) != (region.path, region.record):
            faults.append(
                f"scenario '{scenario.name}' is of '{theirs.record.name}', not of "
                f"'{region.record.name}'; scenarios of one region can be compared"
            )
    if len({one.years for one in scenarios}) > 1:
        spans = {f"'{one.name}' runs {one.years[0]} to {one.years[-1]}": 0 for one in scenarios}
        faults.append(f"{' but '.join(spans)}; give all the same horizon")
    return faults
