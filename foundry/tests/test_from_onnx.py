import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper

from foundry.encoder import load
from foundry.from_onnx import in_lower_case, shape_of, weights

from .tiny import InFolder, checkpoint


class FromOnnxTest(InFolder):
    def test_linear_maps_get_their_names_and_their_way_back(self) -> None:
        bert = load(checkpoint(self.folder / "start")).bert
        tensors, nodes = [], []
        for name, tensor in bert.state_dict().items():
            turned = tensor.ndim == 2 and name.startswith("encoder.")
            stored = f"onnx::MatMul_{len(nodes)}" if turned else name
            array = np.ascontiguousarray(tensor.T if turned else tensor)
            tensors.append(numpy_helper.from_array(array, stored))
            if turned:
                path = "/" + name.removesuffix(".weight").replace("layer.", "layer#").replace(".", "/").replace("#", ".")
                nodes.append(helper.make_node("MatMul", ["x", stored], [f"y{len(nodes)}"], f"{path}/MatMul"))
        value = helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
        found = weights(helper.make_model(helper.make_graph(nodes, "bert", [value], [], tensors)))
        self.assertEqual(shape_of(found, heads=2), load(self.folder / "start").shape)
        for name, tensor in bert.state_dict().items():
            self.assertTrue(torch.equal(torch.from_numpy(found[name].copy()), tensor), name)

    def test_a_vocabulary_without_capitals_lowers_them(self) -> None:
        def lowered(*words: str) -> bool:
            vocab = {word: id for id, word in enumerate(["[UNK]", *words])}
            return in_lower_case({"normalizer": {"lowercase": False}, "model": {"vocab": vocab}})["normalizer"]["lowercase"]

        self.assertTrue(lowered("ipo", "涨"))
        self.assertFalse(lowered("IPO", "涨"))
