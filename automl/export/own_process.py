"""Sets up a process that serves no other purpose than to run a model."""

import sys


def set_up_own_process() -> None:
    """Let this process compute as a trial does, if the model that it has loaded needs torch.

    It keeps freed memory, treats denormal numbers as 0, and on a GPU uses an attention that makes no plan for each
    length of texts. These are settings of the whole process, so a program of the user's is left as it is.
    """
    if "torch" not in sys.modules:
        return
    from trials.hardware import set_up_process  # noqa: PLC0415 - imports torch

    set_up_process()
