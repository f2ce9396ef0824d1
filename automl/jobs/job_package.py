"""The files that are uploaded with a search: its experiment, its data, and the module of the user's search space."""

import shutil
import sys
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from uuid import uuid4

import yaml

from automl.cluster import AUTO
from automl.config import CORPUS_FIELDS, Experiment
from automl.core import UsageError, drop_password, name_after
from automl.sources import DATA_PASSWORD_VARIABLE, is_address, source_title
from trials.data import CORPORA

EXPERIMENT_FILE = "experiment.yaml"

DATA_FIELDS = (*CORPUS_FIELDS, "validation", "test", "corrections")
"""Fields of the data that may name a file or a folder of the user."""

ADDRESS_FIELDS = ("storage", "tracking_uri", "storage_path")
"""Fields that may hold an address with a password."""

HOME = PurePosixPath("~")
"""Parent folder of a workspace with a relative path: the folder in which a job runs is deleted soon after it."""


def named(experiment: Experiment) -> Experiment:
    """Return `experiment` with a study name: its own, or one derived from the data source with a random suffix."""
    if experiment.study is not None:
        return experiment
    name = name_after(source_title(experiment.data.source))
    return experiment.model_copy(update={"study": f"{name}-{uuid4().hex[:4]}"})


def pack(experiment: Experiment, folder: Path) -> None:
    """Fill `folder` with all files that `automl search experiment.yaml` needs there on the cluster's head node.

    Args:
        experiment: the validated configuration of the search, with a study name.
        folder: an existing empty folder.

    Raises:
        UsageError: a data file cannot be read, the experiment names the address of a cluster, or it holds a password,
            which the dashboard would show.
    """
    require_no_address(experiment.resources.address)
    addresses = {field: getattr(experiment, field) for field in ADDRESS_FIELDS}
    require_no_passwords({**addresses, "data.source": experiment.data.source})
    data = {field: _taken(field, getattr(experiment.data, field), folder) for field in DATA_FIELDS}
    _take_module(experiment.space.name, folder)
    document = experiment.model_dump(mode="json", exclude_none=True)
    if "metric" not in experiment.search.model_fields_set:
        del document["search"]["metric"]  # the data choose it there
    document["data"].update({field: path for field, path in data.items() if path is not None})
    document["resources"]["address"] = AUTO
    document["workspace"] = str(workspace_on_head(experiment.workspace))
    (folder / EXPERIMENT_FILE).write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")


def workspace_on_head(workspace: Path) -> PurePosixPath:
    """Return the path of `workspace` on the head node; a relative path is taken from the home folder there."""
    return HOME / PurePosixPath(workspace)  # an absolute path stays what it is


def require_no_passwords(addresses: Mapping[str, str | None]) -> None:
    """Check that no address holds a password.

    Args:
        addresses: addresses by the name of their field; None for a field that is not set.

    Raises:
        UsageError: an address holds a password.
    """
    for field, address in addresses.items():
        if address is not None and drop_password(address) != address:
            raise UsageError(
                f"{field} must hold no password, as a job's settings can be read in the Ray dashboard; put the address "
                "into the environment of the cluster's head (AUTOML_STORAGE_URL, MLFLOW_TRACKING_URI), or the password "
                f"of the data's database ({DATA_PASSWORD_VARIABLE}), and leave it out"
            )


def require_no_address(address: str | None) -> None:
    """Check that a search to be submitted does not name the `address` of a cluster, other than `auto`.

    Raises:
        UsageError: it names one.
    """
    if address not in {None, AUTO}:
        raise UsageError(
            f"a submitted search runs on the cluster that it is sent to (--dashboard), and not at {address!r}; "
            "leave the address out"
        )


def _taken(field: str, source: str | Path | None, folder: Path) -> str | None:
    """Copy the file or folder `source`, and return its path relative to `folder`; the name of a corpus is returned."""
    if source is None or (field in CORPUS_FIELDS and source in CORPORA):
        return None if source is None else str(source)
    if field == "source" and is_address(str(source)):
        return _reachable(str(source))
    source_path = Path(source).expanduser()
    relative_path = PurePosixPath("data") / field / source_path.resolve().name
    target = folder / relative_path
    target.parent.mkdir(parents=True)
    try:
        if source_path.is_dir():
            shutil.copytree(source_path, target)
        else:
            shutil.copy(source_path, target)
    except OSError as error:
        raise UsageError(
            f"data.{field} must name a file or a folder that can be read here, to be sent to the cluster, but "
            f"{str(source_path)!r} gave: {error.strerror or error}"
        ) from error
    return str(relative_path)


def _reachable(address: str) -> str:
    if address.startswith("sqlite"):
        raise UsageError(
            f"data.source must be a database that the cluster can reach, and not a file of this machine: {address}"
        )
    return address


def _take_module(space: str, folder: Path) -> None:
    """Copy the module or package that defines the user's search space, if it is in the current folder."""
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
