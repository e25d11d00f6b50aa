"""Runs a script with pinned Python packages that are no part of the system."""
import os
import pathlib
import subprocess
import sys

STATISTICS = ["numpy==2.4.6", "scikit-learn==1.9.1", "statsmodels==0.15.0"]


def enter(name, packages):
    """Starts the running script anew in the virtual environment ~/.cache/distdiag/peers-NAME, made once; returns inside it.

    Exit 77 with a sentence where the packages can't be installed: the peer is missing, nothing is wrong with us.
    """
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache")) / "distdiag"
    home = cache / f"peers-{name}"
    python = home / "bin/python"
    if pathlib.Path(sys.prefix) == home:
        return
    if not (home / "complete").exists():
        print(f"bench_peers: installing {', '.join(packages)} into {home}", file=sys.stderr)
        cache.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", home], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
                            *packages], check=True)
        except subprocess.CalledProcessError as error:
            print(f"bench_peers: SKIPPED, {', '.join(packages)} can't be installed: {error}", file=sys.stderr)
            sys.exit(77)
        (home / "complete").touch()
    os.execv(python, [str(python), *sys.argv])
