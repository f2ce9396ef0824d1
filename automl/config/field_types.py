"""The types of the fields of an experiment, each with the text of its requirement for error messages."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from automl.config.parsing import parse_duration
from automl.core import RESERVED_NAMES


@dataclass(frozen=True)
class Requirement:
    """The end of the sentence `search.trials must be ...`; for a union, the ends of all members are joined."""

    be: str


def _no_switch(value: object) -> object:
    """Reject YAML's true and false, which are integers in Python."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def is_off(value: object) -> bool:
    """Return whether `value` is `off`, or what YAML makes of it."""
    return value is False or value == "off"


def _seconds(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _percent(value: object) -> object:
    """Return a percentage such as `15%` as a share, and leave all else to the check of the type."""
    if not isinstance(value, str) or not value.strip().endswith("%"):
        return value
    try:
        return float(value.strip().removesuffix("%")) / 100
    except ValueError:
        return value


def _listed(value: object) -> object:
    """Return a single string as a list with one element."""
    return [value] if isinstance(value, str) else value


def _columns(value: object) -> object:
    """Return one column, or none at all, as a list; earlier versions stored them so."""
    return () if value is None else _listed(str(value) if isinstance(value, (int, float)) else value)


LONGEST_NAME = 100
"""Maximum length of a study's name, in characters."""


UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no name may contain: control characters, surrogates, and line breaks."""


def _study_name(value: str) -> str:
    """Check a study's name, which may contain any visible character; its folder has the name escaped."""
    is_one_line = value == value.strip() and not any(unicodedata.category(character) in UNSEEN for character in value)
    if not value or not is_one_line or len(value) > LONGEST_NAME or value in RESERVED_NAMES:
        raise ValueError("a name is wanted")
    return value


def _registered_name(value: str) -> str:
    """Check a name of MLflow's Model Registry, which appears in addresses such as `models:/name@alias`."""
    if not value or value != value.strip() or {"/", ":"} & set(value):
        raise ValueError("a name is wanted")
    return value


Text: TypeAlias = Annotated[str, Field(min_length=1), Requirement("text that is not empty")]
Source: TypeAlias = Annotated[str, Field(min_length=1), Requirement("a named corpus, a data file or a folder")]
File: TypeAlias = Annotated[Path, Requirement("the path of a file")]
Folder: TypeAlias = Annotated[Path, AfterValidator(Path.expanduser), Requirement("the path of a folder")]
Auto: TypeAlias = Annotated[Literal["auto"], Requirement("'auto'")]
TaskName: TypeAlias = Annotated[
    Literal["auto", "single-label", "multi-label", "ordinal", "regression"],
    Requirement("auto, single-label, multi-label, ordinal or regression"),
]
Runtime: TypeAlias = Annotated[Literal["torch", "onnx-int8"], Requirement("torch or onnx-int8")]
ALL_ROWS: Literal["all"] = "all"
AllRows: TypeAlias = Annotated[Literal["all"], Requirement("'all'")]
Precision: TypeAlias = Annotated[Literal["auto", "fp32", "bf16"], Requirement("auto, fp32 or bf16")]
ColumnNames: TypeAlias = Annotated[
    tuple[Annotated[str, Field(min_length=1)], ...],
    BeforeValidator(_columns),
    Requirement("a column, or a list of them"),
]
Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed), Requirement("a list of names")]

StudyName: TypeAlias = Annotated[
    str,
    AfterValidator(_study_name),
    Requirement(
        f"one line of at most {LONGEST_NAME} characters, no space at its ends, and none of "
        f"{', '.join(sorted(RESERVED_NAMES))}"
    ),
]
RegisteredName: TypeAlias = Annotated[
    str, AfterValidator(_registered_name), Requirement("a name without '/' and ':', and without spaces at its ends")
]
Count: TypeAlias = Annotated[int, BeforeValidator(_no_switch), Field(ge=1), Requirement("a whole number of at least 1")]
FoldCount: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=2, le=10), Requirement("a whole number from 2 to 10, or 'off'")
]
"""The schema reads `off` as None before."""

Off: TypeAlias = Annotated[
    Literal["off"], BeforeValidator(lambda value: "off" if is_off(value) else value), Requirement("'off'")
]

MemberCount: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=2, le=20), Requirement("a whole number from 2 to 20")
]
PackSize: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=2, le=64), Requirement("a whole number from 2 to 64")
]
Members: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=4), Requirement("a whole number of at least 4")
]
Seed: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=0, lt=2**32), Requirement(f"a whole number from 0 to {2**32 - 1}")
]
Share: TypeAlias = Annotated[
    float, BeforeValidator(_no_switch), Field(gt=0, lt=1), Requirement("a number above 0 and below 1")
]
ConfirmShare: TypeAlias = Annotated[
    float,
    BeforeValidator(_no_switch),
    BeforeValidator(_percent),
    Field(gt=0, le=0.5),
    Requirement("a share of the time above 0 and up to 0.5, such as 15%"),
]
Positive: TypeAlias = Annotated[
    float, BeforeValidator(_no_switch), Field(gt=0, allow_inf_nan=False), Requirement("a number above 0")
]
NotNegative: TypeAlias = Annotated[
    float, BeforeValidator(_no_switch), Field(ge=0, allow_inf_nan=False), Requirement("a number of at least 0")
]
Seconds: TypeAlias = Annotated[
    float,
    BeforeValidator(_no_switch),
    BeforeValidator(_seconds),
    Field(gt=0, allow_inf_nan=False),
    Requirement("a time above 0, such as 90s, 10m, 1h30m or a number of seconds"),
]
TokenCount: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=8, le=8192), Requirement("a whole number from 8 to 8192")
]
Points: TypeAlias = Annotated[
    tuple[dict[str, JsonValue], ...], Requirement("a list of points, each a mapping of parameter names to values")
]
Overrides: TypeAlias = Annotated[dict[str, JsonValue], Requirement("a mapping of parameter names to what each may be")]
Priors: TypeAlias = Annotated[
    dict[str, JsonValue], Requirement("a mapping of parameter names to the value that is thought best of each")
]
