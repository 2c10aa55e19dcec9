"""
Pre-trains an encoder, a new one or one that has learned: `python -m foundry.pretrain --from CHECKPOINT --blocks DIR --out DIR`.

Stops after --minutes, or when killed, and goes on from --out when started again. Works on a GPU where there is one.
"""

import argparse
from pathlib import Path

import torch

from .blocks import Shuffled, read_blocks
from .encoder import copy_tokenizer, load, save
from .learning import Learning, Settings
from .masked_tokens import MaskedTokens
from .masking import Masking
from .replaced_tokens import ReplacedTokens

OBJECTIVES = {"masked": MaskedTokens, "replaced": ReplacedTokens}


def arguments_of() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", type=Path, required=True, help="a checkpoint, or what foundry.new wrote")
    parser.add_argument("--blocks", type=Path, required=True, help="what foundry.corpus wrote with its tokenizer")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and for the state to go on from")
    parser.add_argument("--minutes", type=float, default=10_000, help="stop after so long")
    parser.add_argument("--objective", choices=OBJECTIVES, default="masked")
    parser.add_argument("--collocations", type=Path, help="what foundry.collocations wrote: hidden together")
    parser.add_argument("--sentiment", type=Path, help="what foundry.sentiment wrote: hidden more often")
    parser.add_argument("--tokens", type=float, default=24.6e6, help="tokens to learn from in all")
    parser.add_argument("--batch", type=int, default=64, help="blocks a step")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="the highest one")
    parser.add_argument("--warmup", type=int, default=200, help="steps until the highest learning rate")
    parser.add_argument("--section", type=int, default=100, help="steps after which the state is kept")
    parser.add_argument("--seed", type=int, default=13, help="another one for a second run over the same blocks")
    return parser.parse_args()


def main() -> None:
    arguments = arguments_of()
    rows = read_blocks(arguments.blocks)
    torch.manual_seed(arguments.seed)  # the heads that the checkpoint does not have begin by chance
    encoder = load(arguments.start)
    masking = Masking(arguments.start / "tokenizer.json", arguments.sentiment, arguments.collocations)
    settings = Settings(
        steps=round(arguments.tokens / (arguments.batch * rows.shape[1])),
        learning_rate=arguments.learning_rate,
        warmup=arguments.warmup,
        seed=arguments.seed,
        section=arguments.section,
    )
    recipe = {
        "objective": arguments.objective,
        "blocks": list(rows.shape),
        "batch": arguments.batch,
        "collocations": arguments.collocations and arguments.collocations.name,
        "sentiment": arguments.sentiment and arguments.sentiment.name,
    }
    learning = Learning(OBJECTIVES[arguments.objective](encoder, masking), settings, arguments.out, recipe)
    done = learning.learn(Shuffled(rows, size=arguments.batch, seed=arguments.seed), arguments.minutes)
    copy_tokenizer(arguments.start, arguments.out)
    save(encoder, arguments.out)
    print(f"{arguments.out}: {'done' if done else 'say the same again to go on'}")


if __name__ == "__main__":
    main()
