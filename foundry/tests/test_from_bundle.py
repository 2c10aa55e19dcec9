import sys
from unittest import mock

import torch
from safetensors.torch import load_file

from foundry import from_bundle
from foundry.encoder import load

from .tiny import ROOT, InFolder


class FromBundleTest(InFolder):
    def test_every_weight_of_the_default_model_finds_its_place(self) -> None:
        bundle = ROOT / "models/default"
        with mock.patch.object(sys, "argv", ["from_bundle", "--bundle", str(bundle), "--out", str(self.folder)]):
            from_bundle.main()
        named = {name.removeprefix("bert.") for name in load_file(self.folder / "model.safetensors")}
        bert, tensors = load(self.folder).bert, load_file(bundle / "weights.safetensors")
        self.assertEqual(named, set(bert.state_dict()))
        up = bert.state_dict()["encoder.layer.3.intermediate.dense.weight"]
        self.assertTrue(torch.equal(up, tensors["layer.3.ffn.up.weight"].T.float()))
        norm = bert.state_dict()["encoder.layer.0.output.LayerNorm.weight"]
        self.assertTrue(torch.equal(norm, tensors["layer.0.ffn.norm.gain"].float()))
