"""A probe as one torch module gives what the probe gives."""

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer

from tests.trials.probe.test_model import CPU, encoded, fitted, point
from trials.classifiers.graph import graph_of
from trials.classifiers.onnx_classifier import OnnxClassifier
from trials.files import save_classifier
from trials.probe.model import load_probe

TEXTS = ["a good film", "", "the match was lost and the team is bad", "market " * 90]


class TorchSession:
    """Runs a module as onnxruntime would run its graph."""

    def __init__(self, module: torch.nn.Module) -> None:
        self._module = module

    def run(self, names: None, given: dict[str, np.ndarray]) -> list[np.ndarray]:
        with torch.no_grad():
            return [self._module(**{name: torch.from_numpy(value) for name, value in given.items()}).numpy()]


@pytest.mark.parametrize("values", [{}, {"features.layers": 1, "classifier.hidden": 32, "features.pooling": "first"}])
def test_a_module_gives_the_logits_of_its_probe(tmp_path, checkpoint, values):
    data = encoded(checkpoint)
    save_classifier(fitted(point(checkpoint, **values), data, None, CPU), tmp_path / "probe")
    graph = graph_of(tmp_path / "probe")
    tokenizer = Tokenizer.from_str(graph.tokenizer)
    other = OnnxClassifier(graph.label_names, TorchSession(graph.module), tokenizer, graph.padding_id, graph.reading)
    probe = load_probe(tmp_path / "probe", CPU)
    np.testing.assert_allclose(other.logits(TEXTS, 2), probe.logits(TEXTS), atol=1e-3)
    assert other.logits([]).shape == (0, len(graph.label_names))


def test_a_module_that_is_moved_leaves_the_encoder_of_its_probe_where_it_is(tmp_path, checkpoint):
    save_classifier(fitted(point(checkpoint), encoded(checkpoint), None, CPU), tmp_path / "probe")
    probe = load_probe(tmp_path / "probe", CPU)
    module = graph_of(tmp_path / "probe").module
    module.to("meta")
    assert {weight.device.type for weight in probe.encoder.parameters()} == {"cpu"}
    assert probe.logits(TEXTS).shape == (len(TEXTS), len(probe.label_names))
