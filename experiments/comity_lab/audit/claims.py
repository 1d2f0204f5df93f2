"""Claims: the links of the argument, each with the what-if that breaks it and the sign that must follow."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from comity.errors import InputError, nearest
from comity.measures import MEASURES
from comity.scenario.locate import scenario_folder
from comity.scenario.presets import Theory
from comity_lab.factor import NO_PATCH

__all__ = ["Claim", "read_claims"]

_MEASURES = [item.name for item in MEASURES]


class Claim(BaseModel):
    """One link of the argument.

    Attributes
    ----------
    id, sentence, source
        Its name, its statement, and its place in the chapter.
    patch, preset
        What breaks the link: either a what-if or another theory.
    measure, sign
        The measure that must move, and whether what-if minus history must be above (``+``) or below (``-``) zero.
    quick
        Whether it is in the short form of the audit.
    note
        What the sign does not say, such as a size of nothing; printed below the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    sentence: str = Field(min_length=1)
    patch: str = NO_PATCH
    preset: Theory | None = None
    measure: str
    sign: Literal["+", "-"]
    source: str = Field(min_length=1)
    quick: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.patch == NO_PATCH) == (self.preset is None):
            raise ValueError(f"claim {self.id!r}: must have either patch or preset, got both or neither. Give one.")
        if self.measure not in _MEASURES:
            raise ValueError(
                f"claim {self.id!r}: measure must be one that runs have, got {self.measure!r}. "
                f"{nearest(self.measure, _MEASURES)}"
            )
        return self

    @property
    def what_if(self) -> str:
        """Name of what breaks the link."""
        return self.patch if self.preset is None else self.preset


def read_claims(file: Path | None = None) -> list[Claim]:
    """Return the claims of a file, by default the shipped one, or raise InputError that says what is wrong."""
    path = scenario_folder() / "claims.toml" if file is None else file
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: must be valid TOML in UTF-8, got: {error}. Correct it there.") from None
    except OSError as error:
        raise InputError(
            f"{path}: the claims cannot be read: {error.strerror}. Give the path of a .toml file."
        ) from None
    if set(data) != {"claims"} or not isinstance(data["claims"], list):
        raise InputError(f"{path.name}: must hold [[claims]] and nothing else, got {', '.join(data) or 'nothing'}.")
    claims = []
    for number, item in enumerate(data["claims"]):
        try:
            claims.append(Claim.model_validate(item))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(["claims", str(number), *(str(part) for part in first["loc"])])
            text = str(first["ctx"]["error"]) if first["type"] == "value_error" else f"{place}: {first['msg']}."
            raise InputError(f"{path.name}: {text} Change it there.") from None
    ids = [claim.id for claim in claims]
    doubled = next((name for name in ids if ids.count(name) > 1), None)
    if doubled is not None:
        raise InputError(f"{path.name}: every claim must have a unique id, got {doubled!r} twice. Rename one.")
    return claims
