"""Small parts to test with: the demo's texts, a tokenizer and an encoder of them."""

import re
import tempfile
import unittest
from functools import cache
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from foundry import tokenizer as tokenizers
from foundry.corpus import blocks, stream
from foundry.encoder import Encoder, Shape, save

ROOT = Path(__file__).parents[2]


@cache
def texts() -> list[str]:
    """Of the demo's feed, without its broken records."""
    feeds = [(ROOT / f"demo/feed/{name}.ndjson").read_text("utf-8", "ignore") for name in ("forum", "news")]
    return re.findall(r'"text": "([^"\\]+)"', "".join(feeds))


@cache
def trained_tokenizer() -> Tokenizer:
    return tokenizers.train(iter(texts()), 1_200)


def block_rows(length: int = 32) -> np.ndarray:
    reader = trained_tokenizer()
    return blocks(np.concatenate(list(stream(texts(), reader, 1.0))), reader.token_to_id("[CLS]"), length)


def checkpoint(folder: Path) -> Path:
    """A new encoder of two layers of 16."""
    tokenizers.save(trained_tokenizer(), folder)
    torch.manual_seed(1)
    save(Encoder(Shape(trained_tokenizer().get_vocab_size(), 16, 2, 2, 32, 128, 1e-12)), folder)
    return folder


class InFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self) -> None:
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = Path(holder.name)
