"""A study folder as a Python object: open it, map it, harmonise it, write it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from tecdata.datasets import (
    begin_checks,
    derive_datasets,
    harmonise_centres,
    require_centres,
    require_datasets,
)
from tecdata.delivered import Landing
from tecdata.engine import EngineName
from tecdata.errors import UsageError
from tecdata.finding import Findings
from tecdata.frames import FrameKind
from tecdata.leftovers import remove_left_behind
from tecdata.pipeline import StudyRun, map_centres, require_known
from tecdata.publishing import Format, write_run, write_tabulations
from tecdata.spec import Specs, load_specs

if TYPE_CHECKING:
    from tecdata.centre_run import CentreRun, Progress
    from tecdata.dataset import Dataset
    from tecdata.derive.response.explain import Explanation
    from tecdata.recording import Recording

__all__ = ["Study", "open_study"]


@dataclasses.dataclass(frozen=True, slots=True)
class Study:
    """A study folder with its specs read and checked.

    ``findings`` collects what the last call of :meth:`harmonise` or :meth:`run` reported; ``engine``
    maps and harmonises; ``landing`` is read in place of the centres' files or written from them.

    Examples
    --------
    >>> import tecdata
    >>> study = tecdata.open_study(".")  # doctest: +SKIP
    >>> sdtm = study.harmonise()  # doctest: +SKIP
    >>> sdtm["DM"].to_polars().height  # doctest: +SKIP
    18
    """

    folder: Path
    specs: Specs
    findings: Findings = dataclasses.field(default_factory=Findings)
    engine: EngineName = "polars"
    landing: Landing | None = None

    def map(
        self,
        *,
        centres: Sequence[str] = (),
        keep_going: bool = False,
        progress: Progress | None = None,
        frames: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> tuple[CentreRun, ...]:
        """Read and map the centres (all, or those named by their folder under mappings/).

        ``frames`` gives the tables of some centres in place of their files, see :meth:`harmonise`.

        Raises :class:`~tecdata.errors.SpecError` for wrong mappings, before any file is read, and
        :class:`~tecdata.errors.IntakeError` or :class:`~tecdata.errors.MappingError` for the first
        centre that cannot be read, unless ``keep_going``.
        """
        self.findings.clear()
        options = self._options(centres, progress, frames, keep_going=keep_going)
        if self.engine == "spark":
            from tecdata.clustered import gather_mapped, share_study

            with share_study(self.folder, self.specs, harmonised=False, **options) as shared:
                return gather_mapped(shared, self.specs)
        return map_centres(self.folder, self.specs, engine=self.engine, **options)

    def harmonise(
        self,
        *,
        centres: Sequence[str] = (),
        keep_going: bool = False,
        progress: Progress | None = None,
        frames: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Mapping[str, Dataset]:
        """All SDTM datasets of the study by name: ``DM``, ``LB``, ``SUPPAE``, ``RELREC``.

        Parameters
        ----------
        centres
            Only these, by their folder under mappings/.
        frames
            For some of the centres (by folder name) their tables (by the name source.yaml gives) as
            pandas, Polars, PyArrow or Spark frames, all of one kind; they are taken in place of the
            centre's files. The datasets are then kept as that kind: ``sdtm["LB"].to_native()``.

        Examples
        --------
        >>> sdtm = study.harmonise(frames={"north": {"labs": labs, ...}})  # doctest: +SKIP
        """
        if not frames:
            return self._process(centres, progress, keep_going=keep_going).datasets
        require_known(frames, self.folder, centres)
        kind = FrameKind.of(frame for tables in frames.values() for frame in tables.values())
        made = self._process(centres, progress, keep_going=keep_going, frames=frames)
        return {name: kind.dataset(dataset) for name, dataset in made.datasets.items()}

    def derive(
        self,
        parts: Sequence[str] | None = None,
        *,
        centres: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> Mapping[str, Dataset]:
        """The analysis datasets (ADaM) by name: ``ADSL``, ``ADAE``, ``ADLB``.

        ``parts`` are names of :data:`tecdata.derive.PARTS`; without them all are made.

        Examples
        --------
        >>> adam = study.derive(["adsl"])  # doctest: +SKIP
        >>> adam["ADSL"].to_pandas()["TRTSDT"]  # doctest: +SKIP
        """
        made = self._process(centres, progress, keep_going=False)
        return derive_datasets(made.datasets, self.specs, self.findings, progress, parts)

    def analyse(
        self,
        *,
        centres: Sequence[str] = (),
        keep_going: bool = False,
        progress: Progress | None = None,
    ) -> StudyRun:
        """Everything that :meth:`run` computes, and nothing written: what tables, figures and reports are made of.

        Examples
        --------
        >>> made = study.analyse()  # doctest: +SKIP
        >>> made.adam["ADSL"].to_pandas()["FUPM"]  # doctest: +SKIP
        """
        run, complete = self._begin(self._options(centres, progress, keep_going=keep_going))
        own = Findings()
        try:
            adam = derive_datasets(run.datasets, self.specs, own, progress, runs=run.centres)
        finally:
            complete()
        self.findings.extend(own)
        return dataclasses.replace(run, adam=adam)

    def explain_response(self, usubjid: str, *, progress: Progress | None = None) -> Explanation:
        """Why a subject has its tiers of response, down to the source cells.

        Raises :class:`~tecdata.errors.UsageError` for a subject that is not followed for response.

        Examples
        --------
        >>> study.explain_response("TECAID-BE-003").visits[0].tier  # doctest: +SKIP
        """
        from tecdata.derive.response.explain import explain_response

        made = self._process((), progress, keep_going=False)
        return explain_response(made.datasets, self.specs, self.findings, usubjid)

    def run(
        self,
        out: Path | str,
        *,
        centres: Sequence[str] = (),
        keep_going: bool = False,
        recording: Recording | None = None,
        formats: Sequence[Format] = (),
        sdtm_only: bool = False,
        progress: Progress | None = None,
    ) -> StudyRun:
        """The main job: map, harmonise, check, and write everything under ``out``.

        ``recording`` keeps the run in the study's history, so that findings are known again in the
        next one; without it nothing but ``out`` is written. ``formats`` are further layouts of the
        findings: ``core-xlsx``, ``p21-xlsx``, ``junit``, ``json``. With ``sdtm_only`` the structure
        is checked and :func:`~tecdata.publishing.write_tabulations` writes the SDTM datasets: no
        expectations, analysis datasets, metadata, reports or queries.

        Raises :class:`~tecdata.errors.UsageError` where another run is writing to ``out``.
        """
        from tecdata.export import output_lock

        path = Path(out)
        remove_left_behind(None, *([self.landing.folder] if self.landing is not None else []))
        with output_lock(path):
            if sdtm_only:
                options = self._options(centres, progress, keep_going=keep_going)
                made, complete = self._begin(options, suites=False)
                written = write_tabulations(made, self.specs, path, complete, progress=progress)
            else:
                made = self.analyse(centres=centres, keep_going=keep_going, progress=progress)
                written = write_run(
                    made, self.specs, path, recording=recording, formats=formats, progress=progress
                )
        self.findings.clear()
        self.findings.extend(written.findings)
        return written

    def _process(
        self,
        centres: Sequence[str],
        progress: Progress | None,
        *,
        keep_going: bool,
        frames: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> StudyRun:
        """The harmonised datasets and all that was found."""
        run, complete = self._begin(self._options(centres, progress, frames, keep_going=keep_going))
        complete()
        return run

    def _begin(
        self, options: dict[str, Any], *, suites: bool = True
    ) -> tuple[StudyRun, Callable[[], None]]:
        """The harmonised datasets; their checks are under way until the function returned is called."""
        self.findings.clear()
        progress = options["progress"]
        if self.engine == "spark":
            from tecdata.clustered import harmonise_shared

            runs, datasets = harmonise_shared(self.folder, self.specs, **options)
        else:
            runs = map_centres(self.folder, self.specs, engine=self.engine, **options)
            require_centres(runs)
            datasets = harmonise_centres(runs, self.specs, self.findings, progress)
        complete = begin_checks(datasets, runs, self.specs, progress, suites=suites)
        require_datasets(datasets, self.folder)
        run = StudyRun(centres=runs, datasets=datasets, findings=self.findings)
        return run, functools.partial(complete, self.findings, self.folder)

    def _options(
        self,
        centres: Sequence[str],
        progress: Progress | None,
        frames: Mapping[str, Mapping[str, Any]] | None = None,
        *,
        keep_going: bool,
    ) -> dict[str, Any]:
        return {
            "names": centres,
            "keep_going": keep_going,
            "findings": self.findings,
            "progress": progress,
            "frames": frames,
            "landing": self.landing,
        }


def open_study(
    folder: Path | str = ".",
    *,
    engine: EngineName = "polars",
    landing: Path | str | None = None,
    from_landing: Path | str | None = None,
) -> Study:
    """Open a study folder: one with ``specs/`` and ``mappings/``.

    ``engine`` says what maps and harmonises: Polars, pandas, or Spark for what one machine cannot
    hold. The records are the same on each. ``landing`` is a folder that gets what is read of the
    centres' files as Parquet; ``from_landing`` one to take it from, in place of the files. It holds
    raw values of patients.

    Raises :class:`~tecdata.errors.UsageError` where the folder is not a study folder and
    :class:`~tecdata.errors.SpecError` listing every problem of its specs.
    """
    path = Path(folder)
    if not path.is_dir():
        raise UsageError(
            "the study folder does not exist",
            place=str(path),
            next_step="Name a folder with specs/ and mappings/, or make one: tecdata init DIR",
        )
    if engine not in get_args(EngineName):
        raise UsageError(
            f"there is no engine '{engine}'",
            choices=get_args(EngineName),
            next_step="Choose one; what runs the expectation suites is set in specs/checks.yaml",
        )
    if landing is not None and from_landing is not None:
        raise UsageError(
            "a landing is written or read, not both", next_step="Give landing or from_landing"
        )
    landed = None
    if landing is not None or from_landing is not None:
        landed = Landing(Path(landing or from_landing or ""), taken=landing is None)
    return Study(path, load_specs(path / "specs"), engine=engine, landing=landed)
