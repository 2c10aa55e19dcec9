import json

import numpy as np
import torch

from foundry.blocks import ByLength
from foundry.classifier import Classifier, load_classifier, save_classifier, token_rows
from foundry.distil import SoftLabels, mean_scores
from foundry.encoder import load
from foundry.judge import probabilities
from foundry.labelled import read_scores
from foundry.learning import Learning, Settings
from foundry.panel import right

from .tiny import InFolder, checkpoint, texts


class DistilTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.start = checkpoint(self.folder / "start")
        self.rows = token_rows(texts()[:64], self.start, 128)

    def test_no_more_tokens_are_read_than_the_encoder_has_positions(self) -> None:
        self.assertRaises(SystemExit, token_rows, ["涨停"], self.start, 129)

    def test_padding_changes_nothing(self) -> None:
        classifier = Classifier(load(self.start)).eval()
        ids = torch.from_numpy(self.rows[:1].astype("int64"))
        torch.testing.assert_close(classifier(ids), classifier(ids[:, : int((ids != 0).sum())]))

    def test_a_classifier_comes_back_from_its_folder(self) -> None:
        classifier = Classifier(load(self.start)).eval()
        save_classifier(classifier, self.start)
        ids = torch.from_numpy(self.rows[:4].astype("int64"))
        torch.testing.assert_close(load_classifier(self.start).eval()(ids), classifier(ids))

    def test_the_student_comes_nearer_to_its_teacher(self) -> None:
        student, teacher = Classifier(load(self.start)), Classifier(load(self.start))
        torch.nn.init.normal_(teacher.head.weight, std=2.0)
        objective = SoftLabels(student)
        batches = ByLength(self.rows, probabilities(teacher, self.rows), size=32, seed=1)
        before = objective(*batches(0)).item()
        learning = Learning(objective, Settings(steps=30, learning_rate=1e-2, warmup=1), self.folder / "out", {})
        learning.learn(batches, minutes=10)
        self.assertLess(objective(*batches(0)).item(), before)

    def test_a_teacher_judges_each_text_as_it_would_alone(self) -> None:
        torch.manual_seed(1)
        teacher = Classifier(load(self.start))
        torch.nn.init.normal_(teacher.head.weight, std=2.0)
        together = probabilities(teacher, self.rows)
        alone = np.concatenate([probabilities(teacher, row[None]) for row in self.rows])
        np.testing.assert_allclose(together, alone, atol=0.01)
        self.assertGreater(together.std(0).max(), 0.05)

    def test_judges_are_averaged_where_all_of_them_know_the_text(self) -> None:
        judges = []
        for scores in ({"a": [1, 0, 0], "b": [0, 0, 1]}, {"b": [0.5, 0.5, 0], "c": [0, 1, 0]}):
            file = self.folder / "judge.ndjson"
            lines = (json.dumps({"id": id, "probabilities": of_text}) for id, of_text in scores.items())
            file.write_text("\n".join(lines) + "\n", "utf-8")
            judges.append(read_scores(file))
        self.assertEqual({id: mean.tolist() for id, mean in mean_scores(judges).items()}, {"b": [0.25, 0.25, 0.5]})

    def test_a_judge_is_right_where_the_label_has_the_highest_score(self) -> None:
        scores = {"a": np.array([0.2, 0.5, 0.3]), "b": np.array([0.6, 0.3, 0.1]), "c": np.array([0.0, 0.0, 1.0])}
        self.assertEqual(right(scores, {"a": "中性", "b": "利好", "c": "利好"}), 2)
