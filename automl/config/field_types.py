"""The kinds of value that fields of an experiment take, each with the words that say what must hold."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue

from automl.config.parsing import parse_duration
from automl.core import RESERVED_NAMES


@dataclass(frozen=True)
class Requirement:
    """What a value must be, to end the sentence `search.trials must be ...`; a union says each of its members."""

    be: str


def _no_switch(value: object) -> object:
    """YAML's true and false are no numbers, whatever Python says."""
    if isinstance(value, bool):
        raise ValueError("a number is wanted")
    return value


def _seconds(value: object) -> object:
    return parse_duration(value) if isinstance(value, str) else value


def _listed(value: object) -> object:
    """One word may stand for a list of one."""
    return [value] if isinstance(value, str) else value


LONGEST_NAME = 100
"""Characters of a study's name."""


UNSEEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Unicode categories that no name may have: control characters, half characters, and breaks of lines."""


def _study_name(value: str) -> str:
    """A study's name may hold anything that one sees; its folder bears it escaped."""
    is_one_line = value == value.strip() and not any(unicodedata.category(sign) in UNSEEN for sign in value)
    if not value or not is_one_line or len(value) > LONGEST_NAME or value in RESERVED_NAMES:
        raise ValueError("a name is wanted")
    return value


Text: TypeAlias = Annotated[str, Field(min_length=1), Requirement("text that is not empty")]
Source: TypeAlias = Annotated[str, Field(min_length=1), Requirement("a named corpus, a data file or a folder")]
File: TypeAlias = Annotated[Path, Requirement("the path of a file")]
Folder: TypeAlias = Annotated[Path, AfterValidator(Path.expanduser), Requirement("the path of a folder")]
Auto: TypeAlias = Annotated[Literal["auto"], Requirement("'auto'")]
Precision: TypeAlias = Annotated[Literal["auto", "fp32", "bf16"], Requirement("auto, fp32 or bf16")]
Names: TypeAlias = Annotated[tuple[str, ...], BeforeValidator(_listed), Requirement("a list of names")]

StudyName: TypeAlias = Annotated[
    str,
    AfterValidator(_study_name),
    Requirement(
        f"one line of at most {LONGEST_NAME} characters, no space at its ends, and none of "
        f"{', '.join(sorted(RESERVED_NAMES))}"
    ),
]
Count: TypeAlias = Annotated[int, BeforeValidator(_no_switch), Field(ge=1), Requirement("a whole number of at least 1")]
FoldCount: TypeAlias = Annotated[
    int, BeforeValidator(_no_switch), Field(ge=2, le=10), Requirement("a whole number from 2 to 10")
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
