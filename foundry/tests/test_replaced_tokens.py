import numpy as np
import torch

from foundry.encoder import load
from foundry.masking import Masking
from foundry.replaced_tokens import ReplacedTokens

from .tiny import InFolder, block_rows, checkpoint


class ReplacedTokensTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        start = checkpoint(self.folder / "start")
        self.objective = ReplacedTokens(load(start), Masking(start / "tokenizer.json"))
        self.ids = torch.from_numpy(block_rows()[:8].astype(np.int64))

    def test_gradients_flow_into_encoder_generator_and_detector(self) -> None:
        self.objective(self.ids, *self.objective.draw(self.ids)).backward()
        without = [name for name, p in self.objective.named_parameters() if p.grad is None or not p.grad.any()]
        # The bias of the keys drops out of softmax, up to rounding.
        self.assertEqual([name for name in without if "key.bias" not in name], [])

    def test_detection_teaches_the_generator_nothing(self) -> None:
        positions, chosen, luck = self.objective.draw(self.ids)
        own, _ = self.objective.fill(self.ids, positions, chosen, luck)
        weight = self.objective.generator[0].output.dense.weight
        (alone,) = torch.autograd.grad(own, weight)
        (both,) = torch.autograd.grad(self.objective(self.ids, positions, chosen, luck), weight)
        torch.testing.assert_close(both, alone)

    def test_only_chosen_places_are_filled(self) -> None:
        positions, chosen, luck = self.objective.draw(self.ids)
        _, filled = self.objective.fill(self.ids, positions, chosen, luck)
        self.assertFalse((filled != self.ids).scatter(1, chosen, False).any())
        self.assertTrue((filled != self.ids).any())
