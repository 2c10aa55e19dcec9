import csv

from foundry.held_out import HeldOut
from foundry.labelled import only_for_training
from foundry.self_training import sure_texts

from .tiny import InFolder

HELD_OUT = "市场消息：某某公司一季度净利润同比增长百分之五十，股价盘中一度涨停，成交额创下年内新高。"


class SelfTrainingTest(InFolder):
    def setUp(self) -> None:
        super().setUp()
        file = self.folder / "flash_test.csv"
        with file.open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows([["id", "text"], ["1", HELD_OUT], ["2", "大涨！"]])
        self.held_out = HeldOut([file])

    def test_a_test_text_is_known_in_other_signs_and_in_part(self) -> None:
        self.assertTrue(self.held_out.holds(HELD_OUT))
        self.assertTrue(self.held_out.holds("　大涨 !!"))
        self.assertTrue(self.held_out.holds("【快讯】" + HELD_OUT[5:38] + "（财联社）"))
        self.assertFalse(self.held_out.holds("央行今日开展逆回购操作，中标利率与此前持平，当日无逆回购到期。"))
        self.assertFalse(self.held_out.holds("大涨三天"))

    def test_keeps_the_surest_as_many_of_each_label(self) -> None:
        labels = ["利好", "利好", "利空", "中性", "利好"]
        confidences = [0.99, 0.95, 0.97, 0.91, 0.6]
        rows = [{"id": str(i), "text": f"第{'一二三四五'[i]}条", "domain": "news"} for i in range(5)]
        rows.append({"id": "5", "text": HELD_OUT, "domain": "news"})
        scores = {str(i): {"label": labels[i], "confidence": confidences[i]} for i in range(5)}
        scores["5"] = {"label": "利好", "confidence": 1.0}
        kept = sure_texts(rows, scores, self.held_out, 0.9)
        self.assertEqual([(text.id, text.label, text.source) for text in kept], [
            ("self-0", "利好", "self"), ("self-2", "利空", "self"), ("self-3", "中性", "self"),
        ])

    def test_files_that_measure_are_refused_for_training(self) -> None:
        self.assertRaises(SystemExit, only_for_training, [self.folder / "flash_test.csv"])
