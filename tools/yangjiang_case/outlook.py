"""Series and prices after the base year."""

from __future__ import annotations

from collections.abc import Mapping

from yangjiang_case import rules
from yangjiang_case.compilation import Case, Compilation, Output, origin, scaled, shown


def drivers(compilation: Compilation) -> list[Output]:
    """Return every series, each from the base year on."""
    rows = [row for rule in rules.LEVELS for row in level(compilation, rule)]
    rows += [
        row for series, item in rules.GROWTHS for row in growth(compilation, series, item=item)
    ]
    rows += grid(compilation)
    rows += persons(compilation)
    return rows + household_cars(compilation) + rules.CONSTANT


def driver(series: str, year: int, *, unit: str, measure_of: str = "level") -> Output:
    """Return the columns that name a driver row."""
    return {"series": series, "year": year, "unit": unit, "measure_of": measure_of}


def level(compilation: Compilation, rule: rules.Level) -> list[Output]:
    """Return a series of levels: the base year from its own topic, then the outlook."""
    outlook = [
        compilation.get("8 drivers", rule.item, year)
        for year in compilation.years("8 drivers", rule.item)
    ]
    rows: list[Output] = [
        {
            **driver(rule.series, int(case.year), unit=rule.unit),
            **scaled(case, rule.factor),
            **origin(case, "kept"),
        }
        for case in outlook
    ]
    return [base_level(compilation, rule), *rows]


def base_level(compilation: Compilation, rule: rules.Level) -> Output:
    """Return the base-year level; an index is one by definition."""
    head = driver(rule.series, 2020, unit=rule.unit)
    if rule.base is None:
        return {**head, **rules.INDEX_BASE}
    case = compilation.get(*rule.base, 2020)
    return {**head, **scaled(case, rule.factor), **origin(case, "kept; base year")}


def growth(compilation: Compilation, series: str, *, item: str) -> list[Output]:
    """Return a series of growth rates by the period that ends in each year."""
    cases = [compilation.get("8 drivers", item, y) for y in compilation.years("8 drivers", item)]
    return [
        {
            **driver(series, int(case.year), unit="percent/year", measure_of="growth"),
            **scaled(case, 1),
            **origin(case, "kept"),
        }
        for case in cases
    ]


def grid(compilation: Compilation) -> list[Output]:
    """Return the grid factor: base year, official years 2021-2023, then the outlook."""
    keys = [
        rules.GRID_BASE,
        *[("8 drivers", rules.GRID, year) for year in (2021, 2022, 2023)],
        *[("8 drivers", f"{rules.GRID}, outlook", year) for year in (2025, 2030, 2035)],
        *[("8 drivers", f"{rules.GRID}, outlook", year) for year in (2040, 2050, 2060)],
    ]
    cases = [compilation.get(*key) for key in keys]
    return [
        {
            **driver("grid_emission_factor", int(case.year), unit="t CO2/MWh"),
            **scaled(case, 1),
            **origin(case, "kept"),
        }
        for case in cases
    ]


def persons(compilation: Compilation) -> list[Output]:
    """Return population, and its urban and rural parts by the urban share."""
    shares = {2020: compilation.get("1 region", rules.URBAN_SHARE, 2020)}
    people = {2020: (compilation.get("1 region", rules.POPULATION, 2020), 1.0)}
    for year in compilation.years("8 drivers", "zone population"):
        people[year] = (compilation.get("8 drivers", "zone population", year), 1000.0)
        shares[year] = compilation.get("8 drivers", "zone urbanisation", year)
    rows: list[Output] = [
        {
            **driver("population", year, unit="person"),
            **scaled(case, factor),
            **origin(case, "kept"),
        }
        for year, (case, factor) in people.items()
    ]
    totals = {year: case.number * factor for year, (case, factor) in people.items()}
    for series, urban in (("urban_population", True), ("rural_population", False)):
        rows += [
            {
                **driver(series, year, unit="person"),
                **part(totals[year], shares[year], urban=urban),
                **origin(shares[year], rules.PART_NOTE),
            }
            for year in people
        ]
    return rows


def part(people: float, share: Case, *, urban: bool) -> Output:
    """Return the urban or the rural part of the population with the range of the share."""
    ends = {"value": share.value, "low": share.low, "high": share.high}
    if not urban:
        ends = {"value": share.value, "low": share.high, "high": share.low}
    shares = {name: float(percent) / 100 for name, percent in ends.items()}
    return {name: shown(people * (one if urban else 1 - one)) for name, one in shares.items()}


def household_cars(compilation: Compilation) -> list[Output]:
    """Return the stock of petrol cars as an index, by turnover of the car stock."""
    case = compilation.get("8 drivers", rules.ELECTRIC_CARS, 2030)
    ends = {name: petrol_cars(rules.ELECTRIC_SHARES[name]) for name in rules.ELECTRIC_SHARES}
    return [
        {
            **driver("household_petrol_cars", year, unit="1"),
            **{name: shown(ends[name][year]) for name in ends},
            **origin(case, rules.CARS_NOTE, evidence="assumption"),
        }
        for year in range(2020, 2036, 5)
    ]


def petrol_cars(share: Mapping[int, float]) -> dict[int, float]:
    """Return the index of petrol cars by year for a path of the electric share of new cars."""
    stock, petrol = 1.0, {2020: 1.0}
    for year in range(2021, 2036):
        new = stock * (rules.CAR_GROWTH + rules.CAR_SCRAPPAGE)
        petrol[year] = petrol[year - 1] * (1 - rules.CAR_SCRAPPAGE) + new * (1 - at(share, year))
        stock *= 1 + rules.CAR_GROWTH
    return petrol


def at(points: Mapping[int, float], year: int) -> float:
    """Interpolate linearly between stated years."""
    before = max(known for known in points if known <= year)
    after = min(known for known in points if known >= year)
    if before == after:
        return points[before]
    share = (year - before) / (after - before)
    return points[before] * (1 - share) + points[after] * share


def prices(compilation: Compilation) -> list[Output]:
    """Return the prices of 2020 and their outlook; without an outlook they stay as in 2020."""
    return [row for rule in rules.PRICES for row in price(compilation, rule)]


def price(compilation: Compilation, rule: rules.Price) -> list[Output]:
    """Return the price rows of one source."""
    head: Output = {"source": rule.source, "unit": rule.unit}
    first = compilation.get("8 drivers", rule.base, 2020)
    if not rule.outlook:
        notes = {2020: rule.change, 2060: "added: held at the price of 2020 in real terms"}
        return [
            {**head, "year": year, **scaled(first, rule.factor), **origin(first, note)}
            for year, note in notes.items()
        ]
    years = compilation.years("8 drivers", rule.outlook)
    cases = [first, *[compilation.get("8 drivers", rule.outlook, year) for year in years]]
    return [
        {
            **head,
            "year": int(case.year),
            **scaled(case, rule.factor),
            **origin(case, rule.change),
        }
        for case in cases
    ]
