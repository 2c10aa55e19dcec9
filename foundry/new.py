"""An encoder that has learned nothing: `python -m foundry.new --tokenizer DIR --layers 6 --hidden 384 --heads 6 --out DIR`."""

import argparse
from pathlib import Path

import torch

from .encoder import Encoder, Shape, copy_tokenizer, save
from .pieces import pieces_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokenizer", type=Path, required=True, help="what foundry.tokenizer wrote, or a checkpoint")
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--hidden", type=int, default=256)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--ffn", type=int, help="width of the feed-forward networks (default: four times hidden)")
    parser.add_argument("--positions", type=int, default=256)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    arguments = parser.parse_args()
    if arguments.hidden % arguments.heads != 0:
        parser.error(f"{arguments.heads} heads do not divide a width of {arguments.hidden}")
    shape = Shape(
        vocab_size=len(pieces_of(arguments.tokenizer / "tokenizer.json")),
        hidden_size=arguments.hidden,
        num_hidden_layers=arguments.layers,
        num_attention_heads=arguments.heads,
        intermediate_size=arguments.ffn or 4 * arguments.hidden,
        max_position_embeddings=arguments.positions,
        layer_norm_eps=1e-12,
    )
    torch.manual_seed(arguments.seed)
    encoder = Encoder(shape)
    arguments.out.mkdir(parents=True, exist_ok=True)
    copy_tokenizer(arguments.tokenizer, arguments.out)
    save(encoder, arguments.out)
    print(f"{arguments.out}: {sum(p.numel() for p in encoder.bert.parameters()) / 1e6:.1f} M parameters")


if __name__ == "__main__":
    main()
