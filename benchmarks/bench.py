"""Print how fast the model is on this machine, and how much memory it needs.

`python -m benchmarks.bench`, with `--quick` without the city of millions or `--studies` for studies alone, or
`make bench`. Nothing is asserted:
timings belong to a machine. Give two printouts of one machine to compare two versions.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from benchmarks import processes

LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "mesa", "distributed")
SIZES = (6_500, 65_000, 130_000, 260_000, 520_000, 1_040_000)
LARGE, LARGE_DAYS = 10_000_000, 30
WIDTH = 54


def heading(text: str, note: str = "") -> None:
    """A section of the printout."""
    print(f"\n{text}" + (f"  ({note})" if note else ""))


def line(label: str, value: str, note: str = "") -> None:
    """One figure with its label."""
    print(f"  {label:<{WIDTH}} {value:>16}" + (f"   {note}" if note else ""), flush=True)


def seconds(x: float) -> str:
    """A duration."""
    return f"{x:.2f} s" if x >= 0.1 else f"{1000 * x:.2f} ms"


def processor() -> str:
    """Name of the processor."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for each in info.read_text().splitlines():
            if each.startswith("model name"):
                return each.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine() -> None:
    """What it was measured on."""
    heading("Machine")
    line("processor", processor())
    line("cores", str(os.cpu_count()))
    line("system", f"{platform.system()} {platform.machine()}")
    line("Python", platform.python_version())
    for name in LIBRARIES:
        line(name, version(name))
    if hasattr(os, "getloadavg"):
        line("load average at the start", f"{os.getloadavg()[0]:.2f}", "over 0.5 disturbs the figures below")


def whole_commands() -> None:
    """The command line, from its start to its end."""
    heading("Whole commands", "median of 3; the highest of their peaks of memory")
    processes.median_of(1, "run", "--no-figure")  # compiles, and keeps the city
    helped = processes.median_of(3, "--help")
    bare = processes.median_of(3, "run", "--no-figure")
    drawn = processes.median_of(3, "run")
    cold = processes.cold("run")
    line("sim --help", seconds(helped.seconds), f"peak {helped.peak_mib:.0f} MiB")
    line("sim run --no-figure, warm", seconds(bare.seconds), f"peak {bare.peak_mib:.0f} MiB")
    line("sim run, warm", seconds(drawn.seconds), f"peak {drawn.peak_mib:.0f} MiB")
    line(
        "the picture alone",
        seconds(drawn.seconds - bare.seconds),
        f"{drawn.seconds / bare.seconds:.2f} times",
    )
    line("sim run, nothing compiled, once", seconds(cold.seconds), f"peak {cold.peak_mib:.0f} MiB")
    line("compiling and making the city", seconds(cold.seconds - drawn.seconds))


def large() -> None:
    """A city of millions, as a whole command."""
    from benchmarks import histories

    size = histories.overrides_for(LARGE)
    ran = processes.with_new_city("run", "--no-figure", f"days={LARGE_DAYS}", *size)
    line(
        f"sim run, {LARGE:,} residents, {LARGE_DAYS} days, new city",
        seconds(ran.seconds),
        f"peak {ran.peak_mib:.0f} MiB, with a burn-in of {histories.scenario().burn_in_days} days",
    )


def full_scale() -> None:
    """180 days of 65,000 residents, in this process."""
    from benchmarks import histories

    heading("al-Rastan, 65,000 residents, 180 days", "city built, code compiled; median of 5")
    sorts = {
        "calm": histories.CALM,
        "seed 0 as it comes": [],
        "through siege and assault": histories.STANDOFF,
    }
    base = 0.0
    for name, overrides in sorts.items():
        timed = histories.median_history(histories.scenario(*overrides))
        base = base or timed.days
        line(
            f"{name}: {timed.n_events:,} events",
            seconds(timed.days),
            f"{timed.resident_days_a_second / 1e6:.1f} million resident-days a second; "
            f"{timed.days / base:.2f} times calm; start {seconds(timed.found)}",
        )
    calm = histories.scenario(*histories.CALM)
    line("all actors, a calm day", f"{1e6 * histories.actors_seconds(histories.scenario()):.0f} us")
    line("residents whose feelings change in a day", f"{100 * histories.share_changed(calm):.1f} %")
    line("columns and ties", f"{histories.bytes_a_resident(calm):.0f} bytes a resident")
    for name, overrides in (("calm", histories.CALM), ("through siege and assault", histories.STANDOFF)):
        heading(f"Parts of the day, {name}", "share of the time, by cProfile")
        for part, share in histories.parts_of_the_day(histories.scenario(*overrides)):
            line(part, f"{100 * share:.1f} %")


def city() -> None:
    """The making of the city."""
    from benchmarks import histories

    heading("The city of 65,000")
    found = histories.city_seconds(histories.scenario())
    for name, each in found.items():
        line(name, seconds(each), f"{each / found['generated']:.3f} times generated")


def sizes(given: tuple[int, ...]) -> None:
    """How the cost grows with the city."""
    from benchmarks import histories

    heading("Cities of other sizes, 180 days", "all shares as in al-Rastan; city made anew, not cached")
    before: dict[int, float] = {}
    for n in given:
        scenario = histories.scenario(*histories.CALM, n_residents=n)
        with histories.own_cache():
            made = histories.seconds_of(lambda config=scenario.city: histories.build_city(config))
            timed = histories.median_history(scenario, 3 if n < 1_000_000 else 1)
        before[n] = timed.days
        half = before.get(n // 2)
        line(
            f"{n:,} residents, {timed.n_events:,} events",
            seconds(timed.days),
            f"{1e9 / timed.resident_days_a_second:.1f} ns a resident-day, "
            + (f"{timed.days / half:.2f} times half the city; " if half else "")
            + f"start {seconds(timed.found)}, city {seconds(made)}",
        )


def studies() -> None:
    """Studies of many runs."""
    from benchmarks import studies as of

    heading("Studies")
    line("planning 100,000 points", seconds(of.planning()))
    heading("What a study adds to bare runs", "in this process; bare runs twice, before and after")
    for name, lines, n in (("small_town", of.SMALL, 200), ("al-Rastan", of.FULL, 20)):
        of.studied(lines, n, "serial")
        before, study, after = of.bare(lines, n), of.studied(lines, n, "serial"), of.bare(lines, n)
        plain, each = (before + after) / 2, study.seconds / n
        line(f"{name}: a bare run", seconds(plain), f"{seconds(before)} and {seconds(after)}")
        line(
            f"{name}: a run of a study",
            seconds(each),
            f"{1000 * (each - plain):+.2f} ms, {100 * (each / plain - 1):+.1f} %; "
            f"{study.bytes_a_run / 1000:.1f} kB kept",
        )
    heading("Workers", "from the first run to the last table; starting them apart")
    for name, lines, n in (("small_town", of.SMALL, 400), ("al-Rastan", of.FULL, 60)):
        one, two = (of.studied(lines, n, "dask", workers) for workers in (1, 2))
        line(f"{name}: {n} runs, one worker", seconds(one.seconds), f"start {seconds(one.start)}")
        line(
            f"{name}: {n} runs, two workers",
            seconds(two.seconds),
            f"{one.seconds / two.seconds:.2f} times faster; peak of a worker {two.worker_mib:.0f} MiB",
        )
        line(f"{name}: 1,000 runs, two workers, projected", seconds(two.start + two.seconds * 1000 / n))


def following() -> None:
    """Records of real truces."""
    from benchmarks import following as of

    heading("Following a record", "processor time, and as a multiple of a day that follows nothing")
    day = of.day_seconds()
    line("a day of al-Rastan that follows nothing", seconds(day))
    copied = of.copy_seconds()
    line("a copy of a particle", seconds(copied), f"{copied / day:.2f} days; 0.5 ms is the aim")
    n = 250
    island = of.filter_seconds(n)
    line(
        f"an island: {n} particles, {of.DAYS} days",
        seconds(island),
        f"{island / n / of.DAYS / day:.2f} days for each day of a particle, burn-ins included",
    )
    line("1,000 particles, two cores: two islands each", seconds(2 * island), "2 minutes is the aim")


def peak() -> None:
    """Memory of this process after all of it."""
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / processes.MEBI
    heading("This process")
    line("peak memory, all of the above", f"{used:.0f} MiB")


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"leave out the city of {LARGE:,}")
    parser.add_argument("--studies", action="store_true", help="studies alone")
    parser.add_argument("--following", action="store_true", help="following of records alone")
    asked = parser.parse_args()
    machine()
    if asked.studies:
        studies()
        return
    if asked.following:
        following()
        return
    whole_commands()  # first, while this process is small
    if not asked.quick:
        large()
    full_scale()
    city()
    sizes(SIZES)
    studies()
    following()
    peak()


if __name__ == "__main__":
    sys.exit(main())
