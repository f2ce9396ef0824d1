"""The settings of all members of a pack as tensors, so that members may come and go without another program."""

import torch

from search_spaces import Point
from trials.training.optimization import FOCUS, huber_delta, peak_rate
from trials.training.packs.stacked_weights import StackedWeights


class MemberSettings:
    """Settings of optimizer and loss, one value for each place.

    Args:
        weights: the weights of the pack, whose groups have learning rates.
        places: number of places.
        classes: number of classes.
        device: where the tensors are.
    """

    def __init__(self, weights: StackedWeights, places: int, classes: int, device: torch.device) -> None:
        self._depth = weights.depth
        self._heights = [group.height for group in weights.groups]

        def values(*shape: int) -> torch.Tensor:
            return torch.zeros(places, *shape, device=device)

        self.peaks = values(len(self._heights))
        """Peak learning rates, shape (places, groups)."""
        self.beta1, self.beta2, self.decay, self.clip = values(), values(), values(), values()
        self.epsilon = torch.ones(places, device=device)
        self.smoothing, self.focus = values(), values()
        self.delta = torch.full((places,), torch.inf, device=device)
        self.class_weights = torch.ones(places, classes, device=device)
        self.steps = values()
        """Optimizer steps so far, shape (places,)."""

    def put(self, place: int, point: Point, class_weights: torch.Tensor | None) -> None:
        """Give a place the settings of a point, and no steps.

        Args:
            place: the place.
            point: the point of the member.
            class_weights: weight of a row of each class, shape (classes,); None weighs all rows equally.
        """
        wanted = point.optimizer
        rates = [peak_rate(wanted, height, self._depth) for height in self._heights]
        self.peaks[place] = torch.tensor(rates, device=self.peaks.device)
        for tensor, value in (
            (self.beta1, wanted.beta1),
            (self.beta2, wanted.beta2),
            (self.decay, wanted.weight_decay),
            (self.clip, wanted.gradient_clip),
            (self.epsilon, wanted.epsilon),
            (self.smoothing, point.training.label_smoothing),
            (self.delta, huber_delta(point.training.label_smoothing)),
            (self.focus, FOCUS if point.training.balance == "focal" else 0.0),
            (self.steps, 0.0),
        ):
            tensor[place] = value
        self.class_weights[place] = 1.0 if class_weights is None else class_weights

    def select(self, places: torch.Tensor) -> None:
        """Keep some places only, in that order; `places` has their indices."""
        for name, tensor in list(vars(self).items()):
            if isinstance(tensor, torch.Tensor):
                setattr(self, name, tensor[places])
