"""Uploads a model folder, with its card, to the Hugging Face hub."""

import os
from pathlib import Path

from automl.core import UsageError, WorkspaceError, one_line
from automl.export.export_model import CARD_FILE
from trials.errors import ClassifierError
from trials.files import read_kind

CONFIG = "config.json"


def push(folder: Path, repository: str, *, public: bool = False, message: str | None = None) -> str:
    """Upload the model in `folder` as one commit, and return the address of its page.

    The repository is made, private unless asked, if it does not exist. `HF_TOKEN`, or a login of `hf auth login`, says
    who uploads; `HF_ENDPOINT` names another hub.

    Args:
        folder: a model folder, such as `runs/STUDY/best`.
        repository: `organization/name`, or `name` for an own one.
        public: make a new repository public.
        message: message of the commit.

    Raises:
        UsageError: the folder holds no model, or the hub refuses the name or the login.
        WorkspaceError: the hub does not answer.
    """
    _check(folder)
    from huggingface_hub import HfApi, constants  # noqa: PLC0415 - takes a while
    from huggingface_hub.errors import HfHubHTTPError  # noqa: PLC0415

    hub = HfApi(endpoint=os.environ.get("HF_ENDPOINT", constants.ENDPOINT))
    try:
        made = hub.create_repo(repository, private=not public, exist_ok=True)
        hub.upload_folder(
            repo_id=made.repo_id,
            folder_path=folder,
            commit_message=message or "Upload a classifier found by transformer-automl",
        )
    except (ValueError, HfHubHTTPError) as error:  # a name that is none, or what the hub says
        raise UsageError(
            f"the hub must accept {repository!r}, but: {one_line(error)}. Log in with `hf auth login` or set HF_TOKEN, "
            "and name a repository that you may write to"
        ) from error
    except Exception as error:  # of the network: which HTTP library is below depends on the version
        raise WorkspaceError(f"the hub at {hub.endpoint} must answer, but: {one_line(error)}") from error
    return f"{hub.endpoint}/{made.repo_id}"


def _check(folder: Path) -> None:
    try:
        is_model = (folder / CONFIG).is_file() or read_kind(folder) is not None
    except ClassifierError as error:
        raise UsageError(str(error)) from error
    if not is_model or not (folder / CARD_FILE).is_file():
        raise UsageError(
            f"the folder must hold a model and its card {CARD_FILE}, and {str(folder)!r} does not; "
            "a search writes its winner to <workspace>/<study>/best"
        )
