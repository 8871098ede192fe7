"""Checks of the room mapping: cells that rules cannot read, and cells that no rule reads.

``{where}`` is the place in words (file, sheet, cell); ``{text}`` what the rule saw, which for a
labelled code is its label and for a cell that lists several things one of them.
"""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    Check(
        "mapping.unmapped_term",
        "error",
        "{where}: '{text}' is not a known spelling in codelist {codelist} "
        "({languages}){nearest}. {variable} stays empty",
        "Add the spelling to its term under specs/terminology, or correct the cell.",
    ),
    Check(
        "mapping.ambiguous_term",
        "error",
        "{where}: '{text}' is a spelling of several terms of codelist {codelist}: {choices}. "
        "{variable} stays empty",
        "Map it with a replace in the rule, or correct the cell.",
    ),
    Check(
        "mapping.unknown_test",
        "error",
        "{where}: '{text}' is not a known name of a test ({languages}){nearest}. The row makes "
        "no record",
        "Add the spelling to the test's names under specs, or declare the row in skip_rows.",
    ),
    Check(
        "mapping.ambiguous_test",
        "error",
        "{where}: '{text}' is a name of several tests: {choices}. The row makes no record",
        "Say in the block which are meant: tests: [...].",
    ),
    Check(
        "mapping.not_a_number",
        "error",
        "{where}: '{text}' is not a number under {format}. {variable} keeps no number",
        "Correct the cell, or declare the format or a missing token in source.yaml.",
    ),
    Check(
        "mapping.ambiguous_number",
        "error",
        "{where}: '{text}' may have a decimal or a thousands separator, and the other cells of "
        "the column do not decide it. {variable} keeps no number",
        "Declare decimal in source.yaml.",
    ),
    Check(
        "mapping.not_a_whole_number",
        "error",
        "{where}: '{text}' is not a whole number. {variable} stays empty",
        "Correct the cell.",
    ),
    Check(
        "mapping.not_a_titre",
        "error",
        "{where}: '{text}' is not a titre such as 1:80. {variable} keeps no number",
        "Correct the cell, or declare a missing token in source.yaml.",
    ),
    Check(
        "mapping.not_a_range",
        "error",
        "{where}: '{text}' is not a reference range under {format}. The range stays empty",
        "Correct the cell, or declare a missing token in source.yaml.",
    ),
    Check(
        "mapping.not_a_date",
        "error",
        "{where}: '{text}' fits none of the declared date patterns ({patterns}). {variable} "
        "stays empty",
        "Correct the cell, or add a pattern or a missing token in source.yaml.",
    ),
    Check(
        "mapping.impossible_date",
        "error",
        "{where}: '{text}' is not a day of the calendar. {variable} stays empty",
        "Correct the cell.",
    ),
    Check(
        "mapping.two_digit_year",
        "error",
        "{where}: '{text}' has a year of two digits, and the column declares no pattern with yy "
        "and pivot_year. {variable} stays empty",
        "Declare both in source.yaml, or correct the cell.",
    ),
    Check(
        "mapping.not_a_time",
        "error",
        "{where}: '{text}' is not a time of day such as 09:30 (patterns: {times}). {variable} "
        "keeps the date alone",
        "Correct the cell, or add a pattern in source.yaml.",
    ),
    Check(
        "mapping.impossible_time",
        "error",
        "{where}: '{text}' is not a time of the day. {variable} keeps the date alone",
        "Correct the cell.",
    ),
    Check(
        "mapping.time_without_date",
        "warning",
        "{where}: a time stands beside '{text}', which is not a whole date. {variable} is left "
        "without the time",
        "Complete the date.",
    ),
    Check(
        "mapping.two_times",
        "warning",
        "{where}: '{text}' has a time of its own that differs from the time column. {variable} "
        "keeps the former",
        "Correct one of them.",
    ),
    Check(
        "mapping.unit_missing",
        "error",
        "{where}: the result '{text}' of {test} has no unit, and the test needs one ({choices}). "
        "{variable} stays empty",
        "Complete the unit, or declare unit or fixed_unit in the block.",
    ),
    Check(
        "mapping.unit_missing_header",
        "error",
        "{where}: the units row has no unit for this column, and {test} needs one ({choices}). "
        "{variable} and the standard results stay empty",
        "Complete the unit, or give it as unit of the column in the block.",
    ),
    Check(
        "mapping.unit_unknown",
        "error",
        "{where}: '{text}' is not a known unit{nearest}. {variable} and the standard result stay "
        "empty",
        "Correct the cell, or add the spelling to the unit under specs/terminology.",
    ),
    Check(
        "mapping.unit_ambiguous",
        "error",
        "{where}: '{text}' is a spelling of several units: {choices}. {variable} and the "
        "standard result stay empty",
        "Correct the cell.",
    ),
    Check(
        "mapping.unit_not_convertible",
        "error",
        "{where}: unit {unit} has no exact conversion for {test} (allowed: {choices}). The "
        "standard result stays empty",
        "Correct the cell, or add the factor to the test under specs.",
    ),
    Check(
        "mapping.no_result",
        "notice",
        "{where}: the row names {test} but holds no result; it makes no record",
        "Nothing is to be done if it was not measured; otherwise ask the centre for the result.",
    ),
    Check(
        "mapping.subject_id",
        "error",
        "{where}: subject id '{text}' does not fit the centre's pattern {pattern}. The row makes "
        "no record",
        "Correct the id, or declare the row in skip_rows.",
    ),
    Check(
        "mapping.subject_missing",
        "error",
        "{where}: the row has values but no subject id. It makes no record",
        "Complete the id, or declare the row in skip_rows.",
    ),
    Check(
        "mapping.join_twice",
        "error",
        "{where}: '{text}' stands in rows {rows} of table {table}, so nothing is joined to it",
        "Keep one of the rows.",
    ),
    Check(
        "mapping.join_not_found",
        "warning",
        "{where}: '{text}' stands in no row of table {table}, so nothing is joined to it "
        "({count} rows)",
        "Ask the centre for the row, or correct the cell.",
    ),
    Check(
        "mapping.unknown_choice",
        "error",
        "{where}: '{text}' is none of the texts the mapping expects here ({choices}). No record "
        "is made of it",
        "Correct the cell, or add the text to equals or otherwise of the condition.",
    ),
    Check(
        "mapping.repeat_gap",
        "warning",
        "{where}: there is no column '{text}', though '{beside}' is there; its values stay empty",
        "Ask the centre for the column.",
    ),
    Check(
        "mapping.unmapped_column",
        "error",
        "{where}: no rule uses this column; it has {count} filled cells (first: {places})",
        "Map it, or declare it under ignore in source.yaml with the reason.",
    ),
    Check(
        "mapping.unmapped_row",
        "error",
        "{where}: no rule uses {count} filled cells of this row ({places})",
        "Widen a block's conditions, or declare the row in skip_rows of source.yaml with the "
        "reason.",
    ),
    Check(
        "mapping.ignored_missing",
        "notice",
        "{where}: column '{text}' is declared under ignore in source.yaml but the table has no "
        "such column{nearest}",
        "Remove the entry or correct its name.",
    ),
)
