"""The closed, frozen base of every spec model, and the few text types they share."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

__all__ = ["ExactFactor", "Expression", "Flag", "Model", "TextList"]


class Model(BaseModel):
    """Frozen, and closed: a key that is not declared is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


def _flag(value: Any) -> Any:
    if value in ("true", "false"):
        return value == "true"
    if isinstance(value, bool):
        return value
    raise ValueError("write true or false")


def _text_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _fraction(value: Any) -> Any:
    if isinstance(value, Fraction):
        return value
    try:
        return Fraction(str(value))
    except (ValueError, ZeroDivisionError):
        raise ValueError("write an exact factor such as 88.4, 1/60 or 0.01") from None


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


#: A regular expression, searched in a text.
Expression = Annotated[str, AfterValidator(_expression)]

#: A truth value: ``true`` or ``false`` and nothing else.
Flag = Annotated[bool, BeforeValidator(_flag)]

#: One text or a list of texts.
TextList = Annotated[tuple[str, ...], BeforeValidator(_text_list)]

#: An exact rational factor written as a decimal or a fraction.
ExactFactor = Annotated[Fraction, BeforeValidator(_fraction)]
