from pathlib import Path

import pytest
import torch

from tests.tiny_model import LABEL_NAMES
from tests.trials.classifiers.test_requirements import linear
from trials.classifiers.graph import graph_of
from trials.errors import ClassifierError

__all__ = ["linear"]


def test_a_transformer_gives_its_logits_alone(tiny_model: Path) -> None:
    graph = graph_of(tiny_model)
    tokens = torch.tensor([[2, 6, 11, 3]])
    assert graph.module(tokens, torch.ones_like(tokens)).shape == (1, len(LABEL_NAMES))
    assert (graph.label_names, graph.padding_id, graph.reading.longest) == (LABEL_NAMES, 0, 12)


def test_what_is_no_torch_model_is_refused_by_its_kind(linear: Path) -> None:
    with pytest.raises(ClassifierError, match="must be a torch model, but it is of the kind 'linear'"):
        graph_of(linear)
