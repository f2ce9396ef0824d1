"""Reads data sets of the Hugging Face hub at one commit, by `datasets`, which keeps them in its cache."""

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from automl.core import DataProblem, one_line
from automl.sources.address import HUB, is_hub
from search_spaces.near_miss import did_you_mean
from trials.data import TRAIN, names_by_split
from trials.errors import DataError

if TYPE_CHECKING:
    import datasets

_COMMIT = re.compile(r"[0-9a-f]{40}")
_PART = re.compile(r"[\w][\w.-]*")
_SHOWN_DIGITS = 12
_FORM = "hf://organization/name, hf://organization/name/configuration or one of both with @revision at its end"


@dataclass(frozen=True)
class HubDataset:
    """A data set of the hub.

    Attributes:
        repository: `organization/name`, or a name alone.
        configuration: name of one of its configurations; None if it has only one.
        revision: a branch, a tag or a commit; None is the newest commit of its main branch.
    """

    repository: str
    configuration: str | None = None
    revision: str | None = None

    def __str__(self) -> str:
        """Return the address."""
        configuration = f"/{self.configuration}" if self.configuration else ""
        return f"{HUB}{self.repository}{configuration}" + (f"@{self.revision}" if self.revision else "")

    @property
    def title(self) -> str:
        """The address with at most 12 digits of the commit."""
        revision = self.revision
        shown = revision[:_SHOWN_DIGITS] if revision and _COMMIT.fullmatch(revision) else revision
        return str(HubDataset(self.repository, self.configuration, shown))


def parse_hub(source: str) -> HubDataset:
    """Return the data set at an address.

    Raises:
        DataProblem: the address is none.
    """
    path, _, revision = source.removeprefix(HUB).partition("@")
    parts = path.strip("/").removeprefix("datasets/").split("/")
    if len(parts) > 3 or not all(map(_PART.fullmatch, parts)) or ("@" in source and not revision):
        raise DataProblem(f"a data set of the Hugging Face hub must be written {_FORM}, not {source!r}")
    return HubDataset("/".join(parts[:2]), parts[2] if len(parts) == 3 else None, revision or None)


def pinned(source: str) -> str:
    """Return `source` with the commit that its revision is now, if it is an address of the hub; any other as it is.

    Raises:
        DataProblem: the address is none, there is no such data set or revision, or the hub does not answer.
    """
    if not is_hub(source):
        return source
    found = parse_hub(source)
    if found.revision is not None and _COMMIT.fullmatch(found.revision):
        return source
    from huggingface_hub import HfApi  # noqa: PLC0415 - takes a while, and is for the hub only

    with _failures(found):
        commit = HfApi().dataset_info(found.repository, revision=found.revision).sha
    return str(HubDataset(found.repository, found.configuration, commit))


def hub_splits(source: str) -> dict[str, "datasets.Dataset"]:
    """Return the splits of a data set by their own names, from the cache if they are there.

    Args:
        source: an address with a commit.

    Raises:
        DataProblem: `datasets` is not installed, the data set or its configuration does not exist, or it can be read
            neither from the hub nor from the cache at this commit.
    """
    found = parse_hub(source)
    try:
        import datasets  # noqa: PLC0415 - takes a while, and is for the hub only
    except ImportError:
        raise DataProblem(
            f"{found.title} needs the package datasets, which is missing. Install it: pip install datasets"
        ) from None
    datasets.logging.set_verbosity_error()
    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    with _failures(found):
        loaded = datasets.load_dataset(found.repository, found.configuration, revision=found.revision)
        return dict(_of_commit(found, cast("Mapping[str, datasets.Dataset]", loaded)))


def names_to_search(names: Collection[str], source: str) -> dict[str, str]:
    """Return the names of the splits that a search uses by what they stand for; a single split is for training.

    Args:
        names: the names of all splits.
        source: the address of the data set, for messages.

    Raises:
        DataProblem: there is no training split, or two of them stand for the same split.
    """
    if len(names) == 1:
        return {TRAIN: next(iter(names))}
    try:
        found = names_by_split(names, source)
    except DataError as error:
        raise DataProblem(str(error)) from error
    if TRAIN not in found:
        raise DataProblem(f"{source} must have a split for training (train), but it has: {', '.join(names)}")
    return found


def _of_commit(found: HubDataset, splits: Mapping[str, "datasets.Dataset"]) -> Mapping[str, "datasets.Dataset"]:
    """Return the splits at the commit: where the hub does not answer, `datasets` gives the newest one of its cache.

    Files of the cache are CONFIGURATION/VERSION/COMMIT/NAME.arrow.
    """
    from datasets.packaged_modules.cache.cache import Cache  # noqa: PLC0415 - as for datasets itself

    files = [Path(file["filename"]) for split in splits.values() for file in split.cache_files]
    other = next((file for file in files if found.revision not in file.parts), None)
    if other is None:
        return splits
    if not (other.parent.parent / str(found.revision)).is_dir():
        raise DataProblem(
            f"{found.title} must be read at this commit, but the hub does not answer, and the cache has another one "
            f"only: {other.parent.name}"
        )
    configuration, version = other.parts[-4:-2]
    name = found.repository.rpartition("/")[2]
    cache = Cache(None, name, configuration, version, found.revision, repo_id=found.repository)
    return cast("Mapping[str, datasets.Dataset]", cache.as_dataset())


@contextmanager
def _failures(found: HubDataset) -> Iterator[None]:
    """Turn the errors of the hub, of its client and of `datasets` into one sentence."""
    try:
        yield
    except DataProblem:
        raise
    except Exception as error:
        names = {kind.__name__ for kind in type(error).__mro__}
        raise DataProblem(f"{found.title} cannot be read: {_reason(found, names, error)}") from error


def _reason(found: HubDataset, names: set[str], error: Exception) -> str:
    if "GatedRepoError" in names:
        return "its owner must first grant access to it, and HF_TOKEN must be the token of who has it"
    if "RevisionNotFoundError" in names or "Revision" in str(error)[:8]:
        return f"it has no revision {found.revision!r}"
    if names & {"RepositoryNotFoundError", "DatasetNotFoundError"}:
        return (
            "the hub has no such data set, or it is private; write hf://organization/name, and set HF_TOKEN for "
            "private ones"
        )
    if isinstance(error, ValueError) and (known := _configurations(str(error))):
        hint = did_you_mean(found.configuration, known) if found.configuration else ""
        choices = ", ".join(known[:10]) + (", ..." if len(known) > 10 else "")
        example = HubDataset(found.repository, known[0])
        return f"one of its configurations must be named, as in {example}.{hint} It has: {choices}"
    if names & {"ConnectionError", "TransportError", "ConnectError", "TimeoutException"}:
        return (
            f"the hub does not answer ({one_line(error)}). If it was read here before, name the commit: "
            "hf://organization/name@COMMIT"
        )
    return one_line(error)


def _configurations(message: str) -> list[str]:
    """Return the configurations that `datasets` lists in an error."""
    listed = re.search(r"(?:Available|available configs): ?\[(.*?)\]", message, re.DOTALL)
    return re.findall(r"['\"]([^'\"]+)['\"]", listed[1]) if listed else []
