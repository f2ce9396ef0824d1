"""The space `auto`: the algorithm itself is a choice, and each has the parameters of its own space.

| parameter | range | why |
|---|---|---|
| `algorithm` | linear, probe, subnet, finetune, lora, encoder | the best one depends on the data; see below |
| `architecture.checkpoint` | minilm | for all but `linear` and `encoder`; override with folders or hub ids |

The algorithm `large_probe` is a further one where its encoder is installed and its features fit the time budget, or
where an override of `algorithm` names it. The other parameters are those of the space that `algorithm` names, with its
name as a prefix, such as `finetune.optimizer.beta1`. A trial has only the parameters of its own algorithm.
"""

from collections.abc import Mapping
from types import MappingProxyType

from search_spaces.blocks import CHECKPOINT
from search_spaces.point import AnyPoint
from search_spaces.space import ALGORITHM, SpaceFunction
from search_spaces.spaces.encoder import encoder
from search_spaces.spaces.finetune import finetune
from search_spaces.spaces.large_probe import large_probe
from search_spaces.spaces.linear import linear
from search_spaces.spaces.lora import lora
from search_spaces.spaces.probe import probe
from search_spaces.spaces.subnet import subnet
from search_spaces.suggest import Prefixed, Suggest

ALGORITHMS: Mapping[str, SpaceFunction] = MappingProxyType(
    {
        "linear": linear,
        "probe": probe,
        "subnet": subnet,
        "finetune": finetune,
        "lora": lora,
        "encoder": encoder,
        "large_probe": large_probe,
    }
)
"""The spaces by algorithm."""

OFFERED = ("linear", "probe", "subnet", "finetune", "lora", "encoder")
"""The algorithms of any search, ordered by the cost of a trial, the cheapest first."""

LARGE_PROBE = "large_probe"
"""An algorithm that is offered only where its encoder is installed and there is time for it."""

PRETRAINED = ("probe", "subnet", "finetune", "lora", "trimmed")
"""The algorithms that need the checkpoint of the parameter `CHECKPOINT`."""

LATER = ("subnet", "lora", "encoder")
"""Algorithms that are tried later than the others, once they are promising, if an encoder can be fine-tuned."""


def auto(suggest: Suggest) -> AnyPoint:
    """Linear models, probes of frozen encoders, fine-tuning, transformers from scratch: whichever suits the data.

    Args:
        suggest: gives a value for each parameter.
    """
    algorithm = suggest.choice(ALGORITHM, OFFERED, default="linear", more=(LARGE_PROBE,))
    return ALGORITHMS[algorithm](Prefixed(suggest, algorithm, shared=(CHECKPOINT,)))
