"""Declared equations: formulas with units at their edge, proved before their first use."""

from carbonpeak.equation.declare import Array, Equation, equation

__all__ = ["Array", "Equation", "equation"]
