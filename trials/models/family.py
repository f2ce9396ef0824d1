"""Model families, and what building a model needs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from transformers import PreTrainedModel

from search_spaces import Architecture, SpaceError
from search_spaces.near_miss import did_you_mean
from trials.data import END, SPECIAL_TOKENS, START

CLS_ID, SEP_ID = map(SPECIAL_TOKENS.index, (START, END))

ACTIVATIONS = ("gelu", "relu", "silu")
"""Names of activations, which are those of transformers."""


class Build(Protocol):
    """Builds a model with initial weights, on the CPU, in fp32."""

    def __call__(
        self, architecture: Architecture, *, vocabulary_size: int, max_length: int, label_names: tuple[str, ...]
    ) -> PreTrainedModel:
        """Return the model. `max_length` includes special tokens; `label_names[i]` is the name of label i."""
        ...


@dataclass(frozen=True)
class Family:
    """One family of transformer classifiers, with the poolings that it supports.

    `residual` has the name endings of the modules whose outputs are added to a layer's input.
    """

    name: str
    poolings: tuple[str, ...]
    build: Build
    residual: tuple[str, ...]


def check_architecture(
    architecture: Architecture, families: Mapping[str, Family], initializations: Collection[str]
) -> Family:
    """Return the family of an architecture, after a check that it can build it.

    Args:
        architecture: the architecture.
        families: the known families by name.
        initializations: the names of the known initializations.

    Raises:
        SpaceError: family, pooling, activation or initialization do not exist.
    """
    _check_name("model family", architecture.family, families)
    family = families[architecture.family]
    _check_name(f"pooling of {family.name!r}", architecture.pooling, family.poolings)
    _check_name("activation", architecture.activation, ACTIVATIONS)
    _check_name("initialization", architecture.initialization, initializations)
    return family


def check_rotary(architecture: Architecture) -> None:
    """Check that rotary positions can split a head into pairs.

    Raises:
        SpaceError: the head width is odd.
    """
    if architecture.head_width % 2 != 0:
        name, width = architecture.family, architecture.head_width
        raise SpaceError(f"architecture.head_width must be even for {name!r}, not {width!r}")


def _check_name(kind: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        hint = did_you_mean(name, known)
        raise SpaceError(f"There is no {kind} {name!r}.{hint} Choose from: {', '.join(known)}.")
