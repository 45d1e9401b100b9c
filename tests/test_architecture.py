"""The floors of the house, and what none of its rooms may hold."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "carbonpeak"
MODULES = {
    ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(SOURCE.rglob("*.py"))
}

# Each floor with the floors that it may import, besides itself.
GROUND = {"errors", "arguments"}
WORDS = GROUND | {"records", "locate", "units", "equation", "vocabulary"}
EVIDENCE = WORDS | {"method", "sectors", "evidence"}
PLANS = EVIDENCE | {"inventory", "scenario"}
RESULTS = PLANS | {"analysis", "planning", "optimiser", "workers"}
FLOORS = {
    "errors": set(),
    "arguments": {"errors"},
    "locate": GROUND,
    "records": GROUND,
    "units": GROUND | {"locate", "records"},
    "equation": GROUND | {"units"},
    "vocabulary": GROUND | {"locate", "records"},
    "workers": GROUND,
    "method": GROUND | {"equation"},
    "sectors": GROUND | {"equation", "method"},
    "evidence": WORDS | {"method", "sectors"},
    "inventory": EVIDENCE,
    "scenario": EVIDENCE | {"inventory"},
    "analysis": PLANS,
    "planning": PLANS,
    "optimiser": PLANS | {"analysis", "planning", "workers"},
    "output": WORDS,
    "plot": WORDS,
    "exchange": PLANS | {"output"},
    "workflow": RESULTS | {"output", "plot", "exchange"},
    "cli": RESULTS | {"output", "plot", "exchange", "workflow"},
    "__main__": {"cli"},
}

# The package itself and its part `region` translate between regions and programs; the others know
# no carbon.
PROGRAM = [
    name
    for name in MODULES
    if name.startswith("carbonpeak.optimiser.")
    and not name.startswith("carbonpeak.optimiser.region")
]
HEAVY = ("numpy", "pandas", "xarray", "scipy", "pint", "matplotlib", "highspy", "pydantic")


def floor_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def for_types_only(tree: ast.AST) -> set[ast.AST]:
    """Return the nodes under `if TYPE_CHECKING:`, which never run."""
    guards = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    return {inner for guard in guards for part in guard.body for inner in ast.walk(part)}


def imports_of(module: str, *, running: bool = False) -> Iterator[str]:
    """Yield what a module imports anywhere in its text, or only what it imports when it runs."""
    path = MODULES[module]
    package = module if path.stem == "__init__" else module.rpartition(".")[0]
    tree = ast.parse(path.read_text("utf-8"))
    skipped = for_types_only(tree) if running else set()
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*start, node.module or ""]).strip(".") if node.level else node.module
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield full if full in MODULES else str(base)


def inner_imports(module: str, *, running: bool = False) -> list[str]:
    found = imports_of(module, running=running)
    return sorted({name for name in found if name.split(".")[0] == "carbonpeak"})


def tracked_files() -> list[Path]:
    """Return the files of the repository, without what git ignores."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = listed.stdout.splitlines() if listed.returncode == 0 else []
    found = [ROOT / name for name in names if (ROOT / name).is_file()]
    return found or [path for path in (ROOT / "src").rglob("*") if path.is_file()]


def test_every_module_stands_on_a_floor() -> None:
    assert {floor_of(name) for name in MODULES} - {""} <= set(FLOORS)


@pytest.mark.parametrize("module", [name for name in MODULES if name != "carbonpeak"])
def test_imports_go_down(module: str) -> None:
    here = floor_of(module)
    reached = {floor_of(name) for name in inner_imports(module)}
    assert "" not in reached, f"{module} imports from the package itself; name the module"
    assert reached <= FLOORS[here] | {here}


def test_the_table_of_floors_has_no_circle() -> None:
    list(TopologicalSorter(FLOORS).static_order())


def test_no_two_modules_import_each_other() -> None:
    """A package may load its own modules from inside a function; any other circle fails."""
    graph = {
        name: {
            other for other in inner_imports(name, running=True) if not name.startswith(f"{other}.")
        }
        for name in MODULES
        if name != "carbonpeak"
    }
    list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", PROGRAM)
def test_the_program_knows_no_carbon(module: str) -> None:
    assert set(inner_imports(module)) <= {*PROGRAM, "carbonpeak.errors", "carbonpeak.workers"}


@pytest.mark.parametrize("package", ["sectors", "scenario.measures"])
def test_siblings_never_import_each_other(package: str) -> None:
    root = f"carbonpeak.{package}"
    helpers = {f"{root}.{name}" for name in ("form", "entries", "checks", "library")}
    kinds = [name for name in MODULES if name.startswith(f"{root}.") and name not in helpers]
    for kind in kinds:
        assert not set(inner_imports(kind)) & set(kinds)


def test_only_plot_imports_matplotlib() -> None:
    users = {
        name for name in MODULES if any(used.startswith("matplotlib") for used in imports_of(name))
    }
    assert {floor_of(name) for name in users} <= {"plot"}


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import json, sys, carbonpeak; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & set(HEAVY)
    inner = [name for name in json.loads(done.stdout) if name.startswith("carbonpeak.")]
    assert inner == []


def test_every_public_name_loads_and_is_listed() -> None:
    import carbonpeak

    assert set(dir(carbonpeak)) == set(carbonpeak.__all__)
    for name in carbonpeak.__all__:
        assert getattr(carbonpeak, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = carbonpeak.nothing


def test_the_optimise_function_is_not_hidden_by_its_package() -> None:
    code = (
        "import carbonpeak.optimiser, carbonpeak as cp; from carbonpeak.optimiser import optimise; "
        "assert cp.optimise is optimise and callable(optimise)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_forbidden_construct(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught not in ("", "Exception", "BaseException"), f"{module}:{node.lineno}"
        if isinstance(node, ast.Call) and not module.startswith("carbonpeak.cli"):
            called = ast.unparse(node.func)
            assert called != "print", f"{module}:{node.lineno}"
            assert not called.endswith("fillna"), f"{module}:{node.lineno}"


def test_no_file_names_a_place_outside_the_repository() -> None:
    forbidden = ["/" + name + "/" for name in ("work", "root", "home")] + ["share" + "d/"]
    kinds = {
        ".py",
        ".md",
        ".csv",
        ".yaml",
        ".yml",
        ".toml",
        ".cfg",
        ".txt",
        ".ipynb",
        ".j2",
        ".cff",
    }
    for path in tracked_files():
        if path.suffix in kinds or path.parent.name == ".ci":
            text = path.read_text("utf-8", errors="replace")
            for words in forbidden:
                assert words not in text, f"{path.relative_to(ROOT)} names {words}"


def test_files_and_functions_stay_short() -> None:
    for module, path in MODULES.items():
        text = path.read_text("utf-8")
        assert len(text.splitlines()) < 430, module
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                assert lines <= 50, f"{module}.{node.name} has {lines} lines"
