"""Parts of a pretrained encoder."""

from search_spaces import SPACES, Kept, Space

SPACE = Space("subnet", SPACES["subnet"])


def test_each_share_is_the_parameter_of_its_name():
    values = {
        "architecture.depth_share": 0.4,
        "architecture.heads_share": 0.5,
        "architecture.feed_forward_share": 0.6,
        "architecture.layers": "spread",
    }
    point = SPACE.replay({**SPACE.defaults(), **values})
    assert point.architecture.kept == Kept(0.4, 0.5, 0.6, "spread")
    assert point.architecture.adapter is None


def test_encoder_and_tokenizer_are_of_one_checkpoint():
    point = SPACE.replay({**SPACE.defaults(), "architecture.checkpoint": "mine"})
    assert (point.text.checkpoint, point.architecture.checkpoint) == ("mine", "mine")


def test_the_first_trial_keeps_all_heads_so_that_transformers_can_read_it():
    kept = SPACE.replay(SPACE.defaults()).architecture.kept
    assert (kept.heads_share, kept.feed_forward_share) == (1.0, 1.0)
    assert kept.depth_share < 1.0


def test_the_smallest_part_has_a_layer_a_head_and_a_unit():
    smallest = {name: dimension.extremes()[0] for name, dimension in SPACE.dimensions().items()}
    kept = SPACE.replay(smallest).architecture.kept
    for size in (1, 2, 3, 12):
        assert kept.layers_of(size)[0] == 0
        assert kept.heads_of(size) >= 1
        assert kept.units_of(size) >= 1
