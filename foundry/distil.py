"""
A large classifier's judgement into a small encoder: `python -m foundry.distil --teacher DIR --from ENCODER --texts FILE... --out DIR`.

The student learns the teacher's softened probabilities (Hinton et al. 2015, section 2) of texts that need no label; its
encoder is kept, and `moodtape train` puts a head on it and learns from the labels. The two may have different tokenizers.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from . import epochs
from .blocks import Shuffled
from .classifier import Classifier, load_classifier, token_rows
from .corpus import documents
from .encoder import copy_tokenizer, load, save
from .held_out import HeldOut
from .labelled import read_csv
from .learning import Objective

TEMPERATURE = 2.0


class SoftLabels(Objective):
    """Cross-entropy of the student against the teacher, both at a temperature."""

    def __init__(self, student: Classifier, teacher: Classifier):
        super().__init__()
        self.student, self.teacher = student, teacher.eval().requires_grad_(False)

    def forward(self, ids: Tensor, ids_of_teacher: Tensor) -> Tensor:
        with torch.no_grad():
            target = (self.teacher(ids_of_teacher).float() / TEMPERATURE).softmax(-1)
        return TEMPERATURE**2 * F.cross_entropy(self.student(ids).float() / TEMPERATURE, target)


def read(file: Path) -> list[str]:
    return [row["text"] for row in read_csv(file)] if file.suffix == ".csv" else documents(file)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="what foundry.fine_tune wrote")
    parser.add_argument("--from", dest="start", type=Path, required=True, help="checkpoint of the student")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="CSV with a column text, or .txt.xz")
    parser.add_argument("--leave-out", type=Path, nargs="+", required=True, help="all files of test and valid texts")
    epochs.add_arguments(parser, epochs=4, batch=64, learning_rate=3e-4, out="folder for the student's checkpoint")
    arguments = parser.parse_args()
    held_out = HeldOut(arguments.leave_out)
    texts = [text for file in arguments.texts for text in read(file) if not held_out.holds(text)]
    torch.manual_seed(arguments.seed)
    student, teacher = Classifier(load(arguments.start)), load_classifier(arguments.teacher)
    batches = Shuffled(
        token_rows(texts, arguments.start / "tokenizer.json"),
        token_rows(texts, arguments.teacher / "tokenizer.json"),
        size=arguments.batch,
        seed=arguments.seed,
    )
    recipe = {"objective": "soft labels", "texts": len(texts)}
    done = epochs.learn(SoftLabels(student, teacher), batches, arguments, recipe)
    copy_tokenizer(arguments.start, arguments.out)
    save(student.encoder, arguments.out)
    print(f"{arguments.out}: {'done' if done else 'say the same again to go on'}")


if __name__ == "__main__":
    main()
