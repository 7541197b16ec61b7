"""What would be right where a key is wrong."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from sim.schema_tree import nearest


def remedy(model: type[BaseModel], key: str, default: BaseModel) -> str:
    """A clause on what to write instead. `default` is a scenario whose mapping entries count as known."""
    return _only_answers(key, default) or nearest(model, key, default)


def _only_answers(key: str, default: Any) -> str:
    """For a rate of a kind of event that has none of its own; empty for any other key."""
    from sim.events import KINDS
    from sim.kinds.arising import HazardKind
    from sim.kinds.felt import Answering

    parts = key.split(".")
    if len(parts) < 3 or parts[0] != "events" or parts[2] not in HazardKind.model_fields:
        return ""
    kind = KINDS.get(parts[1])
    if kind is None or not issubclass(kind, Answering) or parts[2] in kind.model_fields:
        return ""
    answered = [
        name for name in sorted(KINDS) if parts[1] in getattr(getattr(default.events, name), "answers", {})
    ]
    where = answered[0] if answered else "NAME"
    return f"{parts[1]} only answers other events, set events.{where}.answers.{parts[1]}, say"
