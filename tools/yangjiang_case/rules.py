"""Choices made when the raw case compilation of Yangjiang becomes tables: names, units, reasons."""

from __future__ import annotations

from typing import Final, NamedTuple

COMPILATION: Final = "case_compilation_2026"


class Indicator(NamedTuple):
    """A figure of the zone: where it stands in the compilation and the unit it is given in."""

    name: str
    topic: str
    item: str
    year: int
    unit: str
    factor: float = 1.0


class Level(NamedTuple):
    """A series of levels: item of its outlook, topic and item of its base year."""

    series: str
    item: str
    base: tuple[str, str] | None
    unit: str = "Mt/year"
    factor: float = 1.0


class Price(NamedTuple):
    """The price of a source: its item of 2020 and the item of its outlook, if there is one.

    `factor` brings the item into the unit, as `change` says in words.
    """

    source: str
    unit: str
    base: str
    outlook: str = ""
    factor: float = 1.0
    change: str = "kept"


CATEGORY: Final = {
    "ferronickel_rkef": "1.A.2.a",
    "iron_works": "1.A.2.a",
    "stainless_melting": "1.A.2.a",
    "hot_rolling": "1.A.2.a",
    "cold_rolling": "1.A.2.a",
    "grain_and_oil": "1.A.2.e",
    "paper": "1.A.2.d",
    "wind_equipment_and_metal_products": "1.A.2.h",
    "other_industry": "1.A.2.m",
    "heat_supply": "1.A.1.a",
    "construction": "1.A.2.k",
    "port_and_storage": "1.A.3.e",
    "road_transport": "1.A.3.b",
    "shipping_domestic": "1.A.3.d.ii",
    "services_and_public": "1.A.4.a",
    "households_urban": "1.A.4.b",
    "households_rural": "1.A.4.b",
    "agriculture": "1.A.4.c",
    "aquaculture_and_fishing": "1.A.4.c",
    "grid_losses": "1.A.1.a",
}

CATEGORY_OF_CELL: Final = {
    (site, "gasoline"): "1.A.3.b"
    for site in ("construction", "services_and_public", "households_urban", "households_rural")
}

ITEM: Final = {
    "electricity": "used",
    "heat": "used",
    "own_electricity": "generated",
    "own_heat": "generated",
}

UNIT: Final = {"10^4 kWh": "万千瓦时", "10^4 m3": "万标立方米", "t": "吨", "GJ": "GJ"}

BALANCE_TOPICS: Final = {2020: "4 energy balance", 2015: "4 back-cast 2015"}

OWN_GENERATION: Final = (
    "4 energy balance",
    "own generation in the zone (gas and top-pressure recovery, PV)",
    2020,
)
HOT_METAL: Final = ("2 industry output", "hot metal output of the iron works")

NOT_BUILT: Final = "added: the plant did not run in this year, so exactly zero; not reconciled"
GROSS: Final = (
    "changed: the compilation gives the net purchase; own generation is added here because it is "
    "a line of its own, so that the net purchase stays as compiled."
)

REASON: Final = {
    "ferronickel_rkef": "kept: 57 GJ of primary energy per t NPI against 60 in Energies 13, 5664",
    "iron_works": "kept, weak: 0.68 tce per t hot metal with gas not credited and a small furnace",
    "stainless_melting": "kept: 85 % of the slab capacity of two sources; charge balance closes",
    "hot_rolling": "kept: ramp-up year of a 2.0 Mt line; sum near the 2.2 GJ/t of IEA 2007",
    "cold_rolling": "kept: 0.28 Mt in service from April 2020 by two sources, the rest is a guess",
    "grain_and_oil": "kept: crush within the mill's capacity; 2-3 times an old Swiss plant",
    "paper": "kept: 90 % of the stage in service; heat of a tissue mill",
    "wind_equipment_and_metal_products": "kept: small beside the metals; guess by output value",
    "other_industry": "kept: small beside the metals; a guess",
    "heat_supply": "kept: equals the heat of the users, 56 % load of the two boilers of the plan",
    "construction": "kept: small; a guess",
    "port_and_storage": "kept: throughput x sector energy per tonne, 20 % below 2008",
    "road_transport": "kept: local trucks, vans and buses; cars are in the household rows",
    "shipping_domestic": "kept: harbour craft and coast; bunkers are not estimated",
    "services_and_public": "kept: floor area x 122 kWh/m2 and the like",
    "households_urban": "kept: 950 kWh a person, near the provincial level",
    "households_rural": "kept: 800 kWh a person",
    "agriculture": "kept: small; a guess",
    "aquaculture_and_fishing": "kept: pond output and boat power x usual coefficients",
    "grid_losses": "kept: 1.5 % of use, most of it taken at high voltage",
}

ROAD_PETROL: Final = "; petrol belongs to road transport (provincial guideline)"
BACK_CAST: Final = "; 2015 is the cell of 2020 x an assumed ratio, to be reconciled"


def reason(site: str, source: str, year: int) -> str:
    """Say why a cell was kept."""
    moved = ROAD_PETROL if (site, source) in CATEGORY_OF_CELL else ""
    return REASON[site] + moved + (BACK_CAST if year == 2015 else "")


def evidence(how: str, source: str) -> str:
    """Return the evidence word: only what was seen in a document is more than an assumption."""
    if how not in ("read in source", "two independent secondary sources", "one secondary source"):
        return "assumption"
    return "statistics" if "MEE and NBS" in source else "literature"


SOURCE_OF_URL: Final = {
    "https://reportify.ai/news/1166531513496506368": "igdp_guangdong_2025",
    "http://m.027zhzs.com/mpdb/1705473672566_import-volume_Libya": "smm_nickel_2025",
    "https://yjwmw.com.cn/7267.html": "yangjiang_daily_2021",
    "https://www.mee.gov.cn/xxgk2018/xxgk/xxgk01/202512/t20251231_1139517.html": "mee_grid_2023",
    "https://www.fastmarkets.com/insights/tsingshan-launches-3-million-tpy-hot-rolling-mill": (
        "fastmarkets_2014"
    ),
    "http://researchinchina.com/news/NewsInfo.aspx?Id=2370": "research_in_china_2006",
    "https://bkwk.cn/article/yjgxrkfyjmgdyjrkfbpxb-a17795203.html": "population_page",
    "http://hanxinmy.cn/news/content/2018-09/29/content_3596528.htm": "chengcun_mangrove_2018",
}
SOURCE_OF_NAME: Final = {
    "MEE and NBS factors of 2021, via a public file": "mee_grid_2021",
    "MEE and NBS factors of 2022": "mee_grid_2022",
}

_FOREST: Final = "5 agriculture, fishery, forest"
INDICATORS: Final = (
    Indicator("gdp", "1 region", "GDP, zone", 2020, "CNY2020", 1e8),
    Indicator("population", "1 region", "population, zone (resident)", 2015, "person"),
    Indicator("population", "1 region", "population, zone (resident)", 2020, "person"),
    Indicator("urban_share", "1 region", "urban share of zone population", 2020, "percent"),
    Indicator(
        "industrial_value_added", "1 region", "industrial value added, zone", 2020, "CNY2020", 1e8
    ),
    Indicator("forest_area", _FOREST, "forest area", 2020, "ha"),
    Indicator("mangrove_area", _FOREST, "mangrove existing, zone", 2020, "ha"),
)

_PLAN_FIGURES: Final[tuple[tuple[str, int, float, str, str, str], ...]] = (
    (
        "forest_cover",
        2020,
        12.2,
        "percent",
        "table 2 row 18; section 3.2(3)",
        "share of the land area; binding indicator",
    ),
    ("good_air_days", 2021, 94.1, "percent", "table 2 row 1", "figure of 2021"),
    ("pm25", 2021, 21, "μg/m3", "table 2 row 2", "figure of 2021"),
    ("surface_water_below_class_5", 2020, 0, "percent", "table 2 row 3", ""),
    (
        "rural_sewage_treatment",
        2020,
        17.4,
        "percent",
        "table 2 row 6",
        "share of natural villages; a conflict inside the plan: section 1.1(2) prints 72 % for "
        "2020 under another definition",
    ),
    (
        "rural_sewage_treatment_section_1",
        2020,
        72,
        "percent",
        "section 1.1(2)",
        "the other figure of the conflict with table 2 row 6 (17.4 %); no target is set on it",
    ),
    ("polluted_farmland_safe_use", 2020, 100, "percent", "table 2 row 12", ""),
    ("hazardous_waste_disposal", 2020, 99, "percent", "table 2 row 14", ""),
    ("medical_waste_disposal", 2021, 100, "percent", "table 2 row 15", "figure of 2021"),
    ("radioactive_source_disposal", 2020, 100, "percent", "table 2 row 16", ""),
    (
        "manure_utilisation",
        2020,
        72,
        "percent",
        "section 1.1(2)",
        "manure used; the target of section 5.5(2) is on manure made harmless",
    ),
)
PLAN_INDICATORS: Final[list[dict[str, str | int | float]]] = [
    {
        "indicator": name,
        "year": year,
        "value": value,
        "unit": unit,
        "low": "",
        "high": "",
        "source_id": "plan_14fyp",
        "where": where,
        "evidence": "plan",
        "note": note,
    }
    for name, year, value, unit, where, note in _PLAN_FIGURES
]

POPULATION: Final = "population, zone (resident)"
URBAN_SHARE: Final = "urban share of zone population"
GRID: Final = "Guangdong electricity factor"
GRID_BASE: Final = ("4 back-cast 2015", "grid factor used", 2020)

_OUTPUT: Final = "2 industry output"
_NPI: Final = "nickel pig iron output (RKEF; Century Tsingshan, Yichuan, Guangqing)"
LEVELS: Final = (
    Level("nickel_pig_iron_output", "nickel pig iron output", (_OUTPUT, _NPI)),
    Level("hot_metal_output", "iron works hot metal", HOT_METAL),
    Level("stainless_slab_output", "stainless slab output", (_OUTPUT, "stainless slab output")),
    Level(
        "hot_rolled_output",
        "hot-rolled stainless output",
        (_OUTPUT, "stainless hot-rolled output"),
    ),
    Level(
        "cold_rolled_output",
        "cold-rolled stainless output",
        (_OUTPUT, "cold-rolled stainless output, zone"),
    ),
    Level("soybean_crush", "soybean crush", (_OUTPUT, "soybean crush (Cargill Yangjiang)")),
    Level("tissue_output", "tissue output", (_OUTPUT, "tissue output"), "kt/year"),
    Level("wind_equipment_output", "wind-equipment output, index", None, "1"),
    Level(
        "port_throughput",
        "port throughput in the zone",
        (_OUTPUT, "throughput, port area in the zone"),
    ),
)

GROWTHS: Final = (
    ("gdp", "zone GDP, real growth of the period ending"),
    ("services_value_added", "services, real value added growth"),
)

INDEX_BASE: Final[dict[str, str | int | float]] = {
    "value": 1,
    "low": 1,
    "high": 1,
    "source_id": COMPILATION,
    "where": "topic '8 drivers': indices have 2020 = 1",
    "evidence": "assumption",
    "note": "one by definition",
}

PART_NOTE: Final = "derived: population x urban share; the range is that of the share"

CONSTANT: Final[list[dict[str, str | int | float]]] = [
    {
        "series": "unchanged",
        "year": year,
        "value": 1,
        "unit": "1",
        "measure_of": "level",
        "low": 1,
        "high": 1,
        "source_id": COMPILATION,
        "where": "no outlook is given for farming, ponds and fishing boats",
        "evidence": "assumption",
        "note": "added: activity stays as in the base year",
    }
    for year in (2020, 2060)
]

ELECTRIC_CARS: Final = "electric share of new cars in the zone"
CAR_GROWTH: Final = 0.04
CAR_SCRAPPAGE: Final = 1 / 13
ELECTRIC_SHARES: Final = {
    "value": {2020: 0.05, 2025: 0.40, 2030: 0.60, 2035: 0.75},
    "low": {2020: 0.05, 2025: 0.60, 2030: 0.80, 2035: 0.95},
    "high": {2020: 0.05, 2025: 0.20, 2030: 0.40, 2035: 0.55},
}
CARS_NOTE: Final = (
    "derived: stock of cars +4 %/a, 1/13 scrapped a year, electric share of new cars 5 % in 2020, "
    "40 % in 2025, 60 % in 2030, 75 % in 2035; growth, scrappage and the shares of 2020 and 2035 "
    "are assumptions of the case; the range takes the shares 20 points up and down"
)

PRICES: Final = (
    Price(
        "electricity",
        "CNY2020/kWh",
        "industrial electricity, 110 kV, west Guangdong",
        "industrial electricity price, outlook",
    ),
    Price(
        "raw_coal",
        "CNY2020/t",
        "thermal coal, delivered Yangjiang",
        "delivered thermal coal, outlook",
    ),
    Price(
        "natural_gas", "CNY2020/Nm3", "natural gas, industrial by pipe", "industrial gas, outlook"
    ),
    Price("anthracite", "CNY2020/t", "anthracite and semi-coke, delivered"),
    Price("coke", "CNY2020/t", "coke, delivered"),
    Price("diesel", "CNY2020/t", "diesel, retail"),
    Price("gasoline", "CNY2020/t", "gasoline, retail"),
    Price(
        "heat",
        "CNY2020/GJ",
        "steam from central heating",
        factor=1 / 2.75,
        change="changed: CNY a tonne of steam / 2.75 GJ/t",
    ),
)
