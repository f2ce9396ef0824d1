"""A classifier as one torch module, from token ids to logits, with its tokenizer: what other runtimes can be given."""

from dataclasses import dataclass
from pathlib import Path

import torch

from trials.classifiers.ensemble import MEMBERS, Ensemble
from trials.classifiers.loaders import load
from trials.classifiers.subnet import Subnet
from trials.classifiers.transformer import TransformerClassifier
from trials.data.encoding import Reading
from trials.errors import ClassifierError
from trials.files import read_kind, read_thresholds
from trials.probe import ProbeClassifier, probe_module
from trials.tasks import REGRESSION, task_of_model


@dataclass(frozen=True)
class Graph:
    """A classifier without its Python code.

    Attributes:
        module: computes logits (n, classes) from `input_ids` and `attention_mask`, both (n, tokens) of int64.
        tokenizer: the `tokenizers` JSON, without truncation and padding.
        padding_id: token id that fills up short texts.
        reading: how texts become tokens.
        label_names: names of the classes.
        thresholds: the probability from which on a text gets each label; empty for one label a text.
    """

    module: torch.nn.Module
    tokenizer: str
    padding_id: int
    reading: Reading
    label_names: tuple[str, ...]
    thresholds: tuple[float, ...] = ()

    @property
    def gives_numbers(self) -> bool:
        """Whether its output is a number, on the scale of what it was trained on."""
        return task_of_model(self.label_names, self.thresholds) is REGRESSION


def graph_of(folder: Path) -> Graph:
    """Return the graph of the classifier in `folder`, on the CPU.

    Raises:
        ClassifierError: it cannot be read, or is of a kind that is no torch model.
    """
    classifier = load(folder)
    module: torch.nn.Module
    match classifier:
        case TransformerClassifier():
            model, tokenizer, padding, reading = classifier.parts()
            module = _Logits(model)
        case Subnet():
            module = _Logits(classifier.model)
            tokenizer, reading = classifier.tokenizer.to_str(), classifier.reading
            padding = classifier.tokenizer.padding_id
        case ProbeClassifier() if classifier.reading.window is not None:
            raise ClassifierError(
                f"the classifier in {str(folder)!r} must read a text at once, but it is a probe that reads "
                "several windows"
            )
        case ProbeClassifier() if classifier.reading.is_apart:
            raise ClassifierError(
                f"the classifier in {str(folder)!r} must read a text at once, but it is a probe that reads two columns "
                "apart"
            )
        case ProbeClassifier() if classifier.form.also:
            raise ClassifierError(
                f"the classifier in {str(folder)!r} must read tokens alone, but it is a probe that has features of "
                "columns beside the text, too"
            )
        case ProbeClassifier():
            module, reading = probe_module(classifier), classifier.reading
            tokenizer, padding = classifier.tokenizer.to_str(), classifier.tokenizer.padding_id
        case Ensemble():
            raise ClassifierError(
                f"the classifier in {str(folder)!r} must be a single model, but it is an ensemble; take one of those "
                f"in its folder {MEMBERS!r}, or the best single model in 'best-single' beside it"
            )
        case _:
            raise ClassifierError(
                f"the classifier in {str(folder)!r} must be a torch model, but it is of the kind {read_kind(folder)!r}"
            )
    names = classifier.label_names
    thresholds = read_thresholds(folder, len(names))
    return Graph(module.float().cpu().eval(), tokenizer, padding, reading, names, thresholds)


class _Logits(torch.nn.Module):
    """Gives the logits of a model of transformers alone."""

    def __init__(self, model: torch.nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model(input_ids=input_ids, attention_mask=attention_mask).logits
        return logits
