"""A space's questions, answered by an Optuna trial."""

from optuna.trial import Trial

from search_spaces import Choice, Dimension, FloatRange, IntRange, Suggest, Value


class OptunaSuggest(Suggest):
    """Samples each parameter through `trial`, which writes it to the study; a resumed trial gives what it had."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def value(self, name: str, dimension: Dimension) -> Value:
        match dimension:
            case FloatRange(low, high, _, log):
                return self._trial.suggest_float(name, low, high, log=log)
            case IntRange(low, high, _, log, step):
                return self._trial.suggest_int(name, low, high, log=log, step=step)
            case Choice(options):
                chosen: Value = self._trial.suggest_categorical(name, options)  # type: ignore[assignment]
                return chosen
