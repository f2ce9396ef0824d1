"""Which trials this process holds at the moment, so that nothing here waits for its own locks."""


class Fences:
    """Trials whose claims are held, by id, and whether each is to be put back when it is let go."""

    def __init__(self) -> None:
        self._requeued: dict[int, bool] = {}

    def enter(self, trial_id: int) -> None:
        """The claim is held from now on."""
        self._requeued[trial_id] = False

    def defer_requeue(self, trial_id: int) -> bool:
        """Leaves putting the trial back to whoever holds it. False: nobody here does."""
        if trial_id not in self._requeued:
            return False
        self._requeued[trial_id] = True
        return True

    def leave(self, trial_id: int) -> bool:
        """The claim is let go. True: now put the trial back."""
        return self._requeued.pop(trial_id)
