"""Seats for programs: the model as a PettingZoo parallel environment, which needs the extra ``env``."""

from comity.extras import needs

needs("comity.env", "env", "pettingzoo", "gymnasium")

from comity.env.forum_env import ACTS, BY_MODEL, ForumEnv, play  # noqa: E402
from comity.env.rewards import Reward, by_brief, by_trust  # noqa: E402
from comity.env.words import in_words  # noqa: E402

__all__ = ["ACTS", "BY_MODEL", "ForumEnv", "Reward", "by_brief", "by_trust", "in_words", "play"]
