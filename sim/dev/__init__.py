"""Tools for whoever changes Hudna: they write configs/ and the generated pages of docs/ from the code."""
