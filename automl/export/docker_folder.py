"""Writes a folder from which Docker builds a service for one model."""

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import search_spaces
import trials
from automl.core import FACTS_FILE, WorkspaceError
from automl.export.load_model import load_classifier
from automl.export.output_folder import replaceable
from automl.export.row_form import model_form
from trials.classifiers import pinned, requirements_of
from trials.errors import CheckpointError
from trials.files import VALIDATION_LOGITS, replacing

SERVICE = (
    *(
        "charset-normalizer",
        "fastapi",
        "numpy",
        "prometheus-client",
        "psutil",
        "pydantic",
        "pyyaml",
        "rich",
        "safetensors",
    ),
    *("sqlalchemy", "tokenizers", "typer", "uvicorn"),
)
"""Distributions that `automl serve` imports, whatever the model."""

PORT = 8080

_PACKAGES = (Path(__file__).parents[1], Path(trials.__path__[0]), Path(search_spaces.__path__[0]))
"""Folders of the code that the container needs."""

_MARK = "# A service for one model, written by automl export --to docker."

_DOCKERFILE = """\
{mark}
#
#   docker build --tag {tag} .
#   docker run --env AUTOML_SERVE_TOKEN=SECRET --publish 127.0.0.1:{port}:{port} {tag}
#   curl localhost:{port}/predict -H 'Authorization: Bearer SECRET' -H 'Content-Type: application/json' \\
#       -d {request}

ARG BASE=python:{python}-slim
FROM ${{BASE}}
ENV PYTHONPATH=/app/code PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
{torch}COPY requirements.txt /app/
RUN pip install --no-cache-dir {index}--requirement /app/requirements.txt
COPY code /app/code
COPY model /app/model
USER nobody
EXPOSE {port}
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s \\
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/health', timeout=4)"]
ENTRYPOINT ["python", "-m", "automl", "serve", "/app/model/{name}", "--host", "0.0.0.0", "--port", "{port}"]
"""

_TORCH_INDEX = """\
# For an image without CUDA, which is smaller by gigabytes, name PyTorch's own CPU index: --build-arg TORCH_INDEX=...
ARG TORCH_INDEX=
"""


def write_docker_folder(folder: Path, target: Path) -> Path:
    """Write a folder with a Dockerfile, the model, exact versions of what it needs, and the code of this package.

    The container runs `automl serve`, which wants a token, and Docker asks it for its health.

    Args:
        folder: a model folder.
        target: the folder to write; an earlier one is replaced.

    Returns:
        The target.

    Raises:
        UsageError: the model cannot be loaded, or the target holds something else.
        WorkspaceError: the target cannot be written.
    """
    load_classifier(folder)
    target = replaceable(target, folder, _is_earlier)
    needed = sorted({*requirements_of(folder), *pinned(SERVICE)})
    name = _plain(folder.resolve().name)
    try:
        with replacing(target) as staging:
            shutil.copytree(folder, staging / "model" / name, ignore=shutil.ignore_patterns(VALIDATION_LOGITS))
            for source in _PACKAGES:
                ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
                shutil.copytree(source, staging / "code" / source.name, ignore=ignored)
            for copied in ("model", "code"):
                _let_all_read(staging / copied)
            (staging / "requirements.txt").write_text("\n".join(needed) + "\n", encoding="utf-8")
            (staging / "Dockerfile").write_text(
                _dockerfile(name, image_of(folder), _request(folder), needed), encoding="utf-8"
            )
    except (OSError, shutil.Error, CheckpointError) as error:
        raise WorkspaceError(f"the folder {str(target)!r} must be written, but that failed: {error}") from error
    return target


def _is_earlier(folder: Path) -> bool:
    dockerfile = folder / "Dockerfile"
    return dockerfile.is_file() and dockerfile.read_text(encoding="utf-8", errors="replace").startswith(_MARK)


def image_of(folder: Path) -> str:
    """Return a name for the image of the model in `folder`: its study, or the folder where the study is unknown."""
    try:
        study = json.loads((folder / FACTS_FILE).read_text(encoding="utf-8"))["study"]
    except (OSError, ValueError, LookupError, TypeError):
        study = None
    return _plain(study if isinstance(study, str) else folder.resolve().name)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "model"


def _let_all_read(folder: Path) -> None:
    """Let every user read the files, whatever the umask was: the container runs as another one, with their modes."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o444))


def _request(folder: Path) -> str:
    """Return an example of a request's body, quoted for a shell."""
    form = model_form(folder)
    body: object = {"texts": ["a text"]} if form is None else {"rows": [form.example("a text")]}
    return shlex.quote(json.dumps(body, ensure_ascii=False))


def _dockerfile(name: str, tag: str, request: str, needed: list[str]) -> str:
    has_torch = any(each.startswith("torch==") for each in needed)
    return _DOCKERFILE.format(
        mark=_MARK,
        tag=tag,
        name=name,
        request=request,
        port=PORT,
        python=f"{sys.version_info.major}.{sys.version_info.minor}",
        torch=_TORCH_INDEX if has_torch else "",
        index='${TORCH_INDEX:+--extra-index-url "$TORCH_INDEX"} ' if has_torch else "",
    )
