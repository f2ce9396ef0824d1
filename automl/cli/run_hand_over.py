"""Implements the commands that pass a model on."""

import math
import os
import shlex
from collections.abc import Callable, Mapping
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from automl.console import Console
from automl.core import UsageError, Workspace, near, unknown_name

if TYPE_CHECKING:
    from automl.export import ScoreElsewhere

ONNX, DOCKER = FORMATS = ("onnx", "docker")
"""What `automl export --to` takes."""

_SERVICE = ("fastapi", "prometheus-client", "uvicorn")


def register_model(
    study: str, name: str, alias: str, workspace: Path, storage: str | None, tracking_uri: str | None
) -> None:
    """Run `automl register`."""
    from automl.commands import register
    from automl.storage import open_store
    from automl.tracking.mlflow import Registration

    location = Workspace(workspace, storage, tracking_uri)
    store = open_store(location)
    try:
        register(store.study(study), location, Registration(name, alias), Console().say)
    finally:
        store.close()


def export_model(
    model: Path, to: str, output: Path | None, data: str | None, text: str | None, label: str | None, *, int8: bool
) -> bool:
    """Run `automl export`; return False if an int8 model loses more than it may."""
    if to not in FORMATS:
        raise UsageError(unknown_name("format", to, FORMATS))
    if data is None and (text, label) != (None, None):
        raise UsageError("--text and --label name columns of --data, which must be given, too")
    if to != ONNX and (data is not None or int8):
        raise UsageError(f"--data and --int8 are for --to {ONNX}; export to it first, and then that folder to {to}")
    name = f"{model.resolve().name}-{to}" + ("-int8" if int8 else "")
    target = output or model.resolve().parent / name
    return _to_docker(model, target) if to == DOCKER else _to_onnx(model, target, data, text, label, int8=int8)


def _to_onnx(model: Path, target: Path, data: str | None, text: str | None, label: str | None, *, int8: bool) -> bool:
    from automl.export import MOST_LOST, export_notes, export_onnx, export_table
    from trials.data import DataOptions

    options = None if data is None else DataOptions(data, text=() if text is None else (text,), label=label)
    made = export_onnx(model, target, int8=int8, data=options)
    console = Console()
    console.show(export_table(made))
    for note in export_notes(made):
        console.say(note)
    console.say(f"Written to {near(made.folder)}; automl predict and automl serve read it.")
    return not made.is_int8 or made.lost is None or made.lost <= MOST_LOST


def distill_model(
    model: Path,
    into: str,
    output: Path,
    data: str | None,
    form: Mapping[str, Any],
    unlabeled: str | None,
    time_budget: str,
    temperature: float,
    storage: str | None,
    *,
    json: bool,
) -> None:
    """Run `automl distill`."""
    from automl.review import (
        Distillation,
        distill,
        distilled_json,
        distilled_sentences,
        distilled_table,
        named_data,
        seconds_for,
    )

    console = Console(aside=json)
    seconds = seconds_for(time_budget)
    options = named_data(data, **form)
    wanted = Distillation(model, into, output, options, unlabeled, seconds, temperature, storage)
    made = distill(wanted, console.say)
    if json:
        print(dumps({**distilled_json(made), "folder": str(made.folder)}, indent=2, ensure_ascii=False))
        return
    console.show(distilled_table(made))
    for sentence in distilled_sentences(made):
        console.say(sentence)
    console.say(f"Written to {near(made.folder)}; automl predict and automl serve read it.")


def _to_docker(model: Path, target: Path) -> bool:
    from automl.export import image_of, write_docker_folder

    made = shlex.quote(str(near(write_docker_folder(model, target))))
    say, image = Console().say, image_of(model)
    say(f"Written to {made}: Dockerfile, model, requirements.txt and the code that serves it. To build and run it:")
    say(f"  docker build --tag {image} {made}")
    say(f"  docker run --env AUTOML_SERVE_TOKEN=SECRET --publish 127.0.0.1:8080:8080 {image}")
    return True


def serve_model(model: Path, host: str, port: int, batch_size: int, timeout: float) -> None:
    """Run `automl serve`."""
    if not math.isfinite(timeout):
        raise UsageError(f"--timeout must be a finite number of seconds, not {timeout:g}")
    try:
        from automl.serving import TOKEN_VARIABLE, Limits, serve
    except ImportError as error:
        raise UsageError(
            f"a service needs {', '.join(_SERVICE)}, but {error.name} is not installed: "
            f"pip install {' '.join(_SERVICE)}"
        ) from error
    token = os.environ.get(TOKEN_VARIABLE) or None
    serve(model, host, port, Limits(batch=batch_size, seconds=timeout), Console().say, token)


def scoring_on(address: str, model: Path, batch_size: int, say: Callable[[str], None]) -> "ScoreElsewhere":
    """Return what scores texts on the cluster at `address`, for `automl predict`.

    Raises:
        UsageError: it is no address.
    """
    from functools import partial

    from automl.cluster import AUTO, split_address
    from automl.cluster.bulk import cluster_scores

    try:
        if address != AUTO:
            split_address(address)
    except ValueError as error:
        raise UsageError(f"--on-cluster: {error}") from error
    return partial(cluster_scores, address, model, batch_size=batch_size, say=say)


def push_model(model: Path, repository: str, message: str | None, *, public: bool) -> None:
    """Run `automl push`."""
    from automl.export import push

    Console().say(f"Uploaded: {push(model, repository, public=public, message=message)}")
