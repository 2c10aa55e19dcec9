"""
A Unigram tokenizer (Kudo 2018) of Chinese market text: `python -m foundry.tokenizer --texts DIR --size 16000 --out DIR`.

NFKC, lower case, one blank for many, digits apart, pieces of at most five characters. The same texts give the same
file to the byte.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Regex, Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram
from tokenizers.normalizers import NFKC, Lowercase, Replace, Strip
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import Digits, Metaspace
from tokenizers.pre_tokenizers import Sequence as PreTokenizers
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import UnigramTrainer

from .corpus import documents
from .pieces import SPECIAL

LONGEST = 5


def untrained() -> Tokenizer:
    tokenizer = Tokenizer(Unigram())
    tokenizer.normalizer = Normalizers([NFKC(), Lowercase(), Replace(Regex(r"\s+"), " "), Strip()])
    blanks = {"replacement": "▁", "prepend_scheme": "never", "split": False}
    tokenizer.pre_tokenizer = PreTokenizers([Metaspace(**blanks), Digits(individual_digits=True)])
    tokenizer.decoder = MetaspaceDecoder(**blanks)
    return tokenizer


def settled(vocabulary: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """
    The trainer's pieces in an order, and with scores, that do not depend on chance: it adds characters that it had lost
    at the bottom in any order, and sums in any order. Scores are rounded, and no character scores less than the
    unlikeliest longer piece.
    """
    learned = vocabulary[len(SPECIAL) :]
    floor = min(score for piece, score in learned if len(piece) > 1)
    rounded = [(piece, round(max(score, floor), 5)) for piece, score in learned]
    return [(piece, 0.0) for piece in SPECIAL] + sorted(rounded, key=lambda entry: (-entry[1], entry[0]))


def train(texts: Iterator[str], size: int) -> Tokenizer:
    tokenizer = untrained()
    trainer = UnigramTrainer(
        vocab_size=size, max_piece_length=LONGEST, special_tokens=SPECIAL, unk_token="[UNK]", show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    vocabulary = [tuple(entry) for entry in json.loads(tokenizer.to_str())["model"]["vocab"]]
    tokenizer.model = Unigram(settled(vocabulary), unk_id=SPECIAL.index("[UNK]"), byte_fallback=False)
    marks = [(mark, SPECIAL.index(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=marks
    )
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """Writes tokenizer.json and tokenizer_config.json, as transformers reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {f"{mark.strip('[]').lower()}_token": mark for mark in SPECIAL}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", **names}
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, required=True, help="folder of *.txt.xz, one document a line")
    parser.add_argument("--every", type=int, default=1, help="learn from every n-th document: memory and time are by text")
    parser.add_argument("--size", type=int, default=16_000, help="pieces")
    parser.add_argument("--out", type=Path, required=True, help="folder for tokenizer.json and tokenizer_config.json")
    arguments = parser.parse_args()
    texts = (text for file in sorted(arguments.texts.glob("*.txt.xz")) for text in documents(file)[:: arguments.every])
    tokenizer = train(texts, arguments.size)
    save(tokenizer, arguments.out)
    print(f"{arguments.out}: {tokenizer.get_vocab_size()} pieces")


if __name__ == "__main__":
    main()
