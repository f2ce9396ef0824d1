"""What a program and the process of its search send each other, as pickled data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from automl.config import Experiment
from automl.core import AutomlError, Event, Workspace
from search_spaces import Value

if TYPE_CHECKING:
    from automl.session import SearchResult


@dataclass(frozen=True)
class SearchRequest:
    """Asks for a new study of `experiment`."""

    experiment: Experiment


@dataclass(frozen=True)
class ResumeRequest:
    """Asks for more of a study; the fields are the arguments of `automl.session.resume`."""

    workspace: Workspace
    study: str
    trials: str | None
    time_budget: str | None
    address: str | None


@dataclass(frozen=True)
class Said:
    """A `sentence` for the user."""

    sentence: str


@dataclass(frozen=True)
class WatchBegan:
    """Events follow; `defaults` are the parameters of the default configuration."""

    defaults: Mapping[str, Value]


@dataclass(frozen=True)
class Noticed:
    """An `event` of the search."""

    event: Event


@dataclass(frozen=True)
class WatchEnded:
    """No more events follow."""


@dataclass(frozen=True)
class Finished:
    """The search has an `outcome`; nothing more follows."""

    outcome: "SearchResult"


@dataclass(frozen=True)
class Failed:
    """The search has failed with an error for the user; nothing more follows."""

    error: AutomlError


@dataclass(frozen=True)
class Crashed:
    """The search has failed by a fault of this program, whose traceback is `trace`; nothing more follows."""

    trace: str


Request: TypeAlias = SearchRequest | ResumeRequest
Progress: TypeAlias = Said | WatchBegan | Noticed | WatchEnded
Answer: TypeAlias = Finished | Failed | Crashed
