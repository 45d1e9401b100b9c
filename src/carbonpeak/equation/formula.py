"""The formula of a function as text, from its source."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

_SHORT = {"minimum": "min", "maximum": "max"}


def written(bare: Callable[..., Any]) -> str | None:
    """Return the expression that a function returns, its own intermediate names put in.

    None when the source is not at hand or does more than assign and return.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(bare)))
    except (OSError, TypeError, SyntaxError):
        return None
    function = tree.body[0]
    return _returned(function.body) if isinstance(function, ast.FunctionDef) else None


def _returned(body: list[ast.stmt]) -> str | None:
    inline = _Inline()
    for statement in body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                return ast.unparse(inline.visit(value))
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                inline.known[name] = inline.visit(value)
            case ast.Expr(value=ast.Constant()):
                continue
            case _:
                return None
    return None


class _Inline(ast.NodeTransformer):
    """Puts known expressions in place of their names and drops the module before a function."""

    def __init__(self) -> None:
        self.known: dict[str, ast.expr] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.known.get(node.id, node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if isinstance(node.value, ast.Name) and node.value.id in ("np", "xr"):
            return ast.Name(_SHORT.get(node.attr, node.attr), node.ctx)
        return node
