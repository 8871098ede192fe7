"""One incoming delivery of one centre, checked before anything is written.

Unlike a run, it goes on where something is missing: what is not there becomes a finding, and the
rest is read, mapped and checked all the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tecdata import validate
from tecdata.delivered import comments_to_record, drop_recorded
from tecdata.errors import HarmoniseError, MappingError, UsageError
from tecdata.finding import Finding, Findings
from tecdata.harmonise import harmonise
from tecdata.intake.chosen_files import Chosen, choose_files
from tecdata.intake.partial import Partial, read_files
from tecdata.mapping import CellAccount, Declared, MappedCentre, check_centre, map_centre
from tecdata.mapping.expected import domains_without_keys, expected_columns, with_stand_ins
from tecdata.mapping.renamed import Rename, as_expected, with_own_name
from tecdata.pipeline import centres_of
from tecdata.spec import CentreMapping, Specs, load_centre
from tecdata.spec.policy import load_waivers
from tecdata.unread import domains_lost, unread
from tecdata.unrun import OF_DATASETS, by_needs, lacking, not_run, of_rooms

if TYPE_CHECKING:
    from tecdata.centre_run import Progress
    from tecdata.dataset import CellComment, Dataset
    from tecdata.intake import InputFile
    from tecdata.table import RawTable

__all__ = ["CheckedDelivery", "check_delivery"]

#: Findings that a single centre always gives.
_OF_ALL_CENTRES = frozenset({"harmonise.empty_domain"})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class CheckedDelivery:
    """What a check of a delivery came to; ``files`` are those that were given."""

    name: str
    centre: str
    files: tuple[InputFile, ...]
    account: CellAccount | None
    records: Mapping[str, int]
    findings: Findings

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings of severity error or reject or a check that could not run, 2 a file or all tables could not be read."""
        told = {finding.check for finding in self.findings}
        nothing_read = self.account is None or not self.account.cells_read
        if not self.files or "file.unreadable" in told:
            return 2
        if nothing_read and "file.table_unreadable" in told:
            return 2
        unclean = self.findings.count("error") + self.findings.count("reject")
        return 1 if unclean or any(f.status == "not_run" for f in self.findings) else 0


def check_delivery(
    folder: Path,
    specs: Specs,
    name: str,
    paths: Sequence[Path],
    *,
    before: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> CheckedDelivery:
    """Read, search for identifiers, compare, map, harmonise and check some files of a centre.

    Parameters
    ----------
    folder, specs
        The study folder and its specs.
    name
        The centre, by its folder under ``mappings/``.
    paths
        The files of the delivery, wherever they lie. The centre's other files are taken from its
        folder in the study, for checks across files; findings on those alone are not given.
    before
        Snapshot of the last delivery (:func:`tecdata.validate.snapshot`); by default that of the
        files of the same names in the centre's folder, unless they are the very same.

    Returns
    -------
    CheckedDelivery
        Identifiers are masked in all findings. Nothing is written.

    Raises
    ------
    SpecError, UsageError
        Wrong specs or mapping; no such centre, or no file given.
    """
    if not paths:
        raise UsageError("no file to check was named", next_step="tecdata check FILE --centre NAME")
    tell = progress or (lambda stage, what: None)
    mapping = load_centre(centres_of(folder, [name])[0])
    check_centre(mapping, specs)
    chosen = choose_files(mapping.source, paths, folder / mapping.source.folder)
    found = Findings(chosen.findings)
    tell("read", ", ".join(path.name for path in chosen.given.values()) or name)
    given = _read(mapping, chosen.given, found)
    rest = _read(mapping, chosen.rest, Findings())
    tell("compare", name)
    identifiers = _scan(mapping, given)
    changes = _drift(mapping, given, chosen, before)
    found.extend([*identifiers, *changes])
    tell("map and check", name)
    renames = _renames(changes)
    tables = {**rest.delivery.tables, **as_expected(given.delivery.tables, renames)}
    mapped, records = _map_and_check(mapping, specs, tables, chosen, given, identifiers, found)
    shown = (with_own_name(f, renames) for f in found if _speaks_of(f, chosen.names))
    return CheckedDelivery(
        name=name,
        centre=mapping.source.centre,
        files=given.delivery.files,
        account=_account(mapped, given) if mapped else None,
        records=records,
        findings=_by_policy(validate.mask_values(shown, identifiers), specs, folder),
    )


def _speaks_of(finding: Finding, names: Sequence[str]) -> bool:
    """Whether a finding concerns the files given; what names no file concerns the whole."""
    if not finding.file or finding.check.startswith(("file.", "identifier.")):
        return True
    return finding.file in names or any(cell.file in names for cell in finding.cells)


def _read(mapping: CentreMapping, files: Mapping[str, Path], found: Findings) -> Partial:
    partial = read_files(mapping.source, files, found)
    for problem in partial.problems:
        found.extend(unread(problem, mapping.source.centre))
    return partial


def _scan(mapping: CentreMapping, given: Partial) -> validate.Identifiers:
    tables = given.delivery.tables
    return validate.scan_identifiers(tables, mapping.source, beside=given.beside)


def _drift(
    mapping: CentreMapping, given: Partial, chosen: Chosen, before: Mapping[str, Any] | None
) -> list[Finding]:
    tables = given.delivery.tables
    digests = {file.path: file.sha256 for file in given.delivery.files}
    earlier = chosen.earlier(digests)
    if before is None and earlier:
        last = _read(mapping, earlier, Findings())
        before = validate.snapshot(last.delivery.tables, mapping.source)
    return validate.drift(
        before, tables, mapping.source, expected=expected_columns(mapping, tables)
    )


def _renames(changes: Sequence[Finding]) -> tuple[Rename, ...]:
    return tuple(
        Rename(f.file, f.sheet, name=f.value, expected=dict(f.details)["expected"])
        for f in changes
        if f.check == "file.column_renamed"
    )


def _map_and_check(
    mapping: CentreMapping,
    specs: Specs,
    tables: Mapping[str, RawTable],
    chosen: Chosen,
    given: Partial,
    identifiers: validate.Identifiers,
    found: Findings,
) -> tuple[MappedCentre | None, dict[str, int]]:
    """Map what there is (what is not there is empty and not spoken of), harmonise, check.

    Returns what was mapped, and the number of records by dataset.
    """
    centre = mapping.source.centre
    whole, absent = with_stand_ins(mapping, tables)
    own = Findings()
    try:
        mapped = map_centre(mapping, whole, specs, own)
    except MappingError as error:
        found.add(_not_checked("the content", centre, str(error)))
        idle = of_rooms(("mapping", *OF_DATASETS), validate.all_checks(specs))
        found.extend(not_run(idle, centre, "its mapping does not fit", centre=centre))
        return None, {}
    expected = expected_columns(mapping, whole)
    found.extend(f for f in own if not _of_stand_in(f, whole, absent, expected))
    datasets = {code: d for code, d in mapped.datasets.items() if len(d)}
    keyless = domains_without_keys(mapping, specs, whole, absent)
    lost = domains_lost(mapping, chosen.given, tables)
    noted = comments_to_record(given.delivery, mapping.source, identifiers, found)
    return mapped, _check(centre, datasets, specs, keyless, lost, noted, found)


def _account(mapped: MappedCentre, given: Partial) -> CellAccount:
    """The account of the cells of the files given."""
    account = mapped.account.with_declared(
        Declared(table=table, column="", reason=reason, cells=cells)
        for table, read in given.delivery.accounts.items()
        for reason, cells in read.cells_skipped.items()
    )
    delivered = set(given.delivery.tables)
    return dataclasses.replace(
        account,
        tables=tuple(t for t in account.tables if t.table in delivered),
        declared=tuple(d for d in account.declared if d.table in delivered),
    )


def _of_stand_in(
    finding: Finding,
    tables: Mapping[str, RawTable],
    absent: Mapping[str, Sequence[str]],
    expected: Mapping[str, Mapping[str, str]],
) -> bool:
    """Whether a finding only says that what was made up is empty."""
    lost = dict(finding.details).get("table", "")
    if lost in absent and not tables[lost].frame.height:
        return True
    for name, columns in absent.items():
        table = tables[name]
        if (table.file, table.sheet) != (finding.file, finding.sheet):
            continue
        # What rules read beside a missing column is left over; the missing column is the cause.
        if finding.check == "mapping.unmapped_row":
            return True
        if finding.check == "mapping.unmapped_column" and finding.value in expected[name]:
            return True
        row = "".join(c for c in finding.cell.partition(",")[0] if c.isdigit())
        number = int(row) if row else None
        if finding.cell in {table.address(number, column) for column in columns}:
            return True
    return False


def _not_checked(what: str, centre: str, problem: str) -> Finding:
    return Finding.of(
        "file.not_checked", status="not_run", centre=centre, what=what, problem=problem
    )


def _check(
    centre: str,
    datasets: Mapping[str, Dataset],
    specs: Specs,
    keyless: Mapping[str, Sequence[str]],
    lost: Collection[str],
    noted: Sequence[CellComment],
    found: Findings,
) -> dict[str, int]:
    """Harmonise the centre alone, then structure and suites; the number of records by domain."""
    own = Findings()
    try:
        whole = harmonise([datasets], specs, own, noted)
    except HarmoniseError as error:
        found.add(_not_checked("the structure of the datasets", centre, str(error)))
        idle = of_rooms(OF_DATASETS, validate.all_checks(specs))
        found.extend(not_run(idle, centre, "there is no whole dataset", centre=centre))
        return {code: len(dataset) for code, dataset in datasets.items()}
    if "CO" in whole:
        drop_recorded(found, whole["CO"])
    told = by_needs(own, "harmonise", lacking(datasets), lost, centre=centre)
    found.extend(f for f in told if f.check not in _OF_ALL_CENTRES)
    checked = validate.check_structure(whole, specs)
    # What is about a dataset that was not delivered does not apply; one that could not be read is missed.
    checked += validate.run_suites(whole, specs, expected={*whole, *lost})
    found.extend(f for f in checked if f.domain not in keyless)
    for code, columns in sorted(keyless.items()):
        missing = ", ".join(f"'{column}'" for column in columns)
        why = f"its records cannot be told apart without {missing}"
        found.add(_not_checked(f"the structure of {code}", centre, why))
        looked = {f.check for f in checked if f.domain == code and f.status != "not_applicable"}
        idle = (check for check in validate.all_checks(specs) if check.id in looked)
        found.extend(not_run(idle, code, why, centre=centre, domain=code))
    return {name: len(dataset) for name, dataset in whole.items()}


def _by_policy(findings: Findings, specs: Specs, folder: Path) -> Findings:
    """The findings as the study sees them; waivers for other centres fit nothing here."""
    applied = validate.apply_policy(findings, specs.policy, load_waivers(folder))
    return Findings(f for f in applied if f.check != "policy.waiver_unused")
