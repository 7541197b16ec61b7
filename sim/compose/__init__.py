"""From configs and overrides to one frozen, validated scenario: the only folder that knows Hydra.

Hydra (with OmegaConf) reads and merges; it is trusted with nothing else. Overrides are checked against the
schema first, the user's files by `sim.config.document`; references are resolved without OmegaConf's
resolvers; pydantic has the last word. Hydra's global state is put back as it was found.
"""

from sim.compose.composer import Composer, catalogue, compose_scenario, compose_yaml

__all__ = ["Composer", "catalogue", "compose_scenario", "compose_yaml"]
