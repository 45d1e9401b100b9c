"""County greenhouse-gas inventories, carbon-peaking scenarios and least-cost paths for China.

Every name is loaded at its first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from carbonpeak.analysis.attribution import attribute
    from carbonpeak.analysis.decoupling import decoupling
    from carbonpeak.analysis.discovery import find_boxes
    from carbonpeak.analysis.ensemble import Ensemble, ensemble
    from carbonpeak.analysis.fans import fan_of
    from carbonpeak.analysis.importance import sensitivity
    from carbonpeak.analysis.kaya import kaya
    from carbonpeak.analysis.lmdi import decompose
    from carbonpeak.analysis.odds import peak_odds, resampled
    from carbonpeak.analysis.peak import Peak, find_peak
    from carbonpeak.analysis.peak_assessment import assess_peak, emission_series, peak_table
    from carbonpeak.analysis.portrait import portrait
    from carbonpeak.analysis.regret import regret_table
    from carbonpeak.analysis.scenario_regret import scenario_regret
    from carbonpeak.analysis.sensitivity import (
        morris_effects,
        morris_points,
        sobol_indices,
        sobol_points,
    )
    from carbonpeak.analysis.trend import mann_kendall
    from carbonpeak.errors import CarbonPeakError
    from carbonpeak.evidence.deflation import deflate
    from carbonpeak.evidence.factors import FactorSet, load_factor_set
    from carbonpeak.evidence.region import Region, load_region, region_from_frames
    from carbonpeak.evidence.workbook.template import write_template
    from carbonpeak.exchange.frame import to_frame
    from carbonpeak.exchange.iamc import to_iamc
    from carbonpeak.exchange.netcdf import load, save
    from carbonpeak.exchange.primap2 import to_primap2, write_primap2
    from carbonpeak.inventory.checks import run_checks
    from carbonpeak.inventory.compile import compile_inventory
    from carbonpeak.inventory.editions import compare_editions, compile_under
    from carbonpeak.inventory.explain import explain
    from carbonpeak.inventory.key_categories import key_categories
    from carbonpeak.inventory.overview import overview
    from carbonpeak.inventory.recalculation import recalculation
    from carbonpeak.inventory.reference import reference_approach
    from carbonpeak.inventory.spread import factor_spread
    from carbonpeak.inventory.totals import (
        co2e,
        completeness,
        energy_co2,
        energy_total,
        evidence_shares,
        group,
        net,
        summary,
    )
    from carbonpeak.inventory.uncertainty import uncertainty
    from carbonpeak.optimiser import optimise
    from carbonpeak.optimiser.answers.myopic import Myopic
    from carbonpeak.optimiser.portfolio import SharedRow
    from carbonpeak.optimiser.region.answers import (
        cash_flow,
        cost_ranges,
        different_plans,
        near_optimal,
        optimised_abatement_costs,
        pareto_front,
        shadow_prices,
        target_costs,
    )
    from carbonpeak.optimiser.region.portfolio import optimise_portfolio
    from carbonpeak.optimiser.region.robust import optimise_robust, price_of_robustness
    from carbonpeak.planning.abatement_costs import abatement_costs
    from carbonpeak.planning.allocation import allocate
    from carbonpeak.planning.bounds import target_bound
    from carbonpeak.planning.cascade import allocate_levels
    from carbonpeak.planning.co_control import co_control
    from carbonpeak.planning.progress import check_progress, dual_control
    from carbonpeak.planning.projects import load_project, project_names
    from carbonpeak.planning.screening import screen_project
    from carbonpeak.planning.target_odds import target_odds
    from carbonpeak.planning.targets import load_targets
    from carbonpeak.scenario.grid import scenario_grid
    from carbonpeak.scenario.indicators import indicator
    from carbonpeak.scenario.measures.library import measure_library
    from carbonpeak.scenario.pathway import project
    from carbonpeak.scenario.scenario import Scenario, load_scenario, scenario_names
    from carbonpeak.scenario.settlement import settlement
    from carbonpeak.scenario.turnover import stock_turnover
    from carbonpeak.units import quantity
    from carbonpeak.workflow import run
    from carbonpeak.workflow.inventory_figures import draw_inventory
    from carbonpeak.workflow.many import map_regions, open_regions
    from carbonpeak.workflow.official import official_tables
    from carbonpeak.workflow.optimum_figures import draw_optimum
    from carbonpeak.workflow.scenario_figures import draw_scenarios
    from carbonpeak.workflow.schemas import json_schema

    __version__: str

__all__ = [
    "CarbonPeakError",
    "Ensemble",
    "FactorSet",
    "Myopic",
    "Peak",
    "Region",
    "Scenario",
    "SharedRow",
    "__version__",
    "abatement_costs",
    "allocate",
    "allocate_levels",
    "assess_peak",
    "attribute",
    "cash_flow",
    "check_progress",
    "co2e",
    "co_control",
    "compare_editions",
    "compile_inventory",
    "compile_under",
    "completeness",
    "cost_ranges",
    "decompose",
    "decoupling",
    "deflate",
    "different_plans",
    "draw_inventory",
    "draw_optimum",
    "draw_scenarios",
    "dual_control",
    "emission_series",
    "energy_co2",
    "energy_total",
    "ensemble",
    "evidence_shares",
    "explain",
    "factor_spread",
    "fan_of",
    "find_boxes",
    "find_peak",
    "group",
    "indicator",
    "json_schema",
    "kaya",
    "key_categories",
    "load",
    "load_factor_set",
    "load_project",
    "load_region",
    "load_scenario",
    "load_targets",
    "mann_kendall",
    "map_regions",
    "measure_library",
    "morris_effects",
    "morris_points",
    "near_optimal",
    "net",
    "official_tables",
    "open_regions",
    "optimise",
    "optimise_portfolio",
    "optimise_robust",
    "optimised_abatement_costs",
    "overview",
    "pareto_front",
    "peak_odds",
    "peak_table",
    "portrait",
    "price_of_robustness",
    "project",
    "project_names",
    "quantity",
    "recalculation",
    "reference_approach",
    "region_from_frames",
    "regret_table",
    "resampled",
    "run",
    "run_checks",
    "save",
    "scenario_grid",
    "scenario_names",
    "scenario_regret",
    "screen_project",
    "sensitivity",
    "settlement",
    "shadow_prices",
    "sobol_indices",
    "sobol_points",
    "stock_turnover",
    "summary",
    "target_bound",
    "target_costs",
    "target_odds",
    "to_frame",
    "to_iamc",
    "to_primap2",
    "uncertainty",
    "write_primap2",
    "write_template",
]

_HOME = {
    "CarbonPeakError": "errors",
    "Ensemble": "analysis.ensemble",
    "FactorSet": "evidence.factors",
    "Myopic": "optimiser.answers.myopic",
    "Peak": "analysis.peak",
    "Region": "evidence.region",
    "Scenario": "scenario.scenario",
    "SharedRow": "optimiser.portfolio",
    "abatement_costs": "planning.abatement_costs",
    "allocate": "planning.allocation",
    "allocate_levels": "planning.cascade",
    "assess_peak": "analysis.peak_assessment",
    "attribute": "analysis.attribution",
    "cash_flow": "optimiser.region.answers",
    "check_progress": "planning.progress",
    "co2e": "inventory.totals",
    "co_control": "planning.co_control",
    "compare_editions": "inventory.editions",
    "compile_inventory": "inventory.compile",
    "compile_under": "inventory.editions",
    "completeness": "inventory.totals",
    "cost_ranges": "optimiser.region.answers",
    "decompose": "analysis.lmdi",
    "decoupling": "analysis.decoupling",
    "deflate": "evidence.deflation",
    "different_plans": "optimiser.region.answers",
    "draw_inventory": "workflow.inventory_figures",
    "draw_optimum": "workflow.optimum_figures",
    "draw_scenarios": "workflow.scenario_figures",
    "dual_control": "planning.progress",
    "emission_series": "analysis.peak_assessment",
    "energy_co2": "inventory.totals",
    "energy_total": "inventory.totals",
    "ensemble": "analysis.ensemble",
    "evidence_shares": "inventory.totals",
    "explain": "inventory.explain",
    "factor_spread": "inventory.spread",
    "fan_of": "analysis.fans",
    "find_boxes": "analysis.discovery",
    "find_peak": "analysis.peak",
    "group": "inventory.totals",
    "indicator": "scenario.indicators",
    "json_schema": "workflow.schemas",
    "kaya": "analysis.kaya",
    "key_categories": "inventory.key_categories",
    "load": "exchange.netcdf",
    "load_factor_set": "evidence.factors",
    "load_project": "planning.projects",
    "load_region": "evidence.region",
    "load_scenario": "scenario.scenario",
    "load_targets": "planning.targets",
    "mann_kendall": "analysis.trend",
    "map_regions": "workflow.many",
    "measure_library": "scenario.measures.library",
    "morris_effects": "analysis.sensitivity",
    "morris_points": "analysis.sensitivity",
    "near_optimal": "optimiser.region.answers",
    "net": "inventory.totals",
    "official_tables": "workflow.official",
    "open_regions": "workflow.many",
    "optimise": "optimiser",
    "optimise_portfolio": "optimiser.region.portfolio",
    "optimise_robust": "optimiser.region.robust",
    "optimised_abatement_costs": "optimiser.region.answers",
    "overview": "inventory.overview",
    "pareto_front": "optimiser.region.answers",
    "peak_odds": "analysis.odds",
    "peak_table": "analysis.peak_assessment",
    "portrait": "analysis.portrait",
    "price_of_robustness": "optimiser.region.robust",
    "project": "scenario.pathway",
    "project_names": "planning.projects",
    "quantity": "units",
    "recalculation": "inventory.recalculation",
    "reference_approach": "inventory.reference",
    "region_from_frames": "evidence.region",
    "regret_table": "analysis.regret",
    "resampled": "analysis.odds",
    "run": "workflow",
    "run_checks": "inventory.checks",
    "save": "exchange.netcdf",
    "scenario_grid": "scenario.grid",
    "scenario_names": "scenario.scenario",
    "scenario_regret": "analysis.scenario_regret",
    "screen_project": "planning.screening",
    "sensitivity": "analysis.importance",
    "settlement": "scenario.settlement",
    "shadow_prices": "optimiser.region.answers",
    "sobol_indices": "analysis.sensitivity",
    "sobol_points": "analysis.sensitivity",
    "stock_turnover": "scenario.turnover",
    "summary": "inventory.totals",
    "target_bound": "planning.bounds",
    "target_costs": "optimiser.region.answers",
    "target_odds": "planning.target_odds",
    "to_frame": "exchange.frame",
    "to_iamc": "exchange.iamc",
    "to_primap2": "exchange.primap2",
    "uncertainty": "inventory.uncertainty",
    "write_primap2": "exchange.primap2",
    "write_template": "evidence.workbook.template",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        value: Any = version("carbonpeak")
    elif name in _HOME:
        value = getattr(import_module(f"carbonpeak.{_HOME[name]}"), name)
    else:
        raise AttributeError(f"module 'carbonpeak' has no attribute '{name}'")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
