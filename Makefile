# `make demo` runs the small matrix to its report, `make test` the tests, `make test-cluster` those on a Slurm cluster that it
# starts on this machine (Debian, root), `make guide` (nightly) every method once at a small size; all make the environment
# first.
PYTHON ?= python3
BIN := .venv/bin
CORES ?= all
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install demo guide test test-cluster lint clean

install: $(BIN)/.installed

$(BIN)/.installed: envs/lock.txt pyproject.toml
	@echo "Making the environment in .venv: about 1.6 GB, a minute or more"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement envs/lock.txt
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

demo: install
	snakemake --configfile config/quick.yaml --cores $(CORES)
	@echo "The report: $(CURDIR)/results/quick/report/report.html"

guide: install
	snakemake --configfile config/guide.yaml --cores $(CORES)
	@echo "The report: $(CURDIR)/results/guide/report/report.html"

test: install lint
	pytest -n auto --dist loadfile

test-cluster: install
	python tests/cluster/cluster.py start
	LTSEI_CLUSTER=1 pytest -n 2 tests/cluster; status=$$?; python tests/cluster/cluster.py stop; exit $$status

lint: install
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow/rules
	snakemake --lint

clean:
	rm -rf .venv results logs .snakemake
