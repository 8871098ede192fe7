"""Recall and precision of the checks, kind by kind, over errors planted with many seeds.

Run it: ``python -m tests.bench.bench_recall [SEEDS] [ERRORS] [FIRST_SEED]``.

Recall: errors that a failed finding of an expected check reports, naming their cell or their record.
Precision: findings of severity error or reject that a planted error explains, of all that there
are. The clean 18 must give no such finding at all.
"""

from __future__ import annotations

import dataclasses
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.planted_matching import Outcome, compare

from tecdata.check_delivery import check_delivery
from tecdata.demo import cohort, write_exports
from tecdata.demo.exports import FOLDERS
from tecdata.demo.planting import KINDS, plant_errors
from tecdata.spec import Specs, load_specs

if TYPE_CHECKING:
    from tecdata.demo.planting_model import Planted
    from tecdata.finding import Finding

__all__ = ["Tally", "checked", "grave", "seeded"]

ROOT = Path(__file__).parents[2]
SEEDS, ERRORS = 20, len(KINDS)
RECALL = 0.98


@dataclasses.dataclass
class Tally:
    """What has been counted so far, by kind or by check."""

    planted: Counter[str] = dataclasses.field(default_factory=Counter)
    reported: Counter[str] = dataclasses.field(default_factory=Counter)
    grave: int = 0
    unexplained: Counter[str] = dataclasses.field(default_factory=Counter)
    missed: list[Planted] = dataclasses.field(default_factory=list)
    examples: dict[str, str] = dataclasses.field(default_factory=dict)

    def add(self, outcome: Outcome, findings: Iterable[Finding]) -> None:
        """Count one planting."""
        self.grave += len(grave(findings))
        for error, finding in outcome.reported:
            self.planted[error.kind] += 1
            self.reported[error.kind] += finding is not None
            if finding is None:
                self.missed.append(error)
        for finding in outcome.unexplained:
            self.unexplained[finding.check] += 1
            self.examples[finding.check] = f"{finding.usubjid} {finding.message}"

    def short(self) -> list[str]:
        """Kinds that can be seen and are not reported as often as they should be."""
        seen = [kind for kind in self.planted if not KINDS[kind].unseen]
        return [kind for kind in seen if self.reported[kind] < RECALL * self.planted[kind]]

    def recall(self) -> float:
        """Share of the errors that can be seen that were reported."""
        seen = [kind for kind in self.planted if not KINDS[kind].unseen]
        return sum(self.reported[k] for k in seen) / max(1, sum(self.planted[k] for k in seen))


def grave(findings: Iterable[Finding]) -> list[Finding]:
    """Failed findings of severity error or reject."""
    return [f for f in findings if f.status == "failed" and f.severity in ("error", "reject")]


def checked(exports: Path, specs: Specs) -> list[Finding]:
    """The findings of all five centres' deliveries, each checked against the clean one."""
    found: list[Finding] = []
    for folder in FOLDERS.values():
        paths = sorted(p for p in (exports / folder).iterdir() if p.is_file())
        found += check_delivery(ROOT, specs, folder, paths).findings
    return found


def seeded(seed: int, errors: int, specs: Specs, folder: Path) -> tuple[Outcome, list[Finding]]:
    """Plant, check, compare."""
    _, planted = plant_errors(cohort(), folder, errors, seed)
    findings = checked(folder, specs)
    codes = {name: test.testcd for name, test in specs.tests.items()}
    return compare(planted, findings, codes), findings


def main(seeds: int, errors: int, first: int) -> int:
    """Print the table; 1 where a target is missed."""
    specs = load_specs(ROOT / "specs")
    tally = Tally()
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        clean = Path(name) / "clean"
        write_exports(cohort(), clean)
        false = grave(checked(clean, specs))
        for seed in range(first, first + seeds):
            folder = Path(name) / str(seed)
            tally.add(*seeded(seed, errors, specs, folder))
    took = time.perf_counter() - begun
    _print(tally, false)
    _say(f"{seeds} seeds of {errors} errors in {took:.0f} s")
    return int(bool(tally.short()) or bool(false))


def _print(tally: Tally, false: list[Finding]) -> None:
    _say(f"{'kind':36} {'planted':>7} {'reported':>8} {'recall':>7}")
    for kind in sorted(KINDS, key=lambda k: (bool(KINDS[k].unseen), k)):
        number, found = tally.planted[kind], tally.reported[kind]
        share = f"{found / number:7.2f}" if number else "      -"
        note = f"  not to be seen: {KINDS[kind].unseen}" if KINDS[kind].unseen else ""
        _say(f"{kind:36} {number:7} {found:8} {share}{note}")
    _say("")
    for error in sorted(tally.missed, key=lambda e: e.kind):
        if error.seen:
            place = f"{error.file} {error.sheet} {error.cell}".strip()
            _say(f"missed: {error.kind}: {error.usubjid} {dict(error.record)} {place}: {error.was} -> {error.now}")  # fmt: skip
    for check, number in tally.unexplained.most_common():
        _say(f"unexplained: {number} x {check}: {tally.examples[check]}")
    for finding in false:
        _say(f"false on the clean 18: {finding.check}: {finding.message}")
    right = 1 - sum(tally.unexplained.values()) / max(1, tally.grave)
    _say(f"\nrecall {tally.recall():.4f}, precision {right:.4f}")
    _say(f"kinds below {RECALL}: {', '.join(sorted(tally.short())) or 'none'}")
    _say(f"false findings on the clean 18: {len(false)} (target 0)")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    arguments = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(arguments + [SEEDS, ERRORS, 0][len(arguments) :])))
