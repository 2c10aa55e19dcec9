"""
Replaced tokens (ELECTRA, Clark et al. 2020, section 2): a small generator fills the hidden places, and the encoder tells
for every token whether it is the one that stood there.

The generator shares the embeddings, as theirs does, but is shallower instead of narrower (section 3.2), so that it can
start from the encoder's lowest layers and its token head. The token head of what is saved is the generator's.
"""

import copy

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .encoder import Encoder
from .learning import Objective
from .masked_tokens import at, positions_of
from .masking import Masking
from .pieces import MASK

DETECTION_WEIGHT = 50.0
"""λ of the paper (appendix A)."""


class Detector(nn.Module):
    """Logits of being replaced: [batch, length, hidden] → [batch, length]"""

    def __init__(self, hidden: int):
        super().__init__()
        self.dense, self.out = nn.Linear(hidden, hidden), nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(F.gelu(self.dense(x))).squeeze(-1)


class ReplacedTokens(Objective):
    def __init__(self, encoder: Encoder, masking: Masking):
        super().__init__()
        self.encoder, self.masking = encoder, masking
        layers = encoder.bert.encoder["layer"]
        self.generator = copy.deepcopy(nn.Sequential(*layers[: max(1, len(layers) // 4)]))
        self.detector = Detector(encoder.shape.hidden_size)

    def draw(self, ids: Tensor) -> tuple[Tensor, ...]:
        chosen = self.masking.choose(ids)
        luck = torch.rand(chosen.shape, device=ids.device)
        return positions_of(ids, self.encoder.shape.max_position_embeddings), chosen, luck

    def forward(self, ids: Tensor, positions: Tensor, chosen: Tensor, luck: Tensor) -> Tensor:
        guessing, filled = self.fill(ids, positions, chosen, luck)
        replaced = self.detector(self.encoder.bert(filled, positions)).float()
        detection = F.binary_cross_entropy_with_logits(replaced, (filled != ids).float())
        return guessing + DETECTION_WEIGHT * detection

    def fill(self, ids: Tensor, positions: Tensor, chosen: Tensor, luck: Tensor) -> tuple[Tensor, Tensor]:
        """The generator's own loss, and the ids with tokens drawn from its distribution at the chosen places."""
        hidden = ids.scatter(1, chosen, MASK)
        states = self.generator(self.encoder.bert.embeddings(hidden, positions))
        logits = self.encoder.token_logits(at(states, chosen)).float()
        loss = F.cross_entropy(logits.flatten(0, 1), ids.gather(1, chosen).flatten())
        below = logits.detach().softmax(-1).cumsum(-1) < luck.unsqueeze(-1)
        drawn = below.sum(-1).clamp(max=logits.shape[-1] - 1)
        return loss, ids.scatter(1, chosen, drawn)
