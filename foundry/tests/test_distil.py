import torch

from foundry.blocks import Shuffled
from foundry.classifier import Classifier, load_classifier, save_classifier, token_rows
from foundry.distil import SoftLabels
from foundry.encoder import load
from foundry.learning import Learning, Settings

from .tiny import InFolder, checkpoint, texts


class DistilTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.start = checkpoint(self.folder / "start")
        self.rows = token_rows(texts()[:64], self.start / "tokenizer.json")

    def test_padding_changes_nothing(self) -> None:
        classifier = Classifier(load(self.start)).eval()
        ids = torch.from_numpy(self.rows[:1].astype("int64"))
        torch.testing.assert_close(classifier(ids), classifier(ids[:, : int((ids != 0).sum())]))

    def test_a_classifier_comes_back_from_its_folder(self) -> None:
        classifier = Classifier(load(self.start)).eval()
        save_classifier(classifier, self.start)
        ids = torch.from_numpy(self.rows[:4].astype("int64"))
        torch.testing.assert_close(load_classifier(self.start).eval()(ids), classifier(ids))

    def test_the_student_comes_nearer_to_a_teacher_that_stays(self) -> None:
        student, teacher = Classifier(load(self.start)), Classifier(load(self.start))
        torch.nn.init.normal_(teacher.head.weight, std=2.0)
        head = teacher.head.weight.clone()
        objective = SoftLabels(student, teacher)
        batches = Shuffled(self.rows, self.rows, size=32, seed=1)
        before = objective(*batches(0)).item()
        learning = Learning(objective, Settings(steps=30, learning_rate=1e-2, warmup=1), self.folder / "out", {})
        self.assertFalse(any("teacher" in name for name in learning.learned))
        learning.learn(batches, minutes=10)
        self.assertLess(objective(*batches(0)).item(), before)
        self.assertTrue(torch.equal(teacher.head.weight, head))
