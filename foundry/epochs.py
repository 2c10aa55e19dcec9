"""Learning in passes over texts: what a teacher and a student have in common."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from .blocks import ByLength
from .learning import Learning, Objective, Settings


def add_arguments(parser: ArgumentParser, *, epochs: int, batch: int, learning_rate: float, out: str) -> None:
    """How to learn, with the usual values, and where to; `out` says what for."""
    parser.add_argument("--epochs", type=int, default=epochs)
    parser.add_argument("--length", type=int, default=256, help="tokens of a text that are read")
    parser.add_argument("--batch", type=int, default=batch, help="texts a step")
    parser.add_argument("--learning-rate", type=float, default=learning_rate)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--minutes", type=float, default=10_000, help="stop after so long; say the same again to go on")
    parser.add_argument("--out", type=Path, required=True, help=out)


def learn(objective: Objective, batches: ByLength, arguments: Namespace, recipe: dict) -> bool:
    """Whether all passes are done; see `Learning`."""
    steps = arguments.epochs * batches.per_epoch
    settings = Settings(steps, arguments.learning_rate, warmup=max(1, steps // 20), seed=arguments.seed)
    learning = Learning(objective, settings, arguments.out, {**recipe, "batch": arguments.batch, "length": arguments.length})
    return learning.learn(batches, arguments.minutes)
