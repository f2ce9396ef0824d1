"""Special tokens of vocabularies that are trained by this program."""

PADDING, UNKNOWN, START, END, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""Special tokens; the id of a token is its index."""

PADDING_ID = SPECIAL_TOKENS.index(PADDING)

ROLES = {"pad_token": PADDING, "unk_token": UNKNOWN, "cls_token": START, "sep_token": END, "mask_token": MASK}
"""Special tokens by their role, named as in transformers."""
