"""
Neighbouring pieces that belong together: `python -m foundry.collocations --blocks DIR --tokenizer FILE --out FILE`.

Where both halves of a name stand, guessing one from the other teaches nothing, so they are hidden together. Which
neighbours these are, their pointwise mutual information says (PMI-Masking, Levine et al. 2021, section 3; pairs only).
"""

import argparse
from pathlib import Path

import numpy as np

from .blocks import read_blocks
from .pieces import is_chinese, pieces_of

FEWEST = 20
"""A pair that stands more rarely says nothing."""
LEAST = 3.0
"""Nats of pointwise mutual information."""


def collocations(rows: np.ndarray, pieces: list[str], least: float = LEAST) -> np.ndarray:
    """[n, length] → sorted codes first·vocabulary + second of the pairs that belong together."""
    ids = rows.astype(np.int64)
    words = np.array([is_chinese(piece) for piece in pieces])
    first, second = ids[:, :-1].ravel(), ids[:, 1:].ravel()
    both = words[first] & words[second]
    codes, counts = np.unique(first[both] * len(pieces) + second[both], return_counts=True)
    share = np.bincount(ids.ravel(), minlength=len(pieces)) / ids.size
    expected = share[codes // len(pieces)] * share[codes % len(pieces)] * first.size
    return codes[(counts >= FEWEST) & (np.log(counts / expected) >= least)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--blocks", type=Path, required=True, help="what foundry.corpus wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="file.npy")
    arguments = parser.parse_args()
    pieces = pieces_of(arguments.tokenizer)
    pairs = collocations(read_blocks(arguments.blocks), pieces)
    np.save(arguments.out, pairs)
    shown = [pieces[code // len(pieces)] + "|" + pieces[code % len(pieces)] for code in pairs[:: max(1, len(pairs) // 12)]]
    print(f"{len(pairs)} pairs, such as {' '.join(shown)}")


if __name__ == "__main__":
    main()
