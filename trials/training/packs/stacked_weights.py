"""The weights of all members of a pack, with the state of their optimizers and their averages."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import nn
from transformers import PreTrainedModel

from trials.training.optimization import heights_of

WEIGHT, FIRST, SECOND, AVERAGE = "weight", "exp_avg", "exp_avg_sq", "average"
"""What is kept for each weight: the weight, AdamW's moments under their names in torch, and the average."""

KINDS = (WEIGHT, FIRST, SECOND, AVERAGE)


@dataclass
class WeightGroup:
    """Weights that have the same learning rate and decay in each member, in one matrix for each kind.

    Attributes:
        height: level of the weights in a pretrained encoder; None for new weights, and for models from scratch.
        decays: whether weight decay applies.
        shapes: shape of each weight in one member, by name.
        matrices: by kind, shape (places, n) for n numbers in one member.
        leaves: the weights by name, shape (places, ...); they share memory with the matrix, and receive gradients.
    """

    height: int | None
    decays: bool
    shapes: dict[str, torch.Size]
    matrices: dict[str, torch.Tensor] = field(default_factory=dict)
    leaves: dict[str, torch.Tensor] = field(default_factory=dict)

    def allocate(self, places: int, device: torch.device) -> None:
        """Allocate matrices of zeros for some places."""
        size = sum(shape.numel() for shape in self.shapes.values())
        self._adopt({kind: torch.zeros(places, size, device=device) for kind in KINDS})

    def select(self, places: torch.Tensor) -> None:
        """Keep some places only, in that order; `places` has their indices, on the device."""
        self._adopt({kind: matrix[places] for kind, matrix in self.matrices.items()})

    def views(self, kind: str) -> dict[str, torch.Tensor]:
        """Return a view for each weight by name, shape (places, ...)."""
        sizes = [shape.numel() for shape in self.shapes.values()]
        parts = torch.split_with_sizes(self.matrices[kind], sizes, dim=1)
        return {
            name: part.view(len(part), *shape) for (name, shape), part in zip(self.shapes.items(), parts, strict=True)
        }

    def gradients(self) -> torch.Tensor:
        """Return the gradients, shape (places, n); zeros for weights that the model has not used."""
        parts = []
        for leaf in self.leaves.values():
            gradient = torch.zeros_like(leaf) if leaf.grad is None else leaf.grad
            parts.append(gradient.reshape(len(gradient), -1))
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)

    def forget_gradients(self) -> None:
        """Drop the gradients."""
        for leaf in self.leaves.values():
            leaf.grad = None

    def _adopt(self, matrices: dict[str, torch.Tensor]) -> None:
        self.matrices = matrices
        self.leaves = {name: view.detach().requires_grad_() for name, view in self.views(WEIGHT).items()}


class StackedWeights:
    """The trained weights of equal models, stacked by groups.

    Embeddings are groups of their own, so that their rows lie one after the other, as kernels read them.

    Args:
        model: one of the models.
        places: how many models there may be.
        device: where the weights are.
        by_level: whether learning rates depend on the level of a weight in a pretrained encoder.
    """

    def __init__(self, model: PreTrainedModel, places: int, device: torch.device, *, by_level: bool) -> None:
        self.heights, self.depth = heights_of(model) if by_level else ({}, 0)
        tables = {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, nn.Embedding)}
        shapes: dict[tuple[int | None, bool, str], dict[str, torch.Size]] = defaultdict(dict)
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                key = self.heights.get(name), parameter.ndim >= 2, name if name in tables else ""
                shapes[key][name] = parameter.shape
        self.groups = [WeightGroup(height, decays, own) for (height, decays, _), own in shapes.items()]
        for group in self.groups:
            group.allocate(places, device)

    def leaves(self) -> dict[str, torch.Tensor]:
        """Return the weights by name, shape (places, ...), which receive gradients."""
        return {name: leaf for group in self.groups for name, leaf in group.leaves.items()}

    def averages(self) -> dict[str, torch.Tensor]:
        """Return the averaged weights by name, shape (places, ...)."""
        return {name: view for group in self.groups for name, view in group.views(AVERAGE).items()}

    def of(self, place: int, kind: str) -> dict[str, torch.Tensor]:
        """Return views of one member's weights, moments or averages, by the names of the weights."""
        return {name: view[place] for group in self.groups for name, view in group.views(kind).items()}

    def put(self, place: int, kind: str, tensors: Mapping[str, torch.Tensor]) -> None:
        """Replace what one member has of a kind.

        Args:
            place: place of the member.
            kind: one of `KINDS`.
            tensors: new values by name; what is missing becomes zero.
        """
        with torch.no_grad():
            for name, view in self.of(place, kind).items():
                if name in tensors:
                    view.copy_(tensors[name])
                else:
                    view.zero_()

    def select(self, places: Sequence[int]) -> None:
        """Keep some places only, in that order."""
        for group in self.groups:
            group.select(torch.tensor(places, device=group.matrices[WEIGHT].device))

    def names(self) -> Iterator[str]:
        """Return the names of all weights."""
        return (name for group in self.groups for name in group.shapes)
