from unittest import mock

import numpy as np
import torch

from foundry import blocks
from foundry.corpus import blocks as blocks_of
from foundry.pieces import PAD

from .tiny import InFolder


class BlocksTest(InFolder):
    def test_documents_fill_blocks_one_behind_the_other(self) -> None:
        rows = blocks_of(np.array([10, 3, 11, 12, 3, 13, 14], np.uint16), 2, 4)
        self.assertEqual(rows.tolist(), [[2, 10, 3, 11], [2, 12, 3, 13]])

    def test_shards_come_together_again(self) -> None:
        rows = np.arange(40, dtype=np.uint16).reshape(10, 4)
        with mock.patch.object(blocks, "SHARD_BYTES", 24):
            blocks.write_blocks(rows, self.folder, "posts")
        self.assertEqual(len(list(self.folder.glob("posts-*.npy"))), 4)
        self.assertTrue((blocks.read_blocks(self.folder) == rows).all())

    def test_a_batch_is_the_same_in_whatever_order_it_is_asked_for(self) -> None:
        rows = np.arange(10, dtype=np.uint16)[:, None]
        forth = [blocks.Shuffled(rows, rows + 100, size=3, seed=1)(step) for step in range(6)]
        batches = blocks.Shuffled(rows, rows + 100, size=3, seed=1)
        for step in reversed(range(6)):
            ids, beside = batches(step)
            self.assertTrue((ids == forth[step][0]).all())
            self.assertTrue((beside == ids + 100).all())
        self.assertEqual(len(set(np.concatenate([batch[0].numpy().ravel() for batch in forth[:3]]))), 9)

    def test_texts_of_like_length_come_together_and_all_words_of_each(self) -> None:
        lengths = np.random.default_rng(3).integers(1, 60, 200)
        rows = np.array([[7] * n + [PAD] * (64 - n) for n in lengths], np.uint16)
        batches = blocks.ByLength(rows, lengths, size=10, seed=1)
        epoch = [batches(step) for step in range(batches.per_epoch)]
        for ids, words in epoch:
            self.assertTrue(((ids != PAD).sum(1) == words).all())
            self.assertLess(ids.shape[1], int(words.max()) + blocks.STEP)
        self.assertEqual(sorted(torch.cat([words for _, words in epoch]).tolist()), sorted(lengths.tolist()))
        widths = [ids.shape[1] for ids, _ in epoch]
        self.assertLess(sum(widths), 0.6 * 64 * len(widths))
        self.assertNotEqual(widths, sorted(widths))
