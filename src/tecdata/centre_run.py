"""One centre of a run: how it is declared, read and mapped, and what came of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from tecdata.aside import Shared, aside
from tecdata.delivered import Landing, comments_to_record, take_delivery
from tecdata.errors import IntakeError, MappingError, TecdataError
from tecdata.finding import Finding, Findings
from tecdata.unrun import OF_A_FILE, OF_MAPPED, not_run, of_rooms

if TYPE_CHECKING:
    from tecdata.aside import Later
    from tecdata.dataset import CellComment, Dataset
    from tecdata.engine import EngineName
    from tecdata.intake import Delivery
    from tecdata.mapping import CellAccount, MappedCentre
    from tecdata.spec import CentreMapping, Specs
    from tecdata.table import RawTable
    from tecdata.validate import Identifiers

    #: Records and account of a centre, or why its mapping does not fit; and what was found.
    _Mapped = tuple[MappedCentre | MappingError, Findings]

__all__ = ["Centre", "CentreRun", "CentreWork", "Progress", "kept_account", "left_out"]

#: Called with a stage's name and what it works on, for instance ``("map", "north")``.
Progress = Callable[[str, str], None]


@dataclasses.dataclass(frozen=True, slots=True)
class Centre:
    """A centre as its mapping folder declares it; ``name`` is the folder's name."""

    name: str
    mapping: CentreMapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CentreRun:
    """What came of one centre: its delivery and mapped datasets, or the error that stopped it."""

    name: str
    centre: str = ""
    delivery: Delivery | None = None
    datasets: Mapping[str, Dataset] = dataclasses.field(default_factory=dict)
    comments: tuple[CellComment, ...] = ()
    account: CellAccount | None = None
    mapping: CentreMapping | None = None
    identifiers: Identifiers | None = None
    error: TecdataError | None = None
    counts: Mapping[str, int] = dataclasses.field(default_factory=dict)

    @property
    def records(self) -> Mapping[str, int]:
        """Records that mapping made, by domain; ``counts`` where they are not on this machine."""
        return self.counts or {name: len(dataset) for name, dataset in self.datasets.items()}


@dataclasses.dataclass(slots=True)
class CentreWork:
    """A centre being read and mapped, or the error that stopped it, and what was found meanwhile."""

    centre: Centre
    findings: Findings = dataclasses.field(default_factory=Findings)
    known: list[Identifiers] = dataclasses.field(default_factory=list)
    error: TecdataError | None = None
    _finish: Later[CentreRun] | None = None

    def begin(
        self,
        folder: Path,
        specs: Specs,
        tell: Progress,
        frames: Mapping[str, Any] | None,
        engine: EngineName,
        landing: Landing | None,
    ) -> None:
        """Read the centre's tables and map them: aside where nothing else is being done there, or at once."""
        name, source = self.centre.name, self.centre.mapping.source
        tell("read", name)
        delivery, identifiers = take_delivery(
            folder, name, source, self.findings, frames=frames, landing=landing
        )
        self.known.append(identifiers)
        tell("map", name)
        held: Literal["polars", "pandas"] = "pandas" if engine == "pandas" else "polars"
        mapping = self.centre.mapping
        if aside().idle:
            later = aside().submit(_map, mapping, delivery.tables, Shared(specs), held)
            self._finish = lambda: self._mapped(delivery, identifiers, later())
        else:
            made = self._mapped(delivery, identifiers, _map(mapping, delivery.tables, specs, held))
            self._finish = lambda: made

    def run(self, *, keep_going: bool) -> CentreRun:
        """What came of the centre; with ``keep_going`` an error becomes part of it and of the findings."""
        centre, error = self.centre, self.error
        if self._finish is not None:
            try:
                return self._finish()
            except TecdataError as late:
                error = late
        if error is None or not keep_going:
            raise error or AssertionError("the work at a centre was not begun")
        self.findings.extend(left_out(centre, error))
        code = centre.mapping.source.centre
        return CentreRun(name=centre.name, centre=code, mapping=centre.mapping, error=error)

    def _mapped(self, delivery: Delivery, identifiers: Identifiers, made: _Mapped) -> CentreRun:
        mapped, found = made
        self.findings.extend(found)
        if isinstance(mapped, MappingError):
            raise mapped
        source = self.centre.mapping.source
        return CentreRun(
            name=self.centre.name,
            centre=source.centre,
            delivery=delivery,
            mapping=self.centre.mapping,
            identifiers=identifiers,
            datasets=mapped.datasets,
            comments=comments_to_record(delivery, source, identifiers, self.findings),
            account=kept_account(mapped.account, delivery),
        )


def _map(
    mapping: CentreMapping,
    tables: Mapping[str, RawTable],
    specs: Specs,
    held: Literal["polars", "pandas"],
) -> _Mapped:
    """Map a centre; where its mapping does not fit, what had been found until then counts too."""
    from tecdata.mapping import map_centre

    found = Findings()
    try:
        return map_centre(mapping, tables, specs, found, engine=held), found
    except MappingError as error:
        return error, found


def kept_account(account: CellAccount, delivery: Delivery) -> CellAccount:
    """The account of a centre's cells with those that intake left out by declaration."""
    from tecdata.mapping import Declared

    return account.with_declared(
        Declared(table=table, column="", reason=reason, cells=cells)
        for table, own in delivery.accounts.items()
        for reason, cells in own.cells_skipped.items()
    )


def left_out(centre: Centre, error: TecdataError) -> Iterator[Finding]:
    """A centre that could not be read, and which checks have not looked at it: who reads only the findings must see it."""
    lines = [" ".join(line.split()) for line in str(error).splitlines()]
    reason = "; ".join(filter(None, lines)).replace(":; ", ": ")
    code = centre.mapping.source.centre
    yield Finding.of("run.centre_left_out", centre=code, name=centre.name, reason=reason)
    read = not isinstance(error, IntakeError)
    why = "its mapping does not fit" if read else "a file could not be read"
    idle = of_rooms(OF_MAPPED if read else OF_A_FILE)
    yield from not_run(idle, f"centre {centre.name}", why, centre=code)
