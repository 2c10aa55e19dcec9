"""
Texts for judges: `python -m foundry.unlabelled --texts FILE... --leave-out CSV... --out CSV`.

Every text once, and none that measures: what is written may be learned from.
"""

import argparse
from pathlib import Path

import numpy as np

from .corpus import documents, name_of
from .held_out import HeldOut, plain
from .labelled import read_csv, write_csv

SHORTEST = 6
"""Characters: less says nothing."""


def read(file: Path) -> list[tuple[str, str]]:
    """Ids and texts."""
    if file.suffix == ".csv":
        return [(row["id"], row["text"]) for row in read_csv(file)]
    return [(f"{name_of(file)}-{line}", text) for line, text in enumerate(documents(file))]


def sample(texts: list[tuple[str, str]], most: int) -> list[tuple[str, str]]:
    """`most` of them by chance, the same ones always, in their order."""
    if len(texts) <= most:
        return texts
    chosen = np.random.default_rng(13).choice(len(texts), most, replace=False)
    return [texts[index] for index in sorted(chosen)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="CSV with id and text, or .txt.xz")
    parser.add_argument("--leave-out", type=Path, nargs="+", required=True, help="all files of test and valid texts")
    parser.add_argument("--most", type=int, default=40_000, help="texts of a file")
    parser.add_argument("--out", type=Path, required=True, help="CSV for moodtape backfill, foundry.judge and foundry.distil")
    arguments = parser.parse_args()
    held_out = HeldOut(arguments.leave_out)
    kept: dict[str, tuple[str, str]] = {}
    for file in arguments.texts:
        before = len(kept)
        for id, text in sample(read(file), arguments.most):
            if len(text) >= SHORTEST and not held_out.holds(text):
                kept.setdefault(plain(text), (id, text))
        print(f"{file.name}: {len(kept) - before} texts", flush=True)
    write_csv(arguments.out, ["id", "text"], kept.values())


if __name__ == "__main__":
    main()
