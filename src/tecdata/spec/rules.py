"""``mappings/<centre>/<domain>.yaml``: how the records of a domain are made from a centre's tables."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from tecdata.spec.model import Flag, Model, TextList

__all__ = [
    "Block",
    "Condition",
    "DomainMapping",
    "Join",
    "Relation",
    "Repeat",
    "Replacement",
    "Result",
    "Rule",
    "Split",
    "Unpivot",
]


class Condition(Model):
    """A test on a row, as data.

    Exactly one of: ``column`` with exactly one of ``equals`` (one text or several, compared
    folded), ``not_equals``, ``matches`` (regular expression, searched), ``missing`` (true or
    false); or ``all`` / ``any`` of further conditions; or ``not`` one.
    A missing cell equals nothing and matches nothing.

    Beside ``equals``, ``otherwise`` lists the texts for which the condition is known not to hold
    (``equals: Checked, otherwise: Unchecked``): in ``where`` and ``filter`` any other text is
    reported instead of being passed over.
    """

    column: str | None = None
    equals: TextList | None = None
    otherwise: TextList | None = None
    not_equals: TextList | None = None
    matches: str | None = None
    missing: Flag | None = None
    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    not_: Condition | None = Field(default=None, alias="not")

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [x for x in (self.column, self.all, self.any, self.not_) if x is not None]
        if len(forms) != 1:
            raise ValueError("give exactly one of column, all, any, not")
        tests = [
            x for x in (self.equals, self.not_equals, self.matches, self.missing) if x is not None
        ]
        if (self.column is not None) != (len(tests) == 1) or len(tests) > 1:
            raise ValueError("a column needs exactly one of equals, not_equals, matches, missing")
        if self.otherwise is not None and self.equals is None:
            raise ValueError("otherwise stands beside equals only")
        return self


class Replacement(Model):
    """A regular expression and the text that takes the place of each match, before mapping."""

    pattern: str
    text: str = ""


_VERBS = (
    "assign_no_ct",
    "assign_ct",
    "hardcode_ct",
    "hardcode_no_ct",
    "assign_datetime",
    "template",
)


class Rule(Model):
    """One way to fill one variable: exactly one verb, under a condition if ``when`` is given.

    ``assign_no_ct: column``     the column's text (a number where the variable is numeric)
    ``assign_ct: column``        looked up in ``codelist`` (default: the variable's own)
    ``hardcode_ct: term``        a constant that must be in the codelist
    ``hardcode_no_ct: text``     a constant
    ``assign_datetime: column``  or ``[date column, time column]``, to ISO 8601, partial if need be
    ``template: "{A} ({B})"``    text from several columns; empty where every column is empty;
                                 a part in ``[...]`` is left out where its column is empty
    ``extract`` keeps only what the regular expression's group ``value`` (or the whole match)
    matches, and nothing of a text it does not match; ``replace`` rewrites the text before anything else; ``dates`` overrides the table's
    date patterns; ``language`` the centre's.
    """

    assign_no_ct: str | None = None
    assign_ct: str | None = None
    hardcode_ct: str | None = None
    hardcode_no_ct: str | None = None
    assign_datetime: TextList | None = None
    template: str | None = None
    codelist: str | None = None
    language: TextList | None = None
    dates: TextList | None = None
    replace: tuple[Replacement, ...] = ()
    extract: str | None = None
    when: Condition | None = None

    @property
    def verb(self) -> str:
        """The one verb of this rule."""
        return next(v for v in _VERBS if getattr(self, v) is not None)

    @model_validator(mode="after")
    def _one_verb(self) -> Rule:
        given = [v for v in _VERBS if getattr(self, v) is not None]
        if len(given) != 1:
            raise ValueError(f"give exactly one of {', '.join(_VERBS)}")
        if self.assign_datetime is not None and len(self.assign_datetime) > 2:
            raise ValueError("assign_datetime takes a date column and at most one time column")
        return self


def _rules(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


#: One rule, or several of which the first whose ``when`` holds fills the variable.
Rules = Annotated[tuple[Rule, ...], BeforeValidator(_rules)]


class Repeat(Model):
    """Column groups numbered across the row (``d1_datum d1_mg d2_datum d2_mg``) become rows.

    ``columns`` gives pseudo-columns their source column with ``{n}`` for the number, for
    instance ``date: "d{n}_datum"`` read by rules as ``$date``; ``$n`` is the number itself.
    Numbers are taken from the columns that exist, unless ``numbers`` lists them. A repetition
    whose columns are all empty makes no record.
    """

    columns: dict[str, str]
    numbers: tuple[int, ...] | None = None


class Unpivot(Model):
    """Columns become records, one for each cell that is not empty.

    Keys are columns (or ``$`` pseudo-columns of ``repeat``), values what is known of them:
    any names, read by rules as ``$name``; ``test`` (a study test id), ``unit``, ``low`` and
    ``high`` are the usual ones. Rules also read ``$value`` (the cell), ``$column`` (the column's
    name), and ``$unit`` (the units row where no ``unit`` is given here). Numbers among the values
    (``low: "4.0"``) have a decimal point, whatever the convention of the table.
    """

    columns: dict[str, dict[str, str]]


class Split(Model):
    """A cell that lists several things becomes several records, read by rules as ``$part``.

    Separators inside parentheses do not count. Parts are trimmed, empty parts dropped.
    """

    column: str
    separators: TextList = (",", ";")


class Join(Model):
    """Columns of another table of the centre, brought in by equal keys (at most one row each).

    ``on`` pairs this table's column with the other's; ``columns`` names ``$`` pseudo-columns.
    A block may have several joins, made in the order written. The left side of ``on`` may be a
    pseudo-column of an earlier join; where it is one of ``repeat``, ``unpivot`` or ``split``
    (``$column``, ``$test``, ``$part`` …) the join is made after those, for instance
    ``on: {$column: Parameter, $sex: Geschlecht}`` against a sheet of reference ranges.
    ``reference: true`` says that the other table is such a list to look things up in: rows that
    no record asks for are then no loss, and keys it does not have are not reported.
    """

    table: str
    on: dict[str, str]
    columns: dict[str, str]
    reference: Flag = False


#: One join, or several in the order they are made.
Joins = Annotated[tuple[Join, ...], BeforeValidator(_rules)]


class Result(Model):
    """A measured result and the units it comes in (the verb ``convert_unit``).

    Fills --ORRES (the text as written), --ORRESU, --STRESC, --STRESN, --STRESU by the test's
    exact factors, the reference range from ``low`` and ``high`` or from one ``range`` text
    such as ``4,0 - 10,0``, ``< 5`` or ``bis 34`` (--ORNRLO, --ORNRHI, --STNRLO, --STNRHI), and
    --STAT for a ``not_done`` token. ``unit`` is a column or pseudo-column; ``fixed_unit`` a
    constant. Where neither is given, or the cell is empty, the test's standard unit must be
    empty too, else the unit is reported as missing.
    """

    value: str
    unit: str | None = None
    fixed_unit: str | None = None
    low: str | None = None
    high: str | None = None
    range: str | None = None


class Relation(Model):
    """A link from this record to one of another domain, which becomes RELREC.

    ``column`` holds the value that the other domain's ``variable`` (for instance AESPID) has in
    the same subject; several values may be listed, separated by comma or semicolon.
    """

    domain: str
    variable: str
    column: str


class Block(Model):
    """Records of one domain made from one table.

    Steps in this order: ``where`` (which rows), ``join``, ``repeat``, ``unpivot``, ``split``,
    ``filter`` (which of the resulting records; may use pseudo-columns), ``test``,
    ``convert_unit``, ``variables``. ``test`` names the column or pseudo-column holding the test
    as the centre spells it, or ``$test`` of an unpivot (a study test id), or ``fixed_test`` one
    study test id; records whose test belongs to another domain are left to that domain's block.
    It fills --TESTCD, --TEST and the test's constant qualifiers. ``tests`` limits which study
    test ids a spelling may stand for ("ANA" is the titre in a list of lab values, and the
    presence of the antibody in an antibody profile); ``AB_*`` stands for all that begin so.
    ``subject`` is the column with the local
    subject id.
    """

    name: str
    from_: str = Field(alias="from")
    subject: str
    where: Condition | None = None
    join: Joins = ()
    repeat: Repeat | None = None
    unpivot: Unpivot | None = None
    split: Split | None = None
    filter: Condition | None = None
    test: str | None = None
    fixed_test: str | None = None
    tests: TextList | None = None
    convert_unit: Result | None = None
    relates: Relation | None = None
    variables: dict[str, Rules] = Field(default_factory=dict)


class DomainMapping(Model):
    """All blocks of one domain of one centre."""

    domain: str
    blocks: tuple[Block, ...]


#: What a condition compares, for messages.
ConditionVerb = Literal["equals", "not_equals", "matches", "missing"]
