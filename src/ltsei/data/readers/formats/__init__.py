"""One module per file format: it opens a file and returns its arrays, unread. `open_arrays.OPENERS` lists them."""
