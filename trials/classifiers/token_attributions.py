"""What each token of a text contributes to a label of a transformer, by integrated gradients.

The embeddings of the tokens are moved in a straight line from those of padding to their own, and the gradient of the
label's log-odds is averaged on the way. The weights of all tokens add up to the difference of the log-odds between the
text and one of padding, but for the error of the sum. It costs some backward passes for a text of any length, where
leaving out each word costs a forward pass for every word.

Reference: Sundararajan, Taly and Yan, Axiomatic Attribution for Deep Networks, ICML 2017.
"""

from dataclasses import dataclass

import torch
from tokenizers import Tokenizer

from trials.classifiers.transformer import TransformerClassifier

STEPS = 32
"""Points on the way at which the gradient is computed."""

STEPS_AT_ONCE = 8
"""How many of them are one batch."""


@dataclass(frozen=True)
class TokenWeight:
    """A token of a text.

    Attributes:
        start: index of its first character in the text.
        end: index behind its last character.
        weight: what it adds to the log-odds of the label.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True)
class TokenAttributions:
    """What the tokens of a text contribute to a label.

    Attributes:
        tokens: the tokens, without those that the tokenizer adds.
        gap: the difference of the log-odds that the weights should add up to, less their sum.
    """

    tokens: tuple[TokenWeight, ...]
    gap: float


def attribute_tokens(classifier: TransformerClassifier, text: str, label: int, steps: int = STEPS) -> TokenAttributions:
    """Return what each token of `text` contributes to a label, as far as the model reads the text.

    The text must be one that is read as it is: of a pair, tokens have no place in the text that joins it.

    Args:
        classifier: the model.
        text: the text.
        label: index of the label.
        steps: points on the way from padding to the text.
    """
    model, written, padding, reading = classifier.parts()
    tokenizer = Tokenizer.from_str(written)
    tokenizer.no_padding()
    tokenizer.enable_truncation(reading.longest)
    encoded = tokenizer.encode(text)
    table = model.get_input_embeddings()  # type: ignore[operator]
    device = next(model.parameters()).device
    with torch.no_grad():
        words = table(torch.tensor(encoded.ids, device=device))  # (tokens, width)
        added = torch.tensor(encoded.special_tokens_mask, dtype=torch.bool, device=device)
        start = torch.where(added[:, None], words, table(torch.tensor([padding], device=device)))
    mean = torch.zeros_like(words)
    for shares in torch.split((torch.arange(steps, device=device) + 0.5) / steps, STEPS_AT_ONCE):
        points = (start + shares[:, None, None].to(words.dtype) * (words - start)).requires_grad_()
        with torch.enable_grad():
            (gradient,) = torch.autograd.grad(_log_odds(model, points, label).sum(), points)
        mean += gradient.sum(dim=0) / steps
    weights = ((words - start) * mean).sum(dim=1).double()
    with torch.no_grad():
        begin, end = _log_odds(model, torch.stack([start, words]), label).tolist()
    tokens = tuple(
        TokenWeight(first, last, weight)
        for (first, last), weight, is_added in zip(
            encoded.offsets, weights.tolist(), encoded.special_tokens_mask, strict=True
        )
        if not is_added and last > first
    )
    return TokenAttributions(tokens, end - begin - float(weights.sum()))


def _log_odds(model: torch.nn.Module, embeddings: torch.Tensor, label: int) -> torch.Tensor:
    """Return the log-odds of the label for embeddings of texts of the same length, shape (texts,).

    Args:
        model: the model.
        embeddings: shape (texts, tokens, width).
        label: index of the label.
    """
    mask = torch.ones(embeddings.shape[:2], dtype=torch.int64, device=embeddings.device)
    logits: torch.Tensor = model(inputs_embeds=embeddings, attention_mask=mask).logits.double()
    others = torch.cat([logits[:, :label], logits[:, label + 1 :]], dim=1)
    return logits[:, label] - others.logsumexp(dim=1)
