"""Decides how the space may read texts: two text columns as a pair or apart, and long texts in windows."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from automl.config import checkpoint_names
from automl.core import UsageError
from automl.planning.prepare_data import PreparedData
from automl.planning.resolved_experiment import ResolvedExperiment
from automl.planning.throughput import width_of
from search_spaces import ALGORITHM, HIGHEST, READING, AnyPoint, Choice, Linear, PretrainedText, Probe, Value
from trials.data import pair_of
from trials.data.encoding import APART, MOST_WINDOWS, PAIR, WINDOWS, share_beyond
from trials.hub import locate, read_tokenizer

LEAST_SHARE = 0.2
"""Share of the texts that must be longer than the limit for windows to be tried, and of which the joined text must lose
much of the second column for a pair to be the default.
"""

LARGEST_SHARE = {APART: 0.4, WINDOWS: 0.25}
"""Maximum share of the time budget for the features of a reading, which trials share. Columns take no longer than the
joined text, and gain more than windows.
"""

MOST_BYTES = 1_000_000_000
"""Maximum memory of the features of two columns."""

ROWS = 1_000
"""Training rows, evenly spaced, whose first column is looked at."""

_FORMS = 4
"""Features of two columns for each one of a text: u, v, |u - v| and u * v."""

_FLOAT = 4
"""Bytes of a feature."""


@dataclass(frozen=True)
class _Reader:
    """An algorithm that has a choice of readings; `possible` are those that only an override can add."""

    algorithm: Value | None
    point: AnyPoint
    name: str
    options: tuple[Value, ...]
    possible: tuple[Value, ...]

    @property
    def apart(self) -> dict[str, object]:
        """The default point, but with columns that are read apart, as values that differ from the defaults."""
        return {**({} if self.algorithm is None else {ALGORITHM: self.algorithm}), self.name: APART}


def suited_readings(
    resolved: ResolvedExperiment, prepared: PreparedData, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment with the readings of two text columns that are worth trying, beside the usual one.

    Transformers may read them as the two parts of a pair, if each tokenizer of the space has one. That is their default
    where many joined texts are longer than what the default reads, and the first column leaves less than half of it for
    the second: a pair loses tokens of its longer part instead. Linear models may read them apart, which an early trial
    does. The study stores the overrides, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Readings in its overrides are not changed.
        prepared: the data.
        say: receives a line for each kind of reading that is added.

    Raises:
        UsageError: the experiment asks for pairs, but there are none, or a tokenizer has no form for them.
        PretrainedError: a checkpoint cannot be read.
    """
    columns = prepared.dataset.form.text
    _check_columns(resolved, columns)
    if len(columns) != 2:
        return resolved
    able = _takes_pairs(resolved)
    open_ = list(_open(resolved))
    pairs = [reader.name for reader in open_ if able and PAIR in reader.possible]
    linear = [reader for reader in open_ if isinstance(reader.point, Linear) and APART in reader.possible]
    cut = _cut_by_default(open_, prepared) if pairs else {}
    if pairs:
        both = f"Transformers read {columns[0]} and {columns[1]} joined, or as the two parts of a pair: both are tried"
        why = f"a pair first, as joined about {max(cut.values()):.0%} would lose much of {columns[1]}" if cut else ""
        say("; ".join(filter(None, [both, why])))
    if linear:
        say(f"Linear models read {columns[0]} and {columns[1]} joined, or apart and compared: both are tried")
    added = {**dict.fromkeys(pairs, (PAIR,)), **{reader.name: (APART,) for reader in linear}}
    return _with_readings(resolved, added, [reader.apart for reader in linear], dict.fromkeys(cut, PAIR))


def with_feature_readings(
    resolved: ResolvedExperiment, prepared: PreparedData, say: Callable[[str], None]
) -> ResolvedExperiment:
    """Return the experiment in which probes may read a row in parts, of which each has features of its own.

    These are two text columns, which an early trial reads apart, and several windows of a text, if many texts are
    longer than one. Nothing changes where these features would take more than `LARGEST_SHARE` of the time budget, or
    those of columns more than `MOST_BYTES`. The study stores the overrides, so they also hold when it is resumed.

    Args:
        resolved: the experiment and its space. Readings in its overrides are not changed.
        prepared: the data, and the pace that was measured.
        say: receives a line for each reading that is added.

    Raises:
        PretrainedError: a checkpoint cannot be read.
    """
    columns = prepared.dataset.form.text
    added, share = dict[str, tuple[str, ...]](), 0.0
    early = list[Mapping[str, object]]()
    for reader in _open(resolved):
        if not isinstance(reader.point, Probe):
            continue
        beyond = share_beyond(prepared.dataset.train.texts, _longest(reader.point.text, prepared))
        worth = {APART: len(columns) == 2 and _fits(reader.point, prepared), WINDOWS: beyond >= LEAST_SHARE}
        wanted = [reading for reading in worth if worth[reading] and reading in reader.possible]
        if found := _affordable(reader.point, wanted, resolved, prepared):
            added[reader.name] = found
        if WINDOWS in found:
            share = max(share, beyond)
        if APART in found:
            early.append(reader.apart)
    if early:
        say(f"Probes read {columns[0]} and {columns[1]} joined, or apart and compared: both are tried")
    if share:
        say(f"Probes read the beginning of a text, or up to {MOST_WINDOWS} windows of it: about {share:.0%} are longer")
    return _with_readings(resolved, added, early)


def _check_columns(resolved: ResolvedExperiment, columns: Sequence[str]) -> None:
    """Check that overrides ask for two text columns only if there are two."""
    for reader in _asked(resolved):
        asked = [each for each in (PAIR, APART) if each in reader.options]
        if asked and len(columns) != 2:
            raise UsageError(
                f"texts can be read as a {PAIR} or {APART} if there are two text columns (--text premise --text "
                f"hypothesis), not {len(columns)}; leave {asked[0]!r} out of {reader.name}"
            )


def _takes_pairs(resolved: ResolvedExperiment) -> bool:
    """Return whether each tokenizer of the space has a form for pairs; only what may read pairs needs one."""
    needing = [reader.name for reader in _asked(resolved) if PAIR in reader.options]
    if not needing and not any(PAIR in reader.possible for reader in _open(resolved)):
        return False
    unable = [each for each in checkpoint_names(resolved.space) if not read_tokenizer(locate(each)).takes_pairs]
    if unable and needing:
        raise UsageError(
            f"{needing[0]} asks for pairs, but the tokenizer of {unable[0]!r} has no form for them: leave {PAIR!r} out "
            "of it, or choose another checkpoint"
        )
    return not unable


def _cut_by_default(readers: Sequence[_Reader], prepared: PreparedData) -> dict[str, float]:
    """Return the share of joined texts that lose more of their second column than pairs would, where it is large.

    Args:
        readers: the algorithms.
        prepared: the data.

    Returns:
        The share at the default of an algorithm, by the name of its reading.
    """
    texts, names = prepared.dataset.train.texts, prepared.dataset.form.text
    firsts = [pair_of((names[0], names[1]), text)[0] for text in texts[:: -(-len(texts) // ROWS)]]
    shares = dict[str, float]()
    for reader in readers:
        if PAIR in reader.possible and isinstance(text := reader.point.text, PretrainedText):
            longest = _longest(text, prepared)
            shares[reader.name] = min(share_beyond(texts, longest), share_beyond(firsts, longest // 2))
    return {name: share for name, share in shares.items() if share >= LEAST_SHARE}


def _longest(text: PretrainedText, prepared: PreparedData) -> int:
    return min(text.longest, prepared.max_length, read_tokenizer(locate(text.checkpoint)).longest)


def _fits(point: Probe, prepared: PreparedData) -> bool:
    """Return whether the features of two columns fit into memory."""
    rows = len(prepared.dataset.train) + len(prepared.dataset.validation)
    return rows * _FORMS * HIGHEST * width_of(point.text.checkpoint) * _FLOAT <= MOST_BYTES


def _affordable(
    point: Probe, readings: Sequence[str], resolved: ResolvedExperiment, prepared: PreparedData
) -> tuple[str, ...]:
    """Return those of `readings` whose features, and those before, take at most their share of the time budget."""
    budget, seconds, found = resolved.experiment.search.time_budget, 0.0, list[str]()
    for reading in readings:
        seconds += prepared.seconds(replace(point, text=replace(point.text, reading=reading)))
        if budget is None or seconds <= LARGEST_SHARE[reading] * budget:
            found.append(reading)
    return tuple(found)


def _readers(resolved: ResolvedExperiment) -> Iterator[_Reader]:
    dimensions = resolved.space.dimensions()
    for algorithm, point in zip(resolved.space.algorithms(), resolved.space.default_points(), strict=True):
        name = READING if algorithm is None else f"{algorithm}.{READING}"
        if isinstance(dimension := dimensions.get(name), Choice):
            yield _Reader(algorithm, point, name, dimension.options, dimension.more)


def _asked(resolved: ResolvedExperiment) -> Iterator[_Reader]:
    """Yield the algorithms whose readings an override names."""
    return (reader for reader in _readers(resolved) if reader.name in resolved.space.overrides)


def _open(resolved: ResolvedExperiment) -> Iterator[_Reader]:
    """Yield the algorithms whose readings no override names."""
    return (reader for reader in _readers(resolved) if reader.name not in resolved.space.overrides)


def _with_readings(
    resolved: ResolvedExperiment,
    added: Mapping[str, tuple[str, ...]],
    early: Sequence[Mapping[str, object]],
    defaults: Mapping[str, str] = MappingProxyType({}),
) -> ResolvedExperiment:
    """Return the experiment with more readings of each parameter in `added`, with defaults, and with early points."""
    if not added:
        return resolved
    own = {reader.name: reader.options for reader in _readers(resolved)}
    overrides = dict[str, object]()
    for name, readings in added.items():
        options = [*own[name], *readings]
        overrides[name] = {"options": options, "default": defaults[name]} if name in defaults else options
    resolved = resolved.with_overrides(overrides)
    return resolved.with_points(*early) if early else resolved
