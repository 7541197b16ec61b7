"""Following a recorded history: how probable the model finds it, and which of its states fit it."""
