"""
How many labelled texts judges have right, each of them and all together: `python -m foundry.panel --scores NDJSON... --labelled CSV...`.
"""

import argparse
from pathlib import Path

import numpy as np

from .distil import mean_scores
from .labelled import LABELS, read_scores, read_texts


def right(scores: dict[str, np.ndarray], labels: dict[str, str]) -> int:
    """Texts whose label has the highest score."""
    return sum(LABELS[int(np.argmax(scores[id]))] == label for id, label in labels.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", type=Path, nargs="+", required=True, help="NDJSON of each judge")
    parser.add_argument("--labelled", type=Path, nargs="+", required=True, help="CSV with id and label, which all of them judged")
    arguments = parser.parse_args()
    files = {file.stem: {text.id: text.label for text in read_texts([file])} for file in arguments.labelled}
    print("| |", *(f"{name} |" for name in files), "right |")
    of_judges = [read_scores(file) for file in arguments.scores]
    judges = [(file.stem, [judged]) for file, judged in zip(arguments.scores, of_judges, strict=True)]
    for name, judged_by in [*judges, ("their mean", of_judges)]:
        scores = mean_scores(judged_by)
        found = [right(scores, labels) for labels in files.values()]
        shares = (f"{100 * n / len(labels):.1f} |" for n, labels in zip(found, files.values(), strict=True))
        print(f"| {name} |", *shares, f"{sum(found)} |")


if __name__ == "__main__":
    main()
