"""What is in a figure: artists by label, all its words."""


def artists(figure, label):
    """Everything drawn under a label, in all axes."""
    return [each for axes in figure.axes for each in axes.get_children() if each.get_label() == label]


def words(figure):
    """All text of a figure, its axes' titles and labels included."""
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_title(loc="left"), axes.get_xlabel(), axes.get_ylabel()]
        found += [text.get_text() for text in axes.texts]
        found += [text.get_text() for text in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    return " ".join(found)
