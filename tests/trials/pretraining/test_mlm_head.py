"""What guesses tokens, over a matrix that is the embeddings'."""

import torch
from torch.nn.functional import cross_entropy, linear

from trials.pretraining.mlm_head import MlmHead


def words(count: int = 50, size: int = 16) -> torch.nn.Parameter:
    generator = torch.Generator().manual_seed(0)
    return torch.nn.Parameter(torch.nn.functional.normalize(torch.randn(count, size, generator=generator)))


def test_it_begins_with_what_the_embeddings_say() -> None:
    """A state that is a word's own embedding is taken for that word."""
    embeddings = words()
    head = MlmHead(16, embeddings)
    scores = head.scores(embeddings.detach() * 5, embeddings, torch.float32)
    assert (scores.argmax(dim=1) == torch.arange(50)).float().mean() > 0.9
    torch.testing.assert_close(scores, linear(head.norm(embeddings.detach() * 5), embeddings))


def test_the_matrix_of_the_embeddings_learns_and_is_no_weight_of_the_head() -> None:
    embeddings = words()
    head = MlmHead(16, embeddings)
    cross_entropy(head.scores(torch.randn(5, 16), embeddings, torch.float32), torch.arange(5)).backward()
    assert embeddings.grad.any()
    assert all(parameter.grad is not None for parameter in head.parameters())
    assert embeddings.data_ptr() not in {parameter.data_ptr() for parameter in head.parameters()}


def test_embeddings_may_be_narrower_than_the_encoder() -> None:
    embeddings = words()
    scores = MlmHead(32, embeddings).scores(torch.randn(3, 32), embeddings, torch.float32)
    assert scores.shape == (3, 50)
    assert scores.std() > 0


def test_no_token_to_guess_is_no_score() -> None:
    """So it is in a part of a batch in which nothing is covered."""
    embeddings = words()
    assert MlmHead(16, embeddings).scores(torch.zeros(0, 16), embeddings, torch.float32).shape == (0, 50)


def test_a_product_in_bf16_gives_scores_in_fp32() -> None:
    embeddings = words()
    head, states = MlmHead(16, embeddings), torch.randn(5, 16)
    exact, rounded = (head.scores(states, embeddings, dtype) for dtype in (torch.float32, torch.bfloat16))
    assert rounded.dtype is torch.float32
    assert not torch.equal(rounded, exact)
    torch.testing.assert_close(rounded, exact, rtol=0.02, atol=0.05)
