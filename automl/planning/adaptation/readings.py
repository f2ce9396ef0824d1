"""Decides how the space may read texts: as pairs of two text columns, and in windows where many are long."""

from collections.abc import Callable
from dataclasses import replace

from automl.config import checkpoint_names
from automl.core import UsageError
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from search_spaces import READING, Choice, Probe
from trials.data import TextDataset
from trials.data.encoding import MOST_WINDOWS, PAIR, WINDOWS, share_beyond
from trials.hub import locate, read_tokenizer

LEAST_SHARE = 0.2
"""Share of the texts that must be longer than the limit for windows to be tried."""

LARGEST_SHARE = 0.25
"""Maximum share of the time budget for the features of windows. Trials share them."""


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
        UsageError: the experiment asks for pairs, but there are none, or a tokenizer has no form for them.
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
    needing = [name for name in asked if PAIR in _options(resolved, name)]
    open_ = [name for name in dimensions if name not in asked and PAIR in _possible(resolved, name)]
    if not (open_ or needing):
        return resolved
    unable = [each for each in checkpoint_names(resolved.space) if not read_tokenizer(locate(each)).takes_pairs]
    if unable and needing:
        raise UsageError(
            f"{needing[0]} asks for pairs, but the tokenizer of {unable[0]!r} has no form for them: leave {PAIR!r} out "
            "of it, or choose another checkpoint"
        )
    if unable or not open_:
        return resolved
    say(f"Transformers read {columns[0]} and {columns[1]} joined, or as the two parts of a pair: both are tried")
    return resolved.with_overrides({name: [*_options(resolved, name), PAIR] for name in open_})


def with_windows(
    resolved: ResolvedExperiment, prepared: PreparedData, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment in which probes may read several windows of a text, if many texts are longer than one.

    Nothing changes where the features of windows would take more than `LARGEST_SHARE` of the time budget. The study
    stores the overrides, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Readings in its overrides are not changed.
        prepared: the data, and the pace that was measured.
        say: receives one line if windows are added.

    Raises:
        PretrainedError: a checkpoint cannot be read.
    """
    budget, names = resolved.experiment.search.time_budget, []
    share = 0.0
    for algorithm, point in zip(resolved.space.algorithms(), resolved.space.default_points(), strict=True):
        name = READING if algorithm is None else f"{algorithm}.{READING}"
        if not isinstance(point, Probe) or name in resolved.space.overrides or WINDOWS not in _possible(resolved, name):
            continue
        longest = min(point.text.longest, prepared.max_length, read_tokenizer(locate(point.text.checkpoint)).longest)
        if (beyond := share_beyond(prepared.dataset, longest)) < LEAST_SHARE:
            continue
        in_windows = replace(point, text=replace(point.text, reading=WINDOWS))
        if budget is None or prepared.seconds(in_windows) <= LARGEST_SHARE * budget:
            names.append(name)
            share = max(share, beyond)
    if names:
        say(f"Probes read the beginning of a text, or up to {MOST_WINDOWS} windows of it: about {share:.0%} are longer")
    return resolved.with_overrides({name: [*_options(resolved, name), WINDOWS] for name in names})


def _options(resolved: ResolvedExperiment, name: str) -> list[str]:
    dimension = resolved.space.dimensions()[name]
    return list(map(str, dimension.options)) if isinstance(dimension, Choice) else []


def _possible(resolved: ResolvedExperiment, name: str) -> tuple[object, ...]:
    """Return the values of a parameter that only an override can add."""
    dimension = resolved.space.dimensions()[name]
    return dimension.more if isinstance(dimension, Choice) else ()


def _is_reading(name: str) -> bool:
    return name == READING or name.endswith(f".{READING}")
