"""Equal models as one program: each product, norm and attention is computed for all of them at once."""

from collections.abc import Mapping, Sequence

import torch
from torch.func import functional_call, vmap
from transformers import PreTrainedConfig, PreTrainedModel

from search_spaces import Architecture, Pretrained
from trials.models.cpu import transformers_forward
from trials.training.packs.member_dropout import config_for, rate_for, use_member_dropout
from trials.training.packs.stacked_functions import StackedFunctions
from trials.training.packs.stacked_weights import AVERAGE, FIRST, SECOND, WEIGHT, StackedWeights


class StackedModel:
    """Models of one shape, which differ in the values of their weights and in dropout.

    `torch.func.vmap` turns the forward pass of one model of transformers into that of all. What is not trained, such
    as the weights under an adapter, is kept once.

    Args:
        model: a model of a `marked` architecture; it lends its forward pass and all that is not trained.
        places: how many models there may be.
        device: where they are.
        by_level: whether learning rates depend on the level of a weight in a pretrained encoder.
    """

    def __init__(self, model: PreTrainedModel, places: int, device: torch.device, *, by_level: bool) -> None:
        self.weights = StackedWeights(model, places, device, by_level=by_level)
        self._dropouts = use_member_dropout(model)
        self._rates = {name: torch.zeros(places, device=device) for name in self._dropouts}
        self._model = model.to(device)
        self._marks = {name: dropout.p for name, dropout in self._dropouts.items()}
        self._config = self._model.config
        self._members: list[Architecture | Pretrained | None] = [None] * places

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self._model.config.num_labels)

    @property
    def config(self) -> PreTrainedConfig:
        """Config of the models, with marks for rates that differ."""
        return self._config

    def put(self, place: int, weights: Mapping[str, torch.Tensor], architecture: Architecture | Pretrained) -> bool:
        """Give a place weights, which are its averages too, empty moments, and dropout rates.

        Args:
            place: the place.
            weights: first weights by name.
            architecture: the architecture, which gives the rates.

        Returns:
            Whether the program has changed, because a dropout is used that was not before.
        """
        self.weights.put(place, WEIGHT, weights)
        self.weights.put(place, AVERAGE, weights)
        for kind in (FIRST, SECOND):
            self.weights.put(place, kind, {})
        self._members[place] = architecture
        for name, mark in self._marks.items():
            self._rates[name][place] = rate_for(mark, architecture)
        return self._switch()

    def select(self, places: Sequence[int]) -> None:
        """Keep some places only, in that order."""
        self.weights.select(places)
        order = torch.tensor(places, device=next(iter(self._rates.values())).device) if self._rates else None
        self._rates = {name: rates[order] for name, rates in self._rates.items()}
        self._members = [self._members[place] for place in places]
        self._switch()

    def logits(self, tokens: torch.Tensor, mask: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
        """Return the logits for training, fp32, shape (places, b, classes).

        Args:
            tokens: tokens for each model, shape (places, b, length).
            mask: True at real tokens, same shape.
            dtype: format of large products.
        """
        self._model.train()
        return self._run(self.weights.leaves(), tokens, mask, dtype, 0)

    def evaluated(
        self, places: Sequence[int], tokens: torch.Tensor, mask: torch.Tensor, dtype: torch.dtype
    ) -> torch.Tensor:
        """Return the logits of averaged models for the same texts, fp32, shape (len(places), b, classes).

        Args:
            places: the places of the models.
            tokens: tokens, shape (b, length).
            mask: True at real tokens, same shape.
            dtype: format of large products.
        """
        self._model.eval()
        averages = self.weights.averages()
        if list(places) != list(range(len(self._members))):
            order = torch.tensor(places, device=tokens.device)
            averages = {name: average[order] for name, average in averages.items()}
        return self._run(averages, tokens, mask, dtype, None)

    def averaged(self, place: int) -> PreTrainedModel:
        """Return the model with the averaged weights of a place; it is good until the next call."""
        if (architecture := self._members[place]) is not None:
            self._model.config = config_for(self._config, architecture)
        self._fill(self.weights.of(place, AVERAGE))
        return self._model

    def state_dict(self, place: int) -> dict[str, torch.Tensor]:
        """Return all weights of a place, trained or not, by the names of `state_dict`, without copies."""
        shared = dict(self._model.state_dict())
        return shared | self.weights.of(place, WEIGHT)

    def _fill(self, weights: Mapping[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in self._model.named_parameters():
                if name in weights:
                    parameter.copy_(weights[name])

    def _run(
        self,
        weights: Mapping[str, torch.Tensor],
        tokens: torch.Tensor,
        mask: torch.Tensor,
        dtype: torch.dtype,
        text_dim: int | None,
    ) -> torch.Tensor:
        """Return logits; `text_dim` is 0 if each model has its own texts, and None if all have the same."""
        rates = {} if text_dim is None else self._rates

        def one(
            own: dict[str, torch.Tensor], drops: dict[str, torch.Tensor], tokens: torch.Tensor, mask: torch.Tensor
        ) -> torch.Tensor:
            arguments = {"input_ids": tokens, "attention_mask": mask}
            logits: torch.Tensor = functional_call(self._model, {**own, **drops}, (), arguments).logits
            return logits

        with transformers_forward(tokens.device, torch.float32, ready=True), StackedFunctions(dtype):
            together = vmap(one, in_dims=(0, 0, text_dim, text_dim), randomness="different")
            logits: torch.Tensor = together(dict(weights), rates, tokens, mask)
        return logits.float()

    def _switch(self) -> bool:
        """Turn dropouts off that no member uses; return whether any was turned on."""
        turned_on = False
        for name, module in self._dropouts.items():
            members = (each for each in self._members if each is not None)
            is_off = not any(rate_for(self._marks[name], each) > 0 for each in members)
            turned_on |= module.is_off and not is_off
            module.is_off = is_off
        return turned_on
