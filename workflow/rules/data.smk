"""Data: a source in whatever format becomes the canonical store; each seed and ratio gets its split."""


rule prepare:
    """Check a source and write it as memory-mapped arrays, once per data set."""
    input:
        unpack(inputs_of("prepare")),
    output:
        **outputs("prepare"),
    log:
        log_of("prepare"),
    benchmark:
        benchmark_of("prepare")
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        recipe=recipe_of("prepare"),
        fingerprint=fingerprint_of("prepare"),
    script:
        "../scripts/prepare.py"


STORE = {name: ancient(rules.prepare.output[name]) for name in ("train", "labels_train", "test")}
STORE["meta"] = rules.prepare.output.meta
LABELS_TEST = ancient(rules.prepare.output.labels_test)


rule make_split:
    """Draw the training and validation signals of one ratio and seed."""
    input:
        labels=STORE["labels_train"],
        groups=ancient(rules.prepare.output.groups_train),
        meta=rules.prepare.output.meta,
    output:
        **outputs("make_split"),
    log:
        log_of("make_split"),
    benchmark:
        benchmark_of("make_split")
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=recipe_of("make_split"),
        fingerprint=fingerprint_of("make_split"),
    script:
        "../scripts/make_split.py"


rule examples:
    """Store a few signals of a data set for the report."""
    input:
        **STORE,
    output:
        **outputs("examples"),
    log:
        log_of("examples"),
    benchmark:
        benchmark_of("examples")
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=recipe_of("examples"),
        fingerprint=fingerprint_of("examples"),
    script:
        "../scripts/examples.py"
