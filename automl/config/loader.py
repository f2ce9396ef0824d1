"""Builds a checked `Experiment` from files and options, and stores it as JSON and loads it again."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from automl.config.field_errors import field_problems
from automl.config.name_checks import name_problems
from automl.config.raw_document import (
    PRIORS,
    Document,
    parse_setting,
    place_checkpoints,
    read_document,
    set_field,
)
from automl.config.schema import Experiment
from automl.core import UsageError, drop_password
from automl.sources import stored_source

EXPERIMENT_SUFFIXES = (".yaml", ".yml")


def build_experiment(
    source: str | Experiment | None, settings: Sequence[str], flags: Mapping[str, object], priors: Sequence[str] = ()
) -> Experiment:
    """Build the experiment of a command line.

    Flags override the experiment file, and `--set` overrides both. The last of several settings of a field counts.
    Paths of data are relative to the file that names them, or else to the current folder.

    Args:
        source: an experiment file (`.yaml`, `.yml`), or the data: a corpus, a file or a folder; or an
            experiment; None: only options.
        settings: `key=value` of each `--set`, with a dotted key and a YAML value.
        flags: values of flags by dotted field; None for a flag that was not given.
        priors: `parameter=value` of each `--prior`, which may end in `:low`, `:medium` or `:high`.

    Raises:
        UsageError: something is invalid; the message lists every problem of the file, the flags and the settings.
    """
    is_file = isinstance(source, str) and source.lower().endswith(EXPERIMENT_SUFFIXES)
    document = _document(source)
    problems = _overrule(document, settings, flags, priors)
    place_checkpoints(document, Path.cwd())
    experiment = None
    try:
        experiment = Experiment.model_validate(document)
    except ValidationError as error:
        problems += field_problems(error)
    problems += name_problems(document)
    if experiment is None or problems:
        raise UsageError(_message(str(source) if is_file else None, problems))
    return experiment


def experiment_workspace(source: str | Experiment | None, flags: Mapping[str, object]) -> Path:
    """Return the workspace of the experiment that `build_experiment` would build, without a check of the rest.

    Args:
        source: as in `build_experiment`.
        flags: as in `build_experiment`.

    Raises:
        UsageError: the experiment file cannot be read, or the workspace is no path.
    """
    default = Experiment.model_fields["workspace"].default
    named = flags.get("workspace") or _document(source).get("workspace") or default
    if not isinstance(named, str | Path):
        raise UsageError(f"workspace must be the path of a folder, not {named!r}")
    return Path(named).expanduser()


def _document(source: str | Experiment | None) -> Document:
    if source is None:
        return {"data": {}}
    if isinstance(source, Experiment):
        return source.model_dump(exclude_unset=True)
    if source.lower().endswith(EXPERIMENT_SUFFIXES):
        return read_document(Path(source).expanduser())
    return {"data": {"source": source}}


def dump_experiment(experiment: Experiment) -> str:
    """Return `experiment` as JSON for `load_experiment`.

    The paths of its data, and its storage path, are made absolute, so that it can be resumed from any folder. The
    storage URL is left out, because the JSON is stored there. The tracking URI and the URL of the data's database are
    stored without their passwords.
    """
    data = experiment.data
    absolute = {
        "source": stored_source(data.source, Path.cwd()),
        "unlabeled": data.unlabeled and stored_source(data.unlabeled, Path.cwd()),
        "validation": data.validation and data.validation.resolve(),
        "test": data.test and data.test.resolve(),
        "corrections": data.corrections and data.corrections.resolve(),
    }
    other_fields = {
        "storage": None,
        "storage_path": _absolute_location(experiment.storage_path),
        "tracking_uri": experiment.tracking_uri and drop_password(experiment.tracking_uri),
    }
    return experiment.model_copy(update={"data": data.model_copy(update=absolute), **other_fields}).model_dump_json()


def _absolute_location(location: str | None) -> str | None:
    """Return a URL unchanged, and a folder as an absolute path."""
    return location if location is None or urlsplit(location).scheme else str(Path(location).expanduser().resolve())


def load_experiment(stored: str) -> Experiment:
    """Return the experiment from `stored`, the JSON of `dump_experiment`.

    Raises:
        UsageError: the JSON is invalid, for instance because another version of this program has other fields.
    """
    try:
        return Experiment.model_validate_json(stored)
    except ValidationError as error:
        raise UsageError(_message("The stored experiment", field_problems(error))) from None


def _overrule(
    document: Document, settings: Sequence[str], flags: Mapping[str, object], priors: Sequence[str]
) -> list[str]:
    """Set flags, then priors and settings, in `document`; return the problems of those that cannot be parsed."""
    problems = []
    for key, value in flags.items():
        if value is not None:
            set_field(document, key, value)
    for prefix, option, given in ((PRIORS, "--prior", priors), ("", "--set", settings)):
        for setting in given:
            try:
                key, parsed = parse_setting(setting, option)
            except ValueError as error:
                problems.append(str(error))
            else:
                set_field(document, f"{prefix}{key}", parsed)
    return problems


def _message(file: str | None, problems: Sequence[str]) -> str:
    origin = f"{file}: " if file else ""
    if len(problems) == 1:
        return origin + problems[0]
    return f"{origin}{len(problems)} problems\n" + "\n".join(f"  - {problem}" for problem in problems)
