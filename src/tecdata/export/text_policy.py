"""Text beyond ASCII in an XPT file: rewritten, kept or refused, by the policy of the study.

Nothing in an XPT version 5 file says how its text is encoded, so ASCII is the only text every
reader agrees on (FDA Study Data Technical Conformance Guide; TS-140). German and Danish letters, and
Greek ones as laboratories use them, have their own spelling here; everything else is anyascii's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import polars as pl

from tecdata.errors import ExportError
from tecdata.finding import Finding

if TYPE_CHECKING:
    from tecdata.spec import StudySpec

__all__ = ["apply_policy", "to_ascii"]

#: Spellings that a general transliteration gets wrong for German, Danish or laboratory text.
_GERMAN: Final = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
_DANISH: Final = {"æ": "ae", "ø": "oe", "å": "aa", "Æ": "Ae", "Ø": "Oe", "Å": "Aa"}
_GREEK: Final = {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "κ": "kappa"}
_MORE_GREEK: Final = {"λ": "lambda", "μ": "u", "σ": "sigma", "ω": "omega", "Δ": "Delta"}
_SIGNS: Final = {"µ": "u", "×": "x", "·": "*", "‰": "0/00", "±": "+/-"}
_SPELLINGS: Final = _GERMAN | _DANISH | _GREEK | _MORE_GREEK | _SIGNS


def to_ascii(text: str) -> str:
    """Spell a text in ASCII; the empty text where a character has no spelling at all.

    >>> to_ascii("Fieber ≥ 38 °C, Mäßig"), to_ascii("Ærø"), to_ascii("β2-Mikroglobulin")
    ('Fieber >= 38 degC, Maessig', 'Aeroe', 'beta2-Mikroglobulin')
    """
    from anyascii import anyascii

    spelled = []
    for character in unicodedata.normalize("NFC", text):
        ascii_text = _SPELLINGS.get(character) or anyascii(character)
        if not ascii_text and unicodedata.category(character) not in ("Mn", "Cf"):
            return ""
        spelled.append(ascii_text)
    return "".join(spelled)


def apply_policy(
    name: str, table: pl.DataFrame, study: StudySpec
) -> tuple[pl.DataFrame, list[Finding]]:
    """Bring the text of a dataset into what its XPT file may hold.

    Returns the table with text rewritten where the policy is ``transliterate``, and one finding
    per variable touched, or ending in blanks, which an XPT file loses. Only the distinct texts
    beyond ASCII are looked at.

    Raises :class:`ExportError` where the policy is ``refuse``, or a text has no ASCII spelling.
    """
    texts = [n for n, t in table.schema.items() if t == pl.String and n[0] != "_"]
    wanted = pl.col(texts)
    survey = table.select(
        (wanted.str.len_bytes() != wanted.str.len_chars()).any(),
        wanted.str.ends_with(" ").sum().name.suffix(" "),
    ).row(0, named=True)
    findings = [
        Finding.of(
            "export.trailing_blanks", domain=name, variable=variable, records=survey[variable + " "]
        )
        for variable in texts
        if survey[variable + " "]
    ]
    for variable in (n for n in texts if survey[n]):
        column = table.get_column(variable)
        mask = column.str.len_bytes() != column.str.len_chars()
        values = sorted(column.filter(mask).unique().to_list())
        if study.non_ascii == "refuse":
            raise _refusal(name, variable, table.filter(mask), column, values[0])
        check = "export.kept_non_ascii"
        if study.non_ascii == "transliterate":
            check = "export.transliterated"
            spelled = _spell(name, variable, values, column)
            replaced = column.replace(list(spelled), list(spelled.values()))
            table = table.with_columns(replaced.alias(variable))
        findings.append(
            Finding.of(
                check,
                domain=name,
                variable=variable,
                values=len(values),
                records=int(mask.sum()),
            )
        )
    return table, findings


def _spell(name: str, variable: str, values: list[str], column: pl.Series) -> Mapping[str, str]:
    """ASCII spellings of texts; an error names the first character that has none."""
    spelled = {value: to_ascii(value) for value in values}
    for value, text in spelled.items():
        if not text:
            character = next(c for c in value if not c.isascii() and not to_ascii(c))
            record = int((column == value).arg_max() or 0) + 1
            raise ExportError(
                f"record {record} holds U+{ord(character):04X}, which has no ASCII spelling",
                place=f"{name}.{variable}",
                choices=["non_ascii: keep in specs/study.yaml", "a replace rule in the mapping"],
                next_step="Choose one of them, or correct the cell",
            )
    return spelled


def _refusal(
    name: str, variable: str, rows: pl.DataFrame, column: pl.Series, value: str
) -> ExportError:
    """The error of a study that wants texts beyond ASCII refused."""
    character = next(c for c in value if not c.isascii())
    record = int((column == value).arg_max() or 0) + 1
    subjects = rows.get_column("USUBJID").to_list() if "USUBJID" in rows.columns else []
    subject = f" (subject {subjects[0]})" if len(subjects) == 1 else ""
    return ExportError(
        f"record {record}{subject} holds U+{ord(character):04X}, which is not ASCII, "
        "and specs/study.yaml says non_ascii: refuse",
        place=f"{name}.{variable}",
        choices=["transliterate", "keep"],
        next_step="Change the policy, or replace the character in the mapping",
    )
