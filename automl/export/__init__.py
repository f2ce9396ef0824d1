"""Models as files: export, scoring and prediction. Names are imported lazily, because models need torch."""

from typing import TYPE_CHECKING

from search_spaces.lazy_window import lazy_window

if TYPE_CHECKING:
    from automl.export.docker_folder import image_of, write_docker_folder
    from automl.export.explanations import MOST_SPANS, Explanation, WordWeight, explain, explain_tokens
    from automl.export.export_model import CARD_FILE, describe, hand_over, trained_task
    from automl.export.labelling import LabelSets, check_labelling, label_sets_of, numbers_of
    from automl.export.load_model import load_classifier, model_thresholds
    from automl.export.onnx import MOST_LOST, OnnxExport, export_notes, export_onnx, export_table
    from automl.export.output_folder import replaceable
    from automl.export.own_process import set_up_own_process
    from automl.export.prediction import label_rows, predict
    from automl.export.prediction_writers import check_target, open_writer
    from automl.export.push_model import push
    from automl.export.row_form import check_fields, model_form, require_columns
    from automl.export.score_model import ModelScores, score, validation_scores
    from automl.export.text_source import ScoreElsewhere, TextSource

__all__ = [
    "CARD_FILE",
    "MOST_LOST",
    "MOST_SPANS",
    "Explanation",
    "LabelSets",
    "ModelScores",
    "OnnxExport",
    "ScoreElsewhere",
    "TextSource",
    "WordWeight",
    "check_fields",
    "check_labelling",
    "check_target",
    "describe",
    "explain",
    "explain_tokens",
    "export_notes",
    "export_onnx",
    "export_table",
    "hand_over",
    "image_of",
    "label_rows",
    "label_sets_of",
    "load_classifier",
    "model_form",
    "model_thresholds",
    "numbers_of",
    "open_writer",
    "predict",
    "push",
    "replaceable",
    "require_columns",
    "score",
    "set_up_own_process",
    "trained_task",
    "validation_scores",
    "write_docker_folder",
]

__getattr__ = lazy_window(__name__)
