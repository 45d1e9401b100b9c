"""From activity to gases: binding, reconciliation, totals and explanation."""
