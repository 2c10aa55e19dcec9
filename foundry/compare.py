"""
Compares ways to an encoder by what they give after fine-tuning: `python -m foundry.compare PLAN.toml --out DIR`.

For each variant of the plan: foundry.pretrain, `moodtape import`, and for each seed `moodtape train base` and
`moodtape evaluate`. What is done is not done again, so a run that was stopped goes on; --only shares the variants out
among several runs. The table, mean ± sample deviation over the seeds, is written after each variant.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

from .labelled import only_for_training


@dataclass(frozen=True)
class Plan:
    """Words of commands; environment variables in them are filled in."""

    seeds: list[int]
    train: list[str]
    valid: list[str]
    fine_tuning: list[str]
    measure: dict[str, str]
    """File by the name of its column; none of tests, which choose nothing."""
    variants: dict[str, dict[str, str]]
    """`pretrain`: arguments of foundry.pretrain; or `encoder`: a checkpoint. `length`: tokens of a text
    that are read, 128 unless said. `train`: arguments more for `train base`."""

    @classmethod
    def read(cls, file: Path) -> "Plan":
        plan = tomllib.loads(os.path.expandvars(file.read_text("utf-8")))
        lists = {name: shlex.split(plan[name]) for name in ("train", "valid", "fine_tuning")}
        only_for_training([Path(path) for path in lists["train"]])
        for path in (*lists["valid"], *plan["measure"].values()):
            if "valid" not in Path(path).name:
                raise SystemExit(f"{path} is no file of valid texts; tests are for the end")
        return cls(plan["seeds"], **lists, measure=plan["measure"], variants=plan["variants"])


@dataclass(frozen=True)
class Comparison:
    plan: Plan
    out: Path
    moodtape: list[str]

    def run(self, name: str) -> None:
        folder = self.out / name
        bundle = folder / "bundle"
        if not (bundle / "model.json").exists():
            length = self.plan.variants[name].get("length", "128")
            self.call(*self.moodtape, "import", self.encoder(name), "--max-length", length, "--out", bundle)
        for seed in self.plan.seeds:
            trained = folder / f"seed-{seed}"
            if not (trained / "model.json").exists():
                self.fine_tune(name, bundle, seed, trained)
            for column, file in self.plan.measure.items():
                self.measure(trained, file, folder / f"seed-{seed}.{column}.json")

    def encoder(self, name: str) -> Path:
        variant = self.plan.variants[name]
        if "encoder" in variant:
            return Path(variant["encoder"])
        encoder = self.out / name / "encoder"
        self.call(sys.executable, "-m", "foundry.pretrain", *shlex.split(variant["pretrain"]), "--out", encoder)
        return encoder

    def fine_tune(self, name: str, bundle: Path, seed: int, trained: Path) -> None:
        plan = self.plan
        data = ["--train", *plan.train, "--valid", *plan.valid]
        more = shlex.split(plan.variants[name].get("train", ""))
        arguments = [*data, *plan.fine_tuning, *more, "--seed", seed, "--out", trained]
        self.call(*self.moodtape, "train", "base", "--model", bundle, *arguments)

    def measure(self, trained: Path, file: str, report: Path) -> None:
        if not report.exists():
            command = [*self.moodtape, "evaluate", "--model", str(trained), "--data", file, "--json"]
            text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
            report.write_bytes(text)

    def call(self, *words: object) -> None:
        print("+", shlex.join(map(str, words)), flush=True)
        subprocess.run([str(word) for word in words], check=True)

    def table(self) -> str:
        """Accuracy of each file and of all texts together, in percent, of the variants that are done."""
        columns = [*self.plan.measure, "all"]
        lines = [f"| | {' | '.join(columns)} |", "|---" * (len(columns) + 1) + "|"]
        for name in self.plan.variants:
            reports = [
                [self.out / name / f"seed-{seed}.{column}.json" for column in self.plan.measure]
                for seed in self.plan.seeds
            ]
            if all(report.exists() for of_seed in reports for report in of_seed):
                of_seeds = [shares([json.loads(report.read_text("utf-8")) for report in of_seed]) for of_seed in reports]
                lines.append(f"| {name} | {' | '.join(map(spread, zip(*of_seeds, strict=True)))} |")
        return "\n".join(lines) + "\n"


def shares(reports: list[dict]) -> list[float]:
    """Accuracies, then that of all texts together."""
    right = sum(report["accuracy"] * report["n"] for report in reports)
    return [*(report["accuracy"] for report in reports), right / sum(report["n"] for report in reports)]


def spread(values: tuple[float, ...]) -> str:
    percent = [100 * value for value in values]
    return f"{mean(percent):.1f}" + (f" ± {stdev(percent):.1f}" if len(percent) > 1 else "")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=Path, help="such as foundry/plans/objectives.toml")
    parser.add_argument("--out", type=Path, required=True, help="folder for encoders, models and table.md")
    parser.add_argument("--only", nargs="+", help="these variants (default: all)")
    parser.add_argument("--moodtape", default="npx moodtape", help="the command")
    arguments = parser.parse_args()
    plan = Plan.read(arguments.plan)
    comparison = Comparison(plan, arguments.out, shlex.split(arguments.moodtape))
    for name in arguments.only or plan.variants:
        (arguments.out / name).mkdir(parents=True, exist_ok=True)
        comparison.run(name)
        (arguments.out / "table.md").write_text(comparison.table(), "utf-8")
    print(comparison.table())


if __name__ == "__main__":
    main()
