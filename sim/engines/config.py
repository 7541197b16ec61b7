"""What an engine can be told: the `engine` section of a study."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.schema import Section, choice, number, section, text


class Slurm(Section):
    """What one Slurm job is to ask for; a job is one worker."""

    partition: str | None = Field(
        None,
        description="partition; null for the cluster's default",
        pattern=r"^[A-Za-z0-9_.,-]+$",
        json_schema_extra={"unit": "", "source": ""},
    )
    account: str | None = Field(
        None,
        description="account that is charged; null for the user's default",
        pattern=r"^[A-Za-z0-9_.-]+$",
        json_schema_extra={"unit": "", "source": ""},
    )
    interface: str | None = Field(
        None,
        description="network interface between this machine and the nodes, e.g. ib0; null for the one that "
        "leads out of this machine",
        pattern=r"^[A-Za-z0-9_.:@-]{1,15}$",
        json_schema_extra={"unit": "", "source": ""},
    )
    memory_gb: float = number(2.0, "memory of a job", unit="GB", source="measured", gt=0, le=4096)
    hours: float = number(4.0, "time limit of a job", unit="hours", gt=0, le=720)


class Engine(Section):
    """What does the runs of a study."""

    name: Literal["serial", "dask", "slurm"] = choice(
        "dask", "serial: in this process; dask: worker processes; slurm: workers as Slurm jobs"
    )
    workers: int = number(
        0, "workers of one thread each; 0 for one a core of this machine", unit="workers", ge=0, le=10_000
    )
    scheduler: str | None = text(
        None, "address of a dask scheduler that exists already, tcp://HOST:PORT or tls://HOST:PORT"
    )
    wait_seconds: float = number(
        60.0, "how long to wait for a scheduler and for its first worker", unit="seconds", gt=0, le=86_400
    )
    slurm: Slurm = section(Slurm, "what a Slurm job asks for")


ENGINES: dict[str, tuple[str, Engine]] = {
    "serial": ("One run after the other, in this process.", Engine(name="serial", workers=1)),
    "dask": (
        "Worker processes on this machine, or with engine.scheduler=tcp://HOST:PORT those of a dask cluster.",
        Engine(),
    ),
    "slurm": ("Workers that Slurm starts as jobs (needs dask-jobqueue).", Engine(name="slurm", workers=4)),
}
