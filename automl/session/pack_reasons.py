"""Why the trials of a search cannot be trained together."""

from automl.config import GRID, PBT, SearchSection


def why_alone(search: SearchSection, gpus: float = 0.0) -> str:
    """Return why no trial of such a search can be a member of a pack, for the user; empty if some can.

    Args:
        search: the settings of the search.
        gpus: GPUs of each trial.
    """
    if gpus > 1:
        return f"trials on several GPUs (resources.gpus_per_trial {gpus:g})"
    if search.folds is not None:
        return "cross-validated trials (search.folds)"
    if search.sampler == GRID:
        return f"the trials of a grid (search.sampler {GRID!r})"
    if search.pruner == PBT:
        return f"the trials of a population (search.pruner {PBT!r})"
    return ""
