"""Small matrices beside those of a frozen encoder."""

from search_spaces import SPACES, LowRank, Space

SPACE = Space("lora", SPACES["lora"])


def test_each_parameter_of_the_adapter_is_the_field_of_its_name():
    values = {"adapter.rank": 8, "adapter.alpha": 64, "adapter.targets": "attention", "adapter.dropout": 0.15}
    point = SPACE.replay({**SPACE.defaults(), **values})
    assert point.architecture.adapter == LowRank(rank=8, alpha=64, targets="attention", dropout=0.15)


def test_encoder_and_tokenizer_are_of_one_checkpoint():
    point = SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": "mine"})
    assert (point.text.checkpoint, point.architecture.checkpoint) == ("mine", "mine")


def test_the_encoder_is_whole_and_computes_without_dropout():
    """What is frozen cannot adapt to the noise of a dropout."""
    architecture = SPACE.replay(SPACE.defaults()).architecture
    assert (architecture.kept, architecture.frozen_share) == (None, 0.0)
    assert (architecture.hidden_dropout, architecture.attention_dropout) == (0.0, 0.0)


def test_all_matrices_have_one_rate():
    """A layer decay would slow down adapters whose layers stay as they are."""
    assert all(point.optimizer.layer_decay == 1.0 for point in SPACE.default_points())
    assert "optimizer.layer_decay" not in SPACE.dimensions()
