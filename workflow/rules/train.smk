"""Training: stage 1 on signals, stages 2 and 3 on its results. A method has only the stages that it defines."""


rule pretrain:
    """Train a backbone without labels, for stage 1 to start from."""
    input:
        **STORE,
        split=rules.make_split.output.split,
    output:
        **outputs("pretrain"),
    log:
        log_of("pretrain"),
    benchmark:
        benchmark_of("pretrain")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("pretrain")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("pretrain")
    resources:
        mem_mb=request(resources.megabytes, "pretrain", 8000),
        runtime=request(resources.minutes, "pretrain", 240),
    params:
        recipe=recipe_of("pretrain"),
        fingerprint=fingerprint_of("pretrain"),
        resume=state_folder,
        execution=EXECUTION,
    script:
        "../scripts/pretrain.py"


rule stage1:
    """Train backbone and head on the long-tailed signals."""
    input:
        unpack(inputs_of("stage1")),
        **STORE,
        split=rules.make_split.output.split,
    output:
        **outputs("stage1"),
    log:
        log_of("stage1"),
    benchmark:
        benchmark_of("stage1")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage1")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage1")
    resources:
        mem_mb=request(resources.megabytes, "stage1", 8000),
        runtime=request(resources.minutes, "stage1", 240),
    params:
        recipe=recipe_of("stage1"),
        fingerprint=fingerprint_of("stage1"),
        resume=state_folder,
        execution=EXECUTION,
    script:
        "../scripts/stage1.py"


rule features:
    """Extract the frozen backbone's features, so that later stages never touch signals or backbone."""
    input:
        **STORE,
        split=rules.make_split.output.split,
        model=rules.stage1.output.model,
        before=rules.stage1.output.recipe,
    output:
        **outputs("features"),
    log:
        log_of("features"),
    benchmark:
        benchmark_of("features")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("features")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("features")
    resources:
        mem_mb=request(resources.megabytes, "features", 8000),
        runtime=request(resources.minutes, "features", 30),
    params:
        recipe=recipe_of("features"),
        fingerprint=fingerprint_of("features"),
        execution=EXECUTION,
    script:
        "../scripts/features.py"


rule stage2:
    """Train the classifier again on cached features."""
    input:
        unpack(inputs_of("stage2")),
        labels_train=STORE["labels_train"],
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("stage2"),
    log:
        log_of("stage2"),
    benchmark:
        benchmark_of("stage2")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage2")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage2")
    resources:
        mem_mb=request(resources.megabytes, "stage2", 4000),
        runtime=request(resources.minutes, "stage2", 60),
    params:
        recipe=recipe_of("stage2"),
        fingerprint=fingerprint_of("stage2"),
        resume=state_folder,
        execution=EXECUTION,
    script:
        "../scripts/stage2.py"


rule stage2_finetune:
    """Train the classifier again where that changes the backbone."""
    input:
        unpack(inputs_of("stage2_finetune")),
        **STORE,
        groups=ancient(prepared("groups_train")),
        split=rules.make_split.output.split,
    output:
        **outputs("stage2_finetune"),
    log:
        log_of("stage2_finetune"),
    benchmark:
        benchmark_of("stage2_finetune")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage2_finetune")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage2_finetune")
    resources:
        mem_mb=request(resources.megabytes, "stage2_finetune", 8000),
        runtime=request(resources.minutes, "stage2_finetune", 240),
    params:
        recipe=recipe_of("stage2_finetune"),
        fingerprint=fingerprint_of("stage2_finetune"),
        resume=state_folder,
        execution=EXECUTION,
    script:
        "../scripts/stage2_finetune.py"


rule stage3:
    """Choose the free parameters of post-hoc steps on validation data."""
    input:
        unpack(inputs_of("stage3")),
        labels_train=STORE["labels_train"],
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("stage3"),
    log:
        log_of("stage3"),
    benchmark:
        benchmark_of("stage3")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage3")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=request(resources.megabytes, "stage3", 2000),
        runtime=request(resources.minutes, "stage3", 10),
    params:
        recipe=recipe_of("stage3"),
        fingerprint=fingerprint_of("stage3"),
    script:
        "../scripts/stage3.py"


rule stage3_test:
    """Apply the post-hoc steps with the values chosen to the test signals."""
    input:
        unpack(inputs_of("stage3_test")),
        labels_train=STORE["labels_train"],
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("stage3_test"),
    log:
        log_of("stage3_test"),
    benchmark:
        benchmark_of("stage3_test")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage3_test")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=request(resources.megabytes, "stage3_test", 2000),
        runtime=request(resources.minutes, "stage3_test", 10),
    params:
        recipe=recipe_of("stage3_test"),
        fingerprint=fingerprint_of("stage3_test"),
    script:
        "../scripts/stage3_test.py"


rule stage3_views:
    """Show the test signals, without labels, and two views of each to the experts, where a step learns from them."""
    input:
        unpack(inputs_of("stage3_views")),
        **STORE,
        split=rules.make_split.output.split,
    output:
        **outputs("stage3_views"),
    log:
        log_of("stage3_views"),
    benchmark:
        benchmark_of("stage3_views")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage3_views")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage3_views")
    resources:
        mem_mb=request(resources.megabytes, "stage3_views", 8000),
        runtime=request(resources.minutes, "stage3_views", 30),
    params:
        recipe=recipe_of("stage3_views"),
        fingerprint=fingerprint_of("stage3_views"),
        execution=EXECUTION,
    script:
        "../scripts/stage3_views.py"


rule stage3_transductive:
    """Apply the post-hoc steps to the test signals where a step learns from these, without their labels."""
    input:
        unpack(inputs_of("stage3_transductive")),
        labels_train=STORE["labels_train"],
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("stage3_transductive"),
    log:
        log_of("stage3_transductive"),
    benchmark:
        benchmark_of("stage3_transductive")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage3_transductive")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=request(resources.megabytes, "stage3_transductive", 4000),
        runtime=request(resources.minutes, "stage3_transductive", 10),
    params:
        recipe=recipe_of("stage3_transductive"),
        fingerprint=fingerprint_of("stage3_transductive"),
    script:
        "../scripts/stage3_transductive.py"


rule training_logits:
    """Compute the logits of the training signals, from which other methods learn."""
    input:
        unpack(inputs_of("training_logits")),
        labels_train=STORE["labels_train"],
        meta=STORE["meta"],
        split=rules.make_split.output.split,
    output:
        **outputs("training_logits"),
    log:
        log_of("training_logits"),
    benchmark:
        benchmark_of("training_logits")
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("training_logits")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=request(resources.megabytes, "training_logits", 4000),
        runtime=request(resources.minutes, "training_logits", 10),
    params:
        recipe=recipe_of("training_logits"),
        fingerprint=fingerprint_of("training_logits"),
    script:
        "../scripts/training_logits.py"
