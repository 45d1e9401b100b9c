"""The command line. Heavy modules are loaded by the command that needs them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from carbonpeak.cli.options import (
    Against,
    Alternatives,
    Chunk,
    Draws,
    DrawSeed,
    FutureDraws,
    Gap,
    Lang,
    Language,
    Log,
    OneScenario,
    Out,
    Place,
    Points,
    Previous,
    Program,
    Quiet,
    Region,
    Regions,
    Scenarios,
    Scheduler,
    Seed,
    Share,
    ShowVersion,
    Sight,
    Soft,
    SolverOptions,
    Store,
    Targets,
    Threads,
    TimeLimit,
    Trade,
    What,
    Workers,
    named_prices,
    named_values,
    require_with,
)
from carbonpeak.errors import ArgumentError, CarbonPeakError

ERRORS_STAND, NO_PLAN, FAILED = 1, 1, 2

app = typer.Typer(
    name="carbonpeak",
    help="County greenhouse-gas inventories, carbon-peaking scenarios and least-cost paths.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say an error of the input in plain words and end with exit code 2."""
    try:
        yield
    except CarbonPeakError as error:
        typer.echo(f"carbonpeak: {error}", err=True)
        raise typer.Exit(FAILED) from None


@contextmanager
def shown_progress(steps: tuple[str, ...], lang: str) -> Iterator[Callable[[str], None]]:
    """Show named steps on standard error: a bar on a terminal, else one line a step."""
    from tqdm.auto import tqdm

    from carbonpeak.vocabulary import label

    def name(step: str) -> str:
        return label(step, "zh" if lang == "zh" else "en")

    if not sys.stderr.isatty():
        yield lambda step: typer.echo(
            f"{steps.index(step) + 1}/{len(steps)} {name(step)}", err=True
        )
        return
    shown = "{desc} {bar} {n_fmt}/{total_fmt} {elapsed}"
    with tqdm(total=len(steps), file=sys.stderr, bar_format=shown, leave=False) as bar:

        def tell(step: str) -> None:
            bar.n = steps.index(step)
            bar.set_description_str(name(step))

        yield tell


@app.callback()
def start(show_version: ShowVersion = False) -> None:
    """County greenhouse-gas inventories, carbon-peaking scenarios and least-cost paths."""


@app.command()
def run(
    region: Region,
    scenario: Scenarios = None,
    out: Out = None,
    lang: Language = Lang.ZH,
) -> None:
    """Run the whole chain and write workbooks, figures, report and summary."""
    with plain_errors():
        from carbonpeak.output.summary_words import summary_lines
        from carbonpeak.workflow import STEPS
        from carbonpeak.workflow import run as run_chain

        with shown_progress(STEPS, lang) as tell:
            result = run_chain(region, out, scenarios=scenario, lang=lang.value, progress=tell)
        typer.echo("\n".join(summary_lines(result.data, lang=lang.value, out=result.out)))


@app.command()
def inventory(
    region: Region,
    edition: Annotated[
        str | None, typer.Option(help="Another factor set: a shipped name, or a folder.")
    ] = None,
    out: Out = None,
    lang: Language = Lang.ZH,
    previous: Previous = None,
) -> None:
    """Compile the inventory and write its workbook and figures."""
    with plain_errors():
        from carbonpeak.output.summary_words import inventory_lines
        from carbonpeak.workflow import write_inventory_only

        data, path = write_inventory_only(
            region, out, lang=lang.value, edition=edition, previous=previous
        )
        typer.echo("\n".join([*inventory_lines(data, lang=lang.value), str(path)]))


@app.command()
def project(
    region: Region, scenario: Scenarios = None, out: Out = None, lang: Language = Lang.ZH
) -> None:
    """Project the scenarios and write their paths as CSV."""
    with plain_errors():
        from carbonpeak.output.summary_words import peak_lines
        from carbonpeak.workflow import write_pathways_only

        data, path = write_pathways_only(region, out, scenarios=scenario)
        typer.echo("\n".join([*peak_lines(data, lang=lang.value), str(path)]))


@app.command()
def optimise(
    region: Region,
    place: Place = None,
    scenario: Scenarios = None,
    out: Out = None,
    lang: Language = Lang.ZH,
    target: Targets = None,
    soft: Soft = None,
    pareto: Points = 0,
    against: Against = None,
    alternatives: Alternatives = False,
    robust: Share = 0.0,
    draws: FutureDraws = None,
    draw_seed: DrawSeed = None,
    myopic: Sight = None,
    write: Program = None,
    log: Log = None,
    time_limit: TimeLimit = None,
    gap: Gap = 1e-6,
    threads: Threads = 1,
    seed: Seed = 0,
    option: SolverOptions = None,
) -> None:
    """Find the least-cost path to the region's targets and write its workbook and figures.

    The first scenario gives the drivers. Every further question adds a table and a figure.

    Ends with exit code 1 when there is no plan, such as under targets that cannot be met
    together; why is printed, and written into the workbook.
    """
    options = named_values(option or [], "--option")
    prices = named_prices(soft or [], "--soft")
    require_with("--pareto N, the points of the front", pareto, {"--against": against})
    drawn = {"--draws": draws, "--draw-seed": draw_seed}
    require_with("--robust SHARE, the share of the futures", robust, drawn)
    with plain_errors():
        from carbonpeak.optimiser.answers.myopic import Myopic
        from carbonpeak.optimiser.solver import SolverSettings
        from carbonpeak.output.summary_words import answer_lines, plan_lines
        from carbonpeak.workflow import write_plan_only
        from carbonpeak.workflow.optimum_answers import DRAWS, Request

        wanted = [*filter(None, [place]), *(scenario or [])] or None
        log_file = None if log is None else str(log)
        request = Request(
            targets=tuple(target or ()),
            settings=SolverSettings(time_limit, threads, seed, gap, log_file, options),
            program=write,
            myopic=None if myopic is None else Myopic(myopic, max(1, myopic // 2)),
            soft=prices,
            pareto=pareto,
            against=(against or Trade.CUMULATIVE).value,
            alternatives=alternatives,
            robust=robust,
            draws=draws or DRAWS,
            draw_seed=draw_seed or 0,
        )
        data, path = write_plan_only(
            region, out, scenarios=wanted, lang=lang.value, request=request
        )
        lines = plan_lines(data, lang=lang.value)
        lines += answer_lines(
            data, lang=lang.value, asked=request.further, program=write is not None
        )
        typer.echo("\n".join([*lines, str(path)]))
        if data.plan is None or data.plan.path is None:
            raise typer.Exit(NO_PLAN)


@app.command("map")
def map_many(
    what: What,
    regions: Regions,
    out: Store,
    scenario: OneScenario = None,
    draws: Draws = None,
    chunk: Chunk = 50,
    scheduler: Workers = Scheduler.SERIAL,
    quiet: Quiet = False,
) -> None:
    """Do one thing for thousands of regions; called again, go on where it stopped.

    Ends with exit code 1 when a region failed; the table beside the store says why.
    """
    with plain_errors():
        from carbonpeak.workflow.many import map_regions

        given = {"scenario": scenario, "draws": draws}
        options: dict[str, Any] = {
            name: value for name, value in given.items() if value is not None
        }
        done = map_regions(
            what.value,
            regions,
            store=out,
            chunk=chunk,
            scheduler=scheduler.value,
            quiet=quiet,
            **options,
        )
        typer.echo(str(done))
        if done.failures:
            raise typer.Exit(ERRORS_STAND)


@app.command()
def progress(
    region: Region,
    place: Place = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="Scenario; without one the statistics so far."),
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """Say for every target whether it is on track, late, met, missed or not known."""
    with plain_errors():
        from carbonpeak.workflow.planning import progress_lines

        if place is not None and scenario not in (None, place):
            raise ArgumentError(f"two scenarios, '{place}' and '{scenario}'; keep --scenario")
        typer.echo("\n".join(progress_lines(region, scenario or place, lang=lang.value)))


@app.command()
def screen(
    region: Region,
    project: Annotated[str, typer.Argument(help="Project of the region, or a YAML file.")],
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario.")] = "baseline",
    lang: Language = Lang.ZH,
) -> None:
    """Say whether a project fits under the targets of a region, and on what conditions."""
    with plain_errors():
        from carbonpeak.workflow.planning import screening_lines

        typer.echo("\n".join(screening_lines(region, scenario, project, lang=lang.value)))


@app.command()
def explain(
    region: Region,
    part: Annotated[
        str,
        typer.Argument(
            help="Line, such as 1.A.2.a/iron_works/coke; category; sector; or total.",
        ),
    ] = "total",
    year: Annotated[int | None, typer.Option(help="Year; by default the base year.")] = None,
    gas: Annotated[str | None, typer.Option(help="One gas; by default all, weighed.")] = None,
    depth: Annotated[int, typer.Option(help="How many levels to print.", min=0)] = 2,
    lang: Language = Lang.ZH,
) -> None:
    """Print how a number of the inventory came about, from a total down to its factors."""
    with plain_errors():
        from carbonpeak.evidence.region import load_region
        from carbonpeak.inventory.compile import compile_inventory
        from carbonpeak.inventory.explain import explain as explain_part
        from carbonpeak.inventory.explain import named_part

        dataset = compile_inventory(load_region(region))
        named = named_part(dataset, part)
        found = explain_part(dataset, year=year, gas=gas, depth=depth, lang=lang.value, **named)
        typer.echo(str(found))


@app.command()
def check(
    region: Region,
    lang: Language = Lang.ZH,
    every: Annotated[bool, typer.Option("--all", help="List the notes too.")] = False,
) -> None:
    """Read, compile and project a region, check its inventory, and say what was found.

    Ends with exit code 1 when an error stands that nobody has accepted by name.
    """
    with plain_errors():
        from carbonpeak.output.summary_words import check_lines
        from carbonpeak.vocabulary import label
        from carbonpeak.workflow.check import check as check_region

        data, findings = check_region(region)
        typer.echo("\n".join(check_lines(data, lang=lang.value)))
        typer.echo(findings.text(lang.value, every=every))
        if findings.standing.of("error"):
            typer.echo(label("check.errors_stand", lang.value), err=True)
            raise typer.Exit(ERRORS_STAND)


@app.command()
def template(
    out: Annotated[Path, typer.Argument(help="Workbook to write, such as county.xlsx.")],
    region: Annotated[
        str | None, typer.Option("--region", help="Region whose rows are filled in already.")
    ] = None,
    lang: Language = Lang.ZH,
) -> None:
    """Write the workbook that a county fills in; the other commands read it."""
    with plain_errors():
        from carbonpeak.evidence.workbook.template import write_template

        typer.echo(str(write_template(out, region=region, lang=lang.value)))


@app.command()
def schema(
    document: Annotated[
        str, typer.Argument(help="factor_set, measures, region, scenario or targets.")
    ],
) -> None:
    """Print the JSON Schema of a kind of YAML file, for an editor to check it while you type."""
    with plain_errors():
        import json

        from carbonpeak.workflow.schemas import json_schema

        typer.echo(json.dumps(json_schema(document), ensure_ascii=False, indent=2))


def main() -> None:
    """Run the command line."""
    app()
