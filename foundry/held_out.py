"""Texts that measure, so that nothing learns from them."""

import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from .labelled import read_csv

GRAM = 8
SHARED = 0.5
"""Of the shorter text's runs of 8 signs; from here on two texts tell the same."""


def plain(text: str) -> str:
    """Letters, digits and Chinese characters alone, in one width and case."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).lower() if sign.isalnum())


def grams(text: str) -> set[str]:
    return {text[i : i + GRAM] for i in range(len(text) - GRAM + 1)}


class HeldOut:
    def __init__(self, files: list[Path]):
        texts = {plain(row["text"]) for file in files for row in read_csv(file)}
        self.texts = texts
        self.sizes: list[int] = []
        self.having: dict[str, list[int]] = defaultdict(list)
        for index, text in enumerate(sorted(texts)):
            of_text = grams(text)
            self.sizes.append(len(of_text))
            for gram in of_text:
                self.having[gram].append(index)

    def holds(self, text: str) -> bool:
        """Whether it is one of them, be it in other signs or in part."""
        text = plain(text)
        of_text = grams(text)
        shared = Counter(index for gram in of_text for index in self.having.get(gram, ()))
        return text in self.texts or any(
            count >= SHARED * min(len(of_text), self.sizes[index]) for index, count in shared.items()
        )
