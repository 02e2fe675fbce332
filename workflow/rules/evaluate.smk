"""Evaluation: the test logits of a method's last stage become metrics, the features of its backbone a map.

What a choice on the test part would have given is computed for comparison alone: only reports read it.
"""


rule evaluate:
    """Compute every metric of one cell."""
    input:
        unpack(inputs_of("evaluate")),
        labels_test=LABELS_TEST,
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **shown_outputs("evaluate"),
    log:
        log_of("evaluate"),
    benchmark:
        benchmark_of("evaluate")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("evaluate")),
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


rule domain_metrics:
    """Compute the accuracy of one cell on each domain of the test part, where its signals have domains."""
    input:
        unpack(inputs_of("domain_metrics")),
        labels_test=LABELS_TEST,
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("domain_metrics"),
    log:
        log_of("domain_metrics"),
    benchmark:
        benchmark_of("domain_metrics")
    wildcard_constraints:
        dataset=one_of(datasets_with_domains(MATRIX)),
        method=one_of(MATRIX.rule_owners("domain_metrics")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=recipe_of("domain_metrics"),
        fingerprint=fingerprint_of("domain_metrics"),
    script:
        "../scripts/domain_metrics.py"


rule open_set:
    """Compute how well one cell tells known from unknown classes, where a data set holds some out."""
    input:
        unpack(inputs_of("open_set")),
        **STORE,
        labels_test=LABELS_TEST,
        split=rules.make_split.output.split,
    output:
        **outputs("open_set"),
    log:
        log_of("open_set"),
    benchmark:
        benchmark_of("open_set")
    wildcard_constraints:
        dataset=one_of(tested_cells.datasets(MATRIX, "open_set")),
        method=one_of(MATRIX.rule_owners("open_set")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("open_set")
    resources:
        mem_mb=8000,
        runtime=30,
    params:
        recipe=recipe_of("open_set"),
        fingerprint=fingerprint_of("open_set"),
        execution=EXECUTION,
    script:
        "../scripts/open_set.py"


rule test_conditions:
    """Test the trained network of one cell on disturbed test signals; nothing is trained."""
    input:
        unpack(inputs_of("test_conditions")),
        **STORE,
        labels_test=LABELS_TEST,
        split=rules.make_split.output.split,
    output:
        **outputs("test_conditions"),
    log:
        log_of("test_conditions"),
    benchmark:
        benchmark_of("test_conditions")
    wildcard_constraints:
        dataset=one_of(tested_cells.datasets(MATRIX, "test_conditions")),
        method=one_of(MATRIX.rule_owners("test_conditions")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("test_conditions")
    resources:
        mem_mb=request(resources.megabytes, "test_conditions", 8000),
        runtime=request(resources.minutes, "test_conditions", 60),
    params:
        recipe=recipe_of("test_conditions"),
        fingerprint=fingerprint_of("test_conditions"),
        execution=EXECUTION,
    script:
        "../scripts/test_conditions.py"


rule test_priors:
    """Compute the accuracy of one cell under other test priors."""
    input:
        unpack(inputs_of("test_priors")),
        labels_test=LABELS_TEST,
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("test_priors"),
    log:
        log_of("test_priors"),
    benchmark:
        benchmark_of("test_priors")
    wildcard_constraints:
        dataset=one_of(tested_cells.datasets(MATRIX, "test_priors")),
        method=one_of(MATRIX.rule_owners("test_priors")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        recipe=recipe_of("test_priors"),
        fingerprint=fingerprint_of("test_priors"),
    script:
        "../scripts/test_priors.py"


rule feature_map:
    """Draw a map of the features of one backbone, for all methods on it."""
    input:
        unpack(inputs_of("feature_map")),
        labels_test=LABELS_TEST,
    output:
        **outputs("feature_map"),
    log:
        log_of("feature_map"),
    benchmark:
        benchmark_of("feature_map")
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


rule selection_on_test:
    """Compare what validation chose with what the test part would have chosen, which is forbidden."""
    input:
        unpack(inputs_of("selection_on_test")),
        labels_train=STORE["labels_train"],
        labels_test=LABELS_TEST,
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("selection_on_test"),
    log:
        log_of("selection_on_test"),
    benchmark:
        benchmark_of("selection_on_test")
    wildcard_constraints:
        method=one_of(selection_on_test.owners(MATRIX)),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        recipe=selection_recipe,
        fingerprint=selection_fingerprint,
    script:
        "../scripts/selection_on_test.py"
