"""
Pieces that carry sentiment: `python -m foundry.sentiment --train CSV... --tokenizer FILE --out FILE`.

Those whose log odds between 利好 and 利空 differ from 0, by the z-score of Monroe, Colaresi and Quinn 2008
("Fightin' Words", eq. 15, 16, 19 and 20), with all texts as the prior.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .labelled import Text, only_for_training, read_texts
from .pieces import is_chinese

LEAST = 4.0
"""Of |z|: of 16,000 pieces, chance alone would bring forward one."""
PRIOR = 500.0
"""Pieces that the prior counts for."""


def z_scores(texts: list[Text], tokenizer: Tokenizer) -> dict[str, float]:
    """How surely a piece speaks for 利好 (above 0) or 利空 (below)."""
    counts = {label: Counter() for label in ("利好", "利空")}
    codes = tokenizer.encode_batch_fast([text.text for text in texts], add_special_tokens=False)
    for code, text in zip(codes, texts, strict=True):
        if text.label in counts:
            counts[text.label].update(set(code.ids))
    good, bad = counts["利好"], counts["利空"]
    pieces = sorted(good.keys() | bad.keys())
    up, down = (np.array([count[piece] for piece in pieces], float) for count in (good, bad))
    prior = PRIOR * (up + down) / (up + down).sum()
    odds = [np.log((n + prior) / (n.sum() + PRIOR - n - prior)) for n in (up, down)]
    z = (odds[0] - odds[1]) / np.sqrt(1 / (up + prior) + 1 / (down + prior))
    return {tokenizer.id_to_token(piece): float(score) for piece, score in zip(pieces, z, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", type=Path, nargs="+", required=True, help="labelled texts to learn from")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="file with a piece a line, the surest first")
    arguments = parser.parse_args()
    scores = z_scores(read_texts(only_for_training(arguments.train)), Tokenizer.from_file(str(arguments.tokenizer)))
    sure = [piece for piece, z in scores.items() if abs(z) >= LEAST and is_chinese(piece)]
    sure.sort(key=lambda piece: (-abs(scores[piece]), piece))
    arguments.out.write_text("\n".join(sure) + "\n", "utf-8")
    print(f"{len(sure)} pieces, such as {' '.join(sure[:12])}")


if __name__ == "__main__":
    main()
