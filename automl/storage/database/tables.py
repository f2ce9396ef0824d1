"""Our tables, and those columns of Optuna's tables in the same database that we read and write ourselves.

There are no foreign keys to Optuna's tables, so that its own tools can delete a study. Rows that remain in ours are
removed when the next study is created, because its id may be reused.
"""

from optuna.trial import TrialState
from sqlalchemy import BigInteger, Boolean, Column, DateTime, Enum, Float, Index, Integer, MetaData, String, Table, Text

OURS = MetaData()
VERSION_TABLE = "automl_alembic_version"

STUDIES = Table(
    "automl_studies",
    OURS,
    Column("study_id", Integer, primary_key=True, autoincrement=False),
    Column("next_driver", Integer, nullable=False),
)
"""One row for each study that was ever searched. The lock on this row is the study's lock."""

DRIVERS = Table(
    "automl_drivers",
    OURS,
    Column("id", String(32), primary_key=True),
    Column("study_id", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("host", Text, nullable=False),
    Column("boot_id", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("pid_started", Text, nullable=False),
    Column("workspace", Text, nullable=False),
    Column("beat", BigInteger, nullable=False),
    Column("stop_requested", Boolean, nullable=False),
    Column("started_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Index("ix_automl_drivers_study_id", "study_id"),
)
"""Every driver that a study has had. The times are in UTC, and only for display: clocks are never compared."""

CLAIMS = Table(
    "automl_claims",
    OURS,
    Column("trial_id", Integer, primary_key=True, autoincrement=False),
    Column("driver_id", String(32), nullable=False),
    Index("ix_automl_claims_driver_id", "driver_id"),
)
"""The driver that each running trial belongs to."""

CREATIONS = Table(
    "automl_creations",
    OURS,
    Column("study_name", String(512), primary_key=True),
)
"""Names of the studies whose creation has started and not finished."""

OPTUNAS = MetaData()

VALUE_KINDS = ("FINITE", "INF_POS", "INF_NEG")
"""Types of a value: a number, or NULL with one of the other types."""

OPTUNA_STUDIES = Table("studies", OPTUNAS, Column("study_id", Integer), Column("study_name", String(512)))
TRIALS = Table(
    "trials",
    OPTUNAS,
    Column("trial_id", Integer),
    Column("study_id", Integer),
    Column("number", Integer),
    Column("state", Enum(TrialState)),
    Column("datetime_start", DateTime),
    Column("datetime_complete", DateTime),
)
TRIAL_PARAMETERS = Table(
    "trial_params",
    OPTUNAS,
    Column("trial_id", Integer),
    Column("param_name", String(512)),
    Column("param_value", Float),
    Column("distribution_json", Text),
)
TRIAL_VALUES = Table(
    "trial_values",
    OPTUNAS,
    Column("trial_id", Integer),
    Column("objective", Integer),
    Column("value", Float),
    Column("value_type", Enum(*VALUE_KINDS, name="trialvaluetype")),
)
INTERMEDIATE_VALUES = Table(
    "trial_intermediate_values",
    OPTUNAS,
    Column("trial_id", Integer),
    Column("step", Integer),
    Column("intermediate_value", Float),
    Column("intermediate_value_type", Enum(*VALUE_KINDS, "NAN", name="trialintermediatevaluetype")),
)


def _attributes(name: str, owner: str) -> Table:
    return Table(name, OPTUNAS, Column(owner, Integer), Column("key", String(512)), Column("value_json", Text))


SYSTEM_ATTRIBUTES = _attributes("trial_system_attributes", "trial_id")
TRIAL_ATTRIBUTES = _attributes("trial_user_attributes", "trial_id")
STUDY_ATTRIBUTES = _attributes("study_user_attributes", "study_id")
