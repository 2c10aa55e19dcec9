import sys
from unittest import mock

import torch

from foundry import pretrain
from foundry.blocks import write_blocks

from .tiny import InFolder, block_rows, checkpoint


class PretrainTest(InFolder):
    def pretrain(self, name: str, seed: int) -> bytes:
        start, blocks, out = (self.folder / part for part in ("start", "blocks", name))
        settings = ["--objective", "replaced", "--batch", "8", "--tokens", str(2 * 8 * 32), "--seed", str(seed)]
        words = ["pretrain", "--from", str(start), "--blocks", str(blocks), "--out", str(out), *settings]
        with mock.patch.object(sys, "argv", words):
            pretrain.main()
        return (out / "model.safetensors").read_bytes()

    def test_the_same_command_makes_the_same_weights(self) -> None:
        """The detector of replaced tokens begins by chance: by that of the seed."""
        checkpoint(self.folder / "start")
        (self.folder / "blocks").mkdir()
        write_blocks(block_rows(), self.folder / "blocks", "demo")
        first = self.pretrain("first", seed=13)
        torch.manual_seed(99)
        self.assertEqual(self.pretrain("again", seed=13), first)
        self.assertNotEqual(self.pretrain("other", seed=14), first)
