"""What was made from an output after its run: tables, figures, profiles, the study report.

``tecdata run`` writes datasets and what belongs to them; everything here is made by commands of
its own, when somebody wants it. ``products.json`` keeps the digest of each such file and of the
manifest it was made under, so that no table outlives the datasets that it was made of.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tecdata.export.atomic import MANIFEST, write_bytes_atomic
from tecdata.export.digests import SEAL, file_digest

__all__ = ["PRODUCTS", "drop_stale", "product_differences", "record_products"]

PRODUCTS: Final = "products.json"


def record_products(out: Path, paths: Iterable[Path]) -> None:
    """Remember files just made below ``out`` with the manifest that they were made under.

    Files of the same folders that are remembered and no longer there are forgotten.

    >>> import tempfile
    >>> out = Path(tempfile.mkdtemp())
    >>> _ = (out / "table.csv").write_text("1")
    >>> record_products(out, [out / "table.csv"])
    >>> drop_stale(out)
    ()
    >>> _ = (out / "manifest.json").write_text('{"manifest_sha256": "another run"}')
    >>> drop_stale(out), (out / "table.csv").exists()
    (('table.csv',), False)
    """
    run = _manifest_digest(out)
    kept = {n: entry for n, entry in _known(out).items() if (out / n).is_file()}
    for path in paths:
        name = path.relative_to(out).as_posix()
        kept[name] = {"sha256": file_digest(path), "manifest_sha256": run}
    _write(out, kept)


def drop_stale(out: Path) -> tuple[str, ...]:
    """Remove what was made from another run than the one in ``out`` now; the paths, sorted.

    A file that was changed after it was made is somebody's work and stays.
    """
    known = _known(out)
    if not known:
        return ()
    run = _manifest_digest(out)
    stale = [n for n in sorted(known) if known[n].get("manifest_sha256") != run]
    dropped = tuple(n for n in stale if _unchanged(out, n, known[n]))
    for name in dropped:
        (out / name).unlink()
        with contextlib.suppress(OSError):  # the folder holds other files
            (out / name).parent.rmdir()
    _write(out, {n: entry for n, entry in known.items() if n not in dropped})
    return dropped


def product_differences(out: Path) -> Iterator[tuple[str, str]]:
    """Each file made after the run that is not as it was made, or not of this run, and what is wrong."""
    run = _manifest_digest(out)
    for name, entry in sorted(_known(out).items()):
        if not (out / name).is_file():
            yield name, "it is missing"
        elif not _unchanged(out, name, entry):
            yield name, "its bytes differ from what was written (SHA-256)"
        elif entry.get("manifest_sha256") != run:
            yield name, "it was made from another run; make it again: tecdata report"


def _known(out: Path) -> dict[str, dict[str, Any]]:
    """The products by name with their digests; none where the file is missing or damaged."""
    try:
        files = json.loads((out / PRODUCTS).read_bytes())["files"]
        return {str(n): dict(e) for n, e in files.items() if _inside(out, str(n))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _inside(out: Path, name: str) -> bool:
    """Whether a name stays within the output folder."""
    return (out / name).resolve().is_relative_to(out.resolve())


def _unchanged(out: Path, name: str, entry: dict[str, Any]) -> bool:
    """Whether a product is there as it was written."""
    return (out / name).is_file() and file_digest(out / name) == entry.get("sha256")


def _manifest_digest(out: Path) -> str:
    """The seal of the manifest, by which a run is known; empty where there is none."""
    try:
        return str(json.loads((out / MANIFEST).read_bytes())[SEAL])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _write(out: Path, files: dict[str, dict[str, Any]]) -> None:
    """Write the list of products, or take it away where it would be empty."""
    if files:
        text = json.dumps({"files": files}, sort_keys=True, indent=2, ensure_ascii=False)
        write_bytes_atomic(out / PRODUCTS, (text + "\n").encode())
    else:
        (out / PRODUCTS).unlink(missing_ok=True)
