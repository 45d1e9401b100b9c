"""Allocation against published rules and numbers.

Benchmarks of the trial plan of the Ministry of Ecology and Environment for the power sector,
30 September 2019, first scheme, as told by the International Carbon Action Partnership
(https://icapcarbonaction.com/en/news-archive/671-china-releases-trial-plan-for-national-ets-allocation):
0.848, 1.002 and 0.382 t CO2/MWh for conventional coal, unconventional coal and gas. Allowances
are output times benchmark; the outputs here are round numbers of our own.

The votes of the ten seats are quoted from memory, unverified: stored copies of the article "Largest
remainder method" confirm an example of ten seats, but show no table of votes. Quotas and seats do
not rest on it: they are worked out by hand.
"""

from __future__ import annotations

import pandas as pd

import carbonpeak as cp


def test_power_plants_get_output_times_the_benchmark_of_their_class() -> None:
    plants = pd.DataFrame(
        {"output": [3_000_000, 500_000, 1_000_000], "benchmark": [0.848, 1.002, 0.382]},
        index=["conventional coal", "unconventional coal", "gas"],
    )
    allowances = [2_544_000, 501_000, 382_000]
    given = cp.allocate(
        sum(allowances), plants, "benchmark", kind="budget", unit="t CO2/year", decimals=0
    )
    assert given["amount"].tolist() == allowances


def test_a_cap_below_the_benchmarks_cuts_all_plants_alike() -> None:
    plants = pd.DataFrame({"output": [1000, 1000], "benchmark": [0.848, 0.382]})
    given = cp.allocate(615, plants, "benchmark", kind="budget", unit="t CO2/year", decimals=1)
    # 615 of 1230 t is half of each: 424 and 191.
    assert given["amount"].tolist() == [424.0, 191.0]


def test_ten_seats_by_largest_remainder() -> None:
    parties = pd.DataFrame({"base_emissions": [47000, 16000, 15900, 12000, 6000, 3100]})
    # Quotas 4.70, 1.60, 1.59, 1.20, 0.60, 0.31: seven whole seats, three for .70, .60 and .60.
    seats = cp.allocate(10, parties, "grandfathering", kind="budget", unit="1", decimals=0)
    assert seats["amount"].tolist() == [5, 2, 1, 1, 1, 0]
