"""Tables and YAML files into frozen records, every fault gathered with its place.

A row or a YAML document is checked against one pydantic model. Nothing is guessed:
an unknown column, an empty required cell or a number written as text is a fault, and all
faults of a file are raised together.
"""

from carbonpeak.records.built import Built
from carbonpeak.records.documents import (
    Document,
    Keys,
    Place,
    Places,
    SpokenPlace,
    check_document,
    read_yaml,
    read_yaml_plain,
)
from carbonpeak.records.model import (
    EVIDENCE,
    VERIFIED,
    Evidence,
    Language,
    Model,
    Number,
    Record,
    Verified,
    said,
)
from carbonpeak.records.places import Origin, collect, read_text, shown
from carbonpeak.records.tables import (
    Lines,
    Row,
    csv_lines,
    duplicate_faults,
    read_table,
    read_tables,
    scan,
    scan_table,
)

__all__ = [
    "EVIDENCE",
    "VERIFIED",
    "Built",
    "Document",
    "Evidence",
    "Keys",
    "Language",
    "Lines",
    "Model",
    "Number",
    "Origin",
    "Place",
    "Places",
    "Record",
    "Row",
    "SpokenPlace",
    "Verified",
    "check_document",
    "collect",
    "csv_lines",
    "duplicate_faults",
    "read_table",
    "read_tables",
    "read_text",
    "read_yaml",
    "read_yaml_plain",
    "said",
    "scan",
    "scan_table",
    "shown",
]
