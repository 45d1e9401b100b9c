"""How a scenario shows itself in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbonpeak.evidence.cards import both, card, folded, noted, table

if TYPE_CHECKING:
    from carbonpeak.scenario.scenario import Scenario


def scenario_card(scenario: Scenario) -> str:
    """Return the HTML of a scenario: years, what moves activity, what is built and where from."""
    record = scenario.record
    facts = {
        "portrait.horizon": f"{scenario.years[0]}–{scenario.years[-1]}",
        "portrait.extends": record.extends or "",
        "portrait.drivers": len(record.activity),
    }
    builds = [
        (
            name,
            ", ".join(
                f"{key} {value}"
                for key, value in adoption.model_dump(
                    exclude_defaults=True, exclude={"note", "note_zh"}
                ).items()
            ),
            scenario.where_from(f"measures.{name}"),
        )
        for name, adoption in record.measures.items()
    ]
    columns = ("", both("portrait.built"), "")
    return card(
        f"{scenario.region.name}/{scenario.name}: {record.title_zh} · {record.title_en}",
        facts,
        table("portrait.measures", columns, builds) if builds else "",
        folded("card.note", noted(record)),
    )
