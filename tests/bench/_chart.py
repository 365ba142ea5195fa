"""Draws a line chart as SVG: two axes from 0 to 1 or over given steps, a line or dots for each series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, TOP, RIGHT, BOTTOM = 60, 44, 190, 50
COLOURS = ("#154273", "#c45500", "#2a7a3f", "#8a3c8f", "#5b6470")  # told apart in grey too, with the marks
MARKS = ("●", "■", "▲", "◆", "✚")

Points = Sequence[tuple[float, float]]  # both from 0 to 1


def chart(
    title: str,
    series: Mapping[str, Points],
    *,
    across: str,
    up: str,
    steps: Mapping[str, float],
    diagonal: bool = False,
) -> str:
    """Return the SVG; ``steps`` are the labels on the horizontal axis with their place from 0 to 1."""
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return round(LEFT + wide * point[0], 1), round(TOP + high * (1 - point[1]), 1)

    parts = [_text(LEFT, 24, title, size=15, weight="bold")]
    for level in (0.0, 0.25, 0.5, 0.75, 1.0):
        _, y = place((0, level))
        parts += [
            f'<path d="M{LEFT} {y}h{wide}" stroke="#d5d9de"/>',
            _text(LEFT - 8, y + 4, f"{level:g}", anchor="end"),
        ]
    parts += [_text(place((where, 0))[0], TOP + high + 18, label, anchor="middle") for label, where in steps.items()]
    parts += [_text(LEFT + wide / 2, HEIGHT - 10, across, anchor="middle"), _text(LEFT, TOP - 6, up)]
    if diagonal:
        parts.append(f'<path d="M{LEFT} {TOP + high}L{LEFT + wide} {TOP}" stroke="#888" stroke-dasharray="5 4"/>')
    for number, (name, points) in enumerate(series.items()):
        colour, mark = COLOURS[number], MARKS[number]
        places = [place(point) for point in points]
        line = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_text(x, y + 4, mark, anchor="middle", colour=colour) for x, y in places]
        y = TOP + 16 + 22 * number
        parts += [_text(LEFT + wide + 14, y, mark, colour=colour), _text(LEFT + wide + 32, y, name)]
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _text(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: int = 12,
    weight: str = "normal",
    colour: str = "#222",
) -> str:
    look = f'text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    return f'<text x="{x}" y="{y}" {look}>{escape(text)}</text>'
