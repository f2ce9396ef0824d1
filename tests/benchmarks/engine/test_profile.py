"""Each sample of a flame graph counts once, for the package that did the work."""

from benchmarks.engine.profile import shares, titled


def frame(title, y, start, samples):
    return (
        f"<g><title>{title} ({samples} samples, 1.00%)</title>"
        f'<rect x="0.0%" y="{y}" width="1.0%" height="15" fill="rgb(1,2,3)" fg:x="{start}" fg:w="{samples}"/></g>'
    )


def test_samples_count_for_the_innermost_package_that_is_not_pythons_own():
    graph = "".join(
        [
            frame("all", 36, 0, 100),
            frame("&lt;module&gt; (automl/cluster/tune/run_tune.py)", 52, 0, 60),
            frame("sample (optuna/samplers/_tpe/sampler.py)", 68, 10, 30),
            frame("deepcopy (copy.py)", 84, 10, 20),
            frame("execute (sqlalchemy/engine/base.py)", 84, 30, 5),
            frame("wait (threading.py)", 52, 60, 40),
        ]
    )
    assert shares(graph) == {
        "Python itself": 0.4,
        "automl/cluster": 0.3,
        "optuna/samplers": 0.25,
        "sqlalchemy/engine": 0.05,
    }


def test_the_title_names_no_folder_of_the_machine():
    graph = '<text id="title" x="1">/somewhere/py-spy record -- python -m a.b</text><text id="details">x</text>'
    assert titled(graph, "a.b <1>") == '<text id="title" x="1">a.b &lt;1&gt;</text><text id="details">x</text>'
