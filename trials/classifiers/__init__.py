"""Classifiers as folders: how each kind is written, loaded, and measured in use.

Names are imported lazily, because a linear model needs no torch.
"""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from trials.classifiers.ensemble import KIND as ENSEMBLE
    from trials.classifiers.ensemble import MEMBERS, save_ensemble
    from trials.classifiers.graph import Graph, graph_of
    from trials.classifiers.loaders import load
    from trials.classifiers.measure_serving import measure, milliseconds
    from trials.classifiers.model_checkpoint import ModelCheckpoint, build_tokenizer
    from trials.classifiers.onnx_classifier import GRAPH, INPUTS, TOKENIZER
    from trials.classifiers.onnx_classifier import KIND as ONNX
    from trials.classifiers.onnx_writer import (
        narrowing_products,
        require_onnx,
        write_graph,
        write_int8,
        write_parts,
    )
    from trials.classifiers.reading_file import pair_read_by
    from trials.classifiers.requirements import pinned, requirements_of
    from trials.classifiers.soup import save_soup
    from trials.classifiers.subnet import load_subnet
    from trials.classifiers.timed_texts import latency_texts
    from trials.classifiers.token_attributions import TokenAttributions, attribute_tokens
    from trials.classifiers.transformer import TransformerClassifier

__all__ = [
    "ENSEMBLE",
    "GRAPH",
    "INPUTS",
    "MEMBERS",
    "ONNX",
    "TOKENIZER",
    "Graph",
    "ModelCheckpoint",
    "TokenAttributions",
    "TransformerClassifier",
    "attribute_tokens",
    "build_tokenizer",
    "graph_of",
    "latency_texts",
    "load",
    "load_subnet",
    "measure",
    "milliseconds",
    "narrowing_products",
    "pair_read_by",
    "pinned",
    "require_onnx",
    "requirements_of",
    "save_ensemble",
    "save_soup",
    "write_graph",
    "write_int8",
    "write_parts",
]

__getattr__ = lazy_window(__name__)
