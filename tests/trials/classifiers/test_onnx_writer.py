"""Which weights stay in fp32. The export of a whole model is in test_export_model.py."""

import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from trials.classifiers.onnx_writer import narrowing_products, require_onnx, write_int8
from trials.errors import ClassifierError


@pytest.fixture
def feed_forward(tmp_path: Path) -> Path:
    """A layer that widens 8 to 64, and one that narrows that to 8 again."""
    draw = np.random.default_rng(0)
    weights = {"wide": draw.normal(size=(8, 64)), "narrow": draw.normal(size=(64, 8))}
    values = [numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()]
    nodes = [
        helper.make_node("MatMul", ["x", "wide"], ["h"], name="widens"),
        helper.make_node("MatMul", ["h", "narrow"], ["y"], name="narrows"),
    ]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", 8]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.save(model, tmp_path / "model.onnx")
    return tmp_path / "model.onnx"


def test_products_after_an_activation_can_keep_fp32(feed_forward: Path, tmp_path: Path) -> None:
    assert narrowing_products(feed_forward) == ("narrows",)
    for in_fp32, kept in (((), 0), (("narrows",), 1)):
        write_int8(feed_forward, tmp_path / "int8.onnx", in_fp32)
        graph = onnx.load(tmp_path / "int8.onnx").graph
        assert sum(node.op_type == "MatMul" for node in graph.node) == kept
        scales = [value for value in graph.initializer if value.name.startswith("wide") and "scale" in value.name]
        assert [tuple(scale.dims) for scale in scales] == [(64,)], "one for each output"


def test_a_package_that_is_missing_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    require_onnx()
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ClassifierError, match="onnxscript is not installed: pip install"):
        require_onnx()
