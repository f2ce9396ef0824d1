"""The fields about data of an experiment, as frozen data."""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from automl.config.field_types import (
    AllRows,
    Auto,
    ColumnNames,
    Count,
    File,
    Names,
    Seed,
    Share,
    Source,
    TaskName,
    Text,
    TokenCount,
)
from automl.sources import idle_options, source_problems
from trials.data.readers import ReadOptions


class Section(BaseModel):
    """A group of fields. It is frozen, and rejects unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class DataSection(Section):
    """Location of the labelled text, and how it is split."""

    source: Source = Field(
        description="A named corpus, a data file, a folder, a data set of the Hugging Face hub "
        "(hf://organization/name) or, with sql, the SQLAlchemy URL of a database."
    )
    sql: Text | None = Field(
        default=None, description="The query that gives the rows, if the source is the URL of a database."
    )
    text: ColumnNames = Field(
        default=(),
        description="The column of texts, or several that are joined with their names; detected if there is only one "
        "candidate. A path such as messages.0.content names a field inside JSON cells.",
    )
    label: ColumnNames = Field(
        default=(),
        description="The column of labels, detected if there is only one candidate; or several columns of 0 and 1, one "
        "for each label.",
    )
    task: TaskName = Field(
        default="auto",
        description="What the labels are: one class a text (single-label), any number of them (multi-label), one of "
        "several ordered classes (ordinal) or a number (regression); classes by the cells of the labels if auto.",
    )
    order: Names = Field(
        default=(),
        description="Ordered classes from low to high, such as [low, medium, high]; by value if they are numbers.",
    )
    label_separator: Text | None = Field(
        default=None, description="What stands between several labels in a cell, such as '|'; detected if absent."
    )
    also: ColumnNames = Field(
        default=(),
        description="Columns of categories or numbers that are read beside the text: as words before it, and as "
        "features in linear models and probes.",
    )
    split: Text | None = Field(default=None, description="The column that says which split a row belongs to.")
    encoding: Text | None = Field(default=None, description="The encoding of text files; detected if absent.")
    delimiter: Text | None = Field(
        default=None, description="The character between the cells of delimited files, or tab; detected if absent."
    )
    header: bool | None = Field(
        default=None,
        description="Whether the first row has the names of the columns; without it they are 1, 2, 3, ... If absent, a "
        "first row that looks like data is refused.",
    )
    sheet: Text | None = Field(default=None, description="The sheet of a workbook, if several have content.")
    group: Text | None = Field(
        default=None, description="A column, such as the author, whose equal values stay on one side of every split."
    )
    time: Text | None = Field(
        default=None, description="A column of dates or numbers: later rows are held out from training."
    )
    validation: File | None = Field(default=None, description="A file of validation rows, beside the source.")
    test: File | None = Field(default=None, description="A file of test rows, beside the source.")
    unlabeled: Source | None = Field(
        default=None, description="Texts without labels, for pretraining: a corpus, a data file or a folder."
    )
    corrections: File | None = Field(
        default=None, description="A file with the columns text and correction (a label, or drop), as of automl errors."
    )
    validation_share: Share = Field(
        default=0.15, description="Share of rows split off for validation if no validation rows are given."
    )
    test_share: Share = Field(
        default=0.15, description="Share of rows split off for the test if no test rows are given."
    )
    seed: Seed = Field(default=0, description="Seed of the split.")
    merge_labels: bool = Field(
        default=False,
        description="Take labels that differ only in case, form of characters or number format for one class.",
    )
    drop_near_duplicates: bool = Field(
        default=False, description="Leave out training rows that nearly repeat a validation or test row."
    )
    search_rows: Count | AllRows | Auto = Field(
        default="auto",
        description="Training rows that the search uses: the number of a stratified sample, all, or auto: all, unless "
        "the time budget is too short for them.",
    )
    max_length: TokenCount | Auto = Field(default="auto", description="Tokens at which a text is cut.")
    allow: Names = Field(default=(), description="Codes of blocking findings about the data that are accepted.")

    @model_validator(mode="after")
    def _leaves_rows_to_train_on(self) -> Self:
        if (total := self.validation_share + self.test_share) >= 1:
            raise ValueError(f"data.validation_share and data.test_share must sum to less than 1, not {total:g}")
        return self

    @model_validator(mode="after")
    def _has_a_query_for_a_database(self) -> Self:
        if (problem := source_problems(self.source, self.sql)) is not None:
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _says_how_files_are_read_only_of_files(self) -> Self:
        has_files = any(file is not None for file in (self.validation, self.test, self.unlabeled))
        problem = idle_options(self.source, ReadOptions(self.encoding, self.delimiter, self.header, self.sheet))
        if problem is not None and not has_files:
            raise ValueError(problem)
        return self

    @model_validator(mode="after")
    def _splits_by_one_rule(self) -> Self:
        if self.group is not None and self.time is not None:
            raise ValueError("data.group and data.time exclude each other: rows are split by one of them")
        return self
