"""At which step of a trial its files were saved: they do not say, and another driver may have gone on since."""

import json
from contextlib import suppress
from pathlib import Path

from automl.checkpoints.remote_store import FileKind


class SavedSteps:
    """Notes in `folder`, one file for each trial. Of files that were saved before there were notes nothing is known."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def of(self, number: int, kind: FileKind) -> int | None:
        """The step of a trial's model or training state; None where nothing is known."""
        step = self._read(number).get(kind)
        return step if isinstance(step, int) else None

    def note(self, number: int, *kinds: FileKind, step: int) -> None:
        """Notes that these were saved at `step`. Where that cannot be written, nothing is known any more."""
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
        """Nothing is known of a trial any more."""
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
