"""One open tab of the page: every request that it can make is one method; what it began ends with it."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import InputError, Unfinished
from sim.explore.choices import choices_of
from sim.explore.desk import Desk
from sim.explore.side import GivenUp, Side, complaints
from sim.report.limits import LIMITS, STATEMENT
from sim.version import __version__

if TYPE_CHECKING:
    from sim.explore.many import Many
    from sim.explore.takeaway import File
    from sim.report.source import Source

# What needs the model is imported when it is asked for, so that the page can be set while the model loads;
# studies, figures and results too, so that the first history need not wait for them.

MOST_SEEDS = 40  # that are tried until a truce breaks
_LOOK_SECONDS = 0.4  # between two looks at a study

Request = Mapping[str, Any]
Reply = dict[str, Any]


class Tab:
    """The requests of one tab. `push` sends it what it did not ask for: how far a study is."""

    def __init__(self, desk: Desk, push: Callable[[Reply], None] = lambda _: None) -> None:
        self.desk = desk
        self.push = push
        self.is_closed = False
        self.many: Many | None = None
        self.opened: Source | None = None
        self._newest: dict[str, int] = {}  # number of the newest request for each side
        self._starting = asyncio.Lock()  # held while a study is made ready
        self._n_cancelled = 0

    async def answer(self, message: Any) -> Reply:
        """The reply to a message {id, do, ...}: {id, ok, data} or {id, ok, errors}. Raises nothing."""
        number = message.get("id") if isinstance(message, dict) else None
        try:
            ask = self._requests().get(str(message.get("do"))) if isinstance(message, dict) else None
            if ask is None:
                raise InputError("the page asks for something that this version does not know; reload it")
            return {"id": number, "ok": True, "data": await ask(message)}
        except GivenUp:
            return {"id": number, "ok": False, "errors": [], "given_up": True}
        except InputError as error:
            return {"id": number, "ok": False, "errors": complaints(error)}
        except (Unfinished, OSError, MemoryError) as error:
            return _fail(number, f"Failed: {error or type(error).__name__}")
        except Exception as error:  # the page says so, and the server stays
            return _fail(number, _internal(error))

    def _requests(self) -> dict[str, Callable[[Request], Any]]:
        return {
            "hello": self.hello,
            "start": self.start,
            "history": self.history,
            "compare": self.compare,
            "find_break": self.find_break,
            "many": self.begin_many,
            "cancel": self.cancel,
            "result": self.result,
            "commands": self.commands,
            "take": self.take,
            "save": self.save,
        }

    async def hello(self, _: Request) -> Reply:
        """What the page needs first."""
        folder = str(self.desk.folder) if self.desk.folder else ""
        return {
            "version": __version__,
            "statement": STATEMENT,
            "limits": list(LIMITS),
            "scenarios": await self._errand(self.desk.scenarios),
            "base": list(self.desk.base),
            "folder": folder,
        }

    async def start(self, request: Request) -> Reply:
        """What can be set when one starts from the `side` of the request, with its seed and days."""
        side = self._side(request)
        scenario = await self._errand(side.scenario)
        return {
            "name": scenario.name,
            "seed": scenario.seed,
            "days": scenario.days,
            "day_zero": scenario.day_zero,
            "choices": await self._errand(choices_of, scenario),
        }

    async def history(self, request: Request) -> Reply:
        """The history of a `side`; given up as soon as the same side (`which`) asks again."""
        which = str(request.get("which"))
        told: Reply = (await self._simulate(self._side(request), which))[1]
        return told

    async def compare(self, request: Request) -> Reply:
        """Two sides (`one`, `other`) under the same luck: where they part and what each cost."""
        from sim.explore.pair import compare

        one, _ = await self._simulate(self._side(request, "one"), "pair")
        other, _ = await self._simulate(self._side(request, "other"), None)
        found: Reply = await self._errand(compare, one, other)
        return found

    async def find_break(self, request: Request) -> Reply:
        """The next seed, from that of the `side` on, with which the truce breaks; no event is taken out."""
        side = self._side(request)
        first = int((await self._errand(side.scenario)).seed)
        for seed in range(first, first + MOST_SEEDS):
            tried = Side(side.base, {**side.values, "seed": seed}, (), side.config_dir)
            history, _ = await self._simulate(tried, None)
            if history.row["broke"]:
                return {"seed": seed}
        raise InputError(
            f"the truce held with all {MOST_SEEDS} seeds from {first} on; raise pace.factions or pace.army, "
            "or try other seeds"
        )

    async def begin_many(self, request: Request) -> Reply:
        """Begin `runs` histories of side `one`, and of `other` if given; what comes of it is pushed."""
        from sim.explore.many import Many

        if self.many is not None and self.many.is_running:
            raise InputError("a study is under way in this tab; cancel it first")
        before = self._n_cancelled
        await self._put_away()
        one = self._side(request, "one")
        other = self._side(request, "other") if request.get("other") else None
        runs = request.get("runs")
        if not isinstance(runs, int) or isinstance(runs, bool):
            raise InputError("runs: give a whole number")
        async with self._starting:
            if self._n_cancelled != before:  # while the last study was put away
                raise GivenUp
            many = await self._errand(Many, one, other, runs, self.desk.keep)
            if self._n_cancelled != before:  # while it was made ready
                await self._errand(many.close)
                raise GivenUp
            self.many = many
        self._watching = asyncio.create_task(self._watch(many))
        return {"of": many.n_runs, "folder": str(many.folder) if self.desk.keep else ""}

    async def cancel(self, _: Request) -> Reply:
        """End the study of this tab, also one that is only being made ready, and forget it.

        `folder` is where its finished runs stay; empty if they do not.
        """
        self._n_cancelled += 1
        many = await self._put_away()
        return {"folder": str(many.folder) if many is not None and many.folder.is_dir() else ""}

    async def _put_away(self) -> Many | None:
        """End the study that is held, or is just being made ready, and forget it; what it was."""
        async with self._starting:
            many, self.many = self.many, None
        if many is not None:
            await self._errand(many.close)
        return many

    async def _watch(self, many: Many) -> None:
        """Push how far a study is, and in the end what came of it or why nothing did."""
        try:
            while self.many is many and many.is_running:
                progress = await self._errand(many.progress)
                if self.many is many:
                    self.push({"push": "many", "state": "running", **progress})
                await asyncio.sleep(_LOOK_SECONDS)
            if self.many is not many:
                return
            told: Reply = {"state": "done", "result": await self._errand(_outcome, many)}
        except (InputError, OSError) as error:
            told = {"state": "failed", "errors": [{"key": "", "text": str(error)}]}
        except Exception as error:  # the page says so, and the server stays
            told = {"state": "failed", "errors": [{"key": "", "text": _internal(error)}]}
        if self.many is many:
            self.push({"push": "many", **told})

    async def result(self, request: Request) -> Reply:
        """What lies in a `folder` of results."""
        from sim.explore.results import open_result
        from sim.report.source import read

        folder = str(request.get("folder", "")).strip()
        if not folder:
            raise InputError("name the folder of a run, a study, an explanation or a followed record")
        found: Reply = await self._errand(open_result, folder)
        self.opened = await self._errand(read, folder) if found["what"] in ("run", "study") else None
        return found

    async def commands(self, request: Request) -> Reply:
        """The command lines and files that make what is seen: of each side, and of a study of both."""
        from sim.explore.many import file_command, study_file, sweep_command

        one = self._side(request, "one")
        other = self._side(request, "other") if request.get("other") else None
        found: Reply = {"A": {"command": one.command(), "yaml": await self._errand(one.yaml)}}
        if other is not None:
            found["B"] = {"command": other.command(), "yaml": await self._errand(other.yaml)}
        try:
            file = await self._errand(study_file, one, other, int(request.get("runs") or 100))
            found["study"] = {
                "command": sweep_command(file, one.config_dir),
                "yaml": _yaml(file),
                "from_file": file_command(one.config_dir),
            }
        except InputError as error:
            found["study"] = {"command": "", "yaml": "", "why": str(error)}
        return found

    async def take(self, request: Request) -> Reply:
        """One file: `what` and `name` as in `takeaway.take`, `of` a side, many or result.

        That is the `side` of the request, the study of this tab, or the result that is open.
        """
        from sim.explore.takeaway import take

        of, name, what = (str(request.get(key, "")) for key in ("of", "name", "what"))
        source, stem = await self._source(of, request)
        return _send(await self._errand(take, source, name, what, stem))

    async def save(self, request: Request) -> Reply:
        """What is seen (`content`, sent by the page) as one HTML page."""
        from sim.explore.takeaway import save_page

        return _send(await self._errand(save_page, request.get("content"), "hudna_page"))

    async def _source(self, of: str, request: Request) -> tuple[Source, str]:
        from sim.explore.takeaway import source_of
        from sim.report.source import read

        if of == "side":
            side = self._side(request)
            history, _ = await self._simulate(side, None)
            stem = f"{history.scenario.name}_seed{history.row['seed']}"
            return source_of(history, stem), stem
        if of == "many" and self.many is not None and not self.many.is_running:
            return await self._errand(read, self.many.folder), "hudna_study"
        if of == "result" and self.opened is not None:
            return self.opened, Path(self.opened.folder).resolve().name
        raise InputError("there is no such result in this tab; open or run it again")

    def _side(self, request: Request, name: str = "side") -> Side:
        return Side.read(request.get(name), self.desk.config_dir)

    async def _simulate(self, side: Side, which: str | None) -> Any:
        """Simulate in the worker of histories; a newer request of the same `which` takes its place."""
        number = 0
        if which is not None:
            number = self._newest[which] = self._newest.get(which, 0) + 1

        def is_unwanted() -> bool:
            return self.is_closed or (which is not None and self._newest[which] != number)

        def work() -> Any:
            if is_unwanted():
                raise GivenUp
            return self.desk.history(side, is_unwanted)

        return await asyncio.get_running_loop().run_in_executor(self.desk.simulation, work)

    async def _errand(self, function: Callable[..., Any], *given: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self.desk.errands, partial(function, *given))

    async def close(self) -> None:
        """The tab is gone: give up its histories and end its study."""
        self.is_closed = True
        self.opened = None
        await self.cancel({})


def _outcome(many: Many) -> Reply:
    """What a finished study shows: that of any study, with what B does against A."""
    from sim.explore.results import answer_of, of_study
    from sim.report.source import read

    many.check()
    source = read(many.folder)
    found = of_study(source)
    return {**found, "answer": answer_of(source)}


def _yaml(file: Mapping[str, Any]) -> str:
    import yaml

    text: str = yaml.safe_dump(dict(file), sort_keys=False, allow_unicode=True, width=100)
    return text


def _send(file: File) -> Reply:
    name, content = file
    return {"name": name, "base64": base64.b64encode(content).decode()}


def _internal(error: Exception) -> str:
    return f"Internal error ({type(error).__name__}: {error}). Change a setting and try again."


def _fail(number: Any, text: str) -> Reply:
    return {"id": number, "ok": False, "errors": [{"key": "", "text": text}]}
