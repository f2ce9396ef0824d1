import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from automl.storage.database.database import Database
from automl.storage.database.tables import STUDIES
from automl.storage.database.upsert import insert


def test_a_row_that_is_there_is_kept_or_replaced_as_the_caller_says(storage_url):
    database = Database(storage_url)

    def write(connection):
        row = {"study_id": 1, "next_driver": 5}
        statement = insert(connection.dialect.name, STUDIES).values(row)
        connection.execute(statement)
        connection.execute(statement.values(next_driver=6).on_conflict_do_nothing())
        kept = connection.scalar(select(STUDIES.c.next_driver))
        newer = statement.values(next_driver=7)
        update = {"next_driver": newer.excluded.next_driver}
        connection.execute(newer.on_conflict_do_update(index_elements=["study_id"], set_=update))
        return kept, connection.scalar(select(STUDIES.c.next_driver))

    assert database.run(write) == (5, 7)
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.execute(insert(connection.dialect.name, STUDIES).values(study_id=1, next_driver=8))
    database.close()
