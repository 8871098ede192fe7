"""A workbook in the layout of Pinnacle 21 or metacore becomes specs: models first, then YAML."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from tecdata.errors import SpecError, UsageError
from tecdata.exchange.sheets import outline, read_sheets
from tecdata.exchange.spec_export import HEADERS
from tecdata.spec import Codelist, DomainSpec
from tecdata.spec.submission import Explanation, SubmissionSpec

__all__ = ["ImportedSpec", "import_spec", "write_spec"]

Row = Mapping[str, str]

#: Data types of other workbooks, as our specs name them.
_TYPES: Final = {
    "text": "text",
    "integer": "integer",
    "float": "float",
    "date": "datetime",
    "datetime": "datetime",
    "partialdate": "datetime",
    "partialdatetime": "datetime",
    "incompletedatetime": "datetime",
    "durationdatetime": "duration",
}
_ORIGINS: Final = ("Collected", "Derived", "Assigned", "Protocol", "Predecessor")


@dataclasses.dataclass(frozen=True, slots=True)
class ImportedSpec:
    """What a workbook says; ``ignored`` are its sheets and columns that were not read."""

    domains: Mapping[str, DomainSpec]
    adam: Mapping[str, DomainSpec]
    codelists: Mapping[str, Codelist]
    submission: SubmissionSpec
    ignored: tuple[str, ...] = ()


def import_spec(path: Path) -> ImportedSpec:
    """Read a workbook. Sheets and headers are found by their letters, whatever case and blanks.

    Raises :class:`UsageError` for a file that is no workbook or has neither datasets nor variables, and
    :class:`SpecError` listing every row that does not make a spec, as ``sheet: dataset: what is wrong``.
    """
    sheets = read_sheets(path)
    if "datasets" not in sheets or "variables" not in sheets:
        raise UsageError(
            "the workbook has no sheets Datasets and Variables",
            place=str(path),
            choices=sorted(sheets),
            next_step="Start from the layout that tecdata spec export writes",
        )
    problems: list[str] = []
    found: dict[str, DomainSpec] = {}
    analysis: set[str] = set()
    for row in sheets["datasets"]:
        name = row.get("dataset", "")
        if row.get("purpose", "").casefold() == "analysis":
            analysis.add(name)
        domain = _built(DomainSpec, _domain(row, sheets), f"Datasets: {name}", problems)
        if domain is not None:
            found[name] = domain
    codelists = _codelists(sheets.get("codelists", ()), problems)
    submission = _submission(sheets, problems)
    if problems:
        raise SpecError(problems)
    return ImportedSpec(
        domains={n: d for n, d in found.items() if n not in analysis},
        adam={n: d for n, d in found.items() if n in analysis},
        codelists=codelists,
        submission=submission,
        ignored=tuple(_ignored(sheets)),
    )


def write_spec(spec: ImportedSpec, folder: Path) -> list[Path]:
    """Write ``sdtm/*.yaml``, ``adam/*.yaml``, ``terminology/imported.yaml`` and ``submission.yaml``.

    The folder must not exist or be empty: nothing is overwritten. Comments of YAML files are not in a workbook.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(
            "the folder exists and is not empty", place=str(folder), next_step="Name a new folder"
        )
    written = []
    for room, domains in (("sdtm", spec.domains), ("adam", spec.adam)):
        for name, domain in domains.items():
            written.append(_dump(folder / room / f"{name.lower()}.yaml", domain))
    if spec.codelists:
        lists = [c.model_dump(mode="json", exclude_defaults=True) for c in spec.codelists.values()]
        written.append(_dump(folder / "terminology" / "imported.yaml", {"codelists": lists}))
    written.append(_dump(folder / "submission.yaml", spec.submission))
    return written


def _dump(path: Path, content: Any) -> Path:
    import yaml

    if not isinstance(content, dict):
        content = content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump(_texts(content), allow_unicode=True, sort_keys=False, width=120)
    path.write_text(text, "utf-8")
    return path


def _texts(value: Any) -> Any:
    """Every scalar as the text our YAML is read as."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_texts(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _domain(row: Row, sheets: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    name = row.get("dataset", "")
    variables = [v for v in sheets["variables"] if v.get("dataset") == name]
    qualifiers = [q for q in sheets.get("valuelevel", ()) if q.get("dataset") == f"SUPP{name}"]
    keys = row.get("keyvariables", "").replace(";", ",").split(",")
    return {
        "domain": name,
        "label": row.get("label") or row.get("description", ""),
        "class": row.get("class", ""),
        "structure": row.get("structure", ""),
        "keys": [key.strip() for key in keys if key.strip()],
        "variables": [_variable(v) for v in sorted(variables, key=_order)],
        "supplemental": [_qualifier(q) for q in sorted(qualifiers, key=_order)],
    }


def _order(row: Row) -> int:
    text = row.get("order", "")
    return int(float(text)) if text.replace(".", "", 1).isdigit() else 0


def _variable(row: Row) -> dict[str, Any]:
    kind = row.get("kind") or _TYPES.get(outline(row.get("datatype", "")), "text")
    mandatory = row.get("mandatory", "").casefold() in ("yes", "y")
    origin = row.get("origin", "")
    made: dict[str, Any] = {
        "name": row.get("variable", ""),
        "label": row.get("label", ""),
        "type": kind,
        "length": row.get("length") or ("8" if kind in ("integer", "float") else "200"),
        "core": row.get("core") or ("Req" if mandatory else "Perm"),
        "role": row.get("role", ""),
        "codelist": row.get("codelist") or None,
        "origin": origin if origin in _ORIGINS else "Collected",
    }
    texts = {key: row.get(key, "") for key in ("method", "predecessor", "format")}
    return made | {key: text for key, text in texts.items() if text}


def _qualifier(row: Row) -> dict[str, Any]:
    return {
        "name": row.get("whereclause", ""),
        "label": row.get("description", ""),
        "codelist": row.get("codelist") or None,
        "origin": row.get("origin", "").upper() or "COLLECTED",
        "evaluator": row.get("comment", ""),
    }


def _codelists(rows: Sequence[Row], problems: list[str]) -> dict[str, Codelist]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.get("id", ""), []).append(row)
    made: dict[str, Codelist] = {}
    for name, members in groups.items():
        head = members[0]
        content = {
            "codelist": name,
            "name": head.get("name", ""),
            "nci": head.get("ncicodelistcode", ""),
            "joins": re.findall(r"\w+", head.get("joinedcodelists", "")),
            "package": head.get("package", ""),
            "extensible": head.get("extensible", "").casefold() == "yes",
            "dictionary": head.get("dictionary", ""),
            "terms": [
                {
                    "term": row.get("term", ""),
                    "nci": row.get("ncitermcode", ""),
                    "decode": row.get("decodedvalue", ""),
                    "ucum": row.get("ucum", ""),
                    "names": json.loads(row["names"]) if row.get("names") else {},
                }
                for row in sorted(members, key=_order)
            ],
        }
        codelist = _built(Codelist, content, f"Codelists: {name}", problems)
        if codelist is not None:
            made[name] = codelist
    return made


def _submission(sheets: Mapping[str, Sequence[Row]], problems: list[str]) -> SubmissionSpec:
    study = {outline(r.get("attribute", "")): r.get("value", "") for r in sheets.get("define", ())}
    explanations = {}
    for row in sheets.get("explanations", ()):
        content = {key: row.get(key, "") for key in ("engine", "reason")}
        content["holds"] = json.loads(row["holds"]) if row.get("holds") else {}
        told = _built(Explanation, content, f"Explanations: {row['id']}", problems)
        if told is not None:
            explanations[row["id"]] = told
    return SubmissionSpec(
        adamig=study.get("adamversion") or "1.3",
        loinc=study.get("loincversion", ""),
        methods={r["id"]: r.get("description", "") for r in sheets.get("methods", ())},
        comments={
            r["id"].removeprefix("COM."): r.get("description", "")
            for r in sheets.get("comments", ())
        },
        decisions=tuple(r.get("decision", "") for r in sheets.get("decisions", ())),
        explanations=explanations,
    )


def _built(model: type[Any], content: Mapping[str, Any], place: str, problems: list[str]) -> Any:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        for problem in error.errors():
            at = ".".join(str(part) for part in problem["loc"])
            problems.append(f"{place}: {at}: {problem['msg']}")
        return None


def _ignored(sheets: Mapping[str, Sequence[Row]]) -> list[str]:
    known = {outline(name): {outline(h) for h in headers} for name, headers in HEADERS.items()}
    found = [f"sheet {name}" for name in sheets if name not in known and sheets[name]]
    for name, rows in sheets.items():
        if name in known and rows:
            more = sorted(set(rows[0]) - known[name] - {"description", ""})
            found += [f"{name}: column {column}" for column in more]
    return found
