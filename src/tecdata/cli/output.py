"""What a person sees: progress on a terminal, plain lines in a pipe, tables, or one JSON object."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.status import Status

    from tecdata.finding import Findings

__all__ = ["Reporter", "print_json", "print_not_run", "print_table"]


def print_json(data: object) -> None:
    """One JSON object on standard output."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True))


def print_table(title: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table: drawn on a terminal, aligned by blanks in a pipe. Numbers stand right."""
    numeric = [all(isinstance(row[i], int) for row in rows) for i in range(len(header))]
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.table import Table

        table = Table(title=title, title_justify="left")
        for name, right in zip(header, numeric, strict=True):
            table.add_column(name, justify="right" if right else "left")
        for row in rows:
            table.add_row(*[_shown(cell) for cell in row])
        Console().print(table)
        return
    texts = [[_shown(cell) for cell in row] for row in rows]
    widths = [max(len(t[i]) for t in [list(header), *texts]) for i in range(len(header))]
    click.echo(f"\n{title}")
    for text in [list(header), *texts]:
        cells = [
            t.rjust(w) if right else t.ljust(w)
            for t, w, right in zip(text, widths, numeric, strict=True)
        ]
        click.echo("  ".join(cells).rstrip())


def _shown(cell: Any) -> str:
    """A cell as text; numbers in groups of three digits."""
    return f"{cell:,}".replace(",", " ") if isinstance(cell, int) else str(cell)


class Reporter:
    """Tells which stage is running: a moving line on a terminal, one line each in a pipe."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._status: Status | None = None

    def __enter__(self) -> Reporter:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, stage: str, what: str) -> None:
        """Say that a stage starts on something."""
        if self._quiet:
            return
        if self._status is not None:
            self._status.update(f"{stage}: {what}")
        else:
            click.echo(f"{stage}: {what}", err=True)


def print_not_run(findings: Findings) -> None:
    """Print which checks did not run and why; nothing where all did."""
    from tecdata.unrun import grouped

    rows = grouped(findings.ordered())
    count = sum(f.status == "not_run" for f in findings)
    if rows:
        print_table(f"Not run, which is no pass ({count})", ("checks", "why"), rows)
