"""Data: a source in whatever format becomes the canonical store, and each seed and ratio gets its split."""


rule prepare:
    """Check a source and write it as memory-mapped arrays, once per data set."""
    input:
        unpack(source_files),
    output:
        train="<results>/{dataset}/signals/train.npy",
        labels_train="<results>/{dataset}/signals/labels_train.npy",
        test="<results>/{dataset}/signals/test.npy",
        labels_test="<results>/{dataset}/signals/labels_test.npy",
        meta="<results>/{dataset}/signals/meta.json",
    log:
        "<results>/{dataset}/logs/prepare.log",
    benchmark:
        "<results>/{dataset}/benchmarks/prepare.tsv"
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


rule make_split:
    """Draw the training and validation signals of one ratio and seed."""
    input:
        labels=ancient(rules.prepare.output.labels_train),
        meta=rules.prepare.output.meta,
    output:
        split="<results>/{dataset}/ir{ir}/seed{seed}/split.npz",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/logs/make_split.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/benchmarks/make_split.tsv"
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
    """Keep a few signals of a data set for the report."""
    input:
        train=ancient(rules.prepare.output.train),
        labels_train=ancient(rules.prepare.output.labels_train),
        test=ancient(rules.prepare.output.test),
        labels_test=ancient(rules.prepare.output.labels_test),
        meta=rules.prepare.output.meta,
    output:
        examples="<results>/{dataset}/signals/examples.json",
    log:
        "<results>/{dataset}/logs/examples.log",
    benchmark:
        "<results>/{dataset}/benchmarks/examples.tsv"
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
