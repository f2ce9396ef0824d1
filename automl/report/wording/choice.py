"""The sentence that says which trial is handed over, and why."""

from automl.report.formatting import format_score
from automl.selection import Choice, Evidence, Winner
from search_spaces import ALGORITHM


def choice_sentence(winner: Winner) -> str:
    """Return the sentence that says which model is handed over, and why; empty if there was nothing to choose."""
    choice = winner.choice
    if choice is None or choice.default is None or not winner.goals.are_plain:
        return ""
    is_single = winner.ensemble is None and winner.beside is None
    what = "Handed over is" if is_single else "The best single model is"
    if winner.soup is not None:
        what = "The best trial is"
    name = f"the {default_name(winner)}" if choice.chosen == choice.default else f"trial {choice.chosen}"
    return f"{what} {name}{_why(winner, choice)}."


def default_name(winner: Winner) -> str:
    """Return what the best untuned default is called, such as `default (trial 1, probe)`."""
    params = {} if winner.default_trial is None else winner.default_trial.params
    algorithm = params.get(ALGORITHM)
    return f"default (trial {winner.default_number}{'' if algorithm is None else f', {algorithm}'})"


def _why(winner: Winner, choice: Choice) -> str:
    """Return the reason, which follows the name of the model that was chosen."""
    where = "over the folds" if winner.trial.folds else "on the validation rows"
    if choice.best == choice.default:
        return "" if winner.confirmation is not None else f": no other trial scored better {where}"
    if choice.evidence is None:
        return f", which has the best {winner.goals.first.name} {where}"
    default, evidence = default_name(winner), choice.evidence
    if choice.margin == 0:
        return f", which leads the {default} in {_gain(winner, evidence, where)}; search.margin is 0"
    if not choice.passes_over:
        return f": it leads the {default} in {_lead(winner, evidence, where)}"
    who, whom = f"trial {choice.best}", "it"
    if choice.of_chosen is not None:
        whom = f"the {default}"
        is_changed = winner.confirmation is not None and winner.confirmation.has_changed
        who = f"Trial {choice.best}, whose {'mean' if is_changed else 'score'} is the best,"
    best = f"{who} is no better than {whom} in {winner.goals.first.name} {where}"
    rest = "--set search.margin=0 hands it over in any case"
    if evidence.gain > 0:
        lead = _lead(winner, evidence, where)
        best = f"{who} leads {whom} in {lead}, and must lead by more than {choice.margin:g}"
    if choice.of_chosen is None:
        return f": {best}. {rest}"
    return f": it leads the {default} in {_lead(winner, choice.of_chosen, where)}. {best}. {rest}"


def _lead(winner: Winner, evidence: Evidence, where: str) -> str:
    """Return by how much a trial leads the default in the metric and in the loss, and how sure that is."""
    gain, loss = _gain(winner, evidence, where), winner.task.loss_metric
    errors = f"{evidence.errors:.2f} standard errors of such a difference"
    if winner.goals.first.name == loss:
        return f"{gain}, {errors}"
    change = "better" if evidence.loss_gain >= 0 else "worse"
    return f"{gain}, with a {loss} that is {change} by {format_score(abs(evidence.loss_gain))}, together {errors}"


def _gain(winner: Winner, evidence: Evidence, where: str) -> str:
    if evidence.divisions > 1:
        where = f"in the mean over {evidence.divisions} divisions of the rows"
    return f"{winner.goals.first.name} by {format_score(evidence.gain)} {where}"
