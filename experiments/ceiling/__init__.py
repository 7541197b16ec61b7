"""How much of a truce's fate could be known, from the record, the parameters and the hidden state."""
