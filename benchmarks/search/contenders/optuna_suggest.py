"""Our space in Optuna's words, for the contenders that sample with an Optuna trial."""

from optuna import Trial

from benchmarks.search.space import dimensions
from search_spaces import Choice, FloatRange, IntRange, Value


def suggest(trial: Trial) -> dict[str, Value]:
    """A value for each dimension; the same again if asked again."""
    values: dict[str, Value] = {}
    for name, dimension in dimensions().items():
        match dimension:
            case FloatRange(low, high, _, log):
                values[name] = trial.suggest_float(name, low, high, log=log)
            case IntRange(low, high):
                values[name] = trial.suggest_int(name, low, high)
            case Choice(options):
                values[name] = trial.suggest_categorical(name, options)  # type: ignore[assignment]
    return values
