"""Evaluation: the logits of a method's last stage on the test set become numbers."""


rule evaluate:
    """Compute every metric of one cell."""
    input:
        unpack(last_stage),
        unpack(network_of),
        labels_test=ancient(rules.prepare.output.labels_test),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
    output:
        metrics="<results>/{dataset}/ir{ir}/seed{seed}/{method}/metrics.json",
        per_class=report(
            "<results>/{dataset}/ir{ir}/seed{seed}/{method}/per_class.csv",
            caption="../report/per_class.rst",
            category="Cells",
            subcategory="{dataset}",
            labels={"method": "{method}", "imbalance ratio": "{ir}", "seed": "{seed}"},
        ),
        diagnostics="<results>/{dataset}/ir{ir}/seed{seed}/{method}/diagnostics.json",
        confusion="<results>/{dataset}/ir{ir}/seed{seed}/{method}/confusion.csv",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/recipe.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/evaluate.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/evaluate.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.canonical_methods()),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=recipe_of("evaluate"),
        fingerprint=fingerprint_of("evaluate"),
    script:
        "../scripts/evaluate.py"
