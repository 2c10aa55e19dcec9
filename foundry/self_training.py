"""
Texts that a model is sure of, as training texts of their own (self-training; the choice as in Noisy Student, Xie et al.
2020, section 2: the surest of each label, as many of each):

    moodtape backfill unlabelled.csv --model runs/base --out scores.ndjson
    python -m foundry.self_training --texts unlabelled.csv --scores scores.ndjson --leave-out *_test.csv ... --out self.csv
    moodtape train base --train train.csv self.csv --source-weight self=0.3 ...
"""

import argparse
from dataclasses import astuple
from pathlib import Path

from .held_out import HeldOut
from .labelled import LABELS, Text, read_csv, read_scores, write_csv

SOURCE = "self"


def sure_texts(rows: list[dict[str, str]], scores: dict[str, dict], held_out: HeldOut, confidence: float) -> list[Text]:
    """The surest texts of each label, in the order of `rows`, as many of each as the rarest has."""
    known = {row["id"]: scores[row["id"]] for row in rows if row["id"] in scores and not held_out.holds(row["text"])}
    by_label = {
        label: sorted(
            (id for id, score in known.items() if score["label"] == label and score["confidence"] >= confidence),
            key=lambda id: (-known[id]["confidence"], id),
        )
        for label in LABELS
    }
    fewest = min(map(len, by_label.values()))
    kept = {id for ids in by_label.values() for id in ids[:fewest]}
    return [
        Text(f"{SOURCE}-{row['id']}", row["text"], known[row["id"]]["label"], row["domain"], SOURCE)
        for row in rows
        if row["id"] in kept
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, help="CSV with id, text and domain")
    parser.add_argument("--scores", type=Path, required=True, help="NDJSON that moodtape backfill wrote of it")
    parser.add_argument(
        "--leave-out", type=Path, nargs="+", required=True, help="all files of test, valid and labelled train texts"
    )
    parser.add_argument("--confidence", type=float, default=0.9, help="the least")
    parser.add_argument("--out", type=Path, required=True, help="CSV for moodtape train")
    arguments = parser.parse_args()
    rows = read_csv(arguments.texts)
    scores = read_scores(arguments.scores)
    texts = sure_texts(rows, scores, HeldOut(arguments.leave_out), arguments.confidence)
    write_csv(arguments.out, Text.__dataclass_fields__, map(astuple, texts))
    print(f"{len(texts)} of {len(rows)} texts, {len(texts) // len(LABELS)} of each label")


if __name__ == "__main__":
    main()
