import json
import subprocess

from foundry import tokenizer as tokenizers

from .tiny import ROOT, InFolder, checkpoint, texts, trained_tokenizer

IDS = """
import { openBundle } from './dist/training/bundle.js';
const [bundle, texts] = process.argv.slice(1);
const { tokenise } = await openBundle(bundle);
console.log(JSON.stringify(JSON.parse(texts).map((text) => [...tokenise(text).ids])));
"""


class TokenizerTest(InFolder):
    def test_same_texts_give_same_file(self) -> None:
        again = tokenizers.train(iter(texts()), 1_200)
        self.assertEqual(again.to_str(), trained_tokenizer().to_str())

    def test_reads_as_wanted(self) -> None:
        reader = trained_tokenizer()
        self.assertEqual(reader.encode("ＡＢ  12").tokens, reader.encode("ab 12").tokens)
        self.assertEqual(reader.encode("2026").tokens, ["[CLS]", "2", "0", "2", "6", "[SEP]"])
        self.assertLessEqual(max(len(piece) for piece in reader.get_vocab() if piece[0] != "["), tokenizers.LONGEST)

    def test_moodtape_imports_it_with_the_same_ids(self) -> None:
        bundle = self.folder / "bundle"
        start = checkpoint(self.folder / "start")
        moodtape = ROOT / "dist/cli/main.js"
        if not moodtape.exists():
            self.skipTest("npm run build makes what this test runs")
        subprocess.run(["node", moodtape, "import", start, "--out", bundle], check=True, stdout=subprocess.DEVNULL)
        short = [text for text in texts() if len(text) < 30]
        asked = ["node", "--input-type=module", "-e", IDS, bundle, json.dumps(short)]
        answer = subprocess.run(asked, check=True, cwd=ROOT, stdout=subprocess.PIPE).stdout
        self.assertEqual(json.loads(answer), [trained_tokenizer().encode(text).ids for text in short])
