"""The files of a school's server: what can be checked of them without running them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from comity.cli import main

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

DEPLOY = Path(__file__).parents[1] / "deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
CADDY = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
CLASSROOM, FRONT = COMPOSE["services"]["classroom"], COMPOSE["services"]["caddy"]


def test_every_option_exists(capsys):
    assert main(["classroom", "--help"]) == 0
    known = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    used = [word for word in CLASSROOM["command"] if word.startswith("--")]
    command = re.search(r"^CMD (\[.*\])$", CONTAINER, re.MULTILINE)
    assert command is not None
    used += re.findall(r'"(--[a-z]+)"', command[1])
    assert {"--folder", "--host", "--port", "--address", "--proxy"} == set(used) <= known
    assert 'ENTRYPOINT ["python", "-m", "comity", "classroom"]' in CONTAINER


def test_the_image_has_a_version_and_a_user_without_rights():
    assert re.findall(r"^FROM (\S+)$", CONTAINER, re.MULTILINE) == ["python:3.12-slim-bookworm"]
    assert re.findall(r"^USER (\w+)$", CONTAINER, re.MULTILINE) == ["teacher"]
    assert "--require-hashes -r requirements/classroom.txt" in CONTAINER
    assert re.fullmatch(r"caddy:2\.\d+-alpine", FRONT["image"])
    for copied in ("requirements/classroom.txt", "pyproject.toml", "README.md"):
        assert (DEPLOY.parent / copied).is_file()
    assert CLASSROOM["build"] == {"context": "..", "dockerfile": "deploy/Containerfile"}


@pytest.mark.parametrize("service", [CLASSROOM, FRONT], ids=["classroom", "caddy"])
def test_containers_can_change_little(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_the_front_is_reached_and_only_it_is_believed():
    assert "ports" not in CLASSROOM
    assert FRONT["ports"] == ["80:80", "443:443"]
    words = CLASSROOM["command"]
    front = FRONT["networks"]["inside"]["ipv4_address"]
    assert words[words.index("--proxy") + 1] == front
    assert words[words.index("--address") + 1].startswith("https://${CLASS_HOST:?")
    assert words[words.index("--address") + 1].endswith("}/")
    (network,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    assert network["subnet"] == front.rsplit(".", 1)[0] + ".0/24"


def test_classes_are_in_one_volume_and_health_is_asked():
    words = CLASSROOM["command"]
    folder, port = (words[words.index(name) + 1] for name in ("--folder", "--port"))
    assert CLASSROOM["volumes"] == [f"classes:{folder}"]
    assert f"VOLUME {folder}" in CONTAINER
    assert f"http://127.0.0.1:{port}/health" in CLASSROOM["healthcheck"]["test"][-1]
    assert FRONT["depends_on"]["classroom"]["condition"] == "service_healthy"
    assert set(COMPOSE["volumes"]) == {"classes", "certificates"}
    assert f"EXPOSE {port}" in CONTAINER


def test_the_front_passes_requests_and_streams_on():
    assert CADDY.count("{") == CADDY.count("}")
    assert "{$CLASS_HOST} {" in CADDY
    assert "reverse_proxy classroom:8000 {" in CADDY
    assert "flush_interval -1" in CADDY
    assert "health_uri /health" in CADDY
    assert re.search(r"^CLASS_HOST=\S+$", (DEPLOY / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
