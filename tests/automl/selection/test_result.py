from automl.selection.result import Scores


def test_only_cross_validated_scores_have_deviations_and_only_of_what_was_measured() -> None:
    plain = Scores({"macro_f1": 0.9}, {"macro_f1": 0.8})
    assert plain.deviation("macro_f1") is None
    folded = Scores({"macro_f1": 0.9}, {"macro_f1": 0.8, "latency_ms": 5.0}, {"macro_f1": 0.0})
    assert folded.deviation("macro_f1") == 0.0
    assert folded.deviation("latency_ms") is None
