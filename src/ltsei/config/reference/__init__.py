"""What is generated from signatures, docstrings and models: JSON schema, page of methods, tables of the reference."""
