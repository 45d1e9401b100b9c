"""Build the factor sets under `emission_factors/` from the raw tables of the compilation.

    python tools/build_factor_sets.py SOURCE_DIR [--out emission_factors]

`SOURCE_DIR` holds the raw tables: `factors/fuels.csv`, `factors/combustion_ch4_n2o.csv`,
`factors/electricity_heat.csv` and `measures.csv`. What becomes of each raw row stands in
`tools/factor_tables/`, not in this file:

* `fuel_bases.csv`, `technologies.csv`, `electricity_items.csv`, `land_uptake.csv` say to which
  set, parameter and condition a row belongs and give it a `rank` among the rows of one key.
  The lowest rank becomes the `default` of the key and the others are kept as alternatives;
  a row without a rank is never the default. The column `why` says why.
* `keyed_<table>.csv` does the same for the tables of the other sectors, by the key of each row.
* `fuel_exceptions.csv` overrides the ranks for a fuel.
* `one_sided.csv` names the rows whose printed ± percent can only reach downwards.
* `combustion_fuels.csv` and `fuel_ids.csv` name the fuels; `regions.csv`, `years.csv`,
  `units.csv` and `phrases.csv` respell the rest; `sets.csv` describes the sets.
* `chinese.csv` says the parts of places and notes in Chinese; a text of which a part is missing
  there keeps its Chinese empty and serves readers of both languages.

The order of the raw rows decides nothing. A raw row that no table knows stops the script, and so
does a set that `sets.csv` does not describe; a row that is left out on purpose is counted by
reason, printed, and named in the note of its set. A set without a row gets a table with its
header alone. Files named `*_written.csv` are written by hand and stay as they are.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "factor_tables"
KEY = ("parameter", "subject", "condition", "region", "gas", "year")
NUMBER = ("variant", "value", "unit", "low", "high")
SAID = ("where", "note")
CHINESE = tuple(f"{name}_zh" for name in SAID)
COLUMNS = (*KEY, *NUMBER, "source", "where", "verified", "evidence", "note", *CHINESE)
VERIFIED = {
    "read in source": "read",
    "two independent secondary sources": "two_secondary",
    "one secondary source": "one_secondary",
    "derived": "derived",
    "from memory, unverified": "unverified",
    "expert assumption": "unverified",
}
PLACE_UNKNOWN = "place in the document not recorded"
VOLUME = "the source prints m3 without its temperature; read as Nm3 (0 °C)"
COMPANION = "companion table"
NEVER = -1
NO_VALUE = "the source gives no single value"
EMPTY = "factors.csv"
"""The table of a set that has no row yet."""

ADDRESS = re.compile(r"https?://\S+")
NUMBERED = (
    (re.compile(r"EFDB record (\d+)"), r"EFDB记录\1"),
    (re.compile(r"Table ([\d.]+)"), r"表\1"),
)
"""Parts that differ by their numbers alone."""

Raw = Mapping[str, str]


@dataclass(frozen=True)
class Candidate:
    """A row on its way into a set: its cells, its file and its rank within its key."""

    set: str
    file: str
    rank: int | None
    cells: Mapping[str, str]

    def key(self) -> tuple[str, ...]:
        return tuple(self.cells[name] for name in KEY)

    def named(self, variant: str) -> Candidate:
        return replace(self, cells={**self.cells, "variant": variant})


@dataclass
class Ledger:
    """What was made of the raw rows."""

    rows: list[Candidate] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file; a row with more cells than columns stops the script."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, restkey=""))
    for line, row in enumerate(rows, start=2):
        if "" in row:
            raise SystemExit(f"{path.name}:{line}: too many cells; quote a text with a comma")
    return rows


@cache
def table(name: str, *keys: str) -> dict[tuple[str, ...], dict[str, str]]:
    """Return a table of `factor_tables` by the columns that identify its rows."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for row in read(TABLES / f"{name}.csv"):
        key = tuple(row[column] for column in keys)
        if key in found:
            raise SystemExit(f"{name}.csv: {key} stands twice")
        found[key] = row
    return found


def known(rules: Mapping[tuple[str, ...], dict[str, str]], *key: str) -> dict[str, str]:
    """Return the rule for a raw row; a row that no rule covers stops the script."""
    if key not in rules:
        raise SystemExit(f"no rule in tools/factor_tables for {key}")
    return rules[key]


def respelled(raw: Raw, gas: str) -> dict[str, str]:
    """Return value, unit and bounds in the spelling of the library.

    A change of the printed number is a shift of the decimal point, done in decimal arithmetic.
    """
    unit = spelling(raw)
    factor = Decimal(unit["factor"])
    cells = {
        ours: shifted(raw[theirs], factor)
        for ours, theirs in (("value", "value"), ("low", "lower"), ("high", "upper"))
    }
    return {**cells, "unit": unit["unit"].format(gas=gas)}


def ranged(raw: Raw, key: str) -> Raw:
    """Return a raw row with the range that its printed ± percent gives, if it has no other."""
    percent = raw.get("uncertainty_pct", "")
    if not percent or raw["lower"] or raw["upper"] or not raw["value"]:
        return raw
    value = Decimal(raw["value"])
    half = abs(value) * Decimal(percent) / 100
    only_below = table("one_sided", "key").get((key,))
    remark = f"range from the printed ± {percent} %"
    if only_below:
        remark += f", below only: {only_below['why']}"
    return {
        **raw,
        "lower": str(value - half),
        "upper": str(value if only_below else value + half),
        "notes": "; ".join(part for part in (remark, raw["notes"]) if part),
    }


def spelling(raw: Raw) -> Raw:
    """Return how a raw unit is written, and the factor that the number changes by.

    A raw row that its rule has given a unit of its own carries it along.
    """
    if raw.get("respelled"):
        return {"unit": raw["respelled"], "factor": raw["factor"]}
    return known(table("units", "raw"), raw["unit"])


def shifted(number: str, factor: Decimal) -> str:
    """Return a printed number times a power of ten; as printed when the factor is one."""
    if not number or factor == 1:
        return number
    return format((Decimal(number) * factor).normalize(), "f")


def origin(raw: Raw, document: str) -> dict[str, str]:
    """Return the document, the place in it, and how the number is known."""
    place = place_in(raw["source"], document, raw.get("basis", ""))
    url = raw["source_url"]
    return {
        "source": document or raw["source"],
        "where": "; ".join(part for part in (place, url) if part) or PLACE_UNKNOWN,
        "verified": VERIFIED[raw["how"]],
    }


def place_in(source: str, document: str, basis: str) -> str:
    """Return what the raw source says beyond the name of the document."""
    text = "" if source.startswith(COMPANION) else plain(source)
    route, ipcc, tables = text.partition("; 2006 GL Vol 2 ")
    if ipcc:
        return f"{tables}; read in the {route}"
    for name in (basis, document):
        if name and text.startswith(name):
            text = text[len(name) :]
    return text.strip(" ,;") or PLACE_UNKNOWN


def plain(text: str) -> str:
    """Return a remark without words that make sense only inside the raw tables."""
    text = re.sub(r" \(ids? [\d, ]+\)", "", text)
    for (raw,), phrase in table("phrases", "raw").items():
        text = text.replace(raw, phrase["words"])
    return text


def note_of(raw: Raw, unit: str, *extra: str) -> str:
    """Return the note: remarks of the mapping, respelling, bounds, then the raw notes."""
    bounds = raw.get("how_bounds", "")
    parts = list(extra)
    if unit.endswith("Nm3") and "m3" in raw["unit"]:
        parts.append(VOLUME)
    if spelling(raw)["factor"] != "1" and raw["value"]:
        parts.append(f"raw table: {raw['value']} {raw['unit']}")
    if bounds and (raw["lower"] or raw["upper"]) and bounds != raw["how"]:
        parts.append(f"bounds: {VERIFIED[bounds]}")
    parts.append(raw.get("notes", "").strip(" ;"))
    return plain("; ".join(part for part in parts if part))


def key_of(
    parameter: str,
    subject: str,
    condition: str,
    *,
    gas: str = "none",
    region: str = "all",
    year: str = "all",
) -> dict[str, str]:
    """Return the cells that name a row."""
    return dict(zip(KEY, (parameter, subject, condition, region, gas, year), strict=True))


def candidate(raw: Raw, rule: Raw, file: str, cells: Mapping[str, str], *remarks: str) -> Candidate:
    """Put together a row from its raw row, its rule and the cells that name it."""
    numbers = respelled(raw, cells["gas"])
    made = {
        **cells,
        **numbers,
        **origin(raw, rule.get("document", "")),
        "variant": rule["variant"],
        "evidence": rule["evidence"],
        "note": note_of(raw, numbers["unit"], *remarks),
    }
    return Candidate(rule["set"], file, int(rule["rank"]) if rule["rank"] else None, made)


def usable(raw: Raw, rule: Raw, ledger: Ledger) -> bool:
    """Tell whether rows are made of a raw row; count the reason when there are none."""
    if rule["set"] and raw["value"]:
        return True
    owner = rule["set"] or rule.get("home", "cn_provincial_2011")
    ledger.left_out[owner, NO_VALUE if rule["set"] else rule["why"]] += 1
    return False


def fuels(source: Path, ledger: Ledger) -> None:
    """Heating values, carbon contents, oxidation and standard coal of fuels."""
    rules = table("fuel_bases", "raw_parameter", "basis", "sector")
    names = table("fuel_ids", "raw")
    for raw in read(source / "factors" / "fuels.csv"):
        rule = known(rules, raw["parameter"], raw["basis"], raw["sector"])
        if not usable(raw, rule, ledger):
            continue
        subject = known(names, raw["fuel_id"])["source"]
        cells = key_of(
            rule["parameter"],
            subject,
            "calorific" if subject == "electricity" else "all",
            gas="CO2" if rule["parameter"] == "emission_factor" else "none",
        )
        scope = "" if raw["sector"] == "all" else f"stated for: {raw['sector']}"
        ledger.rows.append(candidate(raw, rule, "fuels.csv", cells, scope))


def ipcc_oxidation(ledger: Ledger) -> None:
    """Write the IPCC's oxidation of 1, stated once for every fuel, beside each carbon content."""
    rows = [row for row in ledger.rows if row.set == "ipcc_2006"]
    stated = [row for row in rows if row.cells["parameter"] == "oxidation"]
    carbon = [row for row in rows if row.cells["parameter"] == "carbon_content"]
    subjects = {row.cells["subject"] for row in carbon} - {row.cells["subject"] for row in stated}
    ledger.rows.extend(
        replace(row, cells={**row.cells, "subject": subject})
        for row in stated
        for subject in sorted(subjects)
    )


def combustion(source: Path, ledger: Ledger) -> None:
    """CH4 and N2O of combustion by sector and technology."""
    rules = table("technologies", "ipcc_code", "sector", "technology")
    names = table("combustion_fuels", "raw")
    for raw in read(source / "factors" / "combustion_ch4_n2o.csv"):
        rule = known(rules, raw["ipcc_code"], raw["sector_en"], raw["technology"])
        subjects = rule["subject"] or known(names, raw["fuel_en"])["sources"]
        if not subjects:
            repeated = f"'{raw['fuel_en']}' repeats the rows of another fuel"
            rule = {**rule, "set": "", "home": rule["set"], "why": repeated}
        if usable(raw, rule, ledger):
            ledger.rows.extend(_combustion_rows(raw, rule, subjects.split()))


def _combustion_rows(raw: Raw, rule: Raw, subjects: list[str]) -> Iterator[Candidate]:
    for place, subject in enumerate(subjects):
        for condition in rule["conditions"].split():
            cells = key_of("emission_factor", subject, condition, gas=raw["gas"])
            lent = "" if place == 0 else f"the row of '{raw['fuel_en']}' serves this fuel"
            named = "" if raw["technology"] in ("Tier 1 default", "all") else raw["technology"]
            yield candidate(raw, rule, "combustion.csv", cells, lent, named)


def electricity_and_heat(source: Path, ledger: Ledger) -> None:
    """Grid factors, heat factors and the standard coal of electricity by year."""
    rules = table("electricity_items", "item", "region")
    for raw in read(source / "factors" / "electricity_heat.csv"):
        exact = (raw["item"], raw["region"])
        rule = rules[exact] if exact in rules else known(rules, raw["item"], "*")
        if usable(raw, rule, ledger):
            ledger.rows.append(_electricity_row(raw, rule))


def _electricity_row(raw: Raw, rule: Raw) -> Candidate:
    year = known(table("years", "raw"), raw["year"])
    region, remark = "all", ""
    if rule["nationwide"] == "0":
        region = known(table("regions", "raw"), raw["region"])["region"]
        remark = "" if raw["region"].isascii() else raw["region"]
    named = (rule["parameter"], rule["subject"], rule["condition"])
    cells = key_of(*named, gas=rule["gas"], region=region, year=year["year"])
    dated = "" if raw["year"] in (year["year"], "") else f"year as printed: {raw['year']}"
    if year["variant"]:
        rule = {**rule, "variant": year["variant"], "rank": ""}
    return candidate(raw, rule, "electricity_heat.csv", cells, remark, dated)


def planted_stands(source: Path, ledger: Ledger) -> None:
    """CO2 taken up by planted stands, by age class; other rows of measures are no factors."""
    rules = table("land_uptake", "measure", "raw_parameter")
    for row in read(source / "measures.csv"):
        rule = rules.get((row["measure_id"], row["parameter"]))
        if rule is None:
            continue
        raw = {**row, "lower": row["low"], "upper": row["high"]}
        cells = key_of("uptake", rule["subject"], rule["condition"], gas="CO2")
        remarks = (rule["why"], raw["region_condition"])
        if usable(raw, rule, ledger):
            ledger.rows.append(candidate(raw, rule, "land.csv", cells, *remarks))


KEYED = {
    "ippu": "industry.csv",
    "agriculture": "agriculture.csv",
    "lulucf": "land.csv",
    "waste": "waste.csv",
    "fugitive": "fugitive.csv",
}
"""Raw tables whose rows are named by one key, and the file of the sets that they go to."""


def keyed(source: Path, ledger: Ledger) -> None:
    """Industry, agriculture, land, waste and fugitive emissions, row by row.

    `keyed_<table>.csv` says for the key of each raw row where it goes; several subjects are
    separated by a space. It also spells the unit and states the factor to it.
    """
    for name, file in KEYED.items():
        raw_table = source / "factors" / f"{name}.csv"
        if not (raw_table.is_file() and (TABLES / f"keyed_{name}.csv").is_file()):
            continue
        rules = table(f"keyed_{name}", "key")
        for row in read(raw_table):
            rule = known(rules, raw_key(row))
            spelled = {**row, "respelled": rule["unit"], "factor": rule["factor"] or "1"}
            raw = ranged(spelled, raw_key(row))
            if usable(raw, rule, ledger):
                for subject in rule["subject"].split():
                    cells = {name: rule[name] for name in KEY} | {"subject": subject}
                    remarks = (rule["why"], row.get("region_condition", ""))
                    ledger.rows.append(candidate(raw, rule, file, cells, *remarks))


def raw_key(row: Raw) -> str:
    """Return the key of a raw row; fugitive rows are named by what they state."""
    if "key" in row:
        return row["key"]
    return " | ".join((row["category"], row["source_detail"], row["gas"], row["value"]))


def exception(row: Candidate) -> str:
    """Return the variant that a table names as the default of a row's key, or nothing."""
    exceptions = table("fuel_exceptions", "set", "parameter", "subject")
    found = exceptions.get((row.set, row.cells["parameter"], row.cells["subject"]))
    return found["default"] if found else ""


def choose(rows: Iterable[Candidate]) -> list[Candidate]:
    """Name the default of each key and give every alternative its own name."""
    keyed: dict[tuple[str, ...], list[Candidate]] = defaultdict(list)
    for row in rows:
        keyed[(row.set, *row.key())].append(row)
    return [row for key in sorted(keyed) for row in _chosen(keyed[key])]


def _chosen(rows: list[Candidate]) -> list[Candidate]:
    named = exception(rows[0])
    best = min((row.rank for row in rows if row.rank is not None), default=NEVER)
    first = [row for row in rows if (row.cells["variant"] == named if named else row.rank == best)]
    if len(first) > 1 or (named and not first):
        raise SystemExit(f"{rows[0].key()}: {len(first)} rows claim to be the default")
    others = sorted(
        (row for row in rows if row not in first),
        key=lambda row: (row.cells["variant"], row.cells["value"]),
    )
    doubled = Counter(row.cells["variant"] for row in others)
    return [row.named("default") for row in first] + [
        row.named("_".join((row.cells["variant"], row.cells["value"])))
        if doubled[row.cells["variant"]] > 1
        else row
        for row in others
    ]


def write(rows: Iterable[Candidate], ledger: Ledger, out: Path) -> None:
    """Write the tables and `set.yaml` of every set."""
    described = table("sets", "set")
    filed: dict[str, dict[str, list[Candidate]]] = {name: {} for (name,) in described}
    for row in rows:
        if row.set not in filed:
            raise SystemExit(
                f"{row.key()}: unknown set '{row.set}'; sets.csv describes {', '.join(filed)}"
            )
        filed[row.set].setdefault(row.file, []).append(row)
    for (name,), description in described.items():
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, members in (filed[name] or {EMPTY: []}).items():
            with (folder / file).open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows({**row.cells, **in_chinese(row.cells)} for row in members)
        text = set_yaml(description, ledger)
        (folder / "set.yaml").write_text(text, encoding="utf-8", newline="\n")


def in_chinese(cells: Mapping[str, str]) -> dict[str, str]:
    """Return place and note of a row in Chinese."""
    return {f"{name}_zh": chinese(cells[name]) for name in SAID}


def chinese(text: str) -> str:
    """Return a text in Chinese; empty where one of its parts has no Chinese, or none needs it."""
    parts = text.split("; ")
    said = [_part(part) for part in parts]
    return "；".join(said) if all(said) and said != parts else ""


def _part(part: str) -> str:
    if ADDRESS.fullmatch(part):
        return part
    found = table("chinese", "english").get((part,))
    if found:
        return found["chinese"]
    for pattern, words in NUMBERED:
        if pattern.fullmatch(part):
            return pattern.sub(words, part)
    return ""


def set_yaml(description: Raw, ledger: Ledger) -> str:
    """Return the text of `set.yaml`."""
    left_out = sorted(
        (reason, count)
        for (name, reason), count in ledger.left_out.items()
        if name == description["set"]
    )
    lines = ["schema: carbonpeak/factor_set/1", f"name: {description['set']}"]
    lines += [
        f"{key}: {_quoted(description[key])}"
        for key in ("title_zh", "title_en", "edition", "fallback", "default_metric")
        if description[key]
    ]
    said = "; ".join(f"{count} × {reason}" for reason, count in left_out)
    note = description["note"] + (f" Raw rows left out: {said}." if said else "")
    return "\n".join([*lines, f"note: {_quoted(note)}"]) + "\n"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def build(source: Path, out: Path) -> Ledger:
    """Build every set; return what was made of the raw rows."""
    ledger = Ledger()
    for part in (fuels, combustion, electricity_and_heat, planted_stands, keyed):
        part(source, ledger)
    ipcc_oxidation(ledger)
    ledger.rows = choose(ledger.rows)
    write(ledger.rows, ledger, out)
    return ledger


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build emission_factors/ from the raw tables.")
    parser.add_argument("source", type=Path, help="folder with measures.csv and factors/")
    parser.add_argument("--out", type=Path, default=Path("emission_factors"))
    arguments = parser.parse_args()
    ledger = build(arguments.source, arguments.out)
    known_how = Counter((row.set, row.cells["verified"]) for row in ledger.rows)
    for (name, verified), count in sorted(known_how.items()):
        print(f"{name}: {count} rows {verified}")
    for (name, reason), count in sorted(ledger.left_out.items()):
        print(f"left out of {name}: {count} × {reason}")


if __name__ == "__main__":
    main()
