import signal
import subprocess
import sys


def test_a_command_whose_reader_has_gone_ends_without_a_word():
    code = "from automl.console import end_with_reader\nend_with_reader()\nwhile True:\n    print('line', flush=True)"
    done = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.stdout.readline() == b"line\n"
    done.stdout.close()
    assert done.wait(30) == -signal.SIGPIPE
    assert done.stderr.read() == b""
    done.stderr.close()
