"""Rows of token ids: written in shards, read in an order that the seed decides."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

SHARD_BYTES = 15 * 2**20
"""A file at most: blocks travel to a machine with a GPU through channels that refuse large files."""


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
            self.order = np.random.default_rng([self.seed, epoch]).permutation(len(self.arrays[0]))
            self.epoch = epoch
        chosen = self.order[index * self.size : (index + 1) * self.size]
        return tuple(torch.from_numpy(rows[chosen].astype(np.int64)) for rows in self.arrays)
