"""Checks of the room intake: what is odd about a delivered file before any rule reads it."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

CHECKS: tuple[Check, ...] = (
    # The delivery
    Check(
        "intake.unknown_file",
        "warning",
        "{file}: no table of source.yaml reads this file",
        "Add a table for it, or name it under ignore_files with the reason.",
    ),
    Check(
        "intake.unknown_sheet",
        "warning",
        "{file}, sheet '{sheet}': no table of source.yaml reads this sheet ({count} filled cells)",
        "Add a table for it, or name it under ignore_sheets with the reason.",
    ),
    Check(
        "intake.macros",
        "notice",
        "{file}: the workbook carries macros; they were not run",
        "Nothing is to be done if no value is made by them; otherwise ask the centre for the "
        "values themselves.",
    ),
    Check(
        "intake.dates_1904",
        "notice",
        "{file}: the workbook counts its days from 1904; its dates were read so",
        "Nothing is to be done if they are right; if they are four years late, ask the centre to "
        "save the file anew with its days counted from 1900.",
    ),
    # Text files
    Check(
        "intake.encoding_detected",
        "notice",
        "{file}: read as {encoding} ({reason})",
        "Nothing is to be done if letters look right; otherwise declare 'encoding' in source.yaml.",
    ),
    Check(
        "intake.delimiter_detected",
        "notice",
        "{file}: cells are split at each {delimiter} (detected)",
        "Nothing is to be done if that is right; otherwise declare 'delimiter' in source.yaml.",
    ),
    Check(
        "intake.encoding_doubtful",
        "warning",
        "{file}: read as {encoding}, as source.yaml declares, but it is valid UTF-8 beyond "
        "ASCII, which {encoding} text hardly ever is; letters are probably wrong",
        "Correct 'encoding' in source.yaml.",
    ),
    Check(
        "intake.replacement_character",
        "error",
        "{file}, {cell}: the file itself holds the sign U+FFFD where a letter was lost before it "
        "was sent",
        "Ask the centre for an export in UTF-8.",
    ),
    # Headers
    Check(
        "intake.no_rows",
        "warning",
        "{file}{at}: there is a header but no row below it, so table '{table}' gives no record",
        "Ask the centre whether that is meant.",
    ),
    Check(
        "intake.duplicate_header",
        "error",
        "{file}{at}, {cell}: the header '{header}' stands there again; rules call this column "
        "'{variable}'",
        "Ask the centre which is which, and to rename one.",
    ),
    Check(
        "intake.blank_header",
        "error",
        "{file}{at}, {cell}: the header is empty, and {count} cells below it are filled; rules "
        "call this column '{variable}'",
        "Ask the centre to name it.",
    ),
    # Cells
    Check(
        "intake.formula_cell",
        "notice",
        "{file}{at}, {cell}: a formula; the value it had when the file was saved was taken",
        "Nothing is to be done if a spreadsheet program saved the file; otherwise have it opened "
        "in one, saved and sent again.",
    ),
    Check(
        "intake.linked_formula",
        "warning",
        "{file}{at}, {cell}: a formula that reads another workbook; the value stored with it was "
        "taken and may be out of date",
        "Ask the centre to compare it with that workbook and to enter the value itself.",
    ),
    Check(
        "intake.formula_without_value",
        "error",
        "{file}{at}, {cell}: a formula whose value was not saved; the cell was read as empty",
        "Open the file in its spreadsheet program and save it again.",
    ),
    Check(
        "intake.error_cell",
        "error",
        "{file}{at}, {cell}: the cell shows the error {value}; it was read as empty",
        "Correct the formula or enter the value.",
    ),
    Check(
        "intake.merged_cell",
        "warning",
        "{file}{at}, {cell}: merged cells below the header; the value counts for the first of "
        "them only",
        "Set fill_merged: true in source.yaml if it holds for all.",
    ),
    Check(
        "intake.merged_filled",
        "notice",
        "{file}{at}, {cell}: merged cells below the header; the value was taken for all of them",
        "Nothing is to be done if it holds for all; otherwise take fill_merged out of source.yaml.",
    ),
    Check(
        "intake.hidden_row",
        "warning",
        "{file}{at}, row {cell}: hidden, with data; it was read like the others",
        "Ask the centre whether it was meant to be sent.",
    ),
    Check(
        "intake.hidden_column",
        "warning",
        "{file}{at}, column {cell}: '{variable}' is hidden and holds data; it was read like the "
        "others",
        "Ask the centre whether it was meant to be sent.",
    ),
    Check(
        "intake.hidden_sheet",
        "warning",
        "{file}, sheet '{sheet}': the sheet is hidden and holds data; it was read like the others",
        "Ask the centre whether it was meant to be sent.",
    ),
    Check(
        "intake.comment",
        "notice",
        "{file}{at}, {cell}: a comment is attached to the cell; it became no record",
        "Read it: if it says something of the patient, declare comments: records in source.yaml, "
        "or ask the centre for it as a value; otherwise nothing is to be done.",
    ),
    Check(
        "intake.long_number",
        "error",
        "{file}{at}, {cell}: a number of more than 15 digits, which a spreadsheet cannot hold "
        "exactly",
        "Have the column formatted as text and the number entered again.",
    ),
    Check(
        "intake.impossible_date",
        "error",
        "{file}{at}, {cell}: a day number before March 1900 or after the year 9999, which stands "
        "for no certain day; it was read as empty",
        "Enter the date again.",
    ),
    Check(
        "intake.date_among_numbers",
        "warning",
        "{file}{at}, {cell}: a date in a column of numbers; spreadsheets turn entries such as "
        "4.5 into dates",
        "Compare with the record.",
    ),
    Check(
        "intake.date_among_texts",
        "warning",
        "{file}{at}, {cell}: a date in a column of texts; spreadsheets turn entries such as 3-4 "
        "or MAR1 into dates",
        "Compare with the record.",
    ),
    Check(
        "intake.day_number",
        "warning",
        "{file}{at}, {cell}: a whole number in a column of texts or dates; it may be a date that "
        "lost its format (45000 is 2023-03-15)",
        "Compare with the record.",
    ),
    Check(
        "intake.percent_format",
        "notice",
        "{file}{at}, {cell}: shown as percent, stored as a fraction (85 % is 0.85); the stored "
        "number was taken",
        "Nothing is to be done if the mapping takes it for a fraction; otherwise correct the "
        "unit in its block.",
    ),
    Check(
        "intake.further_cells",
        "notice",
        "{file}{at}: {count} further places like those reported ({like})",
        "Treat them as those.",
    ),
    Check(
        "intake.not_checked",
        "notice",
        "{file}: this {format} file does not show them, so these were not looked for: {what}",
        "Save it anew as .xlsx to have them checked.",
        always="tells what is missing",
    ),
)
