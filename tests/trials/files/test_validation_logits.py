import numpy as np

from trials.files.validation_logits import (
    LOGITS_BYTES,
    VALIDATION_LOGITS,
    read_validation_logits,
    write_validation_logits,
)


def test_what_was_written_is_read(tmp_path):
    logits = np.random.default_rng(0).normal(size=(20, 3))
    assert write_validation_logits(tmp_path, logits)
    np.testing.assert_allclose(read_validation_logits(tmp_path), logits, atol=1e-6)


def test_too_many_are_left_out(tmp_path):
    assert not write_validation_logits(tmp_path, np.zeros((LOGITS_BYTES // 4 // 1000 + 1, 1000)))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_them_or_with_a_damaged_file_has_none(tmp_path):
    assert read_validation_logits(tmp_path) is None
    (tmp_path / VALIDATION_LOGITS).write_bytes(b"half")
    assert read_validation_logits(tmp_path) is None
