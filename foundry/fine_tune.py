"""
Makes a teacher: `python -m foundry.fine_tune --from ENCODER --train CSV... --valid CSV... --out DIR`.

What a user gets is fine-tuned by `moodtape train`; this is for encoders too large for it, on a GPU, to distil from.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from . import epochs
from .blocks import ByLength
from .classifier import Classifier, save_classifier, token_rows
from .encoder import copy_tokenizer, load
from .labelled import LABELS, only_for_training, read_texts
from .learning import Objective, device

SMOOTHING = 0.05


class Labels(Objective):
    """Cross-entropy with smoothed labels."""

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, ids: Tensor, labels: Tensor) -> Tensor:
        return F.cross_entropy(self.classifier(ids).float(), labels, label_smoothing=SMOOTHING)


@torch.inference_mode()
def accuracy(classifier: Classifier, rows: np.ndarray, labels: np.ndarray) -> float:
    classifier.eval()
    right = 0
    for start in range(0, len(rows), 256):
        logits = classifier(torch.from_numpy(rows[start : start + 256].astype(np.int64)).to(device()))
        right += int((logits.argmax(1).cpu().numpy() == labels[start : start + 256]).sum())
    return right / len(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", type=Path, required=True, help="a checkpoint")
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="labelled texts to learn from")
    parser.add_argument("--valid", type=Path, nargs="+", required=True, help="labelled texts to be measured on, each file for itself")
    epochs.add_arguments(parser, epochs=3, batch=32, learning_rate=1e-4, out="folder for the classifier")
    arguments = parser.parse_args()

    def read(files: list[Path]) -> tuple[np.ndarray, np.ndarray]:
        texts = read_texts(files)
        rows = token_rows([text.text for text in texts], arguments.start, arguments.length)
        return rows, np.array([LABELS.index(text.label) for text in texts])

    torch.manual_seed(arguments.seed)
    classifier = Classifier(load(arguments.start))
    batches = ByLength(*read(only_for_training(arguments.train)), size=arguments.batch, seed=arguments.seed)
    epochs.learn(Labels(classifier), batches, arguments, {"objective": "labels"})
    copy_tokenizer(arguments.start, arguments.out)
    save_classifier(classifier, arguments.out)
    for file in arguments.valid:
        print(f"{file.name}: {accuracy(classifier, *read([file])):.4f}")


if __name__ == "__main__":
    main()
