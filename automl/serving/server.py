"""Serves a model folder until a signal arrives; requests that have arrived before it are answered."""

import ipaddress
import json
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import uvicorn

from automl.core import FACTS_FILE, UsageError
from automl.decisions import read_decision
from automl.export import load_classifier, model_form, model_thresholds, set_up_own_process, trained_task
from automl.serving.answers import answering_of
from automl.serving.app import create_app
from automl.serving.limits import TOKEN_VARIABLE, Limits
from automl.serving.listening import bound_sockets
from trials.tasks import ORDINAL, REGRESSION, task_of_model


def serve(
    folder: Path, host: str, port: int, limits: Limits, say: Callable[[str], None], token: str | None = None
) -> None:
    """Serve the model in `folder` over HTTP, until SIGTERM or Ctrl-C.

    Args:
        folder: a model folder.
        host: the address to listen on. Other machines reach the service only if it is none of loopback; then there
            must be a token.
        port: the port; 0 chooses a free one.
        limits: what requests may cost.
        say: receives the address, once the service answers.
        token: what clients must send.

    Raises:
        UsageError: the model cannot be loaded, the address cannot be used, or other machines could reach it without a
            token.
    """
    if token is None and not _is_loopback(host):
        raise UsageError(
            f"a service that other machines reach ({host}) must have a token: set {TOKEN_VARIABLE}, "
            "or listen on 127.0.0.1"
        )
    with bound_sockets(host, port) as sockets:
        classifier = load_classifier(folder)
        set_up_own_process()
        names = classifier.label_names
        decision, thresholds = read_decision(folder, names), model_thresholds(folder, names)
        if decision is not None and decision.goal:
            say(f"Labels are chosen for {decision.goal} (automl decide).")
        if decision is not None and decision.scores and not thresholds:
            kind = "intervals" if task_of_model(names, thresholds) is REGRESSION else "sets of labels"
            say(f'Requests may ask for {kind}, such as "sets": 0.9 (automl decide).')
        answering = answering_of(names, thresholds, decision, has_order=trained_task(folder) == ORDINAL.name)
        app = create_app(classifier, _name(folder), limits, token, answering, model_form(folder))
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=int(limits.seconds) + 1)
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: None)  # uvicorn raises the signal again at its end, which is no error
        _Server(config, say).run(sockets)


def _name(folder: Path) -> str:
    """Return the study that the model comes from, else the name of its folder."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        if study := json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))["study"]:
            return str(study)
    return folder.resolve().name or "model"


class _Server(uvicorn.Server):
    """Says its address once it answers."""

    def __init__(self, config: uvicorn.Config, say: Callable[[str], None]) -> None:
        super().__init__(config)
        self._say = say

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        for server in getattr(self, "servers", []):
            for listening in server.sockets:
                host, port = listening.getsockname()[:2]
                self._say(f"Serving on http://{f'[{host}]' if ':' in host else host}:{port}, described at /docs")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
