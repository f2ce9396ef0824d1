"""An environment for each contender, because their requirements contradict each other."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

TORCH = "torch==2.13.0"


@dataclass(frozen=True)
class Contender:
    """One row of the league table.

    Attributes:
        title: its name in the table.
        packages: what its environment needs; empty: the environment of this project.
        has_budget: whether it has a time budget; others take the time that they take.
    """

    title: str
    packages: tuple[str, ...] = ()
    has_budget: bool = True


CONTENDERS: dict[str, Contender] = {
    "ours": Contender("this project, default command"),
    "autointent": Contender(
        "AutoIntent, classic-medium", ("autointent[transformers,sentence-transformers]==0.4.0", TORCH)
    ),
    "flaml": Contender("FLAML, seq-classification", ("flaml[automl,hf]==2.7.0", TORCH)),
    "bertuner": Contender("BERTuner, one trial", ("bertuner==0.2.4", TORCH), has_budget=False),
    "trainer": Contender("HF Trainer, its defaults", has_budget=False),
    "tfidf": Contender("TF-IDF + logistic regression", has_budget=False),
}


def python_of(name: str, folder: Path) -> Path:
    """Return the interpreter of a contender; its environment is made in `folder` if there is none yet."""
    packages = CONTENDERS[name].packages
    if not packages:
        return Path(sys.executable)
    environment = folder / name
    python, done = environment / "bin" / "python", environment / "installed.txt"
    if not done.exists() or done.read_text() != "\n".join(packages):
        print(f"  Making an environment for {name} in {environment}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([python, "-m", "pip", "install", "-qq", *packages], check=True)
        done.write_text("\n".join(packages))
    return python
