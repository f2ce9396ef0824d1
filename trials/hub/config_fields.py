"""Names of labels in a transformers config."""


def label_fields(label_names: tuple[str, ...]) -> dict[str, dict[int, str] | dict[str, int]]:
    """Return the fields of a transformers config that map class ids to `label_names` and back."""
    return {
        "id2label": dict(enumerate(label_names)),
        "label2id": {name: index for index, name in enumerate(label_names)},
    }
