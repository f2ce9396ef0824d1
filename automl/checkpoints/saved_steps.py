"""Record of the step at which a trial's files were saved, which the files themselves do not contain."""

import json
from contextlib import suppress
from pathlib import Path

from automl.checkpoints.remote_store import FileKind


class SavedSteps:
    """The saved steps of a study's trials, one JSON file for each trial.

    Args:
        folder: the folder of the JSON files, which is created on the first write.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, number: int, kind: FileKind) -> int | None:
        """Return the step at which a trial's model or training state was saved.

        Args:
            number: number of the trial.
            kind: model or training state.

        Returns:
            The step; None if it is unknown.
        """
        step = self._read(number).get(kind)
        return step if isinstance(step, int) else None

    def note(self, number: int, *kinds: FileKind, step: int) -> None:
        """Record that files were saved. If the record cannot be written, the trial's steps become unknown.

        Args:
            number: number of the trial.
            *kinds: model, training state, or both.
            step: step of the trial's budget at which they were saved.
        """
        file = self._file(number)
        noted: dict[str, object] = {**self._read(number), **{kind.value: step for kind in kinds}}
        new = file.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            new.write_text(json.dumps(noted), encoding="utf-8")
            new.replace(file)
        except OSError:
            self.forget(number)

    def forget(self, number: int) -> None:
        """Delete the record of trial `number`."""
        with suppress(OSError):
            self._file(number).unlink(missing_ok=True)

    def _read(self, number: int) -> dict[str, object]:
        try:
            found = json.loads(self._file(number).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _file(self, number: int) -> Path:
        return self._folder / f"{number:05d}.json"
