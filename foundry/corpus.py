"""Texts to blocks of token ids: `python -m foundry.corpus --texts DIR --tokenizer FILE --out DIR`."""

import argparse
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from .blocks import write_blocks

# How often a file is read, once where it is not named: forum and market texts more often than general ones.
MIX = {
    "01a_guba_threads": 2.0,
    "01c_labelled_train_texts": 3.0,
    "02a_fincuge_news": 1.5,
    "02b_news_titles": 2.0,
    "02e_company_profiles": 0.5,
    "04_cctv_news": 0.25,
    "06_consumer_reviews": 0.5,
}


def name_of(file: Path) -> str:
    return file.name.removesuffix(".txt.xz")


def documents(file: Path) -> list[str]:
    with lzma.open(file, "rt", encoding="utf-8") as lines:
        return [line.strip() for line in lines if line.strip()]


def stream(texts: list[str], tokenizer: Tokenizer, times: float) -> Iterator[np.ndarray]:
    """Token ids of each document and its [SEP], the whole list as often as `times` says, the last round in part."""
    separator = tokenizer.token_to_id("[SEP]")
    encoded = [
        np.array([*code.ids, separator], np.uint16)
        for code in tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    ]
    for start in np.arange(0, times, 1.0):
        yield from encoded[: round(len(encoded) * min(1.0, times - start))]


def blocks(ids: np.ndarray, first: int, length: int) -> np.ndarray:
    """
    [n·(length − 1)] → [n, length], each row led by `first`: documents, each ended by [SEP], cut wherever a block is full.
    """
    rows = ids[: len(ids) // (length - 1) * (length - 1)].reshape(-1, length - 1)
    return np.concatenate([np.full((len(rows), 1), first, np.uint16), rows], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="folder of *.txt.xz, one document a line")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--length", type=int, default=128, help="tokens a block")
    parser.add_argument("--out", type=Path, required=True, help="folder for the .npy files")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for file in sorted(arguments.texts.glob("*.txt.xz")):
        name = name_of(file)
        texts, times = documents(file), MIX.get(name, 1.0)
        ids = np.concatenate(list(stream(texts, tokenizer, times)))
        rows = blocks(ids, tokenizer.token_to_id("[CLS]"), arguments.length)
        write_blocks(rows, arguments.out, name)
        print(f"{name}: {len(texts)} documents x {times}, {rows.size / 1e6:.2f} M tokens", flush=True)


if __name__ == "__main__":
    main()
