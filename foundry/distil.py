"""
What judges think of texts into a small encoder: `python -m foundry.distil --scores NDJSON... --texts CSV --from ENCODER --out DIR`.

The student learns the mean of the judges' probabilities (Hinton et al. 2015, sections 2 and 3) of texts that need no
label. Judges may have any size and tokenizer: `foundry.judge` writes what a teacher thinks, `moodtape backfill` what a
model does. The student's encoder is kept, and `moodtape train` puts a head on it and learns from the labels.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import epochs
from .blocks import ByLength
from .classifier import Classifier, token_rows
from .encoder import copy_tokenizer, load, save
from .labelled import read_csv, read_scores
from .learning import Objective


class SoftLabels(Objective):
    """Cross-entropy of the student's probabilities against the judges'."""

    def __init__(self, student: Classifier):
        super().__init__()
        self.student = student

    def forward(self, ids: Tensor, judged: Tensor) -> Tensor:
        return F.cross_entropy(self.student(ids).float(), judged)


def mean_scores(of_judges: list[dict[str, dict]]) -> dict[str, np.ndarray]:
    """The mean of the judges' probabilities by the text's id, of those that every judge knows."""
    known = set.intersection(*map(set, of_judges))
    return {id: np.mean([of_judge[id]["probabilities"] for of_judge in of_judges], axis=0, dtype=np.float32) for id in known}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="NDJSON of each judge")
    parser.add_argument("--texts", type=Path, required=True, help="CSV with id and text, which they judged")
    parser.add_argument("--from", dest="start", type=Path, required=True, help="checkpoint of the student")
    epochs.add_arguments(parser, epochs=4, batch=64, learning_rate=3e-4, out="folder for the student's checkpoint")
    arguments = parser.parse_args()
    scores = mean_scores([read_scores(file) for file in arguments.scores])
    texts = [row for row in read_csv(arguments.texts) if row["id"] in scores]
    torch.manual_seed(arguments.seed)
    student = Classifier(load(arguments.start))
    batches = ByLength(
        token_rows([row["text"] for row in texts], arguments.start, arguments.length),
        np.array([scores[row["id"]] for row in texts]),
        size=arguments.batch,
        seed=arguments.seed,
    )
    recipe = {"objective": "soft labels", "texts": len(texts), "judges": len(arguments.scores)}
    done = epochs.learn(SoftLabels(student), batches, arguments, recipe)
    copy_tokenizer(arguments.start, arguments.out)
    save(student.encoder, arguments.out)
    print(f"{arguments.out}: {'done' if done else 'say the same again to go on'}")


if __name__ == "__main__":
    main()
