"""Where the published case series contradicts itself, and what the synthetic cohort does.

Source: Albach et al., Ann Rheum Dis 2026, doi 10.1016/j.ard.2026.05.021. The rule: Table 1 holds.
"""

from __future__ import annotations

import dataclasses

__all__ = ["CONTRADICTIONS", "Contradiction"]


@dataclasses.dataclass(frozen=True, slots=True)
class Contradiction:
    """One contradiction: ``printed`` says what stands where, ``here`` what this cohort has.

    ``row`` names the published statistic that therefore differs (id of a text statistic, or
    ``table2:<event>:<column>``), empty where none does.
    """

    id: str
    printed: str
    here: str
    row: str = ""


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction(
        "FOLLOW_UP_RANGE",
        "The Abstract prints a follow-up of 0.8-21.2 months, Results and Table 1 0.6-21.2.",
        "0.6-21.2 months, as Table 1 (subject 6 died after 0.6 months).",
    ),
    Contradiction(
        "PATIENT_YEARS",
        "Results print 11.5 patient-years; the follow-up of Table 1 adds up to 140.4 months.",
        "11.7 patient-years, the sum of Table 1.",
        row="FU_PY",
    ),
    Contradiction(
        "HEART_FAILURE_ADMISSIONS",
        "Table 2: decompensated heart insufficiency, 1 event, 2 events requiring hospitalisation.",
        "One event, hospitalised once. The category's total of 2 is this event and the fatal "
        "alveolar haemorrhage of subject 6, who died in hospital ('n.a.' in its own row).",
        row="table2:Decompensated heart insufficiency:n_events_hospitalised",
    ),
    Contradiction(
        "LYMPHOPENIA_UNIT",
        "Table 2 prints lymphopenia as < 0.5 /µL; all its other counts are per nL.",
        "The threshold is 0.5 /nL (0.5 x 10^9/L).",
    ),
    Contradiction(
        "DAY_COUNT",
        "Deaths on day 20 (subject 6) and day 24 (subject 18) 'after initiation', follow-up 0.6 and "
        "0.8 months. Counted from day 0, day 20 would be 0.66 months.",
        "The day of the first dose is day 1 (as --DY): 19 and 23 days of follow-up print as 0.6 and "
        "0.8, the fourth dose of subject 18 on day 12 makes the printed minimum of 11 treatment days.",
    ),
    Contradiction(
        "SAME_TREATMENT_HISTORY",
        "Subjects 2 (UCTD) and 5 (IgG4-RD) have the same treatment history in Table 1.",
        "As printed.",
    ),
    Contradiction(
        "CENP",
        "Table 1 lists CENP-B, its footnote explains CENP-N.",
        "CENP-B, as Table 1.",
    ),
    Contradiction(
        "SCL70_SPELLING",
        "Table 1 writes Scl70 and Scl-70.",
        "One antibody; the centres' spellings vary on purpose.",
    ),
)
