"""The body of a request, with the limits of the service, so that the page about it tells them."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, create_model, model_validator
from pydantic_core import PydanticCustomError

from automl.serving.limits import Limits
from trials.data import RowForm


class ClassRequest(BaseModel):
    """What may be asked of a model that gives each text one label, beside what it reads."""

    model_config = ConfigDict(extra="forbid")

    probabilities: bool = Field(default=False, description="Give the probability of each label, too.")
    sets: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        examples=[0.9],
        description="Give a set of labels, too, that has the true one with this probability. It needs what `automl "
        "decide` writes beside the model.",
    )


class LabelSetRequest(BaseModel):
    """What may be asked of a model that gives each text the labels that reach their thresholds."""

    model_config = ConfigDict(extra="forbid")

    probabilities: bool = Field(default=False, description="Give the probability of each label, too.")
    sets: ClassVar[float | None] = None


class NumberRequest(BaseModel):
    """What may be asked of a model that gives numbers, beside what it reads."""

    model_config = ConfigDict(extra="forbid")

    probabilities: ClassVar[bool] = False
    sets: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        examples=[0.9],
        description="Give an interval, too, that has the true number with this probability. It needs what `automl "
        "decide` writes beside the model.",
    )

    @model_validator(mode="before")
    @classmethod
    def _has_no_probabilities(cls, sent: Any) -> Any:
        """Refuse what only labels have, and pass over a client that says it does not want it."""
        if not isinstance(sent, dict) or "probabilities" not in sent:
            return sent
        if sent["probabilities"] is not False:
            raise PydanticCustomError(
                "no_probabilities", "probabilities must be left out: the model gives each text a number, which has none"
            )
        return {name: value for name, value in sent.items() if name != "probabilities"}


def request_class(options: type[BaseModel], form: RowForm | None, limits: Limits) -> type[BaseModel]:
    """Return the body of a request: `texts`, or `rows` for a model that asks for columns.

    Args:
        options: what may be asked beside them: `ClassRequest`, `LabelSetRequest` or `NumberRequest`.
        form: the form of the rows; None: the model reads texts alone.
        limits: what requests may cost.
    """
    count: dict[str, Any] = {"min_length": 1, "max_length": limits.texts}
    if form is None:
        text = Annotated[str, Field(max_length=limits.characters)]
        return create_model("Request", __base__=options, texts=(Annotated[list[text], Field(**count)], ...))
    description = f"Rows with the columns {', '.join(form.columns)}; cells may be null."
    rows = Annotated[list[dict[str, JsonValue]], Field(**count, description=description)]
    return create_model("Request", __base__=options, rows=(rows, ...))
