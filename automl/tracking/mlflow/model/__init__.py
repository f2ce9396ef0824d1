"""The winner as an MLflow model: what is in it, how it is logged, and the Model Registry."""

from automl.tracking.mlflow.model.contents import write_model
from automl.tracking.mlflow.model.data_input import data_input
from automl.tracking.mlflow.model.handed_over import register_handed_over
from automl.tracking.mlflow.model.logged_model import log_model
from automl.tracking.mlflow.model.registry import register

__all__ = ["data_input", "log_model", "register", "register_handed_over", "write_model"]
