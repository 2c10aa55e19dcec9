"""
The mean of encoders that began as the same one: `python -m foundry.average --encoders DIR DIR... --out DIR`.

What two of them have learned in different ways is often worth more halfway between them (Wortsman et al. 2022, "Model
soups" and "Robust fine-tuning of zero-shot models"). Token heads are left out: not every checkpoint has one.
"""

import argparse
from pathlib import Path

import torch
from torch import Tensor

from .encoder import Bert, Shape, copy_tokenizer, load, save_bert


def mean(encoders: list[Bert]) -> dict[str, Tensor]:
    """Weights by name, float16."""
    of_encoders = [encoder.state_dict() for encoder in encoders]
    return {name: torch.stack([weights[name] for weights in of_encoders]).mean(0).half() for name in of_encoders[0]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoders", type=Path, nargs="+", required=True, help="checkpoints with one tokenizer and shape")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    arguments = parser.parse_args()
    first, *others = arguments.encoders
    for other in others:
        if (other / "tokenizer.json").read_bytes() != (first / "tokenizer.json").read_bytes():
            raise SystemExit(f"{other} has another tokenizer than {first}: what their weights stand for differs")
    save_bert(mean([load(folder).bert for folder in arguments.encoders]), Shape.read(first), arguments.out)
    copy_tokenizer(first, arguments.out)


if __name__ == "__main__":
    main()
