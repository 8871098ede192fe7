"""The options of ``tecdata queries`` and ``tecdata diff``."""

from __future__ import annotations

from pathlib import Path

import click

from tecdata.cli.options import JSON, STUDY_OPTION

__all__ = ["diff", "queries"]

_STATES = ("Candidate", "Open", "Answered", "Resolved", "Closed", "Cancelled")
_CENTRE = click.option(
    "--centre", "centres", multiple=True, metavar="NAME",
    help="Only this centre (its code or folder under mappings/); may be given several times.",
)  # fmt: skip
_STATE = click.option(
    "--state", "states", multiple=True, type=click.Choice(_STATES, case_sensitive=False),
    help="Only queries in this state; may be given several times. Without: Open and Answered.",
)  # fmt: skip
_IDS = click.argument("ids", nargs=-1, required=True, metavar="ID…")


@click.group(invoke_without_command=True)
@click.pass_context
def queries(context: click.Context) -> int:
    """Queries to the centres: what was asked, answered, resolved; see history.sqlite."""
    if context.invoked_subcommand is None:
        from tecdata.cli.queries_commands import list_queries

        return list_queries(Path(), (), (), as_json=False)
    return 0


@queries.command("list")
@STUDY_OPTION
@_CENTRE
@_STATE
@JSON
def list_(study_dir: Path, centres: tuple[str, ...], states: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001
    """List queries."""
    from tecdata.cli.queries_commands import list_queries

    return list_queries(study_dir, centres, states, as_json=as_json)


@queries.command("export")
@STUDY_OPTION
@_CENTRE
@click.option(
    "--out", default="queries", show_default=True, help="Folder to write the workbooks to.",
    type=click.Path(path_type=Path, file_okay=False),
)  # fmt: skip
@JSON
def export(study_dir: Path, centres: tuple[str, ...], out: Path, as_json: bool) -> int:  # noqa: FBT001
    """Write each centre's query workbook anew."""
    from tecdata.cli.queries_commands import export_queries

    return export_queries(study_dir, centres, out, as_json=as_json)


@queries.command("import")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE…",
    type=click.Path(path_type=Path, dir_okay=False),
)  # fmt: skip
@STUDY_OPTION
@click.option("--close", is_flag=True, help="Accept the answers: close the queries they are to.")
@JSON
def import_(files: tuple[Path, ...], study_dir: Path, close: bool, as_json: bool) -> int:  # noqa: FBT001
    """Take over the answers of workbooks that came back."""
    from tecdata.cli.queries_commands import import_answers

    return import_answers(study_dir, files, close=close, as_json=as_json)


@queries.command("close")
@_IDS
@STUDY_OPTION
@click.option("--reason", required=True, help="Why; it stays with the query.")
@click.option("--cancel", is_flag=True, help="The query should never have been asked: Cancelled.")
@JSON
def close_(ids: tuple[str, ...], study_dir: Path, reason: str, cancel: bool, as_json: bool) -> int:  # noqa: FBT001
    """Close queries by hand, with the reason."""
    from tecdata.cli.queries_commands import close_queries

    return close_queries(
        study_dir, ids, "Cancelled" if cancel else "Closed", reason, as_json=as_json
    )


@queries.command("reopen")
@_IDS
@STUDY_OPTION
@click.option("--reason", required=True, help="Why; it stays with the query.")
@JSON
def reopen(ids: tuple[str, ...], study_dir: Path, reason: str, as_json: bool) -> int:  # noqa: FBT001
    """Open queries again, with the reason."""
    from tecdata.cli.queries_commands import close_queries

    return close_queries(study_dir, ids, "Open", reason, as_json=as_json)


@queries.command("ageing")
@STUDY_OPTION
@_CENTRE
@JSON
def ageing(study_dir: Path, centres: tuple[str, ...], as_json: bool) -> int:  # noqa: FBT001
    """Show for each centre how long its queries have been open."""
    from tecdata.cli.queries_commands import show_ageing

    return show_ageing(study_dir, centres, as_json=as_json)


@queries.command("verify")
@STUDY_OPTION
@JSON
def verify(study_dir: Path, as_json: bool) -> int:  # noqa: FBT001
    """Compare every row of the history with its seal."""
    from tecdata.cli.queries_commands import verify_history

    return verify_history(study_dir, as_json=as_json)


@click.command()
@click.argument("old", type=click.Path(path_type=Path, file_okay=False), metavar="OLD")
@click.argument("new", type=click.Path(path_type=Path, file_okay=False), metavar="NEW")
@click.option(
    "--study", "study_dir", type=click.Path(path_type=Path, file_okay=False),
    help="The study folder whose specs name the keys; without it the current folder, if it is one.",
)  # fmt: skip
@JSON
def diff(old: Path, new: Path, study_dir: Path | None, as_json: bool) -> int:  # noqa: FBT001
    """Compare two output folders: records and values, with their source cells.

    Exit code 0 nothing differs, 1 something does, 2 a folder cannot be used.
    """
    from tecdata.cli.diff_commands import compare_outputs

    return compare_outputs(old, new, study_dir, as_json=as_json)
