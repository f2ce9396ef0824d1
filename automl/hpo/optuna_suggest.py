"""Samples the parameters of a space with an Optuna trial."""

from optuna.trial import Trial

from search_spaces import Choice, Dimension, FloatRange, IntRange, Suggest, Value


class OptunaSuggest(Suggest):
    """Samples each parameter with `trial`, which stores it in the study; a resumed trial returns its stored values."""

    def __init__(self, trial: Trial) -> None:
        self._trial = trial

    def value(self, name: str, dimension: Dimension) -> Value:
        """Return the value of a parameter.

        Args:
            name: name of the parameter.
            dimension: its range or options.
        """
        match dimension:
            case FloatRange(low, high, _, log):
                return self._trial.suggest_float(name, low, high, log=log)
            case IntRange(low, high, _, log, step):
                return self._trial.suggest_int(name, low, high, log=log, step=step)
            case Choice(options):
                chosen: Value = self._trial.suggest_categorical(name, options)  # type: ignore[assignment]
                return chosen
