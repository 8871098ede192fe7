"""Checks of the room identifiers: what names a person and must not be in a delivery at all.

``{where}`` is the place in words, ``{value}`` the masked text, ``{count}`` the cells of the place
that hold such a thing. The text itself is shown nowhere.
"""

from __future__ import annotations

from tecdata.checks.check import Check

__all__ = ["CHECKS"]

_REASON = (
    "A delivery must be pseudonymous: what identifies a person stays at the centre "
    "(GDPR Art. 4(5) and 5(1)(c))."
)
_NEXT = (
    "Ask the centre to remove it and to send the file anew, and delete this file; "
    "the value is masked here."
)
_NEXT_DE = (
    "Bitte aus der Datei entfernen und diese neu senden. Die gesendete Datei wird gelöscht; "
    "der Wert ist hier verdeckt."
)
_NEXT_DA = "Fjern den venligst og send filen igen. Den sendte fil slettes; værdien er skjult her."


def _check(what: str, reference: str, english: str, german: str, danish: str) -> Check:
    """A check of severity reject; the parts of the message are what is found, in three languages."""
    return Check(
        f"identifier.{what}",
        "reject",
        f"{{where}}: {english} ({{value}}, {{count}}×)",
        _NEXT,
        reason=_REASON,
        reference=reference,
        wordings={
            "de": f"Hier steht {german} ({{value}}, {{count}}×). {_NEXT_DE}",
            "da": f"Her står {danish} ({{value}}, {{count}}×). {_NEXT_DA}",
        },
    )


CHECKS: tuple[Check, ...] = (
    _check(
        "birth_date",
        "PhUSE de-identification standard for SDTM 3.2: BRTHDTC",
        "a full date of birth; the year alone is enough",
        "ein vollständiges Geburtsdatum (das Jahr genügt)",
        "en fuld fødselsdato (året er nok)",
    ),
    _check(
        "name",
        "HIPAA Safe Harbor 45 CFR 164.514(b)(2)(i)(A)",
        "what looks like a person's name",
        "vermutlich der Name einer Person",
        "formentlig en persons navn",
    ),
    _check(
        "phone",
        "HIPAA Safe Harbor 45 CFR 164.514(b)(2)(i)(D)",
        "what looks like a telephone number",
        "vermutlich eine Telefonnummer",
        "formentlig et telefonnummer",
    ),
    _check(
        "email",
        "HIPAA Safe Harbor 45 CFR 164.514(b)(2)(i)(F)",
        "an e-mail address",
        "eine E-Mail-Adresse",
        "en e-mailadresse",
    ),
    _check(
        "insurance_number",
        "SGB V § 290 (Krankenversichertennummer), SGB VI § 147 (Versicherungsnummer)",
        "what looks like an insurance number",
        "vermutlich eine Versichertennummer",
        "formentlig et forsikringsnummer",
    ),
    _check(
        "personal_number",
        "CPR-loven § 3 (Danish personal identification number)",
        "what looks like a personal identification number (CPR)",
        "vermutlich eine Personenkennzahl (CPR)",
        "formentlig et CPR-nummer",
    ),
    _check(
        "bank_account",
        "ISO 13616 (IBAN)",
        "what looks like a bank account number",
        "vermutlich eine Kontonummer",
        "formentlig et kontonummer",
    ),
    _check(
        "record_number",
        "HIPAA Safe Harbor 45 CFR 164.514(b)(2)(i)(H)",
        "what looks like a hospital's record number",
        "vermutlich eine Fall-, Aufnahme- oder Patientennummer des Krankenhauses",
        "formentlig et journal- eller patientnummer",
    ),
    _check(
        "address",
        "HIPAA Safe Harbor 45 CFR 164.514(b)(2)(i)(B)",
        "what looks like a postal address or a part of one",
        "vermutlich eine Anschrift oder ein Teil davon",
        "formentlig en adresse eller en del af den",
    ),
    Check(
        "identifier.old_date",
        "warning",
        "{where}: whole dates, one a subject, all many years before the delivery ({value}, "
        "{count}×). Dates of birth look like this: make sure that they are none",
        "If they are, ask the centre to send the file anew with the year alone.",
        reason=_REASON,
        reference="PhUSE de-identification standard for SDTM 3.2: BRTHDTC",
        wordings={
            "de": "Diese Tagesdaten liegen viele Jahre zurück ({value}, {count}×). Sind es "
            "Geburtsdaten? Dann bitte nur das Jahr angeben und die Datei neu senden.",
            "da": "Disse datoer ligger mange år tilbage ({value}, {count}×). Er det fødselsdatoer? "
            "Send i så fald filen igen med kun årstallet.",
        },
    ),
)
