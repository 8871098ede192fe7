"""``tecdata queries``: list, export, import, close, reopen, ageing, verify."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tecdata.cli.identity import when_and_who
from tecdata.cli.output import print_json, print_table

if TYPE_CHECKING:
    from tecdata.checks import Check
    from tecdata.report import History, Query
    from tecdata.report.queries import State
    from tecdata.spec import Specs
    from tecdata.validate import Identifiers

__all__ = [
    "close_queries",
    "export_queries",
    "import_answers",
    "list_queries",
    "show_ageing",
    "verify_history",
]

#: Days a query has been open, by the upper end of each group.
_AGES = ((7, "0-7 days"), (14, "8-14"), (30, "15-30"), (90, "31-90"), (None, "over 90"))


def list_queries(
    study_dir: Path, centres: Sequence[str], states: Sequence[str], *, as_json: bool
) -> int:
    """Print the queries of the study, those that are open or answered unless told otherwise."""
    from tecdata.report.queries import event_of

    found = _chosen(study_dir, centres, states or ("Open", "Answered"))
    if as_json:
        print_json({"queries": [query.to_dict() for query in found]})
        return 0
    if not found:
        click.echo("No queries. Others are shown with --state, for instance --state Candidate.")
        return 0
    when, _ = when_and_who()
    rows = [
        (
            q.id,
            q.state,
            q.finding.severity,
            q.finding.usubjid or event_of(q.finding),
            q.days_open(when),
            q.finding.message,
        )
        for q in found
    ]
    print_table("Queries", ("query", "state", "severity", "about", "days", "message"), rows)
    return 0


def export_queries(study_dir: Path, centres: Sequence[str], out: Path, *, as_json: bool) -> int:
    """Write the query workbooks anew, over the files that lie in the centres' folders now."""
    from tecdata.finding import Findings
    from tecdata.intake import read_centre
    from tecdata.pipeline import centres_of
    from tecdata.report import Sending, write_query_workbook
    from tecdata.report.queries_publish import for_centre
    from tecdata.spec import load_centre
    from tecdata.spec.terminology import names_by_term
    from tecdata.spec.test_definition import names_by_code
    from tecdata.study import open_study
    from tecdata.validate import scan_identifiers

    study = open_study(study_dir)
    queries = _history(study_dir).queries()
    when, _ = when_and_who()
    written: list[Path] = []
    for folder in centres_of(study_dir, centres):
        source = load_centre(folder).source
        own = for_centre(queries, source.centre)
        if not own:
            continue
        delivery = read_centre(source, study_dir / source.folder, Findings())
        identifiers = scan_identifiers(delivery.tables, source)
        path = out / f"{source.centre}.xlsx"
        sending = Sending(
            study=study.specs.study.study,
            as_of=when,
            checks=_checks(study.specs),
            tests={
                **names_by_term(study.specs.codelists),
                **names_by_code(study.specs.tests),
            },
            identifiers=identifiers,
            hide=_hide(identifiers),
        )
        write_query_workbook(path, own, delivery.tables, source, sending)
        written.append(path)
    if as_json:
        print_json({"workbooks": [str(path) for path in written]})
    elif written:
        for path in written:
            click.echo(str(path))
    else:
        click.echo("No open queries: nothing was written.")
    return 0


def import_answers(study_dir: Path, files: Sequence[Path], *, close: bool, as_json: bool) -> int:
    """Take over the answers of workbooks that came back; with ``close`` the queries are closed."""
    from tecdata.errors import UsageError
    from tecdata.report import read_answers
    from tecdata.study import open_study

    study = open_study(study_dir).specs.study.study
    answers = [answer for file in files for answer in read_answers(file)]
    other = sorted({a.study for a in answers if a.study != study})
    if other:
        raise UsageError(
            f"the workbook belongs to study {', '.join(other)}, this one is {study}",
            place=str(study_dir),
            next_step="Name the folder of its study: --study DIR",
        )
    history = _history(study_dir)
    when, who = when_and_who()
    taken = history.answer(answers, when=when, who=who)
    new = [query for query, is_new in taken.items() if is_new]
    closed: list[str] = []
    if close:
        answered = {q.id for q in history.queries(states=["Answered"])}
        closed = [query for query in taken if query in answered]
        history.move(closed, "Closed", when=when, who=who, reason="the answer was accepted")
    if as_json:
        print_json({"answered": new, "known": len(taken) - len(new), "closed": closed})
        return 0
    click.echo(f"{len(new)} answers taken over, {len(taken) - len(new)} were known already.")
    if closed:
        click.echo(f"{len(closed)} queries closed: {', '.join(closed)}")
    elif new:
        click.echo("Next: read them (tecdata queries list --state Answered), then close them.")
    return 0


def close_queries(
    study_dir: Path, ids: Sequence[str], state: State, reason: str, *, as_json: bool
) -> int:
    """Bring queries into a state by hand: Closed, Cancelled, or Open again."""
    when, who = when_and_who()
    moved = _history(study_dir).move(
        [name.upper() for name in ids], state, when=when, who=who, reason=reason
    )
    if as_json:
        print_json({"moved": moved, "state": state})
    else:
        click.echo(f"{len(moved)} of {len(ids)} queries are now {state}: {', '.join(moved)}")
    return 0


def show_ageing(study_dir: Path, centres: Sequence[str], *, as_json: bool) -> int:
    """How long queries have been open, by centre."""
    when, _ = when_and_who()
    groups: dict[str, list[Query]] = {}
    for query in _chosen(study_dir, centres, ("Open", "Answered")):
        groups.setdefault(query.finding.centre or "(study)", []).append(query)
    table = []
    for centre, queries in sorted(groups.items()):
        days = sorted(query.days_open(when) for query in queries)
        counts = dict.fromkeys((label for _, label in _AGES), 0)
        for age in days:
            counts[next(label for end, label in _AGES if end is None or age <= end)] += 1
        table.append(
            {
                "centre": centre,
                "open": sum(query.state == "Open" for query in queries),
                "answered": sum(query.state == "Answered" for query in queries),
                "median_days": round(statistics.median(days)),
                "oldest_days": days[-1],
                **counts,
            }
        )
    if as_json:
        print_json({"as_of": when, "centres": table})
    elif table:
        header = [name.replace("_", " ") for name in table[0]]
        print_table(f"Queries under way, {when[:10]}", header, [list(t.values()) for t in table])
    else:
        click.echo("No queries under way.")
    return 0


def verify_history(study_dir: Path, *, as_json: bool) -> int:
    """Compare every row of the history with its seal; a changed one is an error (exit code 2)."""
    history = _history(study_dir)
    rows = history.verify()
    number, seal = history.head()
    if as_json:
        print_json({"rows": rows, "last": number, "seal": seal})
    else:
        click.echo(f"{rows} rows, every one as it was written. Seal of the last: {seal}")
    return 0


def _history(study_dir: Path) -> History:
    """The history of a study; :class:`UsageError` where none was begun."""
    from tecdata.errors import UsageError
    from tecdata.report import History

    path = study_dir / "history.sqlite"
    if not path.is_file():
        raise UsageError(
            "the study has no history yet",
            place=str(path),
            next_step="It is begun by: tecdata run",
        )
    return History(path)


def _chosen(study_dir: Path, centres: Sequence[str], states: Sequence[str]) -> list[Query]:
    """The queries of some centres in some states."""
    from tecdata.errors import UsageError

    wanted = {state.casefold() for state in states}
    found = [q for q in _history(study_dir).queries() if q.state.casefold() in wanted]
    if not centres:
        return found
    codes = _codes(study_dir)
    unknown = [name for name in centres if name.casefold() not in codes]
    if unknown:
        raise UsageError(
            f"no centre is called {', '.join(unknown)}",
            place=str(study_dir / "mappings"),
            choices=tuple(codes),
            next_step="Name the centre by its code or its folder under mappings/",
        )
    chosen = {codes[name.casefold()] for name in centres}
    return [q for q in found if q.finding.centre in chosen]


def _codes(study_dir: Path) -> dict[str, str]:
    """Centre codes by code and by folder name, both without regard to case."""
    from tecdata.pipeline import centres_of
    from tecdata.spec import load_centre

    sources = {path.name: load_centre(path).source for path in centres_of(study_dir)}
    by_name = {name.casefold(): source.centre for name, source in sources.items()}
    return by_name | {source.centre.casefold(): source.centre for source in sources.values()}


def _checks(specs: Specs) -> dict[str, Check]:
    """The checks of the study's own suites, which carry their wordings."""
    return {e.id: e.check for suite in specs.suites.values() for e in suite.expectations}


def _hide(identifiers: Identifiers) -> Callable[[str], str]:
    """A function that hides in any text what a scan found."""
    from tecdata.finding import Finding
    from tecdata.validate import mask_values

    def hide(text: str) -> str:
        quoting = Finding(check="", severity="notice", message=text)
        return next(iter(mask_values([quoting], identifiers))).message

    return hide if identifiers.secrets else str
