"""Checks of the room file: how a delivery differs from what is declared and from the last one."""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

_SHAPE = "A file that has silently changed its shape is read wrongly, not refused."

CHECKS: tuple[Check, ...] = (
    # What could not be read
    Check(
        "file.unreadable",
        "reject",
        "{problem}. Nothing of this file was checked",
        "Check the delivery again when the file is mended.",
        reason="Nothing of this file was checked.",
        always="tells what is missing",
    ),
    Check(
        "file.renamed",
        "error",
        "{file}: source.yaml names no such file; it was read as '{expected}', whose name is "
        "closest",
        "Rename the file, or write a pattern such as '{pattern}' in source.yaml.",
        reason=_SHAPE,
        wordings={
            "de": "Die Datei heißt sonst '{expected}'. Bitte unter dem vereinbarten Namen senden.",
            "da": "Filen hedder ellers '{expected}'. Send den venligst under det aftalte navn.",
        },
        always="tells what is missing",
    ),
    Check(
        "file.not_given",
        "notice",
        "{file}: not among the files given; {instead}",
        "Nothing is to be done if it has not changed; otherwise name it too.",
        reason="Checks that need several files see only what is there.",
        always="tells what is missing",
    ),
    Check(
        "file.sheet_missing",
        "error",
        "{file}: there is no sheet '{expected}'{nearest}. Nothing of it was checked",
        "Rename the sheet, ask the centre for it, or correct 'sheet' in source.yaml.",
        reason=_SHAPE,
        wordings={
            "de": "Das Tabellenblatt '{expected}' fehlt. Bitte ergänzen oder wieder so benennen.",
            "da": "Arket '{expected}' mangler. Tilføj det, eller giv det navnet igen.",
        },
        always="tells what is missing",
    ),
    Check(
        "file.table_unreadable",
        "error",
        "{problem}. Nothing of this table was checked",
        "Check the delivery again when that is mended.",
        reason="Nothing of this table was checked.",
        always="tells what is missing",
    ),
    Check(
        "file.not_checked",
        "error",
        "{centre}: {what} was not checked: {problem}",
        "Mend this, then check the delivery again.",
        reason="A check that did not run is never a pass.",
        always="tells what is missing",
    ),
    # Columns
    Check(
        "file.column_missing",
        "error",
        "{file}{at}: the column '{expected}' is missing ({needed}){nearest}. What is read from "
        "it stays empty",
        "Ask the centre for it, or correct its name in the mapping.",
        reason=_SHAPE,
        wordings={
            "de": "Die Spalte '{expected}' fehlt. Bitte ergänzen.",
            "da": "Kolonnen '{expected}' mangler. Tilføj den venligst.",
        },
    ),
    Check(
        "file.column_renamed",
        "error",
        "{file}{at}, column {cell}: '{value}' is new and '{expected}' is missing ({needed}); "
        "{likeness}",
        "If it is the same column, rename it back, or correct its name in the mapping.",
        reason=_SHAPE,
        wordings={
            "de": "Die Spalte '{value}' hieß bisher '{expected}'. Bitte wieder so benennen oder "
            "bestätigen, dass es dieselbe ist.",
            "da": "Kolonnen '{value}' hed før '{expected}'. Giv den navnet igen, eller bekræft, at "
            "det er den samme.",
        },
    ),
    Check(
        "file.column_new",
        "notice",
        "{file}{at}, column {cell}: '{value}' was not in the last delivery ({count} filled cells)",
        "Map it, or declare it under ignore in source.yaml with the reason.",
        reason=_SHAPE,
    ),
    Check(
        "file.column_moved",
        "notice",
        "{file}{at}: columns stand in another order than in the last delivery ({value}); they "
        "are read by name",
        "Nothing is to be done unless names are repeated; then ask the centre for the order of "
        "before.",
    ),
    # What columns hold
    Check(
        "file.unit_changed",
        "error",
        "{file}{at}, {cell}: the unit of {what} was {before} in the last delivery and is "
        "'{value}' now",
        "Ask the centre whether the numbers changed with it; correct the mapping if they did.",
        reason="A unit that changes between deliveries changes results by its factor.",
        wordings={
            "de": "Die Einheit von {what} war bisher {before}, jetzt '{value}'. Wurden auch die Zahlen umgestellt?",
            "da": "Enheden for {what} var før {before}, nu '{value}'. Er tallene også ændret?",
        },
    ),
    Check(
        "file.unit_new",
        "notice",
        "{file}{at}, {cell}: {what} comes in '{value}' now ({count} rows); in the last delivery "
        "it came in {before}. Results are converted by the unit beside them",
        "Nothing is to be done if that is meant; otherwise ask the centre.",
        reason="A unit that changes between deliveries changes results by its factor.",
        wordings={
            "de": "{what} steht hier in '{value}', bisher in {before}. Stimmt die Einheit?",
            "da": "{what} står her i '{value}', før i {before}. Er enheden rigtig?",
        },
    ),
    Check(
        "file.decimal_changed",
        "error",
        "{file}{at}, column {cell}: '{what}' wrote its decimals with a {before} in the last "
        "delivery and with a {value} now",
        "Ask the centre, or correct 'decimal' in source.yaml.",
        reason="1.280 is another number under another convention.",
        wordings={
            "de": "In der Spalte '{what}' steht jetzt ein anderes Dezimalzeichen als bisher. "
            "Bitte einheitlich wie bisher schreiben.",
            "da": "Kolonnen '{what}' har nu et andet decimaltegn end før. Skriv venligst som før.",
        },
    ),
    Check(
        "file.date_notation_changed",
        "error",
        "{file}{at}, column {cell}: '{what}' wrote its dates as {before} in the last delivery, "
        "and some as {value} now",
        "Ask the centre, or add the pattern to 'dates' in source.yaml.",
        reason="Day and month change places without a trace.",
        wordings={
            "de": "Die Daten der Spalte '{what}' sind jetzt anders geschrieben ({value}) als bisher ({before}). Bitte wie bisher schreiben.",
            "da": "Datoerne i kolonnen '{what}' er nu skrevet anderledes ({value}) end før ({before}). Skriv venligst som før.",
        },
    ),
    Check(
        "file.codes_changed",
        "error",
        "{file}{at}, column {cell}: in '{what}' code {value} meant '{before}' in the last "
        "delivery and means '{now}' now",
        "Ask the centre which is right.",
        reason="Codes that change their meaning turn one answer into another.",
        wordings={
            "de": "In '{what}' bedeutete der Code {value} bisher '{before}', jetzt '{now}'. Was gilt?",
            "da": "I '{what}' betød koden {value} før '{before}', nu '{now}'. Hvad gælder?",
        },
    ),
    # How much there is
    Check(
        "file.rows_changed",
        "warning",
        "{file}{at}: {value} rows, {before} in the last delivery",
        "Ask the centre whether the export is complete and made once.",
        reason="A filter left on, or rows pasted twice.",
        wordings={
            "de": "Die Tabelle hat {value} Zeilen, bisher {before}. Ist der Export vollständig?",
            "da": "Tabellen har {value} rækker, før {before}. Er eksporten fuldstændig?",
        },
    ),
    Check(
        "file.subject_vanished",
        "error",
        "{file}{at}: subject number {value} was in the last delivery and is in none of these "
        "tables now ({tables})",
        "Ask the centre whether the subject was removed on purpose.",
        reason="Data of a treated subject never go away.",
        wordings={
            "de": "Die Patientennummer {value} fehlt jetzt in allen Tabellen. Ist das beabsichtigt?",
            "da": "Patientnummer {value} mangler nu i alle tabeller. Er det med vilje?",
        },
    ),
    Check(
        "file.records_vanished",
        "warning",
        "{file}{at}: subjects that had rows here in the last delivery and have none now: {value} "
        "({count})",
        "Ask the centre whether the export is complete.",
        reason="Data of a treated subject never go away.",
        wordings={
            "de": "Für diese Patientennummern fehlen jetzt Zeilen: {value}. Ist das beabsichtigt?",
            "da": "For disse patientnumre mangler der nu rækker: {value}. Er det med vilje?",
        },
    ),
)
