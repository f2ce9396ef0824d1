"""A study of a space that searches the algorithm, too."""

from search_spaces import Value
from tests.automl.report.records import make_study, make_trial
from trials.protocol import TrialEnd


def probe(penalty: float, layers: int = 4, pooling: str = "mean") -> dict[str, Value]:
    return {
        "algorithm": "probe",
        "architecture.checkpoint": "minilm",
        "probe.text.longest": 256,
        "probe.features.pooling": pooling,
        "probe.features.layers": layers,
        "probe.classifier.hidden": 0,
        "probe.classifier.penalty": penalty,
    }


LINEAR: dict[str, Value] = {
    "algorithm": "linear",
    "linear.text.words": 2,
    "linear.text.characters": 5,
    "linear.classifier.inverse_penalty": 10.0,
}
SEVERAL = make_study(
    make_trial(0, (0.5, 0.6, 0.75), params=LINEAR),
    make_trial(1, (0.5, 0.6, 0.8), params=probe(0.05)),
    make_trial(2, (0.5, 0.6, 0.9, 0.85), TrialEnd.PRUNED, params=probe(0.00123)),
    make_trial(3, (0.5, 0.55, 0.6), params=probe(0.05, layers=2, pooling="first")),
    make_trial(4, (), TrialEnd.ERROR, params=probe(3.0), cause="RuntimeError: [bold] it\nbroke"),
    make_trial(5, (), TrialEnd.ERROR, params=probe(2.0), cause="RuntimeError: [bold] it\nbroke"),
)
