# What to build and to check; every target makes the environment that it needs first.
#   make demo            the small matrix and its report
#   make guide           every method once at a small size
#   make test            linters, type checks and tests
#   make test-cluster    tests on a Slurm cluster that is started on this machine (Debian, root)
#   make faults          every fault injected, here and on clusters, and the page of outcomes; some minutes
#   make mutants         single faults in a few modules, each seen by a test or printed; about an hour
#   make docs            the documentation as a site in site/
#   make audit           known vulnerabilities of the pinned packages
#   make lock            the pinned packages and their hashes anew; with UPGRADE=1 in the newest versions
PYTHON ?= python3
BIN := .venv/bin
DOCS := .venv-docs
TOOLS := .venv-tools
CORES ?= all
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install demo guide test test-cluster faults mutants lint docs lock audit clean

install: $(BIN)/.installed

$(BIN)/.installed: $(wildcard envs/lock*.txt) envs/install.sh pyproject.toml
	@echo "Making the environment in .venv: 1.6 GB, about 6 GB where torch comes with CUDA; a minute or more"
	$(PYTHON) -m venv .venv
	sh envs/install.sh $(BIN)/python
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: install
	snakemake --configfile config/quick.yaml --cores $(CORES)
	@echo "The report: $(CURDIR)/results/quick/report/report.html"

guide: install
	snakemake --configfile config/guide.yaml --cores $(CORES)
	@echo "The report: $(CURDIR)/results/guide/report/report.html"

test: install lint
	pytest -n auto --dist loadfile --no-loadscope-reorder

# With accounting; `make faults` runs them also without. CLUSTER_TESTS chooses among them.
CLUSTER_TESTS ?= tests/cluster
test-cluster: install
	python tests/cluster/cluster.py start accounting
	LTSEI_CLUSTER=1 pytest -n 2 --dist loadfile $(CLUSTER_TESTS); status=$$?; python tests/cluster/cluster.py stop; exit $$status

faults: install
	python tests/faults/run.py

mutants: install
	python tests/mutants/run.py

lint: install
	ruff check .
	ruff format --check .
	mypy
	snakefmt --check Snakefile workflow/Snakefile workflow/rules
	snakemake --lint

docs: $(DOCS)/.installed
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --strict --quiet
	@echo "The documentation: $(CURDIR)/site/index.html"

$(DOCS)/.installed: envs/docs.txt
	$(PYTHON) -m venv $(DOCS)
	$(DOCS)/bin/pip install --quiet --require-hashes --no-deps --requirement envs/docs.txt
	touch $@

lock: $(TOOLS)/.installed
	PATH="$(CURDIR)/$(TOOLS)/bin:$$PATH" $(TOOLS)/bin/python envs/lock.py $(if $(UPGRADE),--upgrade)

audit: $(TOOLS)/.installed
	$(TOOLS)/bin/python envs/audit.py

$(TOOLS)/.installed: envs/tools.txt
	$(PYTHON) -m venv $(TOOLS)
	$(TOOLS)/bin/pip install --quiet --require-hashes --no-deps --requirement envs/tools.txt
	touch $@

clean:
	rm -rf .venv $(DOCS) $(TOOLS) site results logs .snakemake
