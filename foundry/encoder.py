"""A post-LN BERT encoder with a tied masked-token head, in Hugging Face's layout."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """The fields of a checkpoint's config.json that make the network."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    layer_norm_eps: float

    @classmethod
    def read(cls, folder: Path) -> "Shape":
        config = json.loads((folder / "config.json").read_text("utf-8"))
        return cls(**{field: config[field] for field in cls.__dataclass_fields__})

    def write(self, folder: Path) -> None:
        config = {"architectures": ["BertForMaskedLM"], "model_type": "bert", **asdict(self)}
        rest = {"hidden_act": "gelu", "type_vocab_size": 2, "pad_token_id": 0, "position_embedding_type": "absolute"}
        (folder / "config.json").write_text(json.dumps({**config, **rest}, indent=1) + "\n", "utf-8")


class SelfAttention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.num_attention_heads
        self.query, self.key, self.value = (nn.Linear(shape.hidden_size, shape.hidden_size) for _ in range(3))

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        batch, length, hidden = x.shape
        q, k, v = (
            map_(x).view(batch, length, self.heads, hidden // self.heads).transpose(1, 2)
            for map_ in (self.query, self.key, self.value)
        )
        return F.scaled_dot_product_attention(q, k, v, mask).transpose(1, 2).reshape(batch, length, hidden)


class AddAndNorm(nn.Module):
    """LayerNorm(residual + Wx + b)."""

    def __init__(self, inputs: int, shape: Shape):
        super().__init__()
        self.dense = nn.Linear(inputs, shape.hidden_size)
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, x: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(residual + self.dense(x))


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.self = SelfAttention(shape)
        self.output = AddAndNorm(shape.hidden_size, shape)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        return self.output(self.self(x, mask), x)


class Intermediate(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.dense = nn.Linear(shape.hidden_size, shape.intermediate_size)

    def forward(self, x: Tensor) -> Tensor:
        return F.gelu(self.dense(x))


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.attention = Attention(shape)
        self.intermediate = Intermediate(shape)
        self.output = AddAndNorm(shape.intermediate_size, shape)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        middle = self.attention(x, mask)
        return self.output(self.intermediate(middle), middle)


class Embeddings(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.word_embeddings = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.position_embeddings = nn.Embedding(shape.max_position_embeddings, shape.hidden_size)
        self.token_type_embeddings = nn.Embedding(2, shape.hidden_size)
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)

    def forward(self, ids: Tensor, positions: Tensor) -> Tensor:
        words = self.word_embeddings(ids) + self.token_type_embeddings.weight[0]
        return self.LayerNorm(words + self.position_embeddings(positions))


class Bert(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embeddings = Embeddings(shape)
        self.encoder = nn.ModuleDict({"layer": nn.ModuleList(Layer(shape) for _ in range(shape.num_hidden_layers))})

    def forward(self, ids: Tensor, positions: Tensor, words: Tensor | None = None) -> Tensor:
        """ids, positions [batch, length] → [batch, length, hidden]; `words`: which tokens are no padding, all where None."""
        x = self.embeddings(ids, positions)
        mask = None if words is None else words[:, None, None, :]
        for layer in self.encoder["layer"]:
            x = layer(x, mask)
        return x


class TokenHead(nn.Module):
    """Which token stands here: logits over the vocabulary, tied to the word embeddings."""

    def __init__(self, shape: Shape):
        super().__init__()
        self.dense = nn.Linear(shape.hidden_size, shape.hidden_size)
        self.LayerNorm = nn.LayerNorm(shape.hidden_size, eps=shape.layer_norm_eps)
        self.bias = nn.Parameter(torch.zeros(shape.vocab_size))

    def forward(self, x: Tensor, words: Tensor) -> Tensor:
        return F.linear(self.LayerNorm(F.gelu(self.dense(x))), words, self.bias)


class Encoder(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.bert = Bert(shape)
        self.tokens = TokenHead(shape)
        self.apply(_initialise)

    def token_logits(self, x: Tensor) -> Tensor:
        return self.tokens(x, self.bert.embeddings.word_embeddings.weight)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding):
        nn.init.normal_(module.weight, std=0.02)
    if isinstance(module, nn.Linear):
        nn.init.zeros_(module.bias)


# Names of the checkpoint's masked-token head, and ours.
_HEAD = {
    "cls.predictions.transform.dense.": "tokens.dense.",
    "cls.predictions.transform.LayerNorm.": "tokens.LayerNorm.",
    "cls.predictions.bias": "tokens.bias",
}


def load(folder: Path) -> Encoder:
    """Reads a BertForMaskedLM checkpoint."""
    encoder = Encoder(Shape.read(folder))
    state = encoder.state_dict()
    for name, tensor in load_file(folder / "model.safetensors").items():
        for theirs, ours in _HEAD.items():
            name = name.replace(theirs, ours)
        if name in state:
            state[name] = tensor.float()
    encoder.load_state_dict(state)
    return encoder


def copy_tokenizer(start: Path, folder: Path) -> None:
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(start / name, folder / name)


def save_bert(weights: dict[str, Tensor], shape: Shape, folder: Path) -> None:
    """Writes config.json and the weights of a BertModel, as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    shape.write(folder)
    state = {f"bert.{name}": tensor for name, tensor in weights.items()}
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})


def save(encoder: Encoder, folder: Path) -> None:
    """Writes config.json, and model.safetensors in fp16 as BertForMaskedLM names it."""
    encoder.shape.write(folder)
    state = {}
    for name, tensor in encoder.state_dict().items():
        for theirs, ours in _HEAD.items():
            name = name.replace(ours, theirs)
        state[name] = tensor.detach().to("cpu", torch.float16).contiguous()
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
