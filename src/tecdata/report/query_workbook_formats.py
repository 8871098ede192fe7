"""The looks of a query workbook's cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from tecdata.finding import SEVERITY_ORDER

if TYPE_CHECKING:
    from tecdata.report.query_workbook_layout import Mark

__all__ = ["COLOURS", "DATES", "Formats"]

#: Fill and edge by severity: told apart without colour vision, by darkness and by the edge.
COLOURS: Final = {
    "reject": ("#E7B3E6", "#7A1278"),
    "error": ("#FFB8AE", "#B3160B"),
    "warning": ("#FFE38A", "#9A6A00"),
    "notice": ("#CFE3F7", "#2F6DA8"),
}
#: How dates are written in a centre's language; intake's own ISO form is theirs in English.
DATES: Final = {"de": "dd.mm.yyyy", "da": "dd-mm-yyyy", "en": "yyyy-mm-dd"}

_STYLES: Final[dict[str, dict[str, Any]]] = {
    "text": {"num_format": "@"},
    "number": {"align": "right"},
    "date": {"align": "right"},
    "moment": {"align": "right"},
    "line": {"font_color": "#767676", "align": "right", "num_format": "0"},
    "header": {"bold": True, "bg_color": "#E8ECF1", "bottom": 1, "text_wrap": True, "valign": "top"},
    "note": {"italic": True, "font_color": "#595959"},
    "title": {"bold": True, "font_size": 16, "font_color": "#1F3B5C"},
    "plain": {"text_wrap": True, "valign": "top"},
    "log_header": {"bold": True, "bg_color": "#1F3B5C", "font_color": "#FFFFFF", "text_wrap": True,
                   "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"},
    "answer_header": {"bold": True, "bg_color": "#F2B705", "text_wrap": True, "valign": "vcenter",
                      "border": 1, "border_color": "#FFFFFF"},
    "cell": {"num_format": "@", "text_wrap": True, "valign": "top", "bottom": 1,
             "border_color": "#C9CED6"},
    "strong": {"num_format": "@", "valign": "top", "bottom": 1, "border_color": "#C9CED6",
               "bold": True},
    "days": {"num_format": "0", "valign": "top", "bottom": 1, "border_color": "#C9CED6"},
    "link": {"num_format": "@", "text_wrap": True, "valign": "top", "bottom": 1,
             "border_color": "#C9CED6", "font_color": "#0B5CAD", "underline": 1},
    "ended": {"num_format": "@", "text_wrap": True, "valign": "top", "bottom": 1,
              "border_color": "#C9CED6", "font_color": "#767676"},
    "answer": {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1,
               "border_color": "#D9B64A", "bg_color": "#FFF8DC", "locked": False},
}  # fmt: skip


class Formats:
    """Makes each format once, when it is first needed."""

    def __init__(self, book: Any, language: str) -> None:
        self._book = book
        self._made: dict[tuple[str, str, bool], Any] = {}
        day = DATES[language]
        self._patterns = {"date": day, "moment": f"{day} hh:mm"}

    def of(self, style: str, marks: Sequence[Mark] | None = None) -> Any:
        """The format of a style, coloured by the worst of the marks on the cell."""
        if not marks:
            return self._make(style, "", main=False)
        main = [m for m in marks if m.main]
        worst = min((m.query.finding.severity for m in main or marks), key=SEVERITY_ORDER.index)
        return self._make(style, worst, main=bool(main))

    def severity(self, style: str, severity: str) -> Any:
        """A style in the colour of a severity."""
        return self._make(style, severity, main=True)

    def _make(self, style: str, severity: str, *, main: bool) -> Any:
        """A format, made once."""
        key = (style, severity, main)
        if key not in self._made:
            look = dict(_STYLES[style])
            if style in self._patterns:
                look["num_format"] = self._patterns[style]
            if severity:
                fill, edge = COLOURS[severity]
                look |= {"border": 2 if main else 4, "border_color": edge}
                if main:
                    look["bg_color"] = fill
            self._made[key] = self._book.add_format(look)
        return self._made[key]
