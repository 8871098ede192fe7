"""CO: what people noted beside cells, as comments on the records that were made of them (SDTMIG 3.4, section 5.1)."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any, Final

import narwhals as nw

from tecdata.dataset import BLOCK, COLUMN, PART, ROW, CellComment, Dataset, Origin
from tecdata.errors import HarmoniseError
from tecdata.harmonise.columns import whole_number
from tecdata.harmonise.report import plain
from tecdata.harmonise.sequence import derive_sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tecdata.spec import DomainSpec, Specs

__all__ = ["derive_comments", "split_comment"]

#: Bytes of COVAL and of each of COVAL1, COVAL2, … (SDTMIG 3.4, CO assumption 3).
_LIMIT: Final = 200
#: Where a record holds what was observed: a comment on that cell is about this record alone.
_MAIN: Final = ("ORRES", "TERM", "TRT")


@dataclasses.dataclass(frozen=True, slots=True)
class _Link:
    """A comment and a record made of its cell; ``main`` where it is the cell of what was observed."""

    comment: CellComment
    dataset: Dataset
    record: Mapping[str, Any]
    column: str
    main: bool


def derive_comments(
    datasets: Mapping[str, Dataset], comments: Sequence[CellComment], specs: Specs
) -> Dataset | None:
    """CO with a record for each comment and record made of its cell; None where there is none.

    Parameters
    ----------
    datasets
        By domain, with --SEQ set.
    comments
        Those that are to become records; they hold no identifier.
    specs
        Needs the domain CO.

    Notes
    -----
    A comment on the cell of a result, a term or a treatment is about that record alone; one on another
    cell (a date, a unit) about every record the cell was read for. A comment on a cell that no record was
    made of gives none. COREF names the table and the cell; text over 200 bytes goes on in COVAL1 and so on.

    Raises :class:`HarmoniseError` where there are such records but the study has no spec CO.
    """
    links = [link for name in sorted(datasets) for link in _links(datasets[name], comments)]
    about_one = {link.comment for link in links if link.main}
    links = [link for link in links if link.main or link.comment not in about_one]
    if not links:
        return None
    spec = specs.domains.get("CO")
    if spec is None:
        raise HarmoniseError(
            "comments are to become records but there is no spec CO",
            choices=sorted(specs.domains),
            next_step="Add specs/sdtm/co.yaml, or leave comments out of source.yaml",
        )
    model = next(iter(datasets.values())).frame
    made = Dataset(spec=spec, frame=_frame(links, spec, model), origins=_origins(links))
    return derive_sequence(made)


def split_comment(text: str, limit: int = _LIMIT) -> list[str]:
    """A text in parts of at most ``limit`` bytes of UTF-8, divided between words where there are any.

    >>> split_comment("Material reichte nicht", 12)
    ['Material', 'reichte', 'nicht']
    >>> split_comment("äöü", 4)
    ['äö', 'ü']
    """
    parts = []
    rest = " ".join(text.split())
    while len(rest.encode()) > limit:
        fits = rest.encode()[: limit + 1].decode(errors="ignore")
        cut = fits.rfind(" ")
        part = rest[:cut] if cut > 0 else rest.encode()[:limit].decode(errors="ignore")
        parts.append(part.rstrip())
        rest = rest[len(part) :].lstrip()
    return [*parts, rest] if rest else parts


def _links(dataset: Dataset, comments: Sequence[CellComment]) -> Iterator[_Link]:
    """The records of a dataset that a commented cell was read for."""
    known = {(c.centre, c.file, c.sheet, c.cell): c for c in comments}
    places = {place[:3] for place in known}
    blocks = {
        block: origin
        for block, origin in dataset.origins.items()
        if (origin.centre, origin.file, origin.sheet) in places
    }
    rows = sorted({int(n) for c in comments for n in re.findall(r"\d+", c.cell)})
    if not blocks or BLOCK not in dataset.frame.columns:
        return
    near = dataset.frame.filter(nw.col(BLOCK).is_in(sorted(blocks)) & nw.col(ROW).is_in(rows))
    main = {f"{dataset.domain}{suffix}" for suffix in _MAIN}
    for record in near.iter_rows(named=True):
        origin = blocks[record[BLOCK]]
        read: dict[str, tuple[str, bool]] = {}
        for variable, source in origin.columns.items():
            column = plain(record[COLUMN]) if source == "$value" else source
            cell = origin.cell(variable, int(record[ROW]), plain(record[COLUMN]))
            read[cell] = (column, variable in main or read.get(cell, ("", False))[1])
        for cell, (column, is_main) in read.items():
            comment = known.get((origin.centre, origin.file, origin.sheet, cell))
            if comment is not None:
                yield _Link(comment, dataset, record, column, is_main)


def _frame(links: Sequence[_Link], spec: DomainSpec, model: nw.DataFrame[Any]) -> nw.DataFrame[Any]:
    texts = [split_comment(link.comment.text) for link in links]
    room = [n for n in ("COVAL", *(f"COVAL{i}" for i in range(1, 100))) if n in spec.by_name]
    # What the last variable has no room for stays in it: the export splits it like any long text.
    texts = [[*t[: len(room) - 1], " ".join(t[len(room) - 1 :])] for t in texts]
    used = room[: max(sum(map(bool, t)) for t in texts)]
    columns: dict[str, list[Any]] = {
        "STUDYID": [link.record["STUDYID"] for link in links],
        "DOMAIN": ["CO"] * len(links),
        "RDOMAIN": [link.dataset.domain for link in links],
        "USUBJID": [link.record["USUBJID"] for link in links],
        "IDVAR": [_key(link)[0] for link in links],
        "IDVARVAL": [_key(link)[1] for link in links],
        "COREF": [f"{link.comment.table} {link.comment.cell}" for link in links],
        **{n: [t[i] if i < len(t) else None for t in texts] for i, n in enumerate(used)},
        BLOCK: [_block(link) for link in links],
        COLUMN: [link.column for link in links],
    }
    numbers = {ROW: [int(link.record[ROW]) for link in links], PART: [1] * len(links)}
    frame = nw.from_dict(
        {**columns, **numbers},
        schema={**dict.fromkeys(columns, nw.String()), **dict.fromkeys(numbers, nw.Int64())},
        backend=model.implementation,
    )
    whole = whole_number(model)
    frame = frame.with_columns(nw.col(ROW, PART).cast(whole))
    empty = [nw.when(nw.col(n) != "").then(nw.col(n)).alias(n) for n in used]
    return frame.with_columns(empty)


def _key(link: _Link) -> tuple[str | None, str | None]:
    """IDVAR and IDVARVAL; none for DM, which has one record a subject."""
    name = f"{link.dataset.domain}SEQ"
    return (name, plain(link.record[name])) if name in link.record else (None, None)


def _block(link: _Link) -> str:
    return f"{plain(link.record[BLOCK])}/comments"


def _origins(links: Sequence[_Link]) -> dict[str, Origin]:
    return {
        _block(link): dataclasses.replace(
            link.dataset.origins[plain(link.record[BLOCK])], columns={"COVAL": "$value"}
        )
        for link in links
    }
