"""Checks of the room export: what a written file does not say in the words of the dataset."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "export.transliterated",
        "notice",
        "{domain}.{variable}: {values} distinct texts in {records} records were rewritten in ASCII "
        "for the XPT file; the Parquet file keeps them as they are",
    ),
    Check(
        "export.kept_non_ascii",
        "warning",
        "{domain}.{variable}: {values} distinct texts in {records} records are not ASCII and were "
        "written as UTF-8, as specs/study.yaml says; tell the reader, the XPT file cannot",
    ),
    Check(
        "export.text_split",
        "notice",
        "{domain}.{variable} has {bytes} bytes, an XPT text holds 200: it goes on in "
        "{supplement} as {names}",
    ),
    Check(
        "export.in_parts",
        "notice",
        "{domain} is larger than {limit} bytes as a transport file: it was written in {parts} parts, {names}",
    ),
    Check(
        "export.trailing_blanks",
        "notice",
        "{domain}.{variable}: {records} records end in blanks, which an XPT file cannot hold; "
        "the Parquet file keeps them",
    ),
    Check(
        "export.nan_as_missing",
        "notice",
        "{domain}.{variable}: {records} records hold NaN, written as missing. Look for the rule that makes it",
    ),
    Check(
        "export.no_records",
        "notice",
        "{domain} has no record: no file was written",
    ),
)
