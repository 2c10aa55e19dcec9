"""
A BERT that is at hand only as an ONNX export, as a checkpoint: `python -m foundry.from_onnx --onnx FILE --tokenizer FILE --out DIR`.

For teachers: exporters turn linear maps round and take their names away, but leave them to the nodes that multiply.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper

from .encoder import Shape, save_bert

EPS = 1e-12
"""BERT's; an export has it as a constant somewhere."""


def weights(model: onnx.ModelProto) -> dict[str, np.ndarray]:
    """By the names of a BertModel, linear maps as [out, in]."""
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    named = {name: tensor for name, tensor in stored.items() if name.startswith(("embeddings.", "encoder."))}
    multiplied = {
        f"{node.name.strip('/').removesuffix('/MatMul').replace('/', '.')}.weight": stored[node.input[1]]
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1] in stored
    }
    return {name: numpy_helper.to_array(tensor) for name, tensor in named.items()} | {
        name: numpy_helper.to_array(tensor).T for name, tensor in multiplied.items()
    }


def shape_of(weights: dict[str, np.ndarray], heads: int) -> Shape:
    words, hidden = weights["embeddings.word_embeddings.weight"].shape
    layers = sum(name.endswith("intermediate.dense.weight") for name in weights)
    return Shape(
        vocab_size=words,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.weight"]),
        max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
        layer_norm_eps=EPS,
    )


def in_lower_case(tokenizer: dict) -> dict:
    """A WordPiece tokenizer that knows no capitals lowers them: exports forget it at times, and such words are unknown."""
    if not any(word.isalpha() and word != word.lower() for word in tokenizer["model"]["vocab"]):
        tokenizer["normalizer"]["lowercase"] = True
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--onnx", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--heads", type=int, default=8, help="attention heads, which an export does not name")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint")
    arguments = parser.parse_args()
    found = weights(onnx.load(arguments.onnx))
    tensors = {name: torch.from_numpy(tensor.copy()) for name, tensor in found.items()}
    save_bert(tensors, shape_of(found, arguments.heads), arguments.out)
    tokenizer = in_lower_case(json.loads(arguments.tokenizer.read_text("utf-8")))
    (arguments.out / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False) + "\n", "utf-8")
    (arguments.out / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "BertTokenizer"}) + "\n", "utf-8")


if __name__ == "__main__":
    main()
