import csv
import lzma
import sys
from unittest import mock

from foundry import unlabelled

from .tiny import InFolder


class UnlabelledTest(InFolder):
    def test_every_text_once_and_none_that_measures(self) -> None:
        posts, news, valid = self.folder / "posts.txt.xz", self.folder / "news.csv", self.folder / "news_valid.csv"
        posts.write_bytes(lzma.compress("今天大盘涨停了！\n今天大盘涨停了\n短\n明天恐怕要跌停\n".encode()))
        held = "公司一季度净利润同比增长百分之五十"
        for file, rows in ((news, [["n1", f"快讯：{held}。"], ["n2", "央行开展逆回购操作"]]), (valid, [["v1", held]])):
            with file.open("w", encoding="utf-8", newline="") as lines:
                csv.writer(lines).writerows([["id", "text"], *rows])
        out = self.folder / "out.csv"
        words = ["--texts", posts, news, "--leave-out", valid, "--out", out]
        with mock.patch.object(sys, "argv", ["unlabelled", *map(str, words)]):
            unlabelled.main()
        with out.open(encoding="utf-8", newline="") as lines:
            self.assertEqual([row["id"] for row in csv.DictReader(lines)], ["posts-0", "posts-3", "n2"])

    def test_a_sample_is_the_same_each_time(self) -> None:
        texts = [(str(i), f"第{i}条") for i in range(100)]
        some = unlabelled.sample(texts, 10)
        self.assertEqual(some, unlabelled.sample(texts, 10))
        self.assertEqual(some, sorted(some, key=texts.index))
        self.assertEqual(len(set(some)), 10)
