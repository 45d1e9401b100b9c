"""How a factor set and a region show themselves in a notebook."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import TYPE_CHECKING

from carbonpeak.evidence.cards import both, card, counts, folded, noted, table
from carbonpeak.records import EVIDENCE, VERIFIED
from carbonpeak.vocabulary import parameters

if TYPE_CHECKING:
    from carbonpeak.evidence.factors import FactorSet
    from carbonpeak.evidence.region import Region


def factor_set_card(factors: FactorSet) -> str:
    """Return the HTML of a factor set: what it is, how its rows are known, what it holds."""
    record = factors.record
    rows = factors.rows
    own = [row for row in rows if row.set == factors.name]
    facts = {
        "card.edition": record.edition,
        "card.chain": " → ".join(factors.chain),
        "card.metric": record.default_metric,
        "card.rows": len(own),
        "card.in_force": sum(row.is_default for row in own),
    }
    held = Counter(row.parameter for row in rows)
    of_own = Counter(row.parameter for row in own)
    by_parameter = [
        (
            f"{titled.title_zh} · {titled.title_en}",
            of_own[name] or "",
            held[name] - of_own[name] or "",
        )
        for name, titled in parameters().items()
        if held[name]
    ]
    return card(
        f"{factors.name}: {record.title_zh} · {record.title_en}",
        facts,
        counts("card.verified", ((row.set, row.verified) for row in rows), "verified", VERIFIED),
        counts("card.evidence", ((row.set, row.evidence) for row in rows), "evidence", EVIDENCE),
        folded(
            "card.parameters",
            table("card.parameters", ["", factors.name, both("card.behind")], by_parameter),
        ),
        folded("card.note", escape(record.note)),
    )


def region_card(region: Region) -> str:
    """Return the HTML of a region: what it is, its activity by sector and evidence, its factors."""
    record = region.record
    rows = [row.record for row in region.activity]
    facts = {
        "card.province": record.province,
        "card.years": ", ".join(str(year) for year in record.years),
        "card.base_year": record.base_year,
        "card.chain": " → ".join(region.factors.chain),
        "card.metric": record.metric,
        "card.lines": len({row.line.id for row in rows}),
        "card.sites": len(region.sites),
        "card.sources": len(region.sources),
        "card.gaps": len(region.gaps),
        "card.notations": len(region.notations),
    }
    sectors = ((both(f"sector.{row.line.rule.sector}"), row.evidence) for row in rows)
    return card(
        f"{region.name}: {record.title_zh} · {record.title_en}",
        facts,
        counts("card.activity", sectors, "evidence", EVIDENCE),
        folded("card.note", noted(record)),
    )
