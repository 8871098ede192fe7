"""Where the published case series contradicts itself, and what the synthetic cohort does.

Source: Albach et al., Ann Rheum Dis 2026, doi 10.1016/j.ard.2026.05.021. The rule: Table 1 holds.
The study folder states them in ``contradictions.yaml``, and every run repeats them as notices.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

__all__ = ["CONTRADICTIONS", "Contradiction", "write_contradictions"]


@dataclasses.dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: ``printed`` says what stands where, ``here`` what this cohort has.

    ``row`` names the published statistic that therefore differs (id of a text statistic, or
    ``table2:<event>:<column>``), empty where none does.
    """

    id: str
    about: str
    printed: tuple[tuple[str, str], ...]
    here: str
    row: str = ""


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "FOLLOW_UP_RANGE",
        "range of the follow-up",
        (("Abstract", "0.8-21.2 months"), ("Results and Table 1", "0.6-21.2 months")),
        "0.6-21.2 months, as Table 1 (subject 6 died after 0.6 months)",
    ),
    Contradiction(
        "PATIENT_YEARS",
        "sum of the follow-up",
        (("Results", "11.5 patient-years"), ("Table 1, added up", "140.4 months")),
        "11.7 patient-years, the sum of Table 1",
        row="FU_PY",
    ),
    Contradiction(
        "HEART_FAILURE_ADMISSIONS",
        "decompensated heart insufficiency in Table 2",
        (("events", "1"), ("events requiring hospitalisation", "2")),
        "one event, hospitalised once; the category's total of 2 is this event and the fatal "
        "alveolar haemorrhage of subject 6, who died in hospital ('n.a.' in its own row)",
        row="table2:Decompensated heart insufficiency:n_events_hospitalised",
    ),
    Contradiction(
        "LYMPHOPENIA_UNIT",
        "unit of counts in Table 2",
        (("lymphopenia", "< 0.5 /µL"), ("all other counts", "per nL")),
        "the threshold is 0.5 /nL (0.5 x 10^9/L)",
    ),
    Contradiction(
        "DAY_COUNT",
        "day from which deaths are counted",
        (
            ("Results, after initiation", "day 20 (subject 6) and day 24 (subject 18)"),
            ("Table 1, follow-up", "0.6 and 0.8 months; counted from day 0, day 20 would be 0.66"),
        ),
        "the day of the first dose is day 1 (as --DY): 19 and 23 days of follow-up print as 0.6 and "
        "0.8, the fourth dose of subject 18 on day 12 makes the printed minimum of 11 treatment days",
    ),
    Contradiction(
        "SAME_TREATMENT_HISTORY",
        "treatment history in Table 1",
        (("subject 2 (UCTD)", "that of subject 5"), ("subject 5 (IgG4-RD)", "that of subject 2")),
        "as printed",
    ),
    Contradiction(
        "CENP",
        "name of an antibody",
        (("Table 1", "CENP-B"), ("footnote of Table 1", "CENP-N")),
        "CENP-B, as Table 1",
    ),
    Contradiction(
        "SCL70_SPELLING",
        "spelling of an antibody",
        (("Table 1, some rows", "Scl70"), ("Table 1, other rows", "Scl-70")),
        "one antibody; the centres' spellings vary on purpose",
    ),
    Contradiction(
        "CK_NAME",
        "what CK stands for",
        (("Results", "creatinine kinase"), ("legend of Figure 4", "creatine kinase")),
        "creatine kinase",
    ),
)


def write_contradictions(folder: Path) -> Path:
    """Write ``contradictions.yaml`` of the example study; returns its path."""
    lines = [
        "# Where the published case series (doi 10.1016/j.ard.2026.05.021) contradicts itself, and what is followed here.",
        "# Every run reports each of them as a notice. A study that knows of none has no such file.",
        "contradictions:",
    ]
    for item in CONTRADICTIONS:
        lines += [f"  - id: {item.id}", f"    about: {_quoted(item.about)}", "    stated:"]
        lines += [f"      - {{place: {_quoted(p)}, value: {_quoted(v)}}}" for p, v in item.printed]
        lines.append(f"    followed: {_quoted(item.here)}")
    path = folder / "contradictions.yaml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    return path


def _quoted(text: str) -> str:
    return f'"{text}"'
