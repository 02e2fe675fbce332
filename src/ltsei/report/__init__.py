"""The report: reads the files of the cells, writes a page, tables and figures.

Reading: `cell_result` and `matrix_results`. Computing: `scopes` (means), `analysis` (tests), `ranking`, `wall_time`.
Drawing: `charts` (the rows of each chart), which the `page`, `matrix_figures` and `cell_figures` show; and `tables`.

A metric's label is in `evaluation.metric_labels`, a colour in `style`, a number as text in `number_text`. A tab of the
page is `assets/<tab>.js`, a sentence about results is in `page.sentences`, any other hint in `page.texts`.
"""
