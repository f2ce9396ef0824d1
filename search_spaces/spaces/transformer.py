"""The space `transformer`: each trial is a transformer, with sampled depth, heads, learning rate and Adam betas.

| parameter | range | why |
|---|---|---|
| `algorithm` | trimmed, encoder | kept from a checkpoint and trained further, or trained from scratch |
| `architecture.checkpoint` | minilm | of `trimmed`; override with folders or hub ids |

The other parameters are those of the space that `algorithm` names, with its name as a prefix, such as
`trimmed.optimizer.beta1`. A trial has only the parameters of its own algorithm. Trial 0 is the whole checkpoint.
"""

from collections.abc import Mapping
from types import MappingProxyType

from search_spaces.blocks import CHECKPOINT
from search_spaces.point import AnyPoint
from search_spaces.space import ALGORITHM, SpaceFunction
from search_spaces.spaces.encoder import encoder
from search_spaces.spaces.trimmed import trimmed
from search_spaces.suggest import Prefixed, Suggest

SOURCES: Mapping[str, SpaceFunction] = MappingProxyType({"trimmed": trimmed, "encoder": encoder})
"""The spaces by the source of their first weights: a checkpoint, or chance."""


def transformer(suggest: Suggest) -> AnyPoint:
    """Transformers: depth, heads, learning rate and Adam betas, from a checkpoint or from scratch.

    Args:
        suggest: gives a value for each parameter.
    """
    source = suggest.choice(ALGORITHM, tuple(SOURCES), default="trimmed")
    return SOURCES[source](Prefixed(suggest, source, shared=(CHECKPOINT,)))
