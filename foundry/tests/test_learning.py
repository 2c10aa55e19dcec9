import json

import torch

from foundry import state
from foundry.blocks import Shuffled
from foundry.encoder import load
from foundry.learning import Learning, Settings
from foundry.masked_tokens import MaskedTokens
from foundry.masking import Masking
from foundry.replaced_tokens import ReplacedTokens

from .tiny import InFolder, block_rows, checkpoint

SETTINGS = Settings(steps=6, learning_rate=1e-3, warmup=2, section=2)


class Killed(Exception):
    pass


class LearningTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.start = checkpoint(self.folder / "start")
        self.batches = Shuffled(block_rows(), size=8, seed=5)

    def learning(self, name: str, objective: type = MaskedTokens, settings: Settings = SETTINGS) -> Learning:
        masking = Masking(self.start / "tokenizer.json")
        torch.manual_seed(1)
        return Learning(objective(load(self.start), masking), settings, self.folder / name, {})

    def test_a_killed_run_that_goes_on_comes_to_the_same_weights(self) -> None:
        def killing(step: int) -> tuple[torch.Tensor, ...]:
            if step == 3:
                raise Killed
            return self.batches(step)

        for objective in (MaskedTokens, ReplacedTokens):
            whole = self.learning(f"{objective.__name__}-whole", objective)
            self.assertTrue(whole.learn(self.batches, minutes=10))
            broken = f"{objective.__name__}-broken"
            self.assertRaises(Killed, self.learning(broken, objective).learn, killing, minutes=10)
            again = self.learning(broken, objective)
            self.assertEqual(again.step, 2)
            again.learn(self.batches, minutes=10)
            for name, parameter in whole.learned.items():
                self.assertTrue(torch.equal(parameter, again.learned[name]), name)

    def test_without_time_it_does_nothing_and_is_not_done(self) -> None:
        learning = self.learning("late")
        self.assertFalse(learning.learn(self.batches, minutes=0))
        self.assertEqual(learning.step, 0)

    def test_goes_on_with_the_same_settings_only(self) -> None:
        self.learning("run").learn(self.batches, minutes=10)
        other = Settings(steps=6, learning_rate=2e-3, warmup=2, section=2)
        self.assertRaises(SystemExit, self.learning, "run", MaskedTokens, other)

    def test_a_state_comes_back_from_small_parts(self) -> None:
        state.keep(self.folder, {"step": 1}, {"old": torch.zeros(3)})
        tensor = torch.rand(3 * state.PART_BYTES // 8)
        state.keep(self.folder, {"step": 2}, {"weights": tensor})
        head, tensors = state.resume(self.folder)
        self.assertEqual(head["step"], 2)
        self.assertTrue(torch.equal(tensors["weights"], tensor))
        parts = sorted(file.name for file in self.folder.glob("state-*"))
        self.assertEqual(parts, json.loads((self.folder / "state.json").read_text("utf-8"))["parts"])
        self.assertTrue(all((self.folder / part).stat().st_size <= 16e6 for part in parts))
