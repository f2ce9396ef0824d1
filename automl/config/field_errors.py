"""Messages about invalid fields of an experiment, instead of those of pydantic."""

from collections.abc import Iterator
from typing import Annotated, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from automl.config.field_types import Requirement
from automl.config.schema import Experiment
from search_spaces.near_miss import near_misses

Path = tuple[str, ...]


def field_problems(error: ValidationError) -> list[str]:
    """Return one sentence for each invalid field of `error`: its path, the requirement and the given value."""
    return list(dict.fromkeys(_sentence(detail) for detail in error.errors()))


def field_paths(model: type[BaseModel] = Experiment, parent: Path = ()) -> Iterator[Path]:
    """Yield the path of every field under `model`, including sections, with `parent` as the prefix."""
    for name, field in model.model_fields.items():
        yield (*parent, name)
        if (section := _section(field)) is not None:
            yield from field_paths(section, (*parent, name))


def _sentence(detail: ErrorDetails) -> str:
    path, field = _located(detail["loc"])
    if detail["type"] == "extra_forbidden":
        return _unknown_field((*path, str(detail["loc"][-1])))
    if field is None or _section(field) is not None:
        return _about_section(path, detail)
    name, must = ".".join(path), ", or ".join(_musts(field))
    if detail["type"] == "missing":
        return f"{name} is missing; it must be {must}"
    return f"{name} must be {must}, not {detail['input']!r}"


def _about_section(path: Path, detail: ErrorDetails) -> str:
    if detail["type"] == "value_error":
        return str(detail["ctx"]["error"])
    return f"{'.'.join(path) or 'the experiment'} must be a mapping of fields, not {detail['input']!r}"


def _located(location: tuple[int | str, ...]) -> tuple[Path, FieldInfo | None]:
    """Return the part of pydantic's location that names fields, without members of unions and keys of mappings."""
    path: list[str] = []
    model: type[BaseModel] | None = Experiment
    field: FieldInfo | None = None
    for part in map(str, location):
        if model is None or part not in model.model_fields:
            break
        path.append(part)
        field = model.model_fields[part]
        model = _section(field)
    return tuple(path), field


def _section(field: FieldInfo) -> type[BaseModel] | None:
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def _musts(field: FieldInfo) -> Iterator[str]:
    yield from (note.be for note in field.metadata if isinstance(note, Requirement))
    yield from _musts_within(field.annotation)


def _musts_within(annotation: object) -> Iterator[str]:
    if get_origin(annotation) is Annotated:
        yield from (note.be for note in get_args(annotation) if isinstance(note, Requirement))
        return
    for member in get_args(annotation):
        yield from _musts_within(member)


def _unknown_field(path: Path) -> str:
    """Suggest the fields of that name in other sections, or else the most similar one in the same section."""
    everything = list(field_paths())
    siblings = [known[-1] for known in everything if known[:-1] == path[:-1]]
    elsewhere = [known for known in everything if known[-1] == path[-1]]
    suggestions = elsewhere or [(*path[:-1], name) for name in near_misses(path[-1], siblings)]
    hint = f" Did you mean {' or '.join(repr('.'.join(known)) for known in suggestions)}?" if suggestions else ""
    where = f"The section {'.'.join(path[:-1])!r}" if path[:-1] else "An experiment"
    return f"{'.'.join(path)} is not a field.{hint} {where} has: {', '.join(siblings)}"
