"""Landfills and dumps: methane by first-order decay, and by the mass balance beside it."""

from __future__ import annotations

from typing import Any

import numpy as np

from carbonpeak.equation import equation
from carbonpeak.method import Method

Array = Any

AGES = 100
"""Years that a deposit is followed: at the slowest rate, 0.03 a year, 5 % of its carbon is left."""

_DISPOSAL = "2006 IPCC Guidelines vol. 5 ch. 3"
_CHINA = "provincial guideline 2011 ch. 5"

_CARBON = {
    "waste": "t/year",
    "degradable_carbon": "t C/t",
    "decomposable_share": "1",
    "methane_correction": "1",
    "methane_fraction": "t CH4C/t C",
}


@equation(
    **_CARBON,
    decay_rate="1/year",
    age="year",
    returns="t CH4/year",
    source=f"{_DISPOSAL} eq. 3.2 and 3.4-3.6, decay from the January after the deposit",
)
def open_site_methane(
    waste: Array,
    degradable_carbon: Array,
    decomposable_share: Array,
    methane_correction: Array,
    methane_fraction: Array,
    decay_rate: Array,
    age: Array,
) -> Array:
    """Methane that the waste of one year gives at one age, where no cover oxidises it.

    What is left of the decomposable carbon falls by the same share each year. In the year of
    the deposit nothing decays: the half year of delay of the guidelines, for waste that comes
    in over the whole year, ends with that year.

    Parameters
    ----------
    waste : (…, year)
        Wet waste laid down in the year.
    degradable_carbon, decomposable_share, methane_correction, methane_fraction : (…)
        DOC, DOCf, MCF and F of the guidelines.
    decay_rate : (…)
        k of the component in the climate of the site.
    age : (…, age)
        Years since the deposit.

    Returns
    -------
    (…, year, age)
        Methane in the year in which the deposit has that age.
    """
    start = np.maximum(age - _step(age), 0.0 * _step(age))
    decayed = np.exp(-decay_rate * start) - np.exp(-decay_rate * age)
    carbon = waste * degradable_carbon * decomposable_share * methane_correction
    return carbon * decayed * methane_fraction


def _step(age: Array) -> Array:
    """Return one step of age, with a unit where age has one."""
    return 1.0 * getattr(age, "units", 1.0)


@equation(
    **_CARBON,
    decay_rate="1/year",
    cover_oxidation="1",
    age="year",
    returns="t CH4/year",
    source=f"{_DISPOSAL} eq. 3.1, 3.2 and 3.4-3.6, decay from the January after the deposit",
)
def landfill_methane(
    waste: Array,
    degradable_carbon: Array,
    decomposable_share: Array,
    methane_correction: Array,
    methane_fraction: Array,
    decay_rate: Array,
    cover_oxidation: Array,
    age: Array,
) -> Array:
    """Methane that the waste of one year gives at one age, less what the cover oxidises.

    Parameters
    ----------
    waste : (…, year)
        Wet waste laid down in the year.
    degradable_carbon, decomposable_share, methane_correction, methane_fraction : (…)
        DOC, DOCf, MCF and F of the guidelines.
    decay_rate : (…)
        k of the component in the climate of the site.
    cover_oxidation : (…)
        Share of the methane that the cover oxidises.
    age : (…, age)
        Years since the deposit.

    Returns
    -------
    (…, year, age)
        Methane in the year in which the deposit has that age.
    """
    start = np.maximum(age - _step(age), 0.0 * _step(age))
    decayed = np.exp(-decay_rate * start) - np.exp(-decay_rate * age)
    carbon = waste * degradable_carbon * decomposable_share * methane_correction
    return carbon * decayed * methane_fraction * (1 - cover_oxidation)


@equation(**_CARBON, returns="t CH4/year", source=f"{_CHINA}: mass balance")
def open_site_methane_at_once(
    waste: Array,
    degradable_carbon: Array,
    decomposable_share: Array,
    methane_correction: Array,
    methane_fraction: Array,
) -> Array:
    """Methane of the waste of a year as if all of it came at once, where no cover oxidises it.

    Parameters
    ----------
    waste : (…, year)
        Wet waste laid down in the year.
    degradable_carbon, decomposable_share, methane_correction, methane_fraction : (…)
        DOC, DOCf, MCF and F of the guidelines.

    Returns
    -------
    (…, year)
        Methane that the waste will ever give.
    """
    carbon = waste * degradable_carbon * decomposable_share * methane_correction
    return carbon * methane_fraction


@equation(
    **_CARBON, cover_oxidation="1", returns="t CH4/year", source=f"{_CHINA}: mass balance, OX"
)
def landfill_methane_at_once(
    waste: Array,
    degradable_carbon: Array,
    decomposable_share: Array,
    methane_correction: Array,
    methane_fraction: Array,
    cover_oxidation: Array,
) -> Array:
    """Methane of the waste of a year as if all of it came at once, less what the cover oxidises.

    It overstates a site that grows and shows nothing where landfilling has ended.

    Parameters
    ----------
    waste : (…, year)
        Wet waste laid down in the year.
    degradable_carbon, decomposable_share, methane_correction, methane_fraction : (…)
        DOC, DOCf, MCF and F of the guidelines.
    cover_oxidation : (…)
        Share of the methane that the cover oxidises.

    Returns
    -------
    (…, year)
        Methane that the waste will ever give.
    """
    carbon = waste * degradable_carbon * decomposable_share * methane_correction
    return carbon * methane_fraction * (1 - cover_oxidation)


@equation(
    methane="Nm3/year",
    methane_density="kg CH4/Nm3",
    cover_oxidation="1",
    returns="t CH4/year",
    source=f"{_DISPOSAL} eq. 3.1: recovered gas is taken off before oxidation",
)
def landfill_methane_recovered(
    methane: Array, methane_density: Array, cover_oxidation: Array
) -> Array:
    """Correction for methane that is drawn from a landfill and burnt.

    Of the gas drawn off, the cover would have oxidised its share; only the rest is spared.

    Parameters
    ----------
    methane : (…, year)
        Methane in the gas drawn off, by meter.
    methane_density : (…)
        Mass of a cubic metre of methane.
    cover_oxidation : (…)
        Share of the methane that the cover oxidises.

    Returns
    -------
    (…, year)
        A negative number: it is taken off what the waste gives.
    """
    return -methane * methane_density * (1 - cover_oxidation)


METHODS = (
    Method("landfill", "t/year", {"CH4": landfill_methane}, by_age=True, ages=AGES),
    Method("open_site", "t/year", {"CH4": open_site_methane}, by_age=True, ages=AGES),
    Method("landfill_at_once", "t/year", {"CH4": landfill_methane_at_once}),
    Method("open_site_at_once", "t/year", {"CH4": open_site_methane_at_once}),
    Method("landfill_gas_recovered", "Nm3/year", {"CH4": landfill_methane_recovered}, sign=-1),
)
