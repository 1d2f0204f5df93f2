"""Make the environment of this checkout and install comity into it, with the hashes of all that is installed.

    python3 install.py                  to run comity
    python3 install.py dashboard        with its application; or classroom, or dev, which has all

Needs Python 3.11 or later and nothing else. On Windows: py install.py.
"""
# Parts of this file are read by any Python 3.6 or later, so that an old one can say what is wrong.

import argparse
import contextlib
import os
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.abspath(__file__))
OLDEST = (3, 11)
WHAT = {
    "comity": "comity and what it needs",
    "dashboard": "comity and its application",
    "classroom": "comity and its classroom",
    "dev": "comity and what its tests need",
}
HOLDS = {"dev": ("dashboard", "classroom")}
EXTRAS = {
    "dashboard": "[dashboard]",
    "classroom": "[classroom]",
    "dev": "[dev,docs,mesa,analysis,notebook,discover,env,cluster,dashboard,classroom]",
}


def main():
    """Install what is asked for, unless it is there, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=sorted(WHAT), default="comity", help="what is installed")
    parser.add_argument("--venv", default=os.path.join(ROOT, ".venv"), help="where the environment is kept")
    parser.add_argument("--no-hashes", action="store_true", help="for an index that builds its own files")
    options = parser.parse_args()
    venv = os.path.abspath(options.venv)
    if fresh(venv, options.what):  # also where this user may not write
        return 0
    try:
        os.makedirs(venv, exist_ok=True)
        with locked(os.path.join(venv, ".lock")):
            if not fresh(venv, options.what):
                install(venv, options.what, hashes=not options.no_hashes)
    except OSError as error:
        return refuse(
            f"{venv}: cannot be written ({error.strerror}). Keep the environment elsewhere: "
            "python3 install.py --venv FOLDER, or make VENV=FOLDER."
        )
    except subprocess.CalledProcessError as error:
        command = " ".join(str(word) for word in error.cmd)
        return refuse(
            f"this did not work, see above: {command}\nWithout a network, or behind a proxy, pip cannot load "
            "packages. An index whose files are its own needs --no-hashes, or make HASHES=no."
        )
    except KeyboardInterrupt:
        return refuse("stopped. The same command goes on.", 130)
    return 0


def install(venv, what, hashes):
    """Make the environment where there is none, install, compile the rules, and leave the stamps for make."""
    python = python_of(venv)
    if not works(python, "-m", "pip", "--version"):
        create(venv)
    check_version(python, venv)
    print(f"Installing {WHAT[what]} into {venv}, a minute or two.", flush=True)
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if hashes:
        run(*pip, "--require-hashes", "-r", os.path.join("requirements", what + ".txt"))
        run(*pip, "--no-deps", "--no-build-isolation", "-e", ".")
    else:
        run(*pip, "-c", "constraints.txt", "-e", "." + EXTRAS.get(what, ""))
    # Where nothing can be kept this says so, and comity works all the same.
    run(python, "-m", "comity", "compile", check=False)
    for name in ("comity", what, *HOLDS.get(what, ())):
        with open(stamp_of(venv, name), "w", encoding="utf-8") as file:
            file.write(place(venv))


def create(venv):
    """Make the environment with the Python that runs this."""
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST:
        sys.exit(refuse(
            f"comity needs Python 3.11 or later, but this is Python {found} ({sys.executable}). Install a newer one, "
            "then name it: make PYTHON=python3.12, or python3.12 install.py."
        ))  # fmt: skip
    if not works(sys.executable, "-c", "import ensurepip, venv"):
        sys.exit(refuse(
            f"this Python cannot make environments: its modules venv and ensurepip are not installed "
            f"({sys.executable}). Debian and Ubuntu: sudo apt install python3-venv. Or with uv: "
            f'uv venv --seed --allow-existing "{venv}". Then the same command again.'
        ))  # fmt: skip
    print(f"Making an environment in {venv} with Python {found}.", flush=True)
    if os.path.lexists(python_of(venv)) and not works(python_of(venv), "-c", ""):
        sys.exit(refuse(
            f'the environment in {venv} was made by a Python that is gone. Remove that folder: rm -r "{venv}". Then '
            "the same command again."
        ))  # fmt: skip
    # An environment cannot be made anew by its own interpreter.
    run(getattr(sys, "_base_executable", None) or sys.executable, "-m", "venv", venv)


def check_version(python, venv):
    """Refuse an environment of an older Python."""
    if not works(python, "-c", f"import sys; sys.exit(sys.version_info[:2] < {OLDEST})"):
        sys.exit(refuse(
            f"comity needs Python 3.11 or later, but the environment in {venv} has an older one. Remove that folder, "
            "or keep the new environment elsewhere: make VENV=.venv-new, or python3 install.py --venv .venv-new."
        ))  # fmt: skip


def fresh(venv, what):
    """Return whether it is installed, in this place, since the files that say what is needed were last changed."""
    needs = ["install.py", "pyproject.toml", "constraints.txt", "requirements/comity.txt", f"requirements/{what}.txt"]
    with contextlib.suppress(OSError):
        made = os.path.getmtime(stamp_of(venv, what))
        with open(stamp_of(venv, what), encoding="utf-8") as file:
            if file.read() != place(venv):
                return False
        return all(os.path.getmtime(os.path.join(ROOT, name)) <= made for name in needs)
    return False


def place(venv):
    """Return where checkout and environment are: commands and the editable install have both in them."""
    return f"{ROOT}\n{venv}\n"


def stamp_of(venv, what):
    """Return the file that says that something is installed."""
    return os.path.join(venv, ".installed" if what == "comity" else ".installed-" + what)


def python_of(venv):
    """Return the interpreter of an environment."""
    return os.path.join(venv, *(("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")))


@contextlib.contextmanager
def locked(path):
    """Let one installation at a time into an environment; the lock ends with its process."""
    with open(path, "a") as file:
        said = False
        while not lock(file):
            if not said:
                print("Another installation is at work in this environment: waiting for it.", flush=True)
            said = True
            time.sleep(0.5)
        yield


def lock(file):
    """Return whether a file could be locked."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except PermissionError:  # Windows says so where another process has it
        return False
    except OSError as error:
        print(f"No lock on this file system ({error.strerror}): start no second installation.", flush=True)
    return True


def environment():
    """Return the environment without what would send packages elsewhere, or find some that are not in it."""
    # PIP_USER is set and not left out: a configuration file may say the same.
    gone = ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES", "PIP_CONSTRAINT")
    return {**{name: value for name, value in os.environ.items() if name not in gone}, "PIP_USER": "0"}


def run(*words, check=True):
    """Run a command in the checkout, or raise CalledProcessError if that is to be checked."""
    subprocess.run(words, cwd=ROOT, env=environment(), check=check)


def works(*words):
    """Return whether a command runs and ends well."""
    try:
        done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment())
    except OSError:
        return False
    return done.returncode == 0


def refuse(text, status=1):
    """Print why there is no installation, and return the exit status."""
    sys.stderr.write(f"install: {text}\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
