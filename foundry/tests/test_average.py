import sys
from unittest import mock

import torch

from foundry import average
from foundry.encoder import load, save

from .tiny import InFolder, checkpoint


class AverageTest(InFolder):
    def average(self, *names: str) -> None:
        folders = [str(self.folder / name) for name in names]
        with mock.patch.object(sys, "argv", ["average", "--encoders", *folders, "--out", str(self.folder / "mean")]):
            average.main()

    def test_each_weight_lies_halfway(self) -> None:
        start, moved = load(checkpoint(self.folder / "a")), load(checkpoint(self.folder / "b"))
        with torch.no_grad():
            for parameter in moved.parameters():
                parameter.add_(1.0)
        save(moved, self.folder / "b")
        self.average("a", "b")
        for parameter, before in zip(load(self.folder / "mean").bert.parameters(), start.bert.parameters(), strict=True):
            torch.testing.assert_close(parameter, before + 0.5, atol=1e-3, rtol=0)  # float16, as they are kept

    def test_another_tokenizer_is_refused(self) -> None:
        checkpoint(self.folder / "a")
        tokenizer = checkpoint(self.folder / "b") / "tokenizer.json"
        tokenizer.write_text(tokenizer.read_text("utf-8") + "\n", "utf-8")
        with self.assertRaises(SystemExit):
            self.average("a", "b")
