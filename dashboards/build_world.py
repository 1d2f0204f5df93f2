"""Make ``comity_dashboard/world/world.json``, the outlines of the world map, from Natural Earth.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    pip install pycountry
    python dashboards/build_world.py package/

Run once; neither package is needed afterwards. States that the coarse outlines (1:110 million) leave out become a
point at the middle of their outline at 1:50 million.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

WIDTH, HEIGHT = 1000, 487
_A = (1.340264, -0.081106, 0.000893, 0.003796)  # Equal Earth: Šavrič, Patterson and Jenny (2018)


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return the place on the map, pixels, after the Equal Earth projection; equal areas stay equal."""
    theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(latitude)))
    a1, a2, a3, a4 = _A
    slope = 9 * a4 * theta**8 + 7 * a3 * theta**6 + 3 * a2 * theta**2 + a1
    x = 2 * math.sqrt(3) * math.radians(longitude) * math.cos(theta) / (3 * slope)
    y = a4 * theta**9 + a3 * theta**7 + a2 * theta**3 + a1 * theta
    return WIDTH / 2 + x * WIDTH / 5.414, HEIGHT / 2 - y * WIDTH / 5.414


def outlines(topology: dict[str, Any]) -> dict[str, list[list[tuple[float, float]]]]:
    """Return the outer rings of every country of a TopoJSON file, by numeric ISO code, in degrees."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)

    def ring(numbers: list[int]) -> list[tuple[float, float]]:
        found: list[tuple[float, float]] = []
        for number in numbers:
            points = arcs[number] if number >= 0 else arcs[~number][::-1]
            found += points if not found else points[1:]
        return found

    countries: dict[str, list[list[tuple[float, float]]]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        countries.setdefault(str(shape.get("id", "")), []).extend(ring(polygon[0]) for polygon in polygons)
    return countries


def cut(ring: list[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Return a ring in one piece, or in two where it crosses 180 degrees: on the map they lie at either end."""
    whole = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((whole[-1][0] - longitude) / 360)
        whole.append((longitude + 360 * turns, latitude))
    east = max(longitude for longitude, _ in whole)
    west = min(longitude for longitude, _ in whole)
    if -180 <= west and east <= 180:
        return [whole]
    edge, shift = (180, -360) if east > 180 else (-180, 360)
    sides = []
    for sign in (1, -1):
        kept: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip(whole, [*whole[1:], whole[0]], strict=True):
            inside, after = sign * (edge - x0) >= 0, sign * (edge - x1) >= 0
            if inside:
                kept.append((x0, y0))
            if inside != after:
                kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        sides.append(kept)
    home = 0 if edge == 180 else 1
    sides[1 - home] = [(x + shift, y) for x, y in sides[1 - home]]
    return [side for side in sides if len(side) > 2]


def main(folder: Path) -> None:
    """Write the outlines that the map draws."""
    import pycountry

    coarse, fine = (
        outlines(json.loads((folder / f"countries-{scale}.json").read_text(encoding="utf-8")))
        for scale in ("110m", "50m")
    )
    codes = {country.numeric: country.alpha_3 for country in pycountry.countries}
    paths: dict[str, str] = {}
    points: dict[str, list[float]] = {}
    for number, rings in coarse.items():
        if codes.get(number) == "ATA":
            continue
        text = ""
        for piece in (piece for ring in rings for piece in cut(ring)):
            places = [project(*place) for place in piece]
            text += "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in places) + "Z"
        name = codes.get(number, "")
        paths[name] = paths.get(name, "") + text
    for number, rings in fine.items():
        name = codes.get(number)
        if name is None or name in paths or name == "ATA":
            continue
        largest = max(rings, key=len)
        x, y = project(sum(p[0] for p in largest) / len(largest), sum(p[1] for p in largest) / len(largest))
        points[name] = [round(x, 1), round(y, 1)]
    x, y = project(179.2, -8.5)  # Tuvalu is in neither; at Funafuti
    points["TUV"] = [round(x, 1), round(y, 1)]
    target = Path(__file__).parent / "comity_dashboard" / "world" / "world.json"
    content = {"width": WIDTH, "height": HEIGHT, "paths": paths, "points": points}
    target.write_text(json.dumps(content, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
