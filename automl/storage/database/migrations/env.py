"""Runs our migrations on the connection, and in the transaction, that Alembic is given."""

from alembic import context

from automl.storage.database.tables import OURS, VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=OURS,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
