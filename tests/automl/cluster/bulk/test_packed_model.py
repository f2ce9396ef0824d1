import shutil
from pathlib import Path

import numpy as np

from automl.cluster.bulk.packed_model import packed_model, unpacked_classifier
from automl.export import load_classifier
from tests.tiny_model import tiny_model
from trials.classifiers import save_ensemble

__all__ = ["tiny_model"]


def test_a_model_is_complete_though_it_links_to_files_elsewhere(tiny_model: Path, tmp_path: Path) -> None:
    member = shutil.copytree(tiny_model, tmp_path / "trial-0")
    names = load_classifier(member).label_names
    save_ensemble(tmp_path / "best", names, {"trial-0": (member, 1.0)})
    expected = load_classifier(tmp_path / "best").logits(["a good goal"])

    packed = packed_model(tmp_path / "best")
    shutil.rmtree(tmp_path / "best")
    shutil.rmtree(member)

    np.testing.assert_array_equal(unpacked_classifier(packed).logits(["a good goal"]), expected)
