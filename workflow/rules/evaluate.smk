"""Evaluation: the logits of a method's last stage on the test set become numbers, features of its backbone a map."""


rule evaluate:
    """Compute every metric of one cell."""
    input:
        unpack(last_stage),
        trained=trained_stage,
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


rule feature_map:
    """Draw a map of the features of one backbone, for all methods on it."""
    input:
        logits=network_logits,
        labels_test=ancient(rules.prepare.output.labels_test),
    output:
        map="<results>/{dataset}/ir{ir}/seed{seed}/{method}/{network}/map.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/feature_map_{network}.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/feature_map_{network}.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.backbone_owners()),
        network="stage1|stage2",
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=MAP_RECIPE,
        fingerprint=MAP_RECIPE.fingerprint,
    script:
        "../scripts/feature_map.py"
