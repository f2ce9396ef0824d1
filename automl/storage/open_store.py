"""Opening a workspace's database of studies: one that must exist, or one that may have to be created."""

from automl.core import UsageError, Workspace
from automl.storage.database import RetryPolicy, read_url, sqlite_file
from automl.storage.study_store import StudyStore


def create_store(workspace: Workspace, retry_policy: RetryPolicy | None = None) -> StudyStore:
    """Open the workspace's database of studies, and create it if it does not exist.

    Args:
        workspace: The workspace; its folder is created if it does not exist.
        retry_policy: How operations are retried during an outage of the database; None: an outage is an error at once.

    Returns:
        The store, which the caller closes.

    Raises:
        WorkspaceError: The database cannot be opened or used.
    """
    workspace.folder.mkdir(parents=True, exist_ok=True)
    return StudyStore(workspace.storage_url, retry_policy)


def open_store(workspace: Workspace, retry_policy: RetryPolicy | None = None) -> StudyStore:
    """Open the workspace's database of studies, which must exist.

    Args:
        workspace: The workspace.
        retry_policy: How operations are retried during an outage of the database; None: an outage is an error at once.

    Returns:
        The store, which the caller closes.

    Raises:
        UsageError: The workspace has no database of studies.
        WorkspaceError: The database cannot be opened or used.
    """
    url = workspace.storage_url
    file = sqlite_file(read_url(url))
    if file is not None and not file.is_file():
        raise UsageError(
            f"there must be a database of studies at {str(file)!r}, but there is none; "
            "name another --workspace or --storage, or start a study: automl search bbc-news"
        )
    return StudyStore(url, retry_policy)
