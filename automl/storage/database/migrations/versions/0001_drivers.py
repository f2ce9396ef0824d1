"""Drivers that share a study, and their claims; studies of 0.1.0 get an identity.

Revision ID: 0001
Revises: nothing: version 0.1.0 had no tables of its own
"""

import json
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create our first tables."""
    op.create_table(
        "automl_studies",
        sa.Column("study_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("next_driver", sa.Integer(), nullable=False),
    )
    op.create_table(
        "automl_drivers",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("study_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("boot_id", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("pid_started", sa.Text(), nullable=False),
        sa.Column("workspace", sa.Text(), nullable=False),
        sa.Column("beat", sa.BigInteger(), nullable=False),
        sa.Column("stop_requested", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
    )
    op.create_index("ix_automl_drivers_study_id", "automl_drivers", ["study_id"])
    op.create_table(
        "automl_claims",
        sa.Column("trial_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("driver_id", sa.String(32), nullable=False),
    )
    op.create_index("ix_automl_claims_driver_id", "automl_claims", ["driver_id"])
    op.create_table("automl_creations", sa.Column("study_name", sa.String(512), primary_key=True))
    _name_studies()


def downgrade() -> None:
    """Drop them; a study only loses the record of its drivers."""
    for name in ("automl_creations", "automl_claims", "automl_drivers", "automl_studies"):
        op.drop_table(name)


def _name_studies() -> None:
    """Give every study of `automl` a UUID, which 0.1.0 did not write."""
    attributes = sa.table("study_user_attributes", *map(sa.column, ("study_id", "key", "value_json")))

    def studies_with(key: str) -> sa.Select[tuple[int]]:
        return sa.select(attributes.c.study_id).where(attributes.c.key == key)

    connection = op.get_bind()
    nameless = studies_with("automl.experiment").where(attributes.c.study_id.not_in(studies_with("automl.uuid")))
    for study_id in connection.scalars(nameless).all():
        row = {"study_id": study_id, "key": "automl.uuid", "value_json": json.dumps(uuid4().hex)}
        connection.execute(attributes.insert().values(row))
