"""Special tokens of vocabularies that are trained here."""

PADDING, UNKNOWN, START, END, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""The id of a token is its index."""

PADDING_ID = SPECIAL_TOKENS.index(PADDING)

ROLES = {"pad_token": PADDING, "unk_token": UNKNOWN, "cls_token": START, "sep_token": END, "mask_token": MASK}
"""The tokens by their role, named as in transformers."""
