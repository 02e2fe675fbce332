"""The tables beside the page: CSV with fractions in [0, 1], LaTeX and Markdown in percent."""
