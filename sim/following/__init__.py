"""Following a recorded history: how probable it is under the model, and which states of the model fit it."""
