"""The charts: each function returns the rows that page and figures draw, with the name of a specification.

The specification (Vega-Lite) is the file of that name in `assets/vega_lite`. A new chart is a function here, a file
there, and a line where it is shown: `page/views.py` or `page/cell_charts.py`, `matrix_figures.py` or `cell_figures.py`.
"""
