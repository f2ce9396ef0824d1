"""What a search takes along to a cluster: its experiment, its data, and the module of a space of the user's own."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from uuid import uuid4

import yaml

from automl.cluster import AUTO
from automl.config import CORPUS_FIELDS, Experiment
from automl.core import UsageError, drop_password, name_after
from trials.data import CORPORA

EXPERIMENT_FILE = "experiment.yaml"

DATA_FIELDS = (*CORPUS_FIELDS, "validation", "test")
"""The fields of the data that may name a file or a folder of the user's."""

PLACES = ("storage", "tracking_uri", "storage_path")
"""The fields that may name an address with a password."""

HOME = PurePosixPath("~")
"""Where a workspace lies that is not absolute: the folder where a job runs is gone soon after it."""


def named(experiment: Experiment) -> Experiment:
    """The experiment with a study's name that can be told at once: its own, or one after the data."""
    if experiment.study is not None:
        return experiment
    source = experiment.data.source
    name = name_after(source if source in CORPORA else Path(source).expanduser().resolve().stem)
    return experiment.model_copy(update={"study": f"{name}-{uuid4().hex[:4]}"})


def pack(experiment: Experiment, folder: Path) -> None:
    """Fills `folder` with all that `automl search experiment.yaml`, called in it on the cluster's head, needs.

    Raises:
        UsageError: a file of the data is not there, the experiment holds a password, which the cluster would show, or
            it names a cluster.
    """
    demand_no_address(experiment.resources.address)
    demand_no_passwords({field: getattr(experiment, field) for field in PLACES})
    data = {field: _taken(field, getattr(experiment.data, field), folder) for field in DATA_FIELDS}
    _take_module(experiment.space.name, folder)
    document = experiment.model_dump(mode="json", exclude_none=True)
    document["data"].update({field: place for field, place in data.items() if place is not None})
    document["resources"]["address"] = AUTO
    document["workspace"] = str(workspace_on_head(experiment.workspace))
    (folder / EXPERIMENT_FILE).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def workspace_on_head(workspace: Path) -> PurePosixPath:
    """Where the workspace lies there."""
    return HOME / PurePosixPath(workspace)  # an absolute path stays what it is


def demand_no_passwords(places: Mapping[str, str | None]) -> None:
    """Raises `UsageError` if an address in `places`, by field, holds a password."""
    for field, address in places.items():
        if address is not None and drop_password(address) != address:
            raise UsageError(
                f"{field} must hold no password, as a job's settings can be read in the Ray dashboard; put the address "
                "into the environment of the cluster's head (AUTOML_STORAGE_URL, MLFLOW_TRACKING_URI), and leave it out"
            )


def demand_no_address(address: str | None) -> None:
    """Raises `UsageError` if a search that is sent to a cluster is to join one by its `address`."""
    if address not in {None, AUTO}:
        raise UsageError(
            f"a submitted search runs on the cluster that it is sent to (--dashboard), and not at {address!r}; "
            "leave the address out"
        )


def _taken(field: str, source: str | Path | None, folder: Path) -> str | None:
    """Copies what `source` names; gives its place as seen from `folder`. A corpus is a name there as here."""
    if source is None or (field in CORPUS_FIELDS and source in CORPORA):
        return None if source is None else str(source)
    there = Path(source).expanduser()
    place = PurePosixPath("data") / field / there.resolve().name
    target = folder / place
    target.parent.mkdir(parents=True)
    try:
        if there.is_dir():
            shutil.copytree(there, target)
        else:
            shutil.copy(there, target)
    except OSError as error:
        raise UsageError(
            f"data.{field} must name a file or a folder that can be read here, to be sent to the cluster, but "
            f"{str(there)!r} gave: {error.strerror or error}"
        ) from error
    return str(place)


def _take_module(space: str, folder: Path) -> None:
    """Copies the module or package in which a space of the user's own stands, if it lies in the current folder."""
    name = space.partition(":")[0].partition(".")[0] if ":" in space else ""
    module = sys.modules.get(name)
    if module is None:
        return
    file = Path(getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), ""))
    top = file.parent if file.name == "__init__.py" else file
    if top.parent != Path.cwd():
        return
    if top.is_dir():
        shutil.copytree(top, folder / top.name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(top, folder / top.name)
