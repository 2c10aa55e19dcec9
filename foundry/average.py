"""
The mean of encoders that began as the same one: `python -m foundry.average --encoders DIR DIR... --out DIR`.

What two of them have learned in different ways is often worth more halfway between them (Wortsman et al. 2022, "Model
soups" and "Robust fine-tuning of zero-shot models").
"""

import argparse
from pathlib import Path

import torch

from .encoder import Encoder, copy_tokenizer, load, save


@torch.no_grad()
def mean(encoders: list[Encoder]) -> Encoder:
    """In the first of them, which is changed."""
    for parameters in zip(*(encoder.parameters() for encoder in encoders), strict=True):
        parameters[0].copy_(torch.stack(parameters).mean(0))
    return encoders[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", type=Path, nargs="+", required=True, help="checkpoints with one tokenizer and shape")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    arguments = parser.parse_args()
    first, *others = arguments.encoders
    for other in others:
        if (other / "tokenizer.json").read_bytes() != (first / "tokenizer.json").read_bytes():
            raise SystemExit(f"{other} has another tokenizer than {first}: what their weights stand for differs")
    arguments.out.mkdir(parents=True, exist_ok=True)
    copy_tokenizer(first, arguments.out)
    save(mean([load(folder) for folder in arguments.encoders]), arguments.out)


if __name__ == "__main__":
    main()
