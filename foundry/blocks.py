"""Rows of token ids: written in shards, read in an order that the seed decides."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from .pieces import PAD

SHARD_BYTES = 15 * 2**20
"""A file at most: blocks travel to a machine with a GPU through channels that refuse large files."""

POOL = 50
"""Batches among which texts of like length are brought together."""
STEP = 8
"""Widths are its multiples: each new one is compiled anew."""


def write_blocks(rows: np.ndarray, folder: Path, name: str) -> None:
    """[n, length] as name-00.npy, name-01.npy, …"""
    per_shard = SHARD_BYTES // (rows.itemsize * rows.shape[1])
    for index, start in enumerate(range(0, len(rows), per_shard)):
        np.save(folder / f"{name}-{index:02d}.npy", rows[start : start + per_shard])


def read_blocks(folder: Path) -> np.ndarray:
    """All blocks of a folder, [n, length]."""
    return np.concatenate([np.load(file) for file in sorted(folder.glob("*.npy"))])


class Shuffled:
    """Batches of rows that belong together, in an order that differs by epoch."""

    def __init__(self, *arrays: np.ndarray, size: int, seed: int):
        self.arrays, self.size, self.seed, self.epoch = arrays, size, seed, -1
        self.per_epoch = len(arrays[0]) // size
        if self.per_epoch == 0:
            raise SystemExit(f"{len(arrays[0])} rows do not fill a batch of {size}")

    def __call__(self, step: int) -> tuple[Tensor, ...]:
        """[size, …] of each array: the batch of a step is the same whenever it is asked for."""
        epoch, index = divmod(step, self.per_epoch)
        if epoch != self.epoch:
            self.order = self.order_of(np.random.default_rng([self.seed, epoch]))
            self.epoch = epoch
        chosen = self.order[index * self.size : (index + 1) * self.size]
        return tuple(self.tensor(rows[chosen]) for rows in self.arrays)

    def order_of(self, chance: np.random.Generator) -> np.ndarray:
        """The rows of an epoch, one batch behind the other."""
        return chance.permutation(len(self.arrays[0]))

    def tensor(self, rows: np.ndarray) -> Tensor:
        return torch.from_numpy(rows.astype(np.int64) if rows.dtype.kind in "iu" else rows)


class ByLength(Shuffled):
    """Batches of texts of like length, as wide as the longest of a batch: hardly a computation goes into padding."""

    def order_of(self, chance: np.random.Generator) -> np.ndarray:
        order, lengths = super().order_of(chance), words_of(self.arrays[0])
        pools = [order[start : start + POOL * self.size] for start in range(0, len(order), POOL * self.size)]
        alike = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
        batches = alike[: self.per_epoch * self.size].reshape(self.per_epoch, self.size)
        return chance.permutation(batches).ravel()

    def tensor(self, rows: np.ndarray) -> Tensor:
        if rows.dtype != np.uint16:  # labels or probabilities, no token ids
            return super().tensor(rows)
        widest = int(words_of(rows).max())
        return super().tensor(rows[:, : -(-widest // STEP) * STEP])


def words_of(rows: np.ndarray) -> np.ndarray:
    """Tokens of each row that are no padding."""
    return (rows != PAD).sum(1)
