"""What a drawn timeline shows: its lines and texts, and which of them lie on each other."""

from __future__ import annotations

from itertools import combinations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

# panels of a timeline, from the top
TRUCE, ARMY, EVENTS, FEUD, PASSAGE, FEELINGS, DEPARTED, CAPTIVE, DEAD = range(9)


def line(axes: Axes, start: str):
    (found,) = (line for line in axes.lines if str(line.get_label()).startswith(start))
    return found


def break_days(axes: Axes) -> list[float]:
    return [line.get_xdata()[0] for line in axes.lines if line.get_label() == "break"]


def texts_of(figure: Figure) -> list[Text]:
    found = [*figure.texts]
    for axes in figure.axes:
        legend = axes.get_legend()
        found += [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.texts]
        found += legend.get_texts() if legend else []
    return [text for text in found if text.get_text().strip()]


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in texts_of(figure))


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes overlap by more than the empty margin of a line of text."""
    figure.canvas.draw()
    # of an annotation, too, the box of its letters, without the leader
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts_of(figure)]
    for axes in figure.axes:
        view = axes.get_window_extent().padded(1)
        ticks = [
            (tick.get_window_extent(), tick) for tick in (*axes.get_xticklabels(), *axes.get_yticklabels())
        ]
        boxes += [
            (tick.get_text(), box)
            for box, tick in ticks  # a label of a tick out of view is not drawn
            if tick.get_text() and (view.y0 <= (box.y0 + box.y1) / 2 <= view.y1 or box.y1 < view.y0)
        ]
    found = []
    for (a, box_a), (b, box_b) in combinations(boxes, 2):
        wide = min(box_a.x1, box_b.x1) - max(box_a.x0, box_b.x0)
        high = min(box_a.y1, box_b.y1) - max(box_a.y0, box_b.y0)
        if wide > 1 and high > 4:
            found.append((a, b))
    return found


def sticks_out(figure: Figure) -> list[str]:
    figure.canvas.draw()
    page = figure.bbox
    boxes = [(text.get_text(), Text.get_window_extent(text)) for text in texts_of(figure)]
    return [
        name for name, box in boxes if box.x0 < page.x0 or box.x1 > page.x1 or box.y1 > page.y1 or box.y0 < 0
    ]
