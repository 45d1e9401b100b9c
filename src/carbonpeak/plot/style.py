"""How figures look: a font that has Chinese, colours that all eyes tell apart.

Nothing is set for good: the settings hold inside `figure_style` and are gone after it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import chain, cycle
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from carbonpeak.vocabulary import Language, label, labels

Palette = Literal["carrier", "sector", "scenario", "measure"]

INK = "#262626"
QUIET = "#6B6B6B"
FAINT = "#D9D9D9"

# Families whose regular face has simplified Chinese, the best known first.
CHINESE_FAMILIES: tuple[str, ...] = (
    "Noto Sans SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Microsoft YaHei",
    "PingFang SC",
    "Hiragino Sans GB",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "SimHei",
    "Heiti SC",
    "STHeiti",
)
_REGULAR = 400
_FALLBACK = "DejaVu Sans"
_PAGE_MARGIN = 0.12
_SHIPPED_FONT = Path("fonts") / "NotoSansSC-Regular.ttf"

# Okabe and Ito (2008), then muted tones of Paul Tol for long lists.
_CYCLE: tuple[str, ...] = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#CC79A7",
    "#56B4E9",
    "#D55E00",
    "#F0E442",
    "#882255",
    "#999933",
    "#332288",
    "#88CCEE",
    "#DDCC77",
)

_COLOURS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "carrier": {
            "coal": "#4A4A4A",
            "coke": "#9A9A9A",
            "oil": "#D55E00",
            "gas": "#56B4E9",
            "biomass": "#009E73",
            "waste": "#882255",
            "electricity": "#E69F00",
            "heat": "#CC79A7",
            "solar": "#F0E442",
            "wind": "#0072B2",
            "other": "#C8C8C8",
        },
        "sector": {
            "energy": "#D55E00",
            "combustion_co2": "#D55E00",
            "combustion_other": "#882255",
            "indirect": "#E69F00",
            "industry": "#6B6B6B",
            "ippu": "#6B6B6B",
            "agriculture": "#F0E442",
            "land": "#009E73",
            "removals": "#00664A",
            "waste": "#CC79A7",
            "total": "#9DB2C4",
            "total_with_land": "#8299AE",
            "total_with_indirect": "#68829A",
        },
        "scenario": {
            "baseline": "#6B6B6B",
            "plan": "#0072B2",
            "full_plan": "#CC79A7",
            "strengthened": "#009E73",
            "optimised": "#D55E00",
        },
        "measure": {},
    }
)

_SETTINGS: Mapping[Any, Any] = MappingProxyType(
    {
        "font.size": 9.5,
        "axes.unicode_minus": True,
        "axes.titlesize": 12.5,
        "axes.titlelocation": "left",
        "axes.titlepad": 26.0,
        "axes.titlecolor": INK,
        "axes.labelsize": 9.5,
        "axes.labelcolor": QUIET,
        "axes.edgecolor": QUIET,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "grid.color": FAINT,
        "grid.linewidth": 0.6,
        "xtick.color": QUIET,
        "ytick.color": QUIET,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "ytick.major.size": 0.0,
        "text.color": INK,
        "lines.linewidth": 2.2,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "figure.dpi": 150.0,
        "svg.hashsalt": "carbonpeak",
        "text.usetex": False,
    }
)


class FontWarning(UserWarning):
    """No font with Chinese characters was found."""


@contextmanager
def figure_style(lang: Language = "zh") -> Iterator[None]:
    """Draw in the style of this library; every setting is restored at the end."""
    with mpl.rc_context({**_SETTINGS, "font.family": font_families(lang)}):
        yield


def font_families(lang: Language = "zh") -> list[str]:
    """Return the font families to draw with, the Chinese one first.

    The second family gives the characters that the first lacks, such as the ₂ of CO₂.
    A `FontWarning` tells when `lang` is Chinese and no font for it is found.
    """
    chinese = _installed_family() or _shipped_family()
    if chinese is not None:
        return [chinese, _FALLBACK]
    if lang == "zh":
        warnings.warn(
            "no font with Chinese characters found, labels will show as empty boxes; "
            "install the package zhplot or the font Noto Sans SC, or draw with lang='en'",
            FontWarning,
            stacklevel=3,
        )
    return [_FALLBACK]


def _installed_family() -> str | None:
    # A variable font opens in its thinnest face, so only regular faces count.
    regular = {
        font.name
        for font in font_manager.fontManager.ttflist
        if font.weight in (_REGULAR, "normal", "regular")
    }
    return next((family for family in CHINESE_FAMILIES if family in regular), None)


def _shipped_family() -> str | None:
    # zhplot changes global settings when imported: only its font file is used.
    package = find_spec("zhplot")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / _SHIPPED_FONT
    if not path.is_file():
        return None
    font_manager.fontManager.addfont(path)
    return font_manager.get_font(path).family_name


def colours(keys: Iterable[str], palette: Palette = "measure") -> dict[str, str]:
    """Return a colour for each key: its own where it has one, else the next unused one."""
    named = _COLOURS[palette]
    wanted = list(keys)
    taken = {named[key] for key in wanted if key in named}
    spare = chain((tone for tone in _CYCLE if tone not in taken), cycle(_CYCLE))
    return {key: named[key] if key in named else next(spare) for key in wanted}


def new_axes(
    width: float = 7.6, height: float = 4.4, *, lang: Language = "zh"
) -> tuple[Figure, Axes]:
    """Return a new figure and its Axes, apart from pyplot and its list of open figures.

    Parameters
    ----------
    width, height : float
        Size in inches.
    lang : {"zh", "en"}
        Language of the labels to come.

    Returns
    -------
    Figure, Axes
    """
    figure = new_figure(width, height, lang=lang)
    with figure_style(lang):
        return figure, figure.add_subplot()


def new_figure(width: float = 7.6, height: float = 4.4, *, lang: Language = "zh") -> Figure:
    """Return a new figure without Axes, for drawings that lay out panels of their own.

    Parameters
    ----------
    width, height : float
        Size in inches.
    lang : {"zh", "en"}
        Language of the labels to come.

    Returns
    -------
    Figure
    """
    with figure_style(lang):
        layout = ConstrainedLayoutEngine(w_pad=_PAGE_MARGIN, h_pad=_PAGE_MARGIN)
        figure = Figure(figsize=(width, height), layout=layout)
        FigureCanvasAgg(figure)
        return figure


def save_figure(figure: Figure, path: str | Path, *, dpi: int = 200, lang: Language = "zh") -> Path:
    """Write a figure as PNG, SVG or PDF; the same figure gives the same bytes.

    Returns
    -------
    Path
        The file written.
    """
    file = Path(path)
    dated = {".png": "Software", ".svg": "Date", ".pdf": "CreationDate"}
    metadata = {dated[file.suffix]: None} if file.suffix in dated else {}
    with figure_style(lang):
        figure.savefig(file, dpi=dpi, metadata=metadata)
    return file


def word(key: str, lang: Language) -> str:
    """Return a title, axis or unit of figures in one language."""
    return label(f"plot.{key}", lang)


def unit_label(unit: str, lang: Language) -> str:
    """Return how a unit is written on an axis; one without a label of its own stays as it is."""
    key = f"plot.unit {unit}"
    return label(key, lang) if key in labels() else unit
