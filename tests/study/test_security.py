"""Dask runs what it is sent: so the clusters that we start take nobody else's word."""

import os
import socket
import ssl
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster
from distributed.utils import get_ip

from sim.engines.config import Engine, Slurm
from sim.engines.private import end_when_lost
from sim.engines.start import started
from tests.study.studies import SMALL, command, wait_until

NOBODY = 65534
OUTSIDER = """
import logging, os, sys
logging.disable()
from distributed import Client, LocalCluster
from distributed.comm import tcp
with LocalCluster(n_workers=0, host="127.0.0.1", dashboard_address=":0") as its, Client(its) as client:
    client.run_on_scheduler(os.getuid)  # all is imported that is imported late
if len(sys.argv) > 2:  # the interpreter may lie where only its owner can read
    os.setgroups([])
    os.setgid(int(sys.argv[2]))
    os.setuid(int(sys.argv[2]))
for protocol in ("tcp", "tls"):
    try:
        with Client(f"{protocol}://{sys.argv[1]}", timeout=4) as client:
            print("ran as", client.run_on_scheduler(os.getuid))
    except Exception as error:
        print("refused", protocol, type(error).__name__)
"""


@pytest.fixture(scope="module")
def cluster():
    """A running engine of two workers."""
    with started(Engine(workers=2), 2) as runner:
        runner.client.wait_for_workers(2)
        yield runner


def ask_as_somebody_else(address):
    """What somebody without credentials, of another user id where we may choose, gets from this address."""
    who = [str(NOBODY)] if os.getuid() == 0 else []
    ran = subprocess.run(
        [sys.executable, "-c", OUTSIDER, address.partition("://")[2], *who],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.split("\n")[:-1]


def listeners(process):
    """(host, port) of what a process listens on."""
    return [each.laddr for each in process.net_connections(kind="inet") if each.status == psutil.CONN_LISTEN]


def worker_processes():
    """Our workers."""
    children = psutil.Process().children()
    return [each for each in children if "sim.engines.worker" in each.cmdline()]


def test_an_open_cluster_would_run_what_somebody_else_sends():  # so that the next test could fail
    with LocalCluster(n_workers=0, processes=True, host="127.0.0.1", dashboard_address=":0") as its:
        assert ask_as_somebody_else(its.scheduler_address)[0] == f"ran as {os.getuid()}"


def test_somebody_else_is_refused_by_scheduler_and_workers(cluster):
    workers = list(cluster.client.scheduler_info(n_workers=-1)["workers"])
    for address in (cluster.client.scheduler.address, workers[0]):
        assert [each.split()[0] for each in ask_as_somebody_else(address)] == ["refused", "refused"]
    assert cluster.client.submit(sum, [1, 2]).result() == 3  # and we are not


def test_nothing_listens_but_one_port_a_process_on_this_machine_alone(cluster):
    before = set(listeners(psutil.Process())) - {_address(cluster.client.scheduler.address)}
    workers = worker_processes()
    assert len(workers) == 2
    for process in workers:
        assert [host for host, _ in listeners(process)] == ["127.0.0.1"]
    assert {host for host, _ in before} <= {"127.0.0.1"}
    for port in (port for process in (psutil.Process(), *workers) for _, port in listeners(process)):
        assert b"HTTP" not in _answer_to(b"GET /info/main/workers.html HTTP/1.0\r\n\r\n", port)


def test_a_handshake_without_our_certificate_fails(cluster):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    address = _address(cluster.client.scheduler.address)
    with socket.create_connection(address, 5) as plain, pytest.raises((ssl.SSLError, ConnectionError)):
        context.wrap_socket(plain).recv(1)  # TLS 1.3 refuses when the client reads


def test_credentials_are_in_no_file_argument_or_variable(cluster):
    for process in worker_processes():
        assert "PRIVATE KEY" not in " ".join(process.cmdline())
        assert "PRIVATE KEY" not in " ".join(process.environ().values())
        folder = Path(process.cmdline()[6])
        assert folder.stat().st_mode & 0o077 == 0
        texts = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
        assert not any(b"PRIVATE KEY" in text for text in texts)


def test_slurm_listens_on_one_interface_and_keeps_its_keys_to_the_user(tmp_path, monkeypatch):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (
        ("sbatch", f"cp $1 {tmp_path}/job; echo Submitted batch job 7"),
        ("scancel", "exit 0"),
    ):
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(stat.S_IRWXU)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    before = set(listeners(psutil.Process()))
    for interface, host in ((None, get_ip()), ("lo", "127.0.0.1")):
        with started(Engine(name="slurm", workers=1, slurm=Slurm(interface=interface)), 1) as runner:
            new = set(listeners(psutil.Process())) - before
            assert [each[0] for each in new] == [host]
            assert runner.client.scheduler.address.startswith(f"tls://{host}:")
            keys = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
            assert len(keys) == 3
            assert not any(path.stat().st_mode & 0o077 for path in [*keys, keys[0].parent])
            asked = ask_as_somebody_else(runner.client.scheduler.address)
            assert [each.split()[0] for each in asked] == ["refused", "refused"]
            wait_until((tmp_path / "job").is_file)
        assert not [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    told = (tmp_path / "job").read_text()
    assert "PRIVATE KEY" not in told
    assert "sim.engines.private.PrivateWorker" in told


def _address(text):
    host, _, port = text.partition("://")[2].rpartition(":")
    return host, int(port)


def _answer_to(message, port):
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.settimeout(3)
        connection.sendall(message)
        try:
            return connection.recv(1000)
        except (TimeoutError, ConnectionError):
            return b""


def test_a_module_of_the_current_folder_is_taken_by_nobody(tmp_path):
    (tmp_path / "numpy.py").write_text("raise SystemExit('taken')")
    (tmp_path / "distributed.py").write_text("raise SystemExit('taken')")
    lines = [*SMALL, "days=2", "burn_in_days=0", "runs=2", "engine.workers=1", "keep=rows"]
    process = command("sweep", *lines, "--out", tmp_path / "out", cwd=tmp_path)
    _, err = process.communicate(timeout=300)
    assert process.returncode == 0, err


def test_a_worker_without_a_scheduler_ends():
    ended, answers = [], iter([True, True, False])
    end_when_lost(lambda: next(answers, False), seconds=0.05, end=ended.append, look_seconds=0.01)
    assert ended == [1]
    assert next(answers, None) is None
