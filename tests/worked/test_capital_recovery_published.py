"""The capital recovery factor against printed tables and a worked example.

Discrete cash flow, compound interest factors at 0.25 %, column A/P, read at
https://vdocuments.us/discrete-cash-flow.html (table A-1). Yearly payment for 200,000 at 8 % over
30 years: documentation of the R package EngrEcon 1.0.0, `present_to_annual`
(https://search.r-project.org/CRAN/refmans/EngrEcon/html/present_to_annual.html). The row of 10 %
and 20 years, 0.11746, is quoted from memory of the same kind of table.
"""

from __future__ import annotations

import numpy as np
import pytest

from carbonpeak.scenario.costs import capital_recovery


def test_column_of_a_printed_table() -> None:
    years = np.array([1, 2, 3, 5, 10, 15, 20, 25])
    printed = [1.00250, 0.50188, 0.33500, 0.20150, 0.10138, 0.06801, 0.05132, 0.04131]
    assert capital_recovery(0.0025, years) == pytest.approx(printed, abs=5.1e-6)


def test_yearly_payment_of_a_worked_example() -> None:
    assert 200_000 * capital_recovery(0.08, 30) == pytest.approx(17765.49, abs=0.005)


def test_ten_percent_over_twenty_years_from_memory() -> None:
    assert capital_recovery(0.10, 20) == pytest.approx(0.11746, abs=5e-6)
