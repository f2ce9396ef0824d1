"""Operations on a study other than the search: stop it, retry trials, register its model, delete it."""

from automl.commands.active_drivers import certainly_living, living
from automl.commands.delete import delete, survey
from automl.commands.register import register
from automl.commands.retry import retry
from automl.commands.stop import stop
from automl.commands.study_locations import tracked_at

__all__ = ["certainly_living", "delete", "living", "register", "retry", "stop", "survey", "tracked_at"]
