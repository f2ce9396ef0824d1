"""From what a user typed to one checked `Experiment`, and from there to the database and back."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from automl.config.field_errors import field_problems
from automl.config.name_checks import name_problems
from automl.config.raw_document import (
    CORPUS_FIELDS,
    PRIORS,
    Document,
    parse_setting,
    place_checkpoints,
    read_document,
    set_field,
)
from automl.config.schema import Experiment
from automl.core import UsageError, drop_password
from trials.data import CORPORA

EXPERIMENT_SUFFIXES = (".yaml", ".yml")


def build_experiment(
    source: str | None, settings: Sequence[str], flags: Mapping[str, object], priors: Sequence[str] = ()
) -> Experiment:
    """The experiment that the command line asks for.

    The experiment file is overruled by flags, and both by `--set`, which is the most exact of the three; among several
    settings of one field the last one counts. Paths of data are relative to the file that names them, or else to the
    current folder.

    Args:
        source: an experiment file (`.yaml`, `.yml`), or the data: a corpus, a file or a folder.
        settings: `key=value` of each `--set`, with a dotted key and a YAML value.
        flags: by dotted field, what a flag gave; None where it was not given.
        priors: `parameter=value` of each `--prior`, which may end in `:low`, `:medium` or `:high`.

    Raises:
        UsageError: with every problem of the file, the flags and the settings in one message.
    """
    is_file = source is not None and source.lower().endswith(EXPERIMENT_SUFFIXES)
    document: Document = {"data": {}}
    if source is not None:
        document = read_document(Path(source).expanduser()) if is_file else {"data": {"source": source}}
    problems = _overrule(document, settings, flags, priors)
    place_checkpoints(document, Path.cwd())
    experiment = None
    try:
        experiment = Experiment.model_validate(document)
    except ValidationError as error:
        problems += field_problems(error)
    problems += name_problems(document)
    if experiment is None or problems:
        raise UsageError(_message(source if is_file else None, problems))
    return experiment


def dump_experiment(experiment: Experiment) -> str:
    """`experiment` as JSON for `load_experiment`.

    The paths of its data, and its storage path, are made absolute, so that it can be resumed from any folder. The
    storage is left out: whoever reads this has found it. The tracking URI is kept without its password.
    """
    data = experiment.data
    absolute = {
        **{field: _absolute(getattr(data, field)) for field in CORPUS_FIELDS},
        "validation": data.validation and data.validation.resolve(),
        "test": data.test and data.test.resolve(),
    }
    places = {
        "storage": None,
        "storage_path": _absolute_place(experiment.storage_path),
        "tracking_uri": experiment.tracking_uri and drop_password(experiment.tracking_uri),
    }
    return experiment.model_copy(update={"data": data.model_copy(update=absolute), **places}).model_dump_json()


def _absolute_place(place: str | None) -> str | None:
    """The place from wherever one looks: an address as it is, a folder from the root."""
    return place if place is None or urlsplit(place).scheme else str(Path(place).expanduser().resolve())


def _absolute(source: str | None) -> str | None:
    return source if source is None or source in CORPORA else str(Path(source).expanduser().resolve())


def load_experiment(stored: str) -> Experiment:
    """The experiment that `dump_experiment` stored.

    Raises:
        UsageError: it was stored by a version of this program that knew other fields.
    """
    try:
        return Experiment.model_validate_json(stored)
    except ValidationError as error:
        raise UsageError(_message("The stored experiment", field_problems(error))) from None


def _overrule(
    document: Document, settings: Sequence[str], flags: Mapping[str, object], priors: Sequence[str]
) -> list[str]:
    """Puts flags, then settings, into `document`; gives what cannot be read."""
    problems = []
    for key, value in flags.items():
        if value is not None:
            set_field(document, key, value)
    for prefix, option, given in ((PRIORS, "--prior", priors), ("", "--set", settings)):
        for setting in given:
            try:
                key, told = parse_setting(setting, option)
            except ValueError as error:
                problems.append(str(error))
            else:
                set_field(document, f"{prefix}{key}", told)
    return problems


def _message(file: str | None, problems: Sequence[str]) -> str:
    origin = f"{file}: " if file else ""
    if len(problems) == 1:
        return origin + problems[0]
    return f"{origin}{len(problems)} problems\n" + "\n".join(f"  - {problem}" for problem in problems)
