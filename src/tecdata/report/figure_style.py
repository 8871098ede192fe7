"""The one style of every figure: colours that survive grey and colour-blindness, type, file bytes.

Colours are Okabe and Ito's (Color Universal Design, 2008). A disease has the same colour, marker and dash
in every figure; the markers and dashes alone tell them apart in print without colour.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLACK",
    "GREY",
    "LIGHT_GREY",
    "PALETTE",
    "SIZES",
    "GroupStyle",
    "figure_style",
    "group_style",
    "group_styles",
    "label_line_end",
    "mosaic_figure",
    "new_figure",
    "png_bytes",
    "svg_bytes",
]

BLACK: Final = "#000000"
GREY: Final = "#595959"
LIGHT_GREY: Final = "#d0d0d0"

#: Okabe-Ito, in the order groups take them: dark and light alternate, so that grey print keeps them apart.
PALETTE: Final = (
    "#0072B2",  # blue
    "#E69F00",  # orange
    "#009E73",  # bluish green
    "#CC79A7",  # reddish purple
    "#D55E00",  # vermilion
    "#56B4E9",  # sky blue
    "#F0E442",  # yellow
)
_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X")
_DASHES: Final = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (2, 1)))

#: Widths in inches: one journal column, one and a half, two (the full page).
SIZES: Final = {"column": 3.35, "wide": 5.0, "page": 7.2}

#: The diseases of the study in their fixed order; any other group comes after them, by name.
_DISEASES: Final = (
    "SYSTEMIC SCLEROSIS",
    "IDIOPATHIC INFLAMMATORY MYOPATHY",
    "SYSTEMIC LUPUS ERYTHEMATOSUS",
    "UNDIFFERENTIATED CONNECTIVE TISSUE DISEASE",
    "IGG4-RELATED DISEASE",
)
_SHORT: Final = {"SSC": 0, "IIM": 1, "SLE": 2, "UCTD": 3, "IGG4-RD": 4}


@dataclasses.dataclass(frozen=True, slots=True)
class GroupStyle:
    """Colour, marker and dash of one group; ``dash`` as matplotlib's ``linestyle`` takes it."""

    color: str
    marker: str
    dash: str | tuple[int, tuple[int, ...]]


def group_style(position: int) -> GroupStyle:
    """The style of the group at a position (0-based); positions beyond the palette start over.

    >>> group_style(0).color
    '#0072B2'
    """
    at = position % len(PALETTE)
    return GroupStyle(PALETTE[at], _MARKERS[at], _DASHES[at])


def group_styles(groups: Sequence[str]) -> dict[str, GroupStyle]:
    """A style for each group by name: a disease always gets its own, others what is left.

    Parameters
    ----------
    groups
        Names in any order; diseases by their term (``SYSTEMIC SCLEROSIS``) or short name (``SSc``).

    >>> group_styles(["SLE"])["SLE"] == group_styles(["SSc", "SLE"])["SLE"]
    True
    """
    fixed = {term: i for i, term in enumerate(_DISEASES)} | _SHORT
    known = {name: fixed[name.upper()] for name in groups if name.upper() in fixed}
    free = [i for i in range(len(PALETTE)) if i not in known.values()] or list(range(len(PALETTE)))
    others = sorted({name for name in groups if name not in known})
    placed = {name: free[i % len(free)] for i, name in enumerate(others)} | known
    return {name: group_style(placed[name]) for name in groups}


@contextlib.contextmanager
def figure_style() -> Iterator[None]:
    """The house's matplotlib settings for a block: type of 8 points and more, no top and right frame."""
    import matplotlib as mpl

    settings: dict[Any, Any] = {
        "figure.dpi": 100,
        "savefig.dpi": 300,
        "figure.constrained_layout.use": True,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "font.size": 8.5,
        "axes.titlesize": 9,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.labelsize": 8.5,
        "xtick.labelsize": 8,
        "ytick.labelsize": 8,
        "legend.fontsize": 8,
        "legend.frameon": False,
        "figure.titlesize": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.7,
        "axes.axisbelow": True,
        "lines.linewidth": 1.3,
        "lines.markersize": 4.5,
        "svg.fonttype": "path",
        "svg.hashsalt": "tecdata",
        "pdf.fonttype": 42,
    }
    with mpl.rc_context(settings):
        yield


def new_figure(
    width: str = "page",
    height: float = 4.0,
    *,
    rows: int = 1,
    columns: int = 1,
    share_x: bool = False,
    share_y: bool = False,
) -> tuple[Figure, list[Axes]]:
    """A figure without a window and its axes row by row; call inside :func:`figure_style`.

    Parameters
    ----------
    width
        ``column``, ``wide`` or ``page``, see :data:`SIZES`.
    height
        Inches.
    rows, columns, share_x, share_y
        The grid of axes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZES[width], height), layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=share_x, sharey=share_y)
    return figure, [axes for row in grid for axes in row]


def mosaic_figure(
    width: str, height: float, keys: Sequence[Sequence[str]], heights: Sequence[float]
) -> tuple[Figure, dict[str, Axes]]:
    """A figure like :func:`new_figure` whose axes have names; an axes may take several places of a row.

    Parameters
    ----------
    width, height
        As in :func:`new_figure`.
    keys
        Names row by row; ``.`` is an empty place.
    heights
        Relative heights of the rows.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(SIZES[width], height), layout="constrained")
    FigureCanvasAgg(figure)
    grid: list[Any] = [list(row) for row in keys]
    named: dict[str, Axes] = figure.subplot_mosaic(grid, height_ratios=list(heights))
    return figure, named


def label_line_end(
    axes: Axes, x: float, y: float, text: str, color: str = BLACK, *, dx: float = 3.0
) -> None:
    """A label beside the end of its line (``dx`` points to the right), in place of a legend."""
    axes.annotate(
        text, (x, y), (dx, 0), textcoords="offset points", va="center", color=color, fontsize=8
    )


#: Decimals of the places of axes, as shares of the figure: far below what anybody sees.
_PLACES: Final = 6


def svg_bytes(figure: Figure) -> bytes:
    """The figure as SVG; the same figure gives the same bytes."""
    return _bytes(figure, "svg")


def png_bytes(figure: Figure) -> bytes:
    """The figure as PNG of 300 dots an inch; the same figure gives the same bytes."""
    return _bytes(figure, "png")


def _bytes(figure: Figure, kind: str) -> bytes:
    """A figure as a file without time or version in it."""
    stream = io.BytesIO()
    # Without these two the writer states its version and the time of day.
    metadata = {"Date": None, "Creator": "tecdata"} if kind == "svg" else {"Software": "tecdata"}
    with figure_style():
        if figure.get_layout_engine() is not None:
            # Laid out once for all formats: each savefig would do it again, at twice the time.
            figure.draw_without_rendering()
            figure.set_layout_engine(None)
        # The solver of the layout differs in the last digits from call to call, and names in an SVG hang on them.
        for axes in figure.axes:
            x, y, width, height = axes.get_position(original=True).bounds
            places = (
                round(x, _PLACES),
                round(y, _PLACES),
                round(width, _PLACES),
                round(height, _PLACES),
            )
            axes.set_position(places)
        figure.savefig(stream, format=kind, metadata=metadata)
    return stream.getvalue()
