"""The files for Kubernetes and Slurm, as far as they can be held against something without either."""

import subprocess
from pathlib import Path

import ray
import yaml

DOCS = Path(__file__).parents[2] / "docs"


def test_the_manifest_is_of_the_ray_that_we_test_with_and_asks_for_its_token():
    spec = yaml.safe_load((DOCS / "kubernetes.yaml").read_text())["spec"]
    cluster = spec["rayClusterSpec"]
    assert cluster["rayVersion"] == ray.__version__
    assert cluster["authOptions"]["mode"] == "token"
    assert spec["entrypoint"].split()[:2] == ["automl", "search"]


def test_no_pod_of_the_manifest_runs_as_root_and_none_has_a_password_in_clear():
    text = (DOCS / "kubernetes.yaml").read_text()
    cluster = yaml.safe_load(text)["spec"]["rayClusterSpec"]
    pods = [cluster["headGroupSpec"], *cluster["workerGroupSpecs"]]
    assert all(pod["template"]["spec"]["securityContext"]["runAsNonRoot"] for pod in pods)
    variables = [each for pod in pods for each in pod["template"]["spec"]["containers"][0].get("env", ())]
    secret = {each["name"] for each in variables if "valueFrom" in each}
    assert {"AUTOML_STORAGE_URL", "MLFLOW_TRACKING_PASSWORD"} <= secret


def test_the_script_for_slurm_is_a_shell_script():
    checked = subprocess.run(["bash", "-n", DOCS / "slurm.sh"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
