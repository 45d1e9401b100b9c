"""Figures: arrays in, Axes out. Nothing is computed here but places on the page."""

from carbonpeak.plot.energy import plot_energy
from carbonpeak.plot.inventory import plot_inventory
from carbonpeak.plot.paths import plot_emissions_paths
from carbonpeak.plot.plan import plot_builds, plot_cost, plot_plan
from carbonpeak.plot.style import FontWarning, colours, figure_style, new_axes, save_figure
from carbonpeak.plot.wedges import plot_wedges

__all__ = [
    "FontWarning",
    "colours",
    "figure_style",
    "new_axes",
    "plot_builds",
    "plot_cost",
    "plot_emissions_paths",
    "plot_energy",
    "plot_inventory",
    "plot_plan",
    "plot_wedges",
    "save_figure",
]
