"""install.py on machines where something is missing: what it says, and that two at once do not meet."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def install(monkeypatch):
    """The script as a module that runs no command; its list ``ran`` has those that it would run."""
    spec = importlib.util.spec_from_file_location("install", ROOT / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.ran = []
    monkeypatch.setattr(module, "run", lambda *words, check=True: module.ran.append(words))
    return module


def test_everything_is_installed_with_hashes_and_no_step_without(install, tmp_path, monkeypatch):
    monkeypatch.setattr(install, "works", lambda *words: True)
    install.install(str(tmp_path), "dashboard", hashes=True)
    packages, comity, compiled = (" ".join(words) for words in install.ran)
    assert packages.endswith(f"--require-hashes -r {os.path.join('requirements', 'dashboard.txt')}")
    assert comity.endswith("--no-deps --no-build-isolation -e .")
    assert compiled.endswith("-m comity compile")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".installed", ".installed-dashboard"]
    assert install.fresh(str(tmp_path), "dashboard")
    assert not install.fresh(str(tmp_path), "dev")


def test_what_was_installed_before_its_list_changed_is_installed_again(install, tmp_path):
    stamp = tmp_path / ".installed"
    stamp.write_text(install.place(str(tmp_path)), encoding="utf-8")
    assert install.fresh(str(tmp_path), "comity")
    os.utime(stamp, (0, 0))
    assert not install.fresh(str(tmp_path), "comity")


def test_what_was_moved_is_installed_again(install, tmp_path, monkeypatch):
    (tmp_path / ".installed").write_text(install.place(str(tmp_path)), encoding="utf-8")
    assert install.fresh(str(tmp_path), "comity")
    monkeypatch.setattr(install, "place", lambda venv: "elsewhere")
    assert not install.fresh(str(tmp_path), "comity")


@pytest.mark.skipif(os.name == "nt", reason="an environment of Windows has a copy of its Python")
def test_an_environment_whose_python_is_gone_is_told_what_to_do(install, capsys, tmp_path):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to(tmp_path / "gone")
    with pytest.raises(SystemExit, match="1"):
        install.create(str(tmp_path))
    assert "was made by a Python that is gone. Remove that folder: rm -r " in capsys.readouterr().err


def test_an_old_python_is_told_what_to_do(install, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    with pytest.raises(SystemExit, match="1"):
        install.create(str(tmp_path))
    assert "comity needs Python 3.11 or later, but this is Python 3.8.10" in capsys.readouterr().err
    assert install.ran == []


def test_a_python_that_makes_no_environments_is_told_what_to_do(install, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(install, "works", lambda *words: False)
    with pytest.raises(SystemExit, match="1"):
        install.create(str(tmp_path))
    said = capsys.readouterr().err
    assert "sudo apt install python3-venv" in said
    assert f'uv venv --seed --allow-existing "{tmp_path}"' in said


def test_a_folder_that_cannot_be_written_is_said(install, monkeypatch, capsys, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(sys, "argv", ["install.py", "--venv", str(tmp_path / "file" / "venv")])
    assert install.main() == 1
    assert "cannot be written" in capsys.readouterr().err


def test_what_would_send_packages_elsewhere_is_left_out(install, monkeypatch):
    for name in ("PIP_TARGET", "PYTHONPATH", "PIP_PREFIX"):
        monkeypatch.setenv(name, "somewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_CERT", "kept")
    given = install.environment()
    assert not {"PIP_TARGET", "PYTHONPATH", "PIP_PREFIX"} & set(given)
    assert (given["PIP_USER"], given["PIP_CERT"]) == ("0", "kept")


def test_a_second_installation_waits_for_the_first(install, tmp_path):
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import install\n"
        f"with install.locked({str(tmp_path / 'lock')!r}): print('in', flush=True)"
    )
    with install.locked(str(tmp_path / "lock")):
        second = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
        assert second.stdout.readline() == "Another installation is at work in this environment: waiting for it.\n"
        assert second.poll() is None
    assert second.communicate(timeout=60)[0] == "in\n"


@pytest.mark.parametrize("name", ["Makefile", "install.py", ".ci/run"])
def test_it_has_the_line_ends_of_a_shell(name):
    assert b"\r" not in (ROOT / name).read_bytes()
