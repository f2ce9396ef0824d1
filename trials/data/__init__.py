"""Readers, checks, splits, tokenization and batches: from files to arrays, without torch."""

from trials.data.columns import (
    BETWEEN,
    PLAIN,
    ROW_FORM,
    TEXT_NAMES,
    RowForm,
    has_column,
    lacks_field,
    pair_of,
    read_row_form,
    write_row_form,
)
from trials.data.corpora import CORPORA
from trials.data.dataset import EncodedDataset, EncodedSplit, SoftTargets, Split, TextDataset, TrialData
from trials.data.dataset_traits import DatasetTraits, describe
from trials.data.division import split_off
from trials.data.fold_split import Fold, all_labels, division_of, folds_of, texts_of
from trials.data.load import load_dataset
from trials.data.options import DataOptions
from trials.data.quality import ALLOWABLE_CODES
from trials.data.special_tokens import END, MASK, PADDING, PADDING_ID, SPECIAL_TOKENS, START, UNKNOWN
from trials.data.split_names import TEST, TRAIN, VALIDATION, names_by_split
from trials.data.stages import Stage, stages_of
from trials.data.subsample import both_splits, chosen_rows, first_look, sampled, stratified_sample
from trials.data.unlabeled import read_unlabeled, without_known
from trials.data.what_was_read import SPLITTING, WhatWasRead

__all__ = [
    "ALLOWABLE_CODES",
    "BETWEEN",
    "CORPORA",
    "END",
    "MASK",
    "PADDING",
    "PADDING_ID",
    "PLAIN",
    "ROW_FORM",
    "SPECIAL_TOKENS",
    "SPLITTING",
    "START",
    "TEST",
    "TEXT_NAMES",
    "TRAIN",
    "UNKNOWN",
    "VALIDATION",
    "DataOptions",
    "DatasetTraits",
    "EncodedDataset",
    "EncodedSplit",
    "Fold",
    "RowForm",
    "SoftTargets",
    "Split",
    "Stage",
    "TextDataset",
    "TrialData",
    "WhatWasRead",
    "all_labels",
    "both_splits",
    "chosen_rows",
    "describe",
    "division_of",
    "first_look",
    "folds_of",
    "has_column",
    "lacks_field",
    "load_dataset",
    "names_by_split",
    "pair_of",
    "read_row_form",
    "read_unlabeled",
    "sampled",
    "split_off",
    "stages_of",
    "stratified_sample",
    "texts_of",
    "without_known",
    "write_row_form",
]
