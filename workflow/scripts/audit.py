"""Audit a data set: what gives its labels away without the hardware of the emitters."""

import ltsei.core.startup  # noqa: F401 (first of all, see there)

from ltsei.core import files
from ltsei.data.audit.leakage import audit
from ltsei.data.store import open_inputs, read_groups, read_test_labels
from ltsei.report.audit_page import write_audit_page
from ltsei.runtime.job import job

inputs, outputs = snakemake.input, snakemake.output
with job(snakemake):
    findings = audit(
        open_inputs(inputs),
        read_test_labels(inputs.labels_test, inputs.meta),
        read_groups(inputs.groups_train),
        snakemake.params.recipe.settings.source,
    )
    files.write_json(outputs.findings, findings)
    write_audit_page(outputs.page, findings, snakemake.wildcards.dataset)
