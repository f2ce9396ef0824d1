"""The tokenizer that belongs to a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from trials.errors import PretrainedError
from trials.hub.checkpoint_location import TOKENIZER, describe, read_json

ROLES = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token", "bos_token", "eos_token")
"""Roles of special tokens, named as in transformers."""

NAMES = ("special_tokens_map.json", "tokenizer_config.json")
"""Files that define special tokens; the later file takes precedence."""

COUNT_AFTER_PADDING = ("camembert", "mpnet", "roberta", "xlm-roberta")
"""Model types whose first position is the one after the id of padding."""


@dataclass(frozen=True)
class PretrainedTokenizer:
    """A tokenizer with its special tokens by role.

    `padding_id` fills up short texts; `longest` is the most tokens that the model was made for.
    """

    tokenizer: Tokenizer
    specials: dict[str, str]
    padding_id: int
    longest: int

    @property
    def takes_pairs(self) -> bool:
        """Whether it has a form for two texts, other than one after the other."""
        added = self.tokenizer.num_special_tokens_to_add
        return bool(added(is_pair=True) > added(is_pair=False))

    def to_str(self) -> str:
        """Return the `tokenizers` JSON, without truncation and padding."""
        self.tokenizer.no_truncation()
        return str(self.tokenizer.to_str())


def read_tokenizer(folder: Path) -> PretrainedTokenizer:
    """Read the tokenizer of the checkpoint in `folder`.

    Decoders often name no token to pad with; the token that ends a text then takes its place, as is usual for them.

    Raises:
        PretrainedError: it cannot be read, or has no token to pad with.
    """
    try:
        tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    except Exception as error:  # `tokenizers` raises nothing more precise
        raise PretrainedError(f"the tokenizer {str(folder / TOKENIZER)!r} cannot be read: {error}") from error
    tokenizer.no_padding()
    settings: dict[str, object] = {}
    for name in NAMES:
        if (folder / name).is_file():
            settings |= read_json(folder / name)
    specials = {role: token for role in ROLES if (token := _content(settings.get(role))) is not None}
    config = describe(folder)
    padding = specials.get("pad_token", _token(tokenizer, config.get("pad_token_id"))) or specials.get("eos_token")
    if padding is None or (padding_id := tokenizer.token_to_id(padding)) is None:
        raise PretrainedError(
            f"the tokenizer in {str(folder)!r} must have a padding token (pad_token) or an end (eos_token), but names "
            "none; load it with transformers, give it one, and save it again"
        )
    limits = [limit for limit in (settings.get("model_max_length"), _positions(config)) if isinstance(limit, int)]
    return PretrainedTokenizer(tokenizer, {**specials, "pad_token": padding}, padding_id, min(limits, default=2**30))


def _token(tokenizer: Tokenizer, token_id: object) -> str | None:
    """Return the token with this id. Older checkpoints define the padding only in the model's config."""
    return tokenizer.id_to_token(token_id) if isinstance(token_id, int) and token_id >= 0 else None


def _positions(config: Mapping[str, object]) -> int | None:
    """Return the largest number of tokens that the model has positions for."""
    positions, padding_id = config.get("max_position_embeddings"), config.get("pad_token_id")
    if not isinstance(positions, int) or positions <= 0:
        return None
    if config.get("model_type") in COUNT_AFTER_PADDING and isinstance(padding_id, int):
        return positions - padding_id - 1
    return positions


def _content(token: object) -> str | None:
    """Return the text of a special token, which is stored as text or as an object that has the text."""
    content = token.get("content") if isinstance(token, dict) else token
    return content if isinstance(content, str) else None
