"""Packs: several trials of one shape that are trained as one program, because one alone leaves most of a GPU idle."""

from trials.training.packs.member import PackMember
from trials.training.packs.member_dropout import marked
from trials.training.packs.pack import Pack, PackTooLarge

__all__ = ["Pack", "PackMember", "PackTooLarge", "marked"]
