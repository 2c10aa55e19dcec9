"""Texts to blocks of token ids: `python -m foundry.corpus --texts DIR --tokenizer FILE --out DIR`."""

import argparse
import lzma
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

LENGTH = 128
"""Tokens a block: [CLS], then documents, each ended by [SEP], cut wherever the block is full."""

# How often each file is read: forum and market texts more often than general ones.
MIX = {
    "01a_guba_threads": 2.0,
    "01b_xueqiu_misc": 1.0,
    "01c_labelled_train_texts": 3.0,
    "02a_fincuge_news": 1.5,
    "02b_news_titles": 2.0,
    "02c_cfbenchmark": 1.0,
    "02e_company_profiles": 0.5,
    "04_cctv_news": 0.25,
    "06_consumer_reviews": 0.5,
}


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


def blocks(ids: np.ndarray, first: int) -> np.ndarray:
    """[n·(LENGTH − 1)] → [n, LENGTH], each row led by `first`."""
    rows = ids[: len(ids) // (LENGTH - 1) * (LENGTH - 1)].reshape(-1, LENGTH - 1)
    return np.concatenate([np.full((len(rows), 1), first, np.uint16), rows], axis=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True, help="folder of *.txt.xz, one document a line")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder for one .npy a file")
    arguments = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(arguments.tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, times in MIX.items():
        texts = documents(arguments.texts / f"{name}.txt.xz")
        rows = blocks(np.concatenate(list(stream(texts, tokenizer, times))), tokenizer.token_to_id("[CLS]"))
        np.save(arguments.out / f"{name}.npy", rows)
        print(f"{name}: {len(texts)} documents x {times}, {rows.size / 1e6:.2f} M tokens", flush=True)


if __name__ == "__main__":
    main()
