"""Decides how the space may read texts: as a pair, where rows have two text columns."""

from collections.abc import Callable

from automl.config import checkpoint_names
from automl.core import UsageError
from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces import READING, Choice
from trials.data import TextDataset
from trials.data.encoding import PAIR
from trials.hub import locate, read_tokenizer


def suited_readings(
    resolved: ResolvedExperiment, dataset: TextDataset, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment with the readings of texts that are worth trying, beside the usual one.

    Two text columns may be read as the two parts of a pair, if each tokenizer of the space has one. The study stores
    the overrides, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Readings in its overrides are not changed.
        dataset: the data.
        say: receives one line if a reading is added.

    Raises:
        UsageError: the experiment asks for pairs, but there are none.
        PretrainedError: a checkpoint cannot be read.
    """
    dimensions = {name: each for name, each in resolved.space.dimensions().items() if _is_reading(name)}
    asked = [name for name in dimensions if name in resolved.space.overrides]
    columns = dataset.form.text
    if len(columns) != 2:
        if any(PAIR in _options(resolved, name) for name in asked):
            raise UsageError(
                f"texts can be read as a pair if there are two text columns (--text premise --text hypothesis), not "
                f"{len(columns)}; leave {PAIR!r} out of {asked[0]}"
            )
        return resolved
    open_ = [name for name in dimensions if name not in asked]
    if not open_ or not all(read_tokenizer(locate(each)).takes_pairs for each in checkpoint_names(resolved.space)):
        return resolved
    say(f"Transformers read {columns[0]} and {columns[1]} joined, or as the two parts of a pair: both are tried")
    return resolved.with_overrides({name: [*_options(resolved, name), PAIR] for name in open_})


def _options(resolved: ResolvedExperiment, name: str) -> list[str]:
    dimension = resolved.space.dimensions()[name]
    return list(map(str, dimension.options)) if isinstance(dimension, Choice) else []


def _is_reading(name: str) -> bool:
    return name == READING or name.endswith(f".{READING}")
