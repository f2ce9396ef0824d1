"""Decides whether trained models may read more of a text than usual, where many texts are cut."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from automl.config import checkpoint_names
from automl.core import is_pretrained
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from automl.report import format_seconds
from search_spaces import LENGTH, Choice, Point, Value
from trials.data.encoding import LONGEST, choose_max_length, share_beyond
from trials.hub import locate, read_tokenizer

LONGER = 512
"""Tokens that are read beyond the usual limit: most encoders bear no more, and attention grows with the square."""

LEAST_SHARE = 0.2
"""Share of the texts that must be cut at the usual limit for more to be tried."""

LARGEST_SHARE = 1 / 3
"""Maximum share of the time budget for a full trial that reads so much."""


@dataclass(frozen=True)
class _Trained:
    """An algorithm whose models are trained, with its parameter of the length, which no override names.

    Attributes:
        name: the name of the parameter.
        lengths: the lengths that it has; those of a model from scratch are given, as the data alone limit it.
        seconds: expected duration of a full trial that reads the longer texts.
    """

    name: str
    lengths: tuple[Value, ...]
    seconds: float


def with_longer_texts(
    resolved: ResolvedExperiment, prepared: PreparedData, say: Callable[[str], None]
) -> tuple[ResolvedExperiment, PreparedData]:
    """Return the experiment and the data with more tokens of a text as a further choice, where many texts are cut.

    It is offered where all encoders bear it and a full trial would take at most `LARGEST_SHARE` of the time budget; if
    `data.max_length` is a number that allows it, whatever time it takes. The study stores the overrides and the limit,
    so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Lengths in its overrides are not changed.
        prepared: the data, and the pace that was measured.
        say: receives one line if many texts are cut.

    Raises:
        PretrainedError: a checkpoint cannot be read.
    """
    requested, budget = resolved.experiment.data.max_length, resolved.experiment.search.time_budget
    is_auto = requested == "auto"
    longest = min([LONGER if requested == "auto" else requested, *_borne(resolved)])
    if longest <= LONGEST or share_beyond(prepared.dataset.train.texts, LONGEST) < LEAST_SHARE:
        return resolved, prepared
    limit = choose_max_length(prepared.dataset, longest) if is_auto else prepared.max_length
    longer = replace(prepared, max_length=limit)
    trained = [each for each in _trained(resolved, longer, longest) if is_auto or len(each.lengths) > 1]
    chosen = [each for each in trained if not is_auto or budget is None or each.seconds <= LARGEST_SHARE * budget]
    read = min(limit, longest)
    left = f"about {share_beyond(prepared.dataset.train.texts, read):.0%} of the texts"
    if chosen:
        names = ", ".join(each.name for each in chosen)
        say(f"To read up to {read} tokens, which cuts {left}, is tried, too: {names}")
        offered = {each.name: [*each.lengths, *([longest] if each in chosen else [])] for each in trained}
        return resolved.with_overrides(offered), longer
    if trained:
        seconds = format_seconds(min(each.seconds for each in trained))
        say(
            f"To read up to {read} tokens, which cuts {left}, is not tried, as a full trial is expected to take "
            f"{seconds}, more than a third of the time budget; --set data.max_length={longest} tries it all the same"
        )
    return resolved, prepared


def _borne(resolved: ResolvedExperiment) -> list[int]:
    """Return the most tokens that each encoder bears which is trained further."""
    if not any(isinstance(point, Point) and is_pretrained(point) for point in resolved.space.default_points()):
        return []
    return [read_tokenizer(locate(checkpoint)).longest for checkpoint in checkpoint_names(resolved.space)]


def _trained(resolved: ResolvedExperiment, longer: PreparedData, longest: int) -> Iterator[_Trained]:
    dimensions = resolved.space.dimensions()
    for algorithm, point in zip(resolved.space.algorithms(), resolved.space.default_points(), strict=True):
        name = LENGTH if algorithm is None else f"{algorithm}.{LENGTH}"
        dimension = dimensions.get(name)
        if isinstance(point, Point) and isinstance(dimension, Choice) and name not in resolved.space.overrides:
            lengths = dimension.options if is_pretrained(point) else (LONGEST,)
            seconds = longer.seconds(replace(point, text=replace(point.text, longest=longest)))
            yield _Trained(name, lengths, seconds)
