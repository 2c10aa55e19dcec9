"""
The encoder of a bundle as a checkpoint, to go on from: `python -m foundry.from_bundle --bundle models/default --out DIR`.

The way back of `moodtape import` (src/model/checkpoint.ts). Experts and head stay behind.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from .encoder import Shape, copy_tokenizer, save_bert

MODULES = {
    "attention.query": "attention.self.query",
    "attention.key": "attention.self.key",
    "attention.value": "attention.self.value",
    "attention.output": "attention.output.dense",
    "attention.norm": "attention.output.LayerNorm",
    "ffn.up": "intermediate.dense",
    "ffn.down": "output.dense",
    "ffn.norm": "output.LayerNorm",
}


def shape_of(bundle: Path) -> Shape:
    encoder = json.loads((bundle / "model.json").read_text("utf-8"))["spec"]["encoder"]
    return Shape(
        vocab_size=encoder["vocabulary"],
        hidden_size=encoder["hidden"],
        num_hidden_layers=encoder["layers"],
        num_attention_heads=encoder["heads"],
        intermediate_size=encoder["intermediate"],
        max_position_embeddings=encoder["positions"],
        layer_norm_eps=encoder["layerNormEps"],
    )


def weights(bundle: Path, shape: Shape) -> dict[str, Tensor]:
    """By the names of a BertModel; `moodtape import` has added the one type of tokens to the positions."""
    tensors = load_file(bundle / "weights.safetensors")
    found = {
        "embeddings.word_embeddings.weight": tensors["embeddings.word"],
        "embeddings.position_embeddings.weight": tensors["embeddings.position"],
        "embeddings.token_type_embeddings.weight": torch.zeros(2, shape.hidden_size, dtype=torch.float16),
    }
    modules = {"embeddings.norm": "embeddings.LayerNorm"} | {
        f"layer.{layer}.{ours}": f"encoder.layer.{layer}.{theirs}"
        for layer in range(shape.num_hidden_layers)
        for ours, theirs in MODULES.items()
    }
    for ours, theirs in modules.items():
        gain, weight = tensors.get(f"{ours}.gain"), tensors.get(f"{ours}.weight")
        found[f"{theirs}.weight"] = weight.T.contiguous() if gain is None else gain
        found[f"{theirs}.bias"] = tensors[f"{ours}.bias"]
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="one without feed-forward experts")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    arguments = parser.parse_args()
    shape = shape_of(arguments.bundle)
    save_bert(weights(arguments.bundle, shape), shape, arguments.out)
    copy_tokenizer(arguments.bundle, arguments.out)


if __name__ == "__main__":
    main()
