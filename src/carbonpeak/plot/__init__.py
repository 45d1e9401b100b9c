"""Figures: arrays in, Axes out. Nothing is computed here but places on the page."""

from carbonpeak.plot.abatement import plot_abatement_curve, plot_co_control
from carbonpeak.plot.choices import (
    plot_alternatives,
    plot_cash_flow,
    plot_pareto,
    plot_prices,
    plot_robustness,
)
from carbonpeak.plot.decoupling import plot_decoupling
from carbonpeak.plot.drivers import plot_sobol_over_time, plot_tornado
from carbonpeak.plot.energy import plot_energy
from carbonpeak.plot.fan import plot_fan
from carbonpeak.plot.inventory import plot_inventory
from carbonpeak.plot.kaya import plot_kaya
from carbonpeak.plot.key_categories import plot_key_categories
from carbonpeak.plot.odds import plot_peak_odds
from carbonpeak.plot.paths import plot_emissions_paths
from carbonpeak.plot.plan import plot_builds, plot_cost, plot_plan
from carbonpeak.plot.sankey import plot_energy_sankey
from carbonpeak.plot.style import (
    FontWarning,
    colours,
    figure_style,
    new_axes,
    new_figure,
    save_figure,
)
from carbonpeak.plot.targets import plot_allocation, plot_dashboard
from carbonpeak.plot.trend import plot_emission_trend
from carbonpeak.plot.uncertainty import plot_uncertainty, plot_variance_shares
from carbonpeak.plot.waterfall import plot_waterfall
from carbonpeak.plot.wedges import plot_wedges

__all__ = [
    "FontWarning",
    "colours",
    "figure_style",
    "new_axes",
    "new_figure",
    "plot_abatement_curve",
    "plot_allocation",
    "plot_alternatives",
    "plot_builds",
    "plot_cash_flow",
    "plot_co_control",
    "plot_cost",
    "plot_dashboard",
    "plot_decoupling",
    "plot_emission_trend",
    "plot_emissions_paths",
    "plot_energy",
    "plot_energy_sankey",
    "plot_fan",
    "plot_inventory",
    "plot_kaya",
    "plot_key_categories",
    "plot_pareto",
    "plot_peak_odds",
    "plot_plan",
    "plot_prices",
    "plot_robustness",
    "plot_sobol_over_time",
    "plot_tornado",
    "plot_uncertainty",
    "plot_variance_shares",
    "plot_waterfall",
    "plot_wedges",
    "save_figure",
]
