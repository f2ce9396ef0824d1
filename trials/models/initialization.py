"""Initial weights of a model that is trained from scratch, drawn the same way for all families.

To add an initialization: write a function and add a line to `INITIALIZATIONS`.
"""

from collections.abc import Callable

import torch
from torch import nn
from transformers import PreTrainedModel

from trials.models.family import Family

Initialize = Callable[[PreTrainedModel, Family], None]


def normal(model: PreTrainedModel, family: Family) -> None:
    """Keep the weights as transformers drew them: matrices and embeddings from N(0, 0.02^2).

    ModernBERT truncates the distribution at twice the deviation, and divides the deviation of residual outputs by
    sqrt(2 depth).
    """


def fan_in(model: PreTrainedModel, family: Family) -> None:
    """Draw matrices from N(0, 1 / fan-in), so that features keep their size for every width.

    LeCun et al., "Efficient BackProp", 1998, section 4.6. Embeddings stay as they are: only single rows are read, and
    their size matters little before a norm; but the larger they are, the less a step of AdamW changes their direction.
    Biases (0) and norms (1) stay, too.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear):
            _draw(module, module.in_features**-0.5)


def depth_scaled(model: PreTrainedModel, family: Family) -> None:
    """Draw as `fan_in` does, but divide residual outputs by sqrt(2 depth), so that the sum keeps its size, too.

    Radford et al., "Language Models are Unsupervised Multitask Learners", 2019, section 2.3.
    """
    fan_in(model, family)
    scale = (2 * model.config.num_hidden_layers) ** -0.5
    for name, module in model.named_modules():
        if name.endswith(family.residual) and isinstance(module, nn.Linear):
            _draw(module, scale * module.in_features**-0.5)


INITIALIZATIONS: dict[str, Initialize] = {
    "normal": normal,
    "fan_in": fan_in,
    "depth_scaled": depth_scaled,
}


def initialize(model: PreTrainedModel, family: Family, how: str) -> None:
    """Draw the weights of a model that its family's `build` has just made.

    It uses torch's generator, so that the seed of a trial decides. Weights change in place, so tied ones stay tied.
    The embedding of padding is zero in every family.

    Args:
        model: the model.
        family: its family.
        how: a key of `INITIALIZATIONS`.
    """
    table = model.get_input_embeddings()
    with torch.no_grad():
        INITIALIZATIONS[how](model, family)
        if isinstance(table, nn.Embedding) and table.padding_idx is not None:
            table.weight[table.padding_idx].zero_()


def _draw(module: nn.Linear, deviation: float) -> None:
    module.weight.normal_(0.0, deviation)
