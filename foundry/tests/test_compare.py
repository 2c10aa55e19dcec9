import json
import sys

from foundry.compare import Comparison, Plan

from .tiny import InFolder

PLAN = """
seeds = [1, 2]
train = "train.csv"
valid = "valid.csv"
fine_tuning = "--epochs 1"
[measure]
flash = "flash_valid.csv"
finfe = "finfe_{kind}.csv"
[variants.start]
encoder = "encoder"
[variants.later]
encoder = "other"
length = "256"
"""

# Stands for moodtape: makes what is asked for, notes that it was asked, and fails when it is told to.
MOODTAPE = """
import json, pathlib, sys
here, words = pathlib.Path(sys.argv[1]), sys.argv[2:]
with (here / "calls").open("a") as calls: calls.write(words[0] + "\\n")
if words[0] == "evaluate":
    print(json.dumps({"accuracy": 0.5 if "seed-1" in words[2] else 0.7, "n": 100 if "flash" in words[4] else 300}))
elif (here / "broken").exists() and "train" in words:
    sys.exit(1)
else:
    out = pathlib.Path(words[words.index("--out") + 1])
    out.mkdir(parents=True)
    (out / "model.json").write_text(json.dumps(words))
"""


class CompareTest(InFolder):
    def plan(self, kind: str) -> Plan:
        file = self.folder / "plan.toml"
        file.write_text(PLAN.replace("{kind}", kind), "utf-8")
        return Plan.read(file)

    def comparison(self) -> Comparison:
        moodtape = self.folder / "moodtape.py"
        moodtape.write_text(MOODTAPE, "utf-8")
        for name in ("start", "later"):
            (self.folder / name).mkdir()
        return Comparison(self.plan("valid"), self.folder, [sys.executable, str(moodtape), str(self.folder)])

    def test_a_test_file_is_refused(self) -> None:
        self.assertRaises(SystemExit, self.plan, "test")

    def test_goes_on_where_it_stopped_and_tells_mean_and_deviation(self) -> None:
        comparison = self.comparison()
        (self.folder / "broken").touch()
        self.assertRaises(Exception, comparison.run, "start")
        (self.folder / "broken").unlink()
        comparison.run("start")
        comparison.run("start")
        calls = (self.folder / "calls").read_text("utf-8").split()
        self.assertEqual({call: calls.count(call) for call in calls}, {"import": 1, "train": 3, "evaluate": 4})
        rows = comparison.table().splitlines()
        self.assertEqual(rows[0], "| | flash | finfe | all |")
        self.assertEqual(rows[2:], ["| start | 60.0 ± 14.1 | 60.0 ± 14.1 | 60.0 ± 14.1 |"])

    def test_a_variant_says_how_much_of_a_text_it_reads(self) -> None:
        comparison = self.comparison()
        for name, length in (("start", "128"), ("later", "256")):
            comparison.run(name)
            words = json.loads((self.folder / name / "bundle" / "model.json").read_text("utf-8"))
            self.assertEqual(words[words.index("--max-length") + 1], length)
