"""Run the whole chain for a region and write its files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from carbonpeak.arguments import checked
from carbonpeak.errors import InputError
from carbonpeak.exchange.writing import whole_file
from carbonpeak.output.data import InventoryData, RunData
from carbonpeak.output.report import write_report
from carbonpeak.output.summary import summarise, write_summary
from carbonpeak.records import collect
from carbonpeak.vocabulary import Language
from carbonpeak.workflow.chain import (
    Progress,
    answered,
    chosen_scenarios,
    compute,
    inventory_of,
    inventory_under,
    read_region,
    silent,
)
from carbonpeak.workflow.optimum_answers import ASKED_FIGURES, CHEAP_FIGURES, PLAIN, Request
from carbonpeak.workflow.publish import (
    file_faults,
    folder_faults,
    require_free,
    whole_folder,
    write_inventory,
    write_pathways,
    write_plan,
)

RESULTS = "carbonpeak-results"
STEPS = (
    "step.read",
    "step.inventory",
    "step.scenarios",
    "step.optimise",
    "step.tables",
    "step.figures",
    "step.report",
)


@dataclass(frozen=True, eq=False)
class RunResult:
    """What a run found and where its files are.

    Attributes
    ----------
    data : RunData
        Every number behind the files.
    out : Path
        The folder.
    files : tuple of Path
        In the folder, relative to it.
    """

    data: RunData
    out: Path
    files: tuple[Path, ...]

    @property
    def summary(self) -> dict[str, Any]:
        """The content of `summary.json`."""
        return summarise(self.data)


@checked
def run(
    region_name: str | Path,
    out: str | Path | None = None,
    *,
    scenarios: Sequence[str] | None = None,
    lang: Language = "zh",
    progress: Progress | None = None,
) -> RunResult:
    """Run the chain for a region: inventory, scenarios, peaks, least-cost path, files.

    Parameters
    ----------
    region_name : str or Path
        Shipped name or folder.
    out : str or Path, optional
        Folder of the results; by default ``carbonpeak-results/<region>``. It is replaced as a
        whole when the run succeeds, and only if carbonpeak made it.
    scenarios : sequence of str, optional
        By default all of the region; the first one gives the drivers of the least-cost path.
    lang : {"zh", "en"}
        Language of tables, figures and report.
    progress : callable, optional
        Is told the key of each step, see `STEPS`.

    Returns
    -------
    RunResult

    Raises
    ------
    CarbonPeakError
        When something people wrote cannot be used; then no file is left.
    """
    tell = progress or silent
    if out is not None:
        require_free(Path(out))
    data = compute(region_name, scenarios=scenarios, progress=tell)
    folder = Path(RESULTS) / data.inventory.facts.region if out is None else Path(out)
    with whole_folder(folder) as work:
        write_files(data, work, lang=lang, progress=tell)
        files = tuple(path.relative_to(work) for path in sorted(work.rglob("*")) if path.is_file())
    return RunResult(data, folder, files)


def write_files(
    data: RunData, folder: Path, *, lang: Language, progress: Callable[[str], None] = silent
) -> None:
    """Write every file of a run into an existing folder."""
    from carbonpeak.workflow.figures import draw_figures

    progress("step.tables")
    write_inventory(folder / "inventory.xlsx", data.inventory, lang=lang)
    write_plan(folder / "plan.xlsx", data, lang=lang)
    write_pathways(folder / "pathways.csv", data)
    progress("step.figures")
    figures = draw_figures(data, folder / "figures", lang=lang)
    progress("step.report")
    write_report(folder / "report.html", data, figures, lang=lang)
    write_summary(folder / "summary.json", data)


def write_inventory_only(
    region_name: str | Path,
    out: Path | None,
    *,
    lang: Language,
    edition: str | None = None,
    previous: Path | None = None,
) -> tuple[InventoryData, Path]:
    """Compile an inventory and write `inventory.xlsx` and its figures into a folder.

    With an edition, another factor set than the region's own is in force. `previous` is a
    former inventory that `save` wrote; T16 then says what changed and why.
    """
    from carbonpeak.exchange.netcdf import load
    from carbonpeak.workflow.inventory_figures import draw_all, inventory_drawings

    _require_places(region_name, out)
    region = read_region(region_name)
    former = None if previous is None else load(previous)
    if edition:
        data = inventory_under(region, edition, previous=former)
        name = f"{region.name}_{data.dataset.attrs['factor_set']}"
    else:
        data, name = inventory_of(region, previous=former), region.name
    folder = _folder(name, out)
    path = whole_file(
        folder / "inventory.xlsx", lambda part: write_inventory(part, data, lang=lang)
    )
    draw_all(inventory_drawings(data, lang=lang), folder / "figures", lang=lang)
    return data, path


def write_pathways_only(
    region_name: str | Path, out: Path | None, *, scenarios: Sequence[str] | None
) -> tuple[RunData, Path]:
    """Project scenarios and write `pathways.csv` into a folder."""
    _require_places(region_name, out, scenarios)
    data = compute(region_name, scenarios=scenarios, least_cost=False)
    path = _folder(data.inventory.facts.region, out) / "pathways.csv"
    return data, whole_file(path, lambda part: write_pathways(part, data))


def write_plan_only(
    region_name: str | Path,
    out: Path | None,
    *,
    scenarios: Sequence[str] | None,
    lang: Language,
    request: Request = PLAIN,
) -> tuple[RunData, Path]:
    """Find the least-cost path and write `plan.xlsx` and its figures into a folder."""
    _require_places(region_name, out, scenarios, request)
    data, answers = answered(region_name, scenarios=scenarios, request=request)
    folder = _folder(data.inventory.facts.region, out)
    path = whole_file(folder / "plan.xlsx", lambda part: write_plan(part, data, lang=lang))
    for name in (*CHEAP_FIGURES, *ASKED_FIGURES):
        # What an earlier call drew would show another plan than the workbook beside it.
        (folder / "figures" / f"{name}.png").unlink(missing_ok=True)
    if answers is not None and answers.optimum.plan.found:
        from carbonpeak.workflow.optimum_figures import draw_answers

        # Where no share can be kept, the table says so and there is nothing to draw.
        drawn = [name for name in request.figures if name != "robustness" or answers.sure_of_any]
        draw_answers(answers, folder / "figures", only=drawn, lang=lang)
    return data, path


def _require_places(
    region_name: str | Path,
    out: Path | None,
    scenarios: Sequence[str] | None = None,
    request: Request = PLAIN,
) -> None:
    """Refuse places that cannot be written before anything is done, with the faults of the data."""
    faults = folder_faults(Path(RESULTS) if out is None else out)
    log = None if request.settings is None else request.settings.log_file
    for option, file in (("--write", request.program), ("--log", log)):
        faults += [] if file is None else file_faults(option, Path(file))
    if faults:
        collect(faults, lambda: chosen_scenarios(read_region(region_name), scenarios))
        raise InputError(faults)


def _folder(region: str, out: Path | None) -> Path:
    return Path(RESULTS) / region if out is None else out
