"""Names of labels in a config, as transformers reads them."""

import pytest
from transformers import BertConfig

from trials.hub.config_fields import label_fields


@pytest.mark.parametrize("names", [("sport", "politics", "culture"), ("1", "0"), ("only one",)])
def test_transformers_takes_them_for_the_names_of_its_classes(names: tuple[str, ...], tmp_path) -> None:
    BertConfig(**label_fields(names)).save_pretrained(tmp_path)
    config = BertConfig.from_pretrained(tmp_path)
    assert config.num_labels == len(names)
    assert tuple(config.id2label[index] for index in range(len(names))) == names
    assert [config.label2id[name] for name in names] == list(range(len(names)))
