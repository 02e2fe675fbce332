"""Training: stage 1 on signals, stages 2 and 3 on what it left behind. A method has only the stages that it defines."""


rule stage1:
    """Train backbone and head on the long-tailed signals."""
    input:
        train=ancient(rules.prepare.output.train),
        labels_train=ancient(rules.prepare.output.labels_train),
        test=ancient(rules.prepare.output.test),
        labels_test=ancient(rules.prepare.output.labels_test),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
    output:
        model="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage1/model.pt",
        history="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage1/history.csv",
        logits="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage1/logits.npz",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage1/recipe.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/stage1.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/stage1.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage1")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage1")
    resources:
        mem_mb=memory_of("stage1", 8000),
        runtime=minutes_of("stage1", 240),
    params:
        recipe=recipe_of("stage1"),
        fingerprint=fingerprint_of("stage1"),
        resume=resume_folder,
        run=HOW_TO_RUN,
    script:
        "../scripts/stage1.py"


rule features:
    """Keep the frozen backbone's features, so that later stages never touch signals or backbone."""
    input:
        train=ancient(rules.prepare.output.train),
        labels_train=ancient(rules.prepare.output.labels_train),
        test=ancient(rules.prepare.output.test),
        labels_test=ancient(rules.prepare.output.labels_test),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
        model=rules.stage1.output.model,
        before=rules.stage1.output.recipe,
    output:
        features_train="<results>/{dataset}/ir{ir}/seed{seed}/{method}/features/train.npy",
        features_val="<results>/{dataset}/ir{ir}/seed{seed}/{method}/features/val.npy",
        features_test="<results>/{dataset}/ir{ir}/seed{seed}/{method}/features/test.npy",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/features/recipe.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/features.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/features.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("features")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("features")
    resources:
        mem_mb=memory_of("features", 8000),
        runtime=minutes_of("features", 30),
    params:
        recipe=recipe_of("features"),
        fingerprint=fingerprint_of("features"),
        run=HOW_TO_RUN,
    script:
        "../scripts/features.py"


rule stage2:
    """Train the classifier again on cached features."""
    input:
        unpack(stage1_of_stage2),
        labels_train=ancient(rules.prepare.output.labels_train),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
    output:
        model="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/head.pt",
        history="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/history.csv",
        logits="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/logits.npz",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/recipe.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/stage2.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/stage2.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage2")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage2")
    resources:
        mem_mb=memory_of("stage2", 4000),
        runtime=minutes_of("stage2", 60),
    params:
        recipe=recipe_of("stage2"),
        fingerprint=fingerprint_of("stage2"),
        resume=resume_folder,
        run=HOW_TO_RUN,
    script:
        "../scripts/stage2.py"


rule stage2_finetune:
    """Train the classifier again where that moves the backbone."""
    input:
        unpack(stage1_of_network),
        train=ancient(rules.prepare.output.train),
        labels_train=ancient(rules.prepare.output.labels_train),
        test=ancient(rules.prepare.output.test),
        labels_test=ancient(rules.prepare.output.labels_test),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
    output:
        model="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/head.pt",
        history="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/history.csv",
        logits="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/logits.npz",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/recipe.json",
        features_train="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/features/train.npy",
        features_val="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/features/val.npy",
        features_test="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage2/features/test.npy",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/stage2.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/stage2.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage2_finetune")),
    conda:
        "../../envs/ltsei.yaml"
    threads: threads_of("stage2_finetune")
    resources:
        mem_mb=memory_of("stage2_finetune", 8000),
        runtime=minutes_of("stage2_finetune", 240),
    params:
        recipe=recipe_of("stage2_finetune"),
        fingerprint=fingerprint_of("stage2_finetune"),
        resume=resume_folder,
        run=HOW_TO_RUN,
    script:
        "../scripts/stage2_finetune.py"


rule stage3:
    """Apply post-hoc steps, their free parameters chosen on validation data."""
    input:
        unpack(classifier_of_stage3),
        labels_train=ancient(rules.prepare.output.labels_train),
        meta=rules.prepare.output.meta,
        split=rules.make_split.output.split,
    output:
        logits="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage3/logits.npz",
        sweep="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage3/sweep.csv",
        recipe="<results>/{dataset}/ir{ir}/seed{seed}/{method}/stage3/recipe.json",
    log:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/logs/stage3.log",
    benchmark:
        "<results>/{dataset}/ir{ir}/seed{seed}/{method}/benchmarks/stage3.tsv"
    wildcard_constraints:
        method=one_of(MATRIX.rule_owners("stage3")),
    conda:
        "../../envs/ltsei.yaml"
    threads: 1
    resources:
        mem_mb=memory_of("stage3", 2000),
        runtime=minutes_of("stage3", 10),
    params:
        recipe=recipe_of("stage3"),
        fingerprint=fingerprint_of("stage3"),
    script:
        "../scripts/stage3.py"
