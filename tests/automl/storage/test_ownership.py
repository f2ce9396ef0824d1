import os
import signal
import subprocess
import sys

import pytest

from automl.errors import UsageError
from automl.storage.ownership import sole_driver

HOLD = "import sys, time\nfrom pathlib import Path\nfrom automl.storage.ownership import sole_driver\n" + (
    "with sole_driver('s', Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
)


def test_a_second_driver_is_refused_until_the_first_one_dies(tmp_path):
    with subprocess.Popen([sys.executable, "-c", HOLD, tmp_path], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="another process searches it"), sole_driver("s", tmp_path):
            pass
        os.kill(holder.pid, signal.SIGKILL)
    with sole_driver("s", tmp_path):
        pass
