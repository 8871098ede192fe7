"""Words that tell of identifiers: in headers, before a value, and common first names.

Headers are compared folded (see :func:`fold_header`): lower case, no accents, words apart. The
lists are those of German, Danish and English files.
"""

from __future__ import annotations

import functools
import re
from typing import Final

__all__ = ["FIRST_NAMES", "HEADER_KINDS", "NOT_NAMES", "fold_header", "header_kinds"]

_FOLDED: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa", "é": "e"}
)


def _words(*alternatives: str) -> re.Pattern[str]:
    """Alternatives as whole words, in lower case."""
    return re.compile(r"(?<![a-z])(?:" + "|".join(alternatives) + r")(?![a-z])")


#: Kind of identifier -> what its header looks like. Headers of dates of birth include those of
#: years of birth: only whole dates below them are reported.
HEADER_KINDS: Final[dict[str, re.Pattern[str]]] = {
    "birth_date": _words(
        r"geb", r"geburt", r"geburtsdat\w*", r"geburtstag\w*", r"gebdat\w*", r"geboren\w*",
        r"gebjahr", r"geburtsjahr", r"jahrgang", r"dob", r"birth\w*", r"brthdtc?",
        r"foedsel\w*", r"fodsel\w*", r"foedt", r"fodt",
    ),
    "name": _words(
        r"nachname\w*", r"vorname\w*", r"familienname\w*", r"zuname", r"geburtsname",
        r"rufname", r"pat(?:ient\w*)? ?name", r"name (?:des|der|of|d)(?: the)? pat\w*",
        r"surname", r"(?:last|first|given|family|full|fore|middle) ?names?",
        r"efternavn", r"fornavn\w*", r"mellemnavn", r"pat(?:ient\w*)? ?navn", r"nachn", r"vorn",
    ),
    "phone": _words(
        r"tel", r"telefon\w*", r"telephone\w*", r"phone\w*", r"mobil\w*", r"handy\w*", r"fax\w*",
        r"tlf\w*", r"rufnummer", r"cell ?phone",
    ),
    "insurance_number": _words(
        r"kv ?nr", r"versicherten\w*", r"vers(?:icherungs)? ?n\w*", r"krankenkassenn\w*", r"e ?gk\w*",
        r"rv ?nr", r"(?:renten|sozial|kranken)versicherung\w*", r"sv ?nr",
        r"insurance (?:no|number|id|nr)", r"policy (?:no|number)", r"sikrings\w*", r"sygesikring\w*",
    ),
    "personal_number": _words(
        r"cpr", r"cpr ?n\w*", r"person(?:en)?n(?:umme)?r", r"personenkennz\w*",
        r"personal (?:no|number|id)", r"social security\w*", r"ssn", r"nhs ?(?:no|number)?",
    ),
    "bank_account": _words(r"iban", r"konto ?n(?:umme)?r", r"konto", r"bankverbindung"),
    "record_number": _words(
        r"mrn", r"fall ?(?:nr|nummer|id|no)", r"aufnahme ?(?:nr|nummer)",
        r"journal ?(?:nr|nummer|no|number)", r"krankenblatt\w*", r"kis ?(?:nr|id|nummer)",
        r"sap ?(?:nr|id|nummer)", r"hospital ?(?:no|number|id|s ?nr)",
        r"(?:medical )?record (?:no|number)", r"chart (?:no|number)",
        r"patienten? ?(?:nr|nummer|no|number|id)", r"encounter ?(?:no|number|id)",
        r"case ?(?:no|number|id)", r"piz",
    ),
    "address": _words(
        r"adresse\w*", r"anschrift\w*", r"address\w*", r"strasse\w*", r"street\w*", r"plz",
        r"postleitzahl", r"post ?code", r"zip(?: ?code)?", r"postn(?:umme)?r", r"wohnort",
        r"wohnadresse", r"hausn(?:umme)?r", r"bopael\w*", r"vejnavn",
    ),
}  # fmt: skip

#: Headers that hold the words above without meaning a person.
_HARMLESS: Final = _words(r"e? ?mail ?adresse", r"ip ?adresse", r"web ?adresse", r"mobility")


@functools.lru_cache(maxsize=4096)
def fold_header(text: str) -> str:
    """Words of a header in lower case without accents, numbers left out.

    >>> fold_header("GebDatum (1)"), fold_header("foedsels_dato"), fold_header("Fødselsdato")
    ('geb datum', 'foedsels dato', 'foedselsdato')
    """
    apart = re.sub(r"(?<=[a-zäöüß])(?=[A-ZÄÖÜ])", " ", text)
    return " ".join(re.findall(r"[a-z]+", apart.lower().translate(_FOLDED)))


@functools.lru_cache(maxsize=4096)
def header_kinds(folded: str) -> frozenset[str]:
    """Kinds of identifier that a folded header announces; ``weak_name`` for a bare "Name".

    >>> sorted(header_kinds(fold_header("Geb.-Datum"))), sorted(header_kinds(fold_header("IgG")))
    (['birth_date'], [])
    """
    if folded in ("name", "navn", "names", "namen"):
        return frozenset({"weak_name"})
    if _HARMLESS.search(folded):
        return frozenset()
    return frozenset(kind for kind, shape in HEADER_KINDS.items() if shape.search(folded))


_FIRST_NAMES: Final = """
    aaliyah achim adam adele agnes ahmed ahmet aisha alexander alexandra alfred ali alice
    amalie amelie amir ana anders andrea andreas andrew angela angelika anita anja anke ann
    anna anne anneliese annette anni anthony anton antonia arne arthur asta astrid axel ayse
    barbara bastian beate benjamin bent bente bernd bernhard bettina birgit birgitte birte
    bjarne bjoern björn bo boris brigitte britta bruno camilla carina carl carla carlos carmen
    carolin caroline carsten catherine cecilie charles charlotte christa christian christiane
    christina christine christoph christopher clara claudia claus cornelia dagmar daniel
    daniela david deborah dennis detlef diana dieter dietmar dirk dominik donald doris
    dorothea dorothy eberhard eckhard edith edward elena eleonora elfriede elif elisabeth
    elizabeth elke ella ellen elsa else emil emilia emilie emily emine emma erich erik erika
    erna esther eugen eva evelyn fabian fatima fatma felix ferdinand finn flemming florian
    frank franz franziska freja frida frieda friedrich fritz gabriele georg george gerald gerd
    gerda gerhard gertrud gisela gitte gustav günter günther hanna hannah hanne hannelore hans
    harald hartmut hasan hassan heidi heike heiko heinrich heinz helena helene helga helle
    hellen helmut henning henrik henry herbert hermann hildegard holger horst hubert hussein
    ibrahim ida ilse imke inga inge ingeborg inger ingo ingrid irene irina irmgard isabel
    isabella isabelle ivan jacob jakob james jan-ole jana jane janet jennifer jens jeppe
    jesper jessica joachim joan johann johanna johannes john jonas jonathan josef josefine
    joseph joshua juergen julia julian juliane jutta jörg jörn jørgen jürgen karen karin karl
    karla karolina karoline karsten katarina katharina kathrin katja katrin kenneth kerstin
    kevin kim kirsten kirsti klara klaus knud konrad kristian kristin kristina kristine kurt
    lars lasse laura lea leif lena lene leon leonie lina linda lisa lise liselotte lone lotte
    louise luca lucas ludwig luise luka lukas lutz maja manfred manuela marco marcus maren
    margaret margarete margit margrethe maria marianne marie marina mario marion markus
    marlene marta martha martin martina mary mathias mathilde matthew matthias maximilian
    mehmet melanie merete mette mia michael michaela michelle mikkel miriam mogens mohamed
    mohammad mohammed monika morten muhammad murat mustafa nadine nadja nancy natalie nicole
    niels nikolaj nina noah norbert olaf ole olga oliver olivia oscar oskar otto patricia
    patrick paul paula peer peter petra philipp pia poul preben rainer ralf rasmus rebecca
    regina reinhard renate ricarda richard rikke rita robert roland rolf ronald rosemarie
    rudolf ruth rüdiger sabine sabrina samuel sandra sara sarah sebastian selma sharon
    siegfried sieglinde sigrid silke silvia simon simone sofia sofie sonja sophia sophie
    stefan stefanie steffen stephan stephanie steven susan susanna susanne sven svend svenja
    sylvia søren tanja theodor theresa therese thomas thorsten tim timo tobias tom torben
    torsten tove ulf ulla ulrich ulrike ursula ute uwe valentin vanessa vera verena veronika
    vibeke viktor viktoria vincent volker walter waltraud werner wiebke wilhelm willi william
    wilma winfried wolfgang yasemin yasmin yusuf yvonne zeynep
"""
_NOT_NAMES: Final = """
    hb crp ldh ck igg iga igm ekg ecg mrt ct hct alat asat il vzv ana
    am ambulanz april arthritis august befund bei chefarzt dezember diagnose dienstag disease
    doctor doktor donnerstag dosis erkrankung februar fieber freitag gabe husten im in index
    jahre januar juli juni kg klinik kollege kollegin kontrolle krankheit labor mg mit
    mittwoch ml montag märz nach november oberarzt oberärztin oder ohne oktober patient
    patienten patientin phenomenon phänomen professor samstag score seit september sonntag
    station syndrom syndrome termin test therapie thyreoiditis thyroiditis titer und visite
    wegen years år
"""

#: First names common in German, Danish and English files. Left out: those that are also months,
#: words, units or medical terms (August, Jan, Max, Iris, Rosa, Mark, Viola, Grace).
FIRST_NAMES: Final = frozenset(_FIRST_NAMES.split())

#: Capitalised words that follow a title or a first name without being a name.
NOT_NAMES: Final = frozenset(_NOT_NAMES.split())
