"""THE table of the columns of results: name, dtype, unit and meaning of everything a run leaves."""

from __future__ import annotations

from sim.actors.postures import Posture
from sim.city.columns import Camp, Column, Role
from sim.world.incident import Layer

CAMPS = tuple(camp.name.lower() for camp in Camp)


def _per_camp(name: str, dtype: str, unit: str, meaning: str) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{camp}", dtype, unit, meaning.replace("CAMP", camp)) for camp in CAMPS)


DAILY_COLUMNS = (
    Column("day", "int32", "day", "day of the run; 0 is the start, before anything happens"),
    Column("truce", "int8", "0/1/2", "state of the truce: holding, strained, broken"),
    Column(
        "posture",
        "int8",
        "code",
        "posture of the army: " + ", ".join(f"{p.value} {p.name.lower()}" for p in Posture),
    ),
    *_per_camp("present", "int32", "residents", "CAMP residents present in the city"),
    *_per_camp("departed", "int32", "residents", "CAMP residents who have left the city"),
    Column("away", "int32", "residents", "serving officers who are not in the city today"),
    Column("captive", "int32", "residents", "captives, of any camp"),
    Column("dead", "int32", "residents", "dead since day 0, of any camp"),
    Column("officers_in_city", "int32", "residents", "serving officers in the city today"),
    Column("fighters", "int32", "residents", "living members of all factions"),
    *_per_camp("fear", "float64", "0..1", "mean fear of CAMP residents present; nan if there is none"),
    *_per_camp("anger", "float64", "0..1", "mean anger of CAMP residents present; nan if there is none"),
    Column("passage", "float64", "0..1", "free passage in and out; 0 under siege"),
    Column("pressure", "float64", "0..1", "belief in the coming annihilation"),
    Column("standing", "float64", "0..1", "standing of the elders in effect: what a backlog leaves of it"),
    Column("backlog", "float64", "breaches", "social breaches that the elders have not settled"),
    Column("hostility", "float64", "0..1", "what the army feels of attacks on it of late"),
    Column("supplies", "float64", "0..1", "supplies of the city"),
    Column("works", "float64", "0..1", "dug-up and mined roads"),
    Column("morale", "float64", "0..1", "mean morale of the fighters in the city"),
    Column("troops", "float64", "soldiers", "soldiers near the city"),
    Column("loyalists_left", "float64", "share", "share of the loyalists of day 0 who have departed"),
    Column(
        "loyalists_present", "float64", "share", "loyalists present, as a share of those present on day 0"
    ),
    Column("rivalry", "float64", "share", "share of the armed strength that is newcomers or independents"),
    Column("restraint", "float64", "0..1", "mean restraint of the factions, by members"),
    Column("feud", "float64", "breaches", "weighted social breaches in the feud window"),
    Column("breaches_social", "float64", "breaches", "weighted breaches of the day, social layer"),
    Column("breaches_standoff", "float64", "breaches", "weighted breaches of the day, standoff layer"),
    Column(
        "events_social", "int32", "events", "events of the day, social layer; moves (departure, return) apart"
    ),
    Column(
        "events_standoff",
        "int32",
        "events",
        "events of the day, standoff layer; moves (joining, desertion, regrouping) apart",
    ),
    Column("deaths", "int32", "residents", "deaths of the day"),
    Column("soldiers_killed", "float64", "soldiers", "soldiers killed on the day; they are not residents"),
    Column("entered", "int32", "residents", "residents who entered the city on the day, for the first time"),
    Column("taken", "int32", "residents", "residents taken captive on the day"),
    Column("released", "int32", "residents", "captives released on the day"),
    Column("left", "int32", "residents", "residents who left on the day"),
    Column("returned", "int32", "residents", "residents who returned on the day"),
    Column("waiting_answers", "int32", "events", "answers to past blows that are still to come"),
)

EVENT_COLUMNS = (
    Column(
        "event", "int64", "id", "permanent id, made from kind, actor, day and ordinal, or from the parent's"
    ),
    Column("parent", "int64", "id", "event that this one answers or follows; 0 for none"),
    Column("day", "int32", "day", "day of the run"),
    Column("kind", "string", "name", "kind of event"),
    Column("layer", "string", "name", "social or standoff"),
    Column("actor", "string", "name", "who did it"),
    Column("cause", "string", "name", "scheduled, hazard, answer, order, or lapsed (nothing came of it)"),
    Column("victim", "int64", "id", "permanent id of the first victim; -1 for none"),
    Column("household", "int64", "id", "permanent id of the first victim's household; -1 for none"),
    Column("rank", "int8", "0/1/2", "rank of the first victim: none, junior, senior; -1 for no victim"),
    Column("quarter", "int16", "id", "quarter; -1 for the whole city"),
    Column("camp", "string", "name", "camp of those struck, or who left; empty for none"),
    Column("people", "int32", "residents", "residents struck or moved"),
    Column("deaths", "int32", "residents", "deaths"),
    Column("soldiers", "float64", "soldiers", "soldiers killed; they are not residents"),
    Column("breach", "float64", "breaches", "weight in the count of breaches"),
)

RUN_COLUMNS = (
    Column("scenario", "string", "name", "name of the scenario"),
    Column("seed", "int64", "seed", "seed of the run"),
    Column("city_seed", "int64", "seed", "seed of the city"),
    Column("days", "int32", "days", "days simulated"),
    Column("residents", "int64", "residents", "residents on day 0, newcomers included"),
    Column("broke", "bool", "yes/no", "whether the truce broke at all"),
    Column("first_break_day", "float64", "day", "day of the first break; nan if it held"),
    Column("ending", "string", "name", "ending of the first break; empty if it held"),
    Column("endings", "string", "names", "endings of all breaks in their order, with spaces between"),
    Column("breaks", "int32", "breaks", "how often it broke"),
    Column("spells", "int32", "spells", "truces: the first and every one that formed again"),
    Column(
        "mean_spell_days", "float64", "days", "mean length of the spells, the last one cut by the horizon"
    ),
    Column("truce_share", "float64", "share", "share of days under truce; nan for a run of 0 days"),
    Column(
        "strained_share",
        "float64",
        "share",
        "share of the days before the first break on which the truce was strained; nan if there is none",
    ),
    Column(
        "lowest_passage",
        "float64",
        "0..1",
        "least free passage on the days before the first break, day 0 included",
    ),
    Column("breaches_social", "float64", "breaches", "weighted breaches, social layer"),
    Column("breaches_standoff", "float64", "breaches", "weighted breaches, standoff layer"),
    *(
        Column(f"events_{layer.name.lower()}", "int32", "events", f"events, {layer.name.lower()} layer")
        for layer in Layer
    ),
    *_per_camp("deaths", "int32", "residents", "CAMP residents who died"),
    *(
        Column(
            f"deaths_{role.name.lower()}", "int32", "residents", f"deaths in the role of {role.name.lower()}"
        )
        for role in Role
    ),
    *_per_camp("departed", "int32", "residents", "CAMP residents departed at the end"),
    *_per_camp("present", "int32", "residents", "CAMP residents present at the end"),
    Column("taken", "int32", "residents", "residents taken captive"),
    Column("released", "int32", "residents", "captives released"),
    Column("officer_days", "int64", "days", "days in the army's service, of all officers from the city"),
    Column("defections", "int32", "residents", "officers who defected of themselves"),
    Column("confessions", "int32", "residents", "officers made to announce their defection"),
    Column("entered", "int32", "residents", "residents who entered after day 0"),
    Column("soldiers_killed", "float64", "soldiers", "soldiers killed; they are not residents"),
    Column("sieges", "int32", "times", "how often the army laid siege"),
    Column("assaults", "int32", "times", "how often the army stormed"),
    Column("times_fallen", "int32", "times", "how often the city fell in battle"),
    Column("surrenders", "int32", "times", "how often it surrendered by negotiation"),
)

QUARTER_COLUMNS = (
    Column("day", "int32", "day", "day of the run"),
    Column("quarter", "int16", "id", "quarter of the city; schematic, no real place"),
    Column("present", "int32", "residents", "residents present whose home is in the quarter"),
    Column("fear", "float64", "0..1", "their mean fear; nan if there is none"),
    Column("anger", "float64", "0..1", "their mean anger; nan if there is none"),
)

SNAPSHOT_COLUMNS = (
    Column("day", "int32", "day", "day of the run"),
    Column("resident", "int64", "id", "permanent id of the resident"),
    Column("household", "int64", "id", "permanent id of the household"),
    Column("quarter", "int16", "id", "quarter of the home"),
    Column("camp", "int8", "0/1/2", "loyalist, uncommitted, opposition"),
    Column("role", "int8", "0..3", "civilian, officer, defector, fighter"),
    Column("status", "int8", "0..4", "present, away, departed, captive, dead"),
    Column("fear", "float32", "0..1", "fear"),
    Column("anger", "float32", "0..1", "anger"),
)

TABLES = {
    "run": RUN_COLUMNS,
    "daily": DAILY_COLUMNS,
    "events": EVENT_COLUMNS,
    "quarters": QUARTER_COLUMNS,
    "snapshots": SNAPSHOT_COLUMNS,
}
