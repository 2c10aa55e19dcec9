"""
Goes on pre-training an encoder: `python -m foundry.pretrain --from CHECKPOINT --blocks DIR --out DIR`.

Stops after --minutes, or when killed, and goes on from --out when started again. Works on a GPU where there is one.
"""

import argparse
import json
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from .encoder import Encoder, load, save
from .masking import choice_weights, choose, hide


@dataclass(frozen=True)
class Settings:
    """How the encoder learns; the defaults are those of the default model."""

    tokens: float = 24.6e6
    batch: int = 64
    """Blocks a step."""
    learning_rate: float = 1e-3
    warmup: int = 200
    weight_decay: float = 0.01
    clip: float = 1.0
    hidden: int = 28
    """Tokens of a block that are to be told."""
    seed: int = 13


class Blocks:
    """All blocks of a folder, in an order that the seed and the epoch decide."""

    def __init__(self, folder: Path, seed: int):
        self.rows = np.concatenate([np.load(file) for file in sorted(folder.glob("*.npy"))])
        self.seed = seed
        self.epoch = -1

    def batch(self, step: int, size: int) -> Tensor:
        """[size, length]: the batch of a step is the same after a restart."""
        per_epoch = len(self.rows) // size
        epoch, index = divmod(step, per_epoch)
        if epoch != self.epoch:
            self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.rows))
            self.epoch = epoch
        chosen = self.order[index * size : (index + 1) * size]
        return torch.from_numpy(self.rows[chosen].astype(np.int64))


def positions_of(ids: Tensor, longest: int, random: torch.Generator) -> Tensor:
    """Every other row starts at a random position, so that all positions learn from short blocks."""
    batch, length = ids.shape
    offsets = torch.randint(0, longest - length + 1, (batch, 1), generator=random, device=ids.device)
    offsets[::2] = 0
    return torch.arange(length, device=ids.device) + offsets


def loss(encoder: Encoder, ids: Tensor, seen: Tensor, chosen: Tensor, positions: Tensor) -> Tensor:
    """Cross-entropy of the tokens that stood at the chosen positions."""
    with torch.autocast(ids.device.type, torch.bfloat16):
        states = encoder.bert(seen, positions)
        logits = encoder.token_logits(states.gather(1, chosen.unsqueeze(-1).expand(-1, -1, states.shape[-1])))
    return F.cross_entropy(logits.float().flatten(0, 1), ids.gather(1, chosen).flatten())


class Run:
    """A training that knows where it stands."""

    def __init__(self, start: Path, out: Path, settings: Settings, device: torch.device):
        self.out, self.settings, self.device, self.step = out, settings, device, 0
        self.encoder = load(start).to(device)
        self.weights = choice_weights(start / "tokenizer.json").to(device)
        decayed = [p for p in self.encoder.parameters() if p.ndim > 1]
        others = [p for p in self.encoder.parameters() if p.ndim <= 1]
        groups = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(
            groups, settings.learning_rate, (0.9, 0.98), 1e-6, settings.weight_decay, fused=True
        )
        self.random = torch.Generator(device).manual_seed(settings.seed)
        self.state = out / "state.pt"
        if self.state.exists():
            self.resume()

    def resume(self) -> None:
        state = torch.load(self.state, map_location="cpu")
        if state["settings"] != asdict(self.settings):
            raise SystemExit(f"{self.out} was begun with other settings: {state['settings']}")
        self.encoder.load_state_dict(state["encoder"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.random.set_state(state["random"])
        self.step = state["step"]

    def keep(self) -> None:
        state = {
            "settings": asdict(self.settings),
            "encoder": self.encoder.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "random": self.random.get_state(),
            "step": self.step,
        }
        torch.save(state, self.state.with_suffix(".new"))
        self.state.with_suffix(".new").replace(self.state)
        save(self.encoder, self.out)

    def learn(self, blocks: Blocks, until: float) -> None:
        settings = self.settings
        steps = round(settings.tokens / (settings.batch * blocks.rows.shape[1]))
        loss_of = torch.compile(loss)
        kept = reported = time.monotonic()
        total, count = 0.0, 0
        while self.step < steps and time.monotonic() < until:
            ids = blocks.batch(self.step, settings.batch).to(self.device)
            positions = positions_of(ids, self.encoder.shape.max_position_embeddings, self.random)
            chosen = choose(ids, self.weights, settings.hidden, self.random)
            seen = hide(ids, chosen, self.encoder.shape.vocab_size, self.random)
            step_loss = loss_of(self.encoder, ids, seen, chosen, positions)
            step_loss.backward()
            torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), settings.clip)
            for group in self.optimizer.param_groups:
                group["lr"] = settings.learning_rate * schedule(self.step, steps, settings.warmup)
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.step += 1
            total, count = total + step_loss.item(), count + 1
            now = time.monotonic()
            if now - reported > 30 or self.step == steps:
                speed = count * ids.numel() / (now - reported)
                line = {"step": self.step, "of": steps, "loss": round(total / count, 4), "tokens_per_s": round(speed)}
                print(json.dumps(line), flush=True)
                reported, total, count = now, 0.0, 0
            if now - kept > 240:
                self.keep()
                kept = now
        self.keep()


def schedule(step: int, steps: int, warmup: int) -> float:
    """Linear up, then linear down to 0."""
    return min((step + 1) / warmup, (steps - step) / max(1, steps - warmup))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--from", dest="start", type=Path, required=True, help="a BertForMaskedLM checkpoint")
    parser.add_argument("--blocks", type=Path, required=True, help="what foundry.corpus wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder for the checkpoint and for the state to go on from")
    parser.add_argument("--minutes", type=float, default=10_000, help="stop after so long")
    parser.add_argument("--tokens", type=float, default=Settings.tokens, help="tokens to learn from in all")
    parser.add_argument("--seed", type=int, default=Settings.seed, help="another one for a second run over the same blocks")
    arguments = parser.parse_args()
    settings = Settings(tokens=arguments.tokens, seed=arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(arguments.start / name, arguments.out / name)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    torch.manual_seed(settings.seed)
    run = Run(arguments.start, arguments.out, settings, device)
    run.learn(Blocks(arguments.blocks, settings.seed), time.monotonic() + 60 * arguments.minutes)


if __name__ == "__main__":
    main()
