"""The vocabulary of a tokenizer.json."""

import json
from pathlib import Path

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
"""Ids 0 to 4; never hidden."""
PAD, MASK = SPECIAL.index("[PAD]"), SPECIAL.index("[MASK]")
FIRST_PIECE = len(SPECIAL)


def pieces_of(tokenizer: Path) -> list[str]:
    """Its pieces, by id."""
    return [piece for piece, _ in json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]]


def is_chinese(piece: str) -> bool:
    return any("一" <= sign <= "鿿" for sign in piece)
