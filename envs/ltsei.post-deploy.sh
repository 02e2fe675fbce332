# The package itself, from the folder in which snakemake was started.
pip install --no-deps --editable "$PWD"
