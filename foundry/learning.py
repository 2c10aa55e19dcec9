"""Learning that may be stopped at any moment and comes to the same weights, to the bit, as if it had not been."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import state

Batches = Callable[[int], tuple[Tensor, ...]]
"""The tensors of a step, the same whenever it is asked for; the first one has the token ids."""


class Objective(nn.Module):
    """What is learned; parameters that need no gradient belong to others, and are not kept."""

    def draw(self, *batch: Tensor) -> tuple[Tensor, ...]:
        """What chance decides of a step, before the part that is compiled."""
        return ()

    def forward(self, *batch_and_drawn: Tensor) -> Tensor:
        """The loss, a scalar."""
        raise NotImplementedError


@dataclass(frozen=True)
class Settings:
    """How weights are learned."""

    steps: int
    learning_rate: float
    warmup: int
    weight_decay: float = 0.01
    clip: float = 1.0
    seed: int = 13
    section: int = 100
    """Steps after which the state is kept, and the clock is read."""


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def schedule(step: int, steps: int, warmup: int) -> float:
    """Linear up, then linear down to 0."""
    return min((step + 1) / warmup, (steps - step) / max(1, steps - warmup))


class Learning:
    """AdamW on an objective, in sections. Moments are rounded to bfloat16 at the end of each, as they are kept."""

    def __init__(self, objective: Objective, settings: Settings, out: Path, recipe: dict):
        """`recipe` is what has to be the same for a run to go on, beside the settings."""
        self.objective, self.settings, self.out, self.step = objective.to(device()), settings, out, 0
        self.recipe = json.loads(json.dumps({**recipe, "settings": asdict(settings)}))
        self.learned = {name: p for name, p in objective.named_parameters() if p.requires_grad}
        decayed = [p for p in self.learned.values() if p.ndim > 1]
        others = [p for p in self.learned.values() if p.ndim <= 1]
        groups = [{"params": decayed}, {"params": others, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(
            groups, settings.learning_rate, (0.9, 0.98), 1e-6, settings.weight_decay, fused=True
        )
        out.mkdir(parents=True, exist_ok=True)
        kept = state.resume(out)
        if kept is not None:
            self._resume(*kept)

    def learn(self, batches: Batches, minutes: float) -> bool:
        """Learns sections for as long as the next is likely to end in time. True when all steps are done."""
        loss_of = torch.compile(self.objective)
        end, last = time.monotonic() + 60 * minutes, 0.0
        while self.step < self.settings.steps and time.monotonic() + last < end:
            began = time.monotonic()
            self._section(loss_of, batches)
            last = time.monotonic() - began
        return self.step == self.settings.steps

    def _section(self, loss_of: nn.Module, batches: Batches) -> None:
        first, began = self.step, time.monotonic()
        last = min(self.settings.steps, (first // self.settings.section + 1) * self.settings.section)
        total, tokens = torch.zeros((), device=device()), 0
        while self.step < last:
            batch = tuple(tensor.to(device()) for tensor in batches(self.step))
            total += self._learn_step(loss_of, batch)
            tokens += batch[0].numel()
        self._keep()
        line = {"step": last, "of": self.settings.steps, "loss": round(total.item() / (last - first), 4)}
        print(json.dumps({**line, "tokens_per_s": round(tokens / (time.monotonic() - began))}), flush=True)

    def _learn_step(self, loss_of: nn.Module, batch: tuple[Tensor, ...]) -> Tensor:
        settings = self.settings
        torch.manual_seed(int(np.random.SeedSequence([settings.seed, self.step]).generate_state(1)[0]))
        with torch.autocast(device().type, torch.bfloat16):
            loss = loss_of(*batch, *self.objective.draw(*batch))
        loss.backward()
        nn.utils.clip_grad_norm_(self.learned.values(), settings.clip)
        for group in self.optimizer.param_groups:
            group["lr"] = settings.learning_rate * schedule(self.step, settings.steps, settings.warmup)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.step += 1
        return loss.detach()

    def _keep(self) -> None:
        for moments in self.optimizer.state.values():
            for name in ("exp_avg", "exp_avg_sq"):
                moments[name].copy_(moments[name].bfloat16())
        optimizer = self.optimizer.state_dict()
        moments = {
            index: {name: t.bfloat16() if name != "step" else t for name, t in of_parameter.items()}
            for index, of_parameter in optimizer["state"].items()
        }
        weights = {name: parameter.detach() for name, parameter in self.learned.items()}
        head = {"step": self.step, "recipe": self.recipe}
        state.keep(self.out, head, {"weights": weights, "optimizer": {**optimizer, "state": moments}})

    def _resume(self, head: dict, tensors: dict) -> None:
        if head["recipe"] != self.recipe:
            raise SystemExit(f"{self.out} was begun otherwise: {json.dumps(head['recipe'])}")
        with torch.no_grad():
            for name, parameter in self.learned.items():
                parameter.copy_(tensors["weights"][name])
        self.optimizer.load_state_dict(tensors["optimizer"])
        self.step = head["step"]
