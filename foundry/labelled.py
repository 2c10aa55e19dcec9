"""Labelled texts as moodtape keeps them: CSV with the columns id, text, label, domain and source."""

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

LABELS = ["利空", "中性", "利好"]


@dataclass(frozen=True)
class Text:
    id: str
    text: str
    label: str
    domain: str
    source: str


def read_csv(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def write_csv(file: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def read_scores(file: Path) -> dict[str, dict]:
    """What `moodtape backfill` or `foundry.judge` wrote, by the text's id."""
    with file.open(encoding="utf-8") as lines:
        return {score["id"]: score for score in map(json.loads, lines)}


def read_rows(files: list[Path]) -> list[dict[str, str]]:
    return [row for file in files for row in read_csv(file)]


def read_texts(files: list[Path]) -> list[Text]:
    return [Text(**{field: row[field] for field in Text.__dataclass_fields__}) for row in read_rows(files)]


def only_for_training(files: list[Path]) -> list[Path]:
    """Files to learn from. What says of itself that it measures is refused."""
    for file in files:
        if re.search(r"valid|dev|test", file.name):
            raise SystemExit(f"{file} is there to measure, not to learn from")
    return files
