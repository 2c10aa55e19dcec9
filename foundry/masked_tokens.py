"""Masked tokens (BERT, Devlin et al. 2019, section 3.1): tell what stood where tokens are hidden."""

import torch
import torch.nn.functional as F
from torch import Tensor

from .encoder import Encoder
from .learning import Objective
from .masking import Masking


def positions_of(ids: Tensor, longest: int) -> Tensor:
    """Every other row starts at a random position, so that all positions learn from short blocks."""
    batch, length = ids.shape
    offsets = torch.randint(0, longest - length + 1, (batch, 1), device=ids.device)
    offsets[::2] = 0
    return torch.arange(length, device=ids.device) + offsets


def at(states: Tensor, chosen: Tensor) -> Tensor:
    """[batch, length, hidden] at [batch, chosen] → [batch, chosen, hidden]"""
    return states.gather(1, chosen.unsqueeze(-1).expand(-1, -1, states.shape[-1]))


class MaskedTokens(Objective):
    def __init__(self, encoder: Encoder, masking: Masking):
        super().__init__()
        self.encoder, self.masking = encoder, masking

    def draw(self, ids: Tensor) -> tuple[Tensor, ...]:
        chosen = self.masking.choose(ids)
        return positions_of(ids, self.encoder.shape.max_position_embeddings), chosen, self.masking.hide(ids, chosen)

    def forward(self, ids: Tensor, positions: Tensor, chosen: Tensor, seen: Tensor) -> Tensor:
        logits = self.encoder.token_logits(at(self.encoder.bert(seen, positions), chosen))
        return F.cross_entropy(logits.float().flatten(0, 1), ids.gather(1, chosen).flatten())
