"""Reports about a study: tables, summaries, the model card, the linear baseline."""

from automl.report.data_read import EXAMPLE_TEXTS, data_card, data_facts, data_lines, example_inputs
from automl.report.formatting import (
    changed,
    described,
    format_energy,
    format_measure,
    format_score,
    format_seconds,
    format_value,
    short_names,
)
from automl.report.linear_baseline import BASELINE, Baseline, linear_baseline
from automl.report.model_card import model_card
from automl.report.no_winner import why_no_winner
from automl.report.reference import Reference, reference_of
from automl.report.result_json import Json, also_confirmed, count_ends, winner_facts
from automl.report.summary import summary, summary_json
from automl.report.tables import space_table, spaces_table, studies_table
from automl.report.trials import TrialChoice, rows_as_csv, study_as_json, study_view, trial_rows, wide_view
from automl.report.wording import handed_over_name, listed_trials, sample_sentence, verdict

__all__ = [
    "BASELINE",
    "EXAMPLE_TEXTS",
    "Baseline",
    "Json",
    "Reference",
    "TrialChoice",
    "also_confirmed",
    "changed",
    "count_ends",
    "data_card",
    "data_facts",
    "data_lines",
    "described",
    "example_inputs",
    "format_energy",
    "format_measure",
    "format_score",
    "format_seconds",
    "format_value",
    "handed_over_name",
    "linear_baseline",
    "listed_trials",
    "model_card",
    "reference_of",
    "rows_as_csv",
    "sample_sentence",
    "short_names",
    "space_table",
    "spaces_table",
    "studies_table",
    "study_as_json",
    "study_view",
    "summary",
    "summary_json",
    "trial_rows",
    "verdict",
    "why_no_winner",
    "wide_view",
    "winner_facts",
]
