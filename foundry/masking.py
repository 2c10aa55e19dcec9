"""Which tokens are hidden from the encoder, and how."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from .pieces import FIRST_PIECE, MASK, is_chinese, pieces_of

SHARE = 0.22
"""Of a block's tokens that are hidden."""
PLAIN_WEIGHT = 0.2
"""A piece without a Chinese character (a digit, a comma) is chosen so much more rarely: it says little to guess it."""
EMPHASIS = 3.0
"""Words that carry sentiment are chosen so much more often."""


class Masking(nn.Module):
    """Chooses and hides; it learns nothing, and is a module so that its tables go where the encoder goes."""

    def __init__(self, tokenizer: Path, sentiment: Path | None = None, collocations: Path | None = None):
        """
        `sentiment`: what foundry.sentiment wrote, to be hidden more often; `collocations`: what foundry.collocations
        wrote, to be hidden together (each token for itself where None).
        """
        super().__init__()
        emphasised = set() if sentiment is None else set(sentiment.read_text("utf-8").split("\n"))
        weights = [
            (1.0 if is_chinese(piece) else PLAIN_WEIGHT) * (EMPHASIS if piece in emphasised else 1.0)
            for piece in pieces_of(tokenizer)
        ]
        weights[:FIRST_PIECE] = [0.0] * FIRST_PIECE
        self.register_buffer("weights", torch.tensor(weights))
        links = None if collocations is None else torch.from_numpy(np.load(collocations))
        self.register_buffer("links", links)

    def choose(self, ids: Tensor) -> Tensor:
        """Positions of each row, without repeats, by weight (Efraimidis and Spirakis 2006): [batch, chosen]."""
        weights, luck = self.weights[ids], torch.rand(ids.shape, device=ids.device)
        if self.links is not None:
            unit = self._units(ids)
            sums = torch.zeros_like(weights).scatter_add(1, unit, weights)
            sizes = torch.zeros_like(weights).scatter_add(1, unit, torch.ones_like(weights))
            weights, luck = (sums / sizes.clamp(min=1)).gather(1, unit), luck.gather(1, unit)
        return (luck.log() / weights).topk(round(SHARE * ids.shape[1]), dim=1).indices

    def hide(self, ids: Tensor, chosen: Tensor) -> Tensor:
        """Of the chosen tokens 80 % become [MASK], 10 % a random word, and 10 % stay (BERT, section 3.1)."""
        kind = torch.rand(chosen.shape, device=ids.device)
        strangers = torch.randint(FIRST_PIECE, len(self.weights), chosen.shape, device=ids.device)
        seen = torch.where(kind < 0.8, MASK, torch.where(kind < 0.9, strangers, ids.gather(1, chosen)))
        return ids.scatter(1, chosen, seen)

    def _units(self, ids: Tensor) -> Tensor:
        """[batch, length]: the number, within its row, of the run of linked tokens that a token belongs to."""
        codes = ids[:, :-1] * len(self.weights) + ids[:, 1:]
        places = torch.searchsorted(self.links, codes).clamp(max=len(self.links) - 1)
        apart = self.links[places] != codes
        return torch.cat([torch.zeros_like(ids[:, :1]), apart.long().cumsum(1)], dim=1)
