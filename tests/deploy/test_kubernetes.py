"""deploy/kubernetes/ says what the program does, shuts each pod in, and lets each talk to whom it must alone.

kubectl renders it and the API's own schemas judge it where these are installed; it was never applied (docs/deploy.md).
"""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values
from typer.main import get_command

from runtime import settings as s
from runtime.loading import known_names, load_all, nobody_believed
from starter import waits
from starter.commands import app
from tests.deploy.composed import ROOT
from worker.__main__ import NEEDED

FOLDER = ROOT / "deploy" / "kubernetes"
VERSION = "1.33"
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
SETTINGS = {name: value or "" for name, value in dotenv_values(FOLDER / "settings.env", interpolate=False).items()}
IMAGES = {"beteiligte-sync", "nginxinc/nginx-unprivileged:1.28.0-alpine"}


def objects(*files: str) -> Iterator[dict[str, Any]]:
    """What stands in these files."""
    for file in files:
        yield from yaml.safe_load_all((FOLDER / file).read_text("utf-8"))


ALL = [*objects(*KUSTOMIZATION["resources"])]
PODS = {one["metadata"]["name"]: one["spec"]["template"]["spec"] for one in ALL if one["kind"] in ("Deployment", "Job")}
OURS = {name: pod for name, pod in PODS.items() if name != "proxy"}


def named(kind: str, name: str) -> dict[str, Any]:
    """One object's specification."""
    [found] = [one for one in ALL if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    spec: dict[str, Any] = found["spec"]
    return spec


def container(name: str) -> dict[str, Any]:
    """Its only one."""
    [only] = PODS[name]["containers"]
    found: dict[str, Any] = only
    return found


def test_every_file_is_applied_or_says_that_it_is_an_example() -> None:
    """None is forgotten."""
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}

    assert {name for name in there if not name.endswith(".example.yaml")} == set(KUSTOMIZATION["resources"])


def test_every_setting_is_one_of_the_program_s() -> None:
    """A slip would be no setting, and nobody would say so."""
    of_pods = {entry["name"] for name in OURS for entry in container(name).get("env", [])}

    assert {*SETTINGS, *of_pods} - known_names() == set()


@pytest.mark.parametrize("name", OURS)
def test_each_part_runs_a_command_that_exists(name: str) -> None:
    assert container(name)["args"][0] in get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", PODS)
def test_each_pod_is_as_the_restricted_standard_wants_it_and_more(name: str) -> None:
    """No root, no right, no write, no token; and no address of a service as a setting of ours."""
    pod, one = PODS[name], container(name)

    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert one["image"] in IMAGES
    assert set(one["resources"]["limits"]) == {"cpu", "memory"}


@pytest.mark.parametrize("name", [one["metadata"]["name"] for one in ALL if one["kind"] == "Deployment"])
def test_each_that_runs_is_asked_whether_it_lives_and_whether_it_is_ready(name: str) -> None:
    """At a port that it says it has."""
    one = container(name)
    ports = {port["name"] for port in one.get("ports", [])}

    for probe in (one["livenessProbe"], one["readinessProbe"]):
        assert "exec" in probe or probe["httpGet"]["port"] in ports


def test_ports_are_those_of_the_settings() -> None:
    """Health, deliveries and figures."""
    ports = {(name, port["name"]): port["containerPort"] for name in OURS for port in container(name).get("ports", [])}

    assert {at: str(port) for at, port in ports.items()} == {
        ("worker", "health"): SETTINGS["WORKER_HEALTH"].rpartition(":")[2],
        ("worker", "metrics"): SETTINGS["TELEMETRY_WORKER_METRICS"].rpartition(":")[2],
        ("webhook", "http"): SETTINGS["WEBHOOK_PORT"],
        ("webhook", "metrics"): SETTINGS["TELEMETRY_WEBHOOK_METRICS"].rpartition(":")[2],
    }


def test_the_share_of_each_worker_follows_how_many_there_may_be() -> None:
    """Also while they are replaced; else they make more calls a second than the firm allows."""
    most = named("HorizontalPodAutoscaler", "worker")["maxReplicas"]
    surge = named("Deployment", "worker")["strategy"]["rollingUpdate"]["maxSurge"]
    [by_backlog] = objects("keda.example.yaml")

    assert SETTINGS["WORKER_PROCESSES"] == str(most + surge)
    assert by_backlog["spec"]["maxReplicaCount"] == most
    assert "replicas" not in named("Deployment", "worker")


def test_a_stop_outlasts_what_a_worker_drains() -> None:
    drains = s.WorkerSettings.model_fields["drain"].default + waits.PART_STOPS

    assert PODS["worker"]["terminationGracePeriodSeconds"] > drains.total_seconds()


def test_the_proxy_is_the_one_that_is_tried() -> None:
    """tests/deploy/test_proxy.py runs the other copy: only the names of this cluster differ."""
    ours = (FOLDER / "nginx.conf").read_text("utf-8").splitlines()
    tried = (ROOT / "deploy/proxy/nginx.conf").read_text("utf-8").splitlines()
    differ = [here.split()[0] for here, there in zip(ours, tried, strict=True) if here != there]

    assert differ == ["#", "resolver", "set"]
    assert f"http://webhook.{KUSTOMIZATION['namespace']}.svc.cluster.local:{SETTINGS['WEBHOOK_PORT']};" in "\n".join(
        ours
    )


def test_every_secret_that_a_pod_mounts_is_shown_in_the_example() -> None:
    """With each file that a setting names."""
    shown = {one["metadata"]["name"]: set(one["stringData"]) for one in objects("secrets.example.yaml")}
    for name in OURS:
        volumes = {one["name"]: one["secret"]["secretName"] for one in PODS[name]["volumes"] if "secret" in one}
        folders = {one["mountPath"]: volumes.get(one["name"]) for one in container(name)["volumeMounts"]}
        files = [Path(entry["value"]) for entry in container(name).get("env", [])] + [Path(SETTINGS["TEMPORAL_KEYS"])]
        for file in files:
            assert file.name in shown[folders[str(file.parent)] or ""], file


@pytest.mark.parametrize("name", ["worker", "webhook"])
def test_what_a_part_is_given_is_all_it_needs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings, with what stands open there filled in, and its secrets: nothing is missing."""
    monkeypatch.chdir(tmp_path)
    for setting, value in SETTINGS.items():
        monkeypatch.setenv(setting, value or "1")
    for entry in container(name)["env"]:
        file = tmp_path / Path(entry["value"]).name
        file.write_text('{"id": "secret"}' if name == "webhook" else "a2V5")
        monkeypatch.setenv(entry["name"], str(file))

    loaded = load_all(*(NEEDED if name == "worker" else (s.WebhookSettings, s.TemporalSettings, s.TelemetrySettings)))

    assert not loaded[s.TemporalSettings].embedded
    if name == "webhook":
        assert nobody_believed(loaded[s.WebhookSettings]) is None


def test_nobody_talks_to_anybody_unless_it_is_said() -> None:
    """And the codec to nobody at all: it is reached through its own loopback."""
    policies = [one["spec"] for one in ALL if one["kind"] == "NetworkPolicy"]
    chosen = {value for one in policies for value in _chosen(one["podSelector"])}

    assert policies[0] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert chosen == set(PODS) - {"codec"}


def _chosen(selector: dict[str, Any]) -> list[str]:
    by_label = list(selector.get("matchLabels", {}).values())
    return by_label + [value for one in selector.get("matchExpressions", []) for value in one["values"]]


def test_what_is_kept_running_survives_a_node() -> None:
    """Two at least, on machines of their own where there are some, and one stays while a machine is emptied."""
    for name in ("worker", "webhook", "proxy"):
        assert named("PodDisruptionBudget", name)["minAvailable"] == 1
        assert PODS[name]["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"] == {"app": name}


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")
def test_kubectl_renders_it_and_its_schemas_hold() -> None:
    """As `kubectl apply -k` would send it; the schemas are those of the package kubernetes-validate."""
    ran = subprocess.run(["kubectl", "kustomize", str(FOLDER)], check=False, capture_output=True, text=True, timeout=60)
    rendered = list(yaml.safe_load_all(ran.stdout))

    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(rendered) == len(ALL) + len(KUSTOMIZATION["configMapGenerator"])
    schemas = pytest.importorskip(
        "kubernetes_validate", reason="pip install kubernetes-validate judges by schemas, too"
    )
    for one in rendered:
        schemas.validate(one, VERSION, strict=True)
