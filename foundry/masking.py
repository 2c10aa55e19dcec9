"""Which tokens are hidden from the encoder, and how."""

import json
from pathlib import Path

import torch
from torch import Tensor

FIRST_WORD = 5
"""Ids below it are [PAD], [UNK], [CLS], [SEP] and [MASK]: never chosen."""
MASK = 4
PLAIN_WEIGHT = 0.2
"""A piece without a Chinese character (a digit, a comma) is chosen so much more rarely: it says little to guess it."""


def choice_weights(tokenizer: Path) -> Tensor:
    """[vocabulary]: how readily a token is chosen."""
    pieces = [piece for piece, _ in json.loads(tokenizer.read_text("utf-8"))["model"]["vocab"]]
    weights = torch.tensor([1.0 if any("一" <= sign <= "鿿" for sign in piece) else PLAIN_WEIGHT for piece in pieces])
    weights[:FIRST_WORD] = 0.0
    return weights


def choose(ids: Tensor, weights: Tensor, count: int, random: torch.Generator) -> Tensor:
    """`count` positions of each row, without repeats, by weight (Efraimidis and Spirakis 2006): [batch, count]."""
    luck = torch.rand(ids.shape, generator=random, device=ids.device)
    return (luck.log() / weights[ids]).topk(count, dim=1).indices


def hide(ids: Tensor, chosen: Tensor, words: int, random: torch.Generator) -> Tensor:
    """Of the chosen tokens 80 % become [MASK], 10 % a random word, and 10 % stay (BERT, section 3.1)."""
    kind = torch.rand(chosen.shape, generator=random, device=ids.device)
    strangers = torch.randint(FIRST_WORD, words, chosen.shape, generator=random, device=ids.device)
    seen = torch.where(kind < 0.8, MASK, torch.where(kind < 0.9, strangers, ids.gather(1, chosen)))
    return ids.scatter(1, chosen, seen)
