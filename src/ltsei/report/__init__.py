"""From the files of the cells to a page, tables and figures."""
