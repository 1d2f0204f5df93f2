"""What all parts of a scenario have in common: frozen, and unknown keys refused."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["ID", "Kind", "Role", "Share", "Stance", "Value"]

Kind = Literal["state", "io", "cso", "business", "mayors", "youth"]
Role = Literal["origin", "destination", "both"]
Stance = Literal["inside", "bridge", "outside"]
Share = Field(ge=0, le=1)
ID = Field(pattern=r"^[A-Za-z][A-Za-z0-9_\-]*$", max_length=40)


class Value(BaseModel):
    """A part of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
