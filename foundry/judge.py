"""
What a teacher thinks of texts, as `moodtape backfill` says it: `python -m foundry.judge --teacher DIR --texts CSV... --out NDJSON`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from .blocks import words_of
from .classifier import Classifier, load_classifier, token_rows
from .labelled import LABELS, read_rows
from .learning import device

BATCH = 256


@torch.inference_mode()
def probabilities(classifier: Classifier, rows: np.ndarray) -> np.ndarray:
    """Token rows [n, length] → [n, labels], float32; the shortest texts first, none padded for longer ones of other batches."""
    classifier.eval().to(device())
    words = words_of(rows)
    order = np.argsort(words, kind="stable")
    judged = np.empty((len(rows), len(LABELS)), np.float32)
    for start in range(0, len(rows), BATCH):
        chosen = order[start : start + BATCH]
        ids = torch.from_numpy(rows[chosen, : words[chosen[-1]]].astype(np.int64)).to(device())
        with torch.autocast(device().type, torch.bfloat16):
            logits = classifier(ids)
        judged[chosen] = logits.float().softmax(-1).cpu().numpy()
    return judged


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True, help="what foundry.fine_tune wrote")
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="CSV with id and text")
    parser.add_argument("--length", type=int, default=256, help="tokens of a text that are read: as many as the teacher has learned from")
    parser.add_argument("--out", type=Path, required=True, help="NDJSON for foundry.distil")
    arguments = parser.parse_args()
    texts = read_rows(arguments.texts)
    rows = token_rows([row["text"] for row in texts], arguments.teacher, arguments.length)
    with arguments.out.open("w", encoding="utf-8") as lines:
        for row, judged in zip(texts, probabilities(load_classifier(arguments.teacher), rows), strict=True):
            print(json.dumps({"id": row["id"], "probabilities": [round(float(p), 6) for p in judged]}), file=lines)


if __name__ == "__main__":
    main()
