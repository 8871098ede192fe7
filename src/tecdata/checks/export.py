"""Checks of the room export: what a written file does not say in the words of the dataset."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "export.transliterated",
        "notice",
        "{domain}.{variable}: {values} distinct texts in {records} records were rewritten in "
        "ASCII for the XPT file; the Parquet file keeps them as they are",
        "Nothing is to be done unless readers of the XPT file need the letters themselves: then "
        "say non_ascii: keep in specs/study.yaml.",
    ),
    Check(
        "export.kept_non_ascii",
        "warning",
        "{domain}.{variable}: {values} distinct texts in {records} records are not ASCII and "
        "were written as UTF-8, as specs/study.yaml says",
        "Tell the reader: the XPT file itself cannot.",
    ),
    Check(
        "export.text_split",
        "notice",
        "{domain}.{variable} has {bytes} bytes, an XPT text holds 200: it goes on in "
        "{supplement} as {names}",
        "Nothing is to be done; who reads the XPT file puts the parts together.",
    ),
    Check(
        "export.in_parts",
        "notice",
        "{domain} is larger than {limit} bytes as a transport file: it was written in {parts} "
        "parts, {names}",
        "Nothing is to be done; hand all of them on.",
    ),
    Check(
        "export.trailing_blanks",
        "notice",
        "{domain}.{variable}: {records} records end in blanks, which an XPT file cannot hold; "
        "the Parquet file keeps them",
        "Nothing is to be done unless the blanks mean something; then take the text from there.",
    ),
    Check(
        "export.nan_as_missing",
        "notice",
        "{domain}.{variable}: {records} records hold NaN, written as missing",
        "Look for the rule that makes it.",
    ),
    Check(
        "export.no_records",
        "notice",
        "{domain} has no record: no file was written",
        "Nothing is to be done if none was expected; otherwise look for findings on what it is "
        "made from.",
        always="tells what is missing",
    ),
)
