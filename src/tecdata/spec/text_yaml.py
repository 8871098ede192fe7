"""YAML read as text: every scalar stays the text that was written, double keys are refused.

A plain YAML load turns ``No`` into False, ``00123`` into 83 and ``10:30`` into 630. Here every
scalar is a ``str`` (an empty or ``~`` one is None), and each node keeps its line, so that a model error can name it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from tecdata.errors import SpecError

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

__all__ = ["Lines", "line_of", "load_model", "load_with_lines", "read_yaml"]

#: Line (1-based) of each node, by its path from the root.
Lines = dict[tuple[str | int, ...], int]

M = TypeVar("M", bound="BaseModel")

#: Only the parser is used: events tell what is written and where, which is all there is to know of text.
_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def read_yaml(path: Path, *, shown: str | None = None) -> tuple[Any, Lines]:
    """Read one YAML file as nested dicts, lists and texts, with the line of each node.

    Raises :class:`SpecError` naming file and line for a syntax error, a double key, an alias
    (files must be readable without following references), or text that is not UTF-8.
    """
    place = shown or str(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SpecError([f"{place}: the file does not exist"]) from None
    except UnicodeDecodeError as error:
        at = error.object.count(b"\n", 0, error.start) + 1
        raise SpecError(
            [f"{place}:{at}: not UTF-8 at byte {error.start}; save the file as UTF-8"]
        ) from None
    try:
        reader = _Reader(text, place)
        data = reader.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f":{mark.line + 1}" if mark else ""
        wrong = error.problem
        if mark and "\t" in "".join(text.splitlines()[mark.line : mark.line + 1]):
            wrong = "a tab stands in this line; indent with blanks"
        raise SpecError([f"{place}{line}: not valid YAML: {wrong}"]) from None
    except yaml.YAMLError as error:
        raise SpecError([f"{place}: not valid YAML: {str(error).splitlines()[0]}"]) from None
    if reader.problems:
        raise SpecError(reader.problems)
    return data, reader.lines


class _Reader:
    """Turns the events of a YAML text into dicts, lists and texts, and notes lines and problems on the way."""

    def __init__(self, text: str, place: str) -> None:
        self.lines: Lines = {}
        self.problems: list[str] = []
        self._place = place
        self._next: Callable[[], Any] = _Loader(text).get_event

    def document(self) -> Any:
        """The value of the one document of the text; an empty text is an empty mapping."""
        self._next()  # the stream starts
        if isinstance(self._next(), yaml.StreamEndEvent):
            return {}
        data = self._value(self._next(), ())
        self._next()  # the document ends
        if not isinstance(again := self._next(), yaml.StreamEndEvent):
            raise yaml.MarkedYAMLError(
                None, None, "another document begins here; a file holds one", again.start_mark
            )
        return data

    def _value(self, event: Any, path: tuple[str | int, ...]) -> Any:
        """The value that begins with an event, with all that is below it."""
        kind = type(event)
        self.lines[path] = event.start_mark.line + 1
        if kind is yaml.ScalarEvent:
            plain = not event.style and event.value in ("", "~")
            return None if plain else event.value
        if kind is yaml.MappingStartEvent:
            return self._mapping(path)
        if kind is yaml.SequenceStartEvent:
            values: list[Any] = []
            while type(event := self._next()) is not yaml.SequenceEndEvent:
                values.append(self._value(event, (*path, len(values))))
            return values
        self._problem(
            event,
            path,
            "an alias (*name) repeats what stands elsewhere; write it out in both places",
        )
        return None

    def _mapping(self, path: tuple[str | int, ...]) -> dict[str, Any]:
        """The keys and values up to the end of a mapping; what stands under a wrong key is left out."""
        result: dict[str, Any] = {}
        while type(event := self._next()) is not yaml.MappingEndEvent:
            line = event.start_mark.line + 1
            if type(event) is not yaml.ScalarEvent:
                self._problem(event, (), "a key must be plain text")
                self._value(event, path)
                self._value(self._next(), path)
                continue
            key = event.value
            if key in result:
                self._problem(event, (*path, key), "the key stands twice; keep one")
                self._value(self._next(), (*path, key))
                continue
            result[key] = self._value(self._next(), (*path, key))
            self.lines[*path, key] = line
        return result

    def _problem(self, event: Any, path: tuple[str | int, ...], text: str) -> None:
        where = f"{_dotted(path)}: " if path else ""
        self.problems.append(f"{self._place}:{event.start_mark.line + 1}: {where}{text}")


def line_of(lines: Lines, problem: str) -> int | None:
    """The line of the deepest node whose dotted path begins a problem's text.

    >>> line_of({(): 1, ("a",): 2, ("a", 0): 3}, "a[0].b: this is wrong"), line_of({}, "a: wrong")
    (3, None)
    """
    best, line = -1, None
    for path, number in lines.items():
        text = _dotted(path) if path else ""
        follows = problem[len(text) : len(text) + 1]
        if len(text) > best and problem.startswith(text) and (not text or follows in ":.["):
            best, line = len(text), number
    return line


def load_model(path: Path, model: type[M], *, shown: str | None = None) -> M:
    """Read a YAML file into a closed model, reporting all of its errors at once.

    ``shown`` is the path as messages name it. Raises :class:`SpecError` with one
    ``file:line: path: what is wrong; what is allowed`` per problem.
    """
    return load_with_lines(path, model, shown=shown)[0]


def load_with_lines(path: Path, model: type[M], *, shown: str | None = None) -> tuple[M, Lines]:
    """The same, with the line of each node for later checks."""
    from pydantic import ValidationError

    place = shown or str(path)
    data, lines = read_yaml(path, shown=place)
    try:
        return model.model_validate(data), lines
    except ValidationError as error:
        raise SpecError(_problems(error, lines, place, model)) from None


def _problems(
    error: ValidationError, lines: Lines, place: str, model: type[BaseModel]
) -> list[str]:
    problems = []
    for item in error.errors(include_url=False):
        path: tuple[str | int, ...] = ()
        line = lines.get((), 1)
        for step in item["loc"]:
            # Union branches put their own names into the path: only steps that are in the file count.
            if (*path, step) in lines:
                path = (*path, step)
                line = lines[path]
        missing = item["type"] == "missing"
        shown = _dotted((*path, item["loc"][-1]) if missing else path)
        if item["type"] == "extra_forbidden":
            wording = f"unknown key; allowed: {', '.join(_keys(model, item['loc'][:-1]))}"
        else:
            wording = _wording(item, model_missing=missing)
        problems.append(f"{place}:{line}: {shown}: {wording}")
    return list(dict.fromkeys(problems))


#: What a YAML author is told where the model's own words speak of Python types.
_SAID = {
    "tuple_type": "write a list, for instance [1, 2]",
    "list_type": "write a list, for instance [1, 2]",
    "dict_type": "write 'key: value' pairs here",
    "model_type": "write 'key: value' pairs here",
    "string_type": "write one text here",
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "float_parsing": "write a number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "string_pattern_mismatch": "does not fit the pattern {pattern}",
}


def _wording(item: Any, *, model_missing: bool) -> str:
    if model_missing:
        return "this key is needed here"
    if item["type"] in {"literal_error", "enum"}:
        return f"'{item['input']}' is not a choice; allowed: {item['ctx']['expected']}"
    message = str(item["msg"]).removeprefix("Value error, ")
    if said := _SAID.get(item["type"]):
        message = said.format(**item.get("ctx", {}))
    value = item.get("input")
    return f"{message} (found '{value}')" if isinstance(value, str) else message


def _keys(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys a model takes at a place, in the order they are declared."""
    for step in path:
        fields = {f.alias or name: f for name, f in model.model_fields.items()}
        # Positions, keys of a mapping and names of union branches lead no further into models.
        if step in fields:
            model = _model_in(fields[str(step)].annotation) or model
    return [field.alias or name for name, field in model.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation such as ``tuple[Rule, ...] | None`` speaks of."""
    from pydantic import BaseModel

    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in getattr(annotation, "__args__", ()))
    return next((model for model in found if model is not None), None)


def _dotted(path: tuple[str | int, ...]) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".") or "(top)"
