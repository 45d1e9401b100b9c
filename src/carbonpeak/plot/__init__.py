"""Figures: arrays in, Axes out. Nothing is computed here but places on the page."""

from carbonpeak.plot.energy import plot_energy
from carbonpeak.plot.inventory import plot_inventory
from carbonpeak.plot.key_categories import plot_key_categories
from carbonpeak.plot.paths import plot_emissions_paths
from carbonpeak.plot.plan import plot_builds, plot_cost, plot_plan
from carbonpeak.plot.sankey import plot_energy_sankey
from carbonpeak.plot.style import FontWarning, colours, figure_style, new_axes, save_figure
from carbonpeak.plot.trend import plot_emission_trend
from carbonpeak.plot.uncertainty import plot_uncertainty, plot_variance_shares
from carbonpeak.plot.wedges import plot_wedges

__all__ = [
    "FontWarning",
    "colours",
    "figure_style",
    "new_axes",
    "plot_builds",
    "plot_cost",
    "plot_emission_trend",
    "plot_emissions_paths",
    "plot_energy",
    "plot_energy_sankey",
    "plot_inventory",
    "plot_key_categories",
    "plot_plan",
    "plot_uncertainty",
    "plot_variance_shares",
    "plot_wedges",
    "save_figure",
]
