"""Data: a source in whatever format becomes the canonical store; each seed and ratio gets its split."""


rule prepare:
    """Check a source and write it as memory-mapped arrays, once for all data sets that use it."""
    input:
        unpack(inputs_of("prepare")),
    output:
        **outputs("prepare"),
    log:
        log_of("prepare"),
    benchmark:
        benchmark_of("prepare")
    wildcard_constraints:
        dataset=one_of(MATRIX.all_stores()),
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


STORE = {name: ancient(prepared(name)) for name in ("train", "labels_train", "test")}
STORE["meta"] = prepared("meta")
LABELS_TEST = ancient(prepared("labels_test"))


rule prepare_unlabelled:
    """Check unlabelled signals and write them, apart from the store, which methods without them use as it is."""
    input:
        unpack(inputs_of("prepare_unlabelled")),
        **STORE,
    output:
        **outputs("prepare_unlabelled"),
    log:
        log_of("prepare_unlabelled"),
    benchmark:
        benchmark_of("prepare_unlabelled")
    wildcard_constraints:
        dataset=one_of(MATRIX.unlabelled_stores()),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        recipe=recipe_of("prepare_unlabelled"),
        fingerprint=fingerprint_of("prepare_unlabelled"),
    script:
        "../scripts/prepare_unlabelled.py"


rule prepare_unknown:
    """Write the test signals of the classes held out as unknown, apart from the store that training uses."""
    input:
        unpack(inputs_of("prepare_unknown")),
        **STORE,
    output:
        **outputs("prepare_unknown"),
    log:
        log_of("prepare_unknown"),
    benchmark:
        benchmark_of("prepare_unknown")
    wildcard_constraints:
        dataset=one_of(MATRIX.unknown_stores()),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        recipe=recipe_of("prepare_unknown"),
        fingerprint=fingerprint_of("prepare_unknown"),
    script:
        "../scripts/prepare_unknown.py"


rule make_split:
    """Draw the training and validation signals of one ratio and seed."""
    input:
        labels=STORE["labels_train"],
        groups=ancient(prepared("groups_train")),
        meta=STORE["meta"],
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
    wildcard_constraints:
        dataset=one_of(MATRIX.all_stores()),
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


rule audit:
    """Say what simple classifiers and comparisons learn of a data set; on request alone."""
    input:
        unpack(inputs_of("audit")),
        **STORE,
        labels_test=LABELS_TEST,
        groups_train=ancient(prepared("groups_train")),
    output:
        **outputs("audit"),
    log:
        log_of("audit"),
    benchmark:
        benchmark_of("audit")
    wildcard_constraints:
        dataset=one_of(MATRIX.all_stores()),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=8000,
        runtime=60,
    params:
        recipe=recipe_of("audit"),
        fingerprint=fingerprint_of("audit"),
    script:
        "../scripts/audit.py"
