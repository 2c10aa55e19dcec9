"""An encoder with a head for labels, as `moodtape train base` has it: a linear map of the mean over the tokens."""

from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor, nn

from .encoder import Encoder, Shape, load, save
from .labelled import LABELS
from .pieces import PAD


def token_rows(texts: list[str], checkpoint: Path, length: int) -> np.ndarray:
    """[n, length] as the checkpoint's tokenizer has it, padded."""
    positions = Shape.read(checkpoint).max_position_embeddings
    if length > positions:
        raise SystemExit(f"{checkpoint} has {positions} positions, fewer than --length {length}")
    reader = Tokenizer.from_file(str(checkpoint / "tokenizer.json"))
    reader.enable_truncation(length)
    reader.enable_padding(length=length, pad_id=PAD)
    return np.array([code.ids for code in reader.encode_batch_fast(texts)], np.uint16)


class Classifier(nn.Module):
    def __init__(self, encoder: Encoder):
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.shape.hidden_size, len(LABELS))

    def forward(self, ids: Tensor) -> Tensor:
        """[batch, length] → logits [batch, labels]"""
        words = ids != PAD
        positions = torch.arange(ids.shape[1], device=ids.device).expand_as(ids)
        states = self.encoder.bert(ids, positions, words)
        mean = (states * words.unsqueeze(-1)).sum(1) / words.sum(1, keepdim=True)
        return self.head(self.dropout(mean))


def load_classifier(folder: Path) -> Classifier:
    classifier = Classifier(load(folder))
    classifier.head.load_state_dict(load_file(folder / "head.safetensors"))
    return classifier


def save_classifier(classifier: Classifier, folder: Path) -> None:
    save(classifier.encoder, folder)
    save_file({name: t.detach().cpu() for name, t in classifier.head.state_dict().items()}, folder / "head.safetensors")
