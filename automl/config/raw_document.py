"""An experiment before validation: nested mappings from a YAML file, which options can change."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml

from automl.config.checkpoint_checks import placed
from automl.core import UsageError
from automl.sources import absolute_address, is_address
from search_spaces import CHECKPOINT
from trials.data import CORPORA

Document: TypeAlias = dict[str, object]

OVERRIDES = "space.overrides."
PRIORS = "search.priors."
BY_PARAMETER = (OVERRIDES, PRIORS)
"""After one of these prefixes, the rest of a dotted key is one parameter's name, including its dots."""

CHECKPOINT_KEY = f"{OVERRIDES}{CHECKPOINT}"
PRIOR_KEY = f"{PRIORS}{CHECKPOINT}"
POINTS_KEY = "search.points"

CORPUS_FIELDS = ("source", "unlabeled")
"""The fields of the data that may name a corpus instead of a file."""


def read_document(path: Path) -> Document:
    """Read the experiment file `path`. Data files that it names are relative to it.

    Raises:
        UsageError: there is no such file, or it is not a YAML mapping; a syntax error is reported with its line.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise UsageError(f"There is no experiment file {str(path)!r}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The experiment file {str(path)!r} cannot be read as UTF-8 text: {error}") from None
    except yaml.YAMLError as error:
        raise UsageError(f"The experiment file {str(path)!r} must be YAML: {_syntax(error)}") from None
    if not isinstance(document, dict):
        found = "it is empty" if document is None else f"it is {type(document).__name__}"
        raise UsageError(f"The experiment file {str(path)!r} must be a mapping of fields, but {found}.")
    given = {str(key): value for key, value in document.items() if value is not None}  # without empty sections
    document = {**given, "data": _beside(given.get("data", {}), path.parent)}
    place_checkpoints(document, path.parent)
    return document


def parse_setting(setting: str, option: str = "--set") -> tuple[str, object]:
    """Return key and value of one `key=value`; the value is parsed as YAML.

    Args:
        setting: the text `key=value`.
        option: name of the option, for messages.

    Raises:
        ValueError: there is no key, or the value is not YAML.
    """
    key, equals, value = setting.partition("=")
    if not equals or not key.strip():
        raise ValueError(f"{option} must be given key=value, not {setting!r}")
    try:
        return key.strip(), yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ValueError(
            f"{option} {key.strip()} must be given a YAML value, not {value!r}: {_syntax(error)}"
        ) from None


def get_field(document: Mapping[str, object], key: str) -> object:
    """Return the value of `document` at the dotted `key`; None if there is none."""
    found: object = document
    for part in _parts(key):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def set_field(document: Document, key: str, value: object) -> None:
    """Set `value` at the dotted `key` of `document`, and create missing sections."""
    *sections, name = _parts(key)
    for section in sections:
        inner = document.get(section)
        document[section] = document = dict(inner) if isinstance(inner, Mapping) else {}
    document[name] = value


def place_checkpoints(document: Document, folder: Path) -> None:
    """Make checkpoints in `document` that are folders relative to `folder` absolute paths."""
    for key in (CHECKPOINT_KEY, PRIOR_KEY):
        if (checkpoints := get_field(document, key)) is not None:
            set_field(document, key, placed(checkpoints, folder))
    if isinstance(points := get_field(document, POINTS_KEY), list):
        found = [
            {**point, CHECKPOINT: placed(point[CHECKPOINT], folder)}
            if isinstance(point, Mapping) and CHECKPOINT in point
            else point
            for point in points
        ]
        set_field(document, POINTS_KEY, found)


def _parts(key: str) -> list[str]:
    for section in BY_PARAMETER:
        if key.startswith(section):
            return [*section.rstrip(".").split("."), key.removeprefix(section)]
    return key.split(".")


def _syntax(error: yaml.YAMLError) -> str:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return " ".join(str(error).split())
    mark = error.problem_mark
    return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem or error.context}"


def _beside(data: object, folder: Path) -> object:
    """Resolve paths of data relative to the experiment file, so that both can be moved together."""
    if not isinstance(data, dict):
        return data
    found = dict(data)
    for field in ("source", "validation", "test", "unlabeled", "corrections"):
        if not isinstance(value := data.get(field), str) or (field in CORPUS_FIELDS and value in CORPORA):
            continue
        is_elsewhere = field == "source" and is_address(value)
        found[field] = absolute_address(value, folder) if is_elsewhere else str(folder / Path(value).expanduser())
    return found
