"""The study folder that ships with tecdata, and how it is laid down."""

from __future__ import annotations

from pathlib import Path

from tecdata.errors import UsageError

__all__ = ["init_study", "template_folder"]


def template_folder() -> Path:
    """Where the study folder that ships with tecdata lies (installed wheel or checkout)."""
    package = Path(__file__).parent
    shipped = package / "_study"
    return shipped if shipped.is_dir() else package.parents[1]


def init_study(folder: Path | str, *, sample: bool = True) -> Path:
    """Lay down a study folder: the specs, and with ``sample`` five mapped example centres.

    Raises :class:`~tecdata.errors.UsageError` where the folder exists and is not empty.
    """
    import shutil

    target = Path(folder)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            "the folder exists and is not empty",
            place=str(target),
            next_step="Name a new folder; nothing was written",
        )
    source = template_folder()
    target.mkdir(parents=True, exist_ok=True)
    shutil.copytree(source / "specs", target / "specs")
    if sample:
        from tecdata.demo import cohort, write_contradictions, write_exports

        shutil.copytree(source / "mappings", target / "mappings")
        write_exports(cohort(), target / "sample_exports")
        write_contradictions(target)
    else:
        (target / "mappings").mkdir()
        (target / "raw").mkdir()
    return target
