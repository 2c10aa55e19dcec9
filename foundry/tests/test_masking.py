import numpy as np
import torch

from foundry.collocations import collocations
from foundry.masking import EMPHASIS, PLAIN_WEIGHT, SHARE, Masking
from foundry.pieces import FIRST_PIECE, MASK, pieces_of

from .tiny import InFolder, block_rows, checkpoint


class MaskingTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        self.tokenizer = checkpoint(self.folder / "start") / "tokenizer.json"
        self.pieces = pieces_of(self.tokenizer)
        self.ids = torch.from_numpy(block_rows().astype(np.int64))

    def test_chooses_a_share_and_no_special_token(self) -> None:
        masking = Masking(self.tokenizer)
        chosen = masking.choose(self.ids)
        self.assertEqual(chosen.shape[1], round(SHARE * self.ids.shape[1]))
        self.assertTrue((self.ids.gather(1, chosen) >= FIRST_PIECE).all())
        changed = masking.hide(self.ids, chosen) != self.ids
        self.assertFalse(changed.scatter(1, chosen, False).any())

    def test_weighs_digits_less_and_sentiment_more(self) -> None:
        words = self.folder / "sentiment.txt"
        words.write_text("涨\n", "utf-8")
        weights = Masking(self.tokenizer, sentiment=words).weights
        self.assertAlmostEqual(weights[self.pieces.index("1")].item(), PLAIN_WEIGHT)
        self.assertEqual(weights[self.pieces.index("涨")], EMPHASIS)
        self.assertEqual(weights[MASK], 0)

    def test_hides_linked_neighbours_together(self) -> None:
        row = self.ids[0]
        spot = next(i for i in range(5, 20) if (row[i : i + 2] >= FIRST_PIECE).all())
        links = self.folder / "links.npy"
        np.save(links, np.array([int(row[spot]) * len(self.pieces) + int(row[spot + 1])]))
        masking = Masking(self.tokenizer, collocations=links)
        chosen = masking.choose(row.expand(2000, -1))
        hidden = torch.zeros(2000, len(row)).scatter(1, chosen, 1.0)
        together = (hidden[:, spot] == hidden[:, spot + 1]).float().mean()
        # The last unit of a row may be cut.
        self.assertGreater(together, 0.95)
        self.assertGreater(hidden[:, spot].mean(), 0.05)

    def test_pairs_that_always_stand_together_are_collocations(self) -> None:
        pieces = [f"<{i}>" for i in range(5)] + ["贵", "州", "茅", "台", "的"]
        random = np.random.default_rng(3)
        rows = random.choice([5, 7, 9], (40, 60))
        rows = np.stack([np.where(rows == 5, 5, rows), np.where(rows == 5, 6, 9)], axis=2).reshape(40, 120)
        found = {divmod(int(code), len(pieces)) for code in collocations(rows, pieces, least=0.5)}
        self.assertIn((5, 6), found)
        self.assertNotIn((9, 9), found)
