"""The special tokens of vocabularies that are learnt here."""

PADDING, UNKNOWN, START, END, MASK = SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""Their ids are their places."""

PADDING_ID = SPECIAL_TOKENS.index(PADDING)

ROLES = {"pad_token": PADDING, "unk_token": UNKNOWN, "cls_token": START, "sep_token": END, "mask_token": MASK}
"""What they are for, by the names that transformers gives these roles."""
