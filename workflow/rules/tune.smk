"""Tuning: trials of a method, the choice of one by validation logits, and its results in the method's own folders."""

for stage in (rule.stage for rule in RULES.values() if rule.tuning == "trials"):

    rule:
        name:
            f"{stage}_trials"
        input:
            unpack(inputs_of(f"{stage}_trials")),
            **STORE,
            split=rules.make_split.output.split,
        output:
            **outputs(f"{stage}_trials"),
        log:
            log_of(f"{stage}_trials"),
        benchmark:
            benchmark_of(f"{stage}_trials")
        wildcard_constraints:
            method=one_of(MATRIX.rule_owners(f"{stage}_trials")),
            trials=r"\d+-\d+|chosen",
        conda:
            "../../envs/ltsei.yaml"
        threads: threads_of(f"{stage}_trials")
        resources:
            mem_mb=request(resources.megabytes, f"{stage}_trials", 8000),
            runtime=request(resources.minutes, f"{stage}_trials", 240),
        params:
            recipe=recipe_of(f"{stage}_trials"),
            fingerprint=fingerprint_of(f"{stage}_trials"),
            resume=state_folder,
            execution=EXECUTION,
        script:
            "../scripts/trials.py"

    rule:
        name:
            f"{stage}_choice"
        input:
            unpack(inputs_of(f"{stage}_choice")),
            labels_train=STORE["labels_train"],
            meta=STORE["meta"],
        output:
            **outputs(f"{stage}_choice"),
        log:
            log_of(f"{stage}_choice"),
        benchmark:
            benchmark_of(f"{stage}_choice")
        wildcard_constraints:
            method=one_of(MATRIX.rule_owners(f"{stage}_choice")),
        conda:
            "../../envs/ltsei.yaml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            recipe=recipe_of(f"{stage}_choice"),
            fingerprint=fingerprint_of(f"{stage}_choice"),
        script:
            "../scripts/choice.py"


for tuned in (name for name, rule in RULES.items() if rule.tuning == "tuned"):

    rule:
        name:
            tuned
        input:
            unpack(inputs_of(tuned)),
        output:
            **outputs(tuned),
        log:
            log_of(tuned),
        benchmark:
            benchmark_of(tuned)
        wildcard_constraints:
            method=one_of(MATRIX.rule_owners(tuned)),
        conda:
            "../../envs/ltsei.yaml"
        threads: 1
        resources:
            mem_mb=2000,
            runtime=10,
        params:
            recipe=recipe_of(tuned),
            fingerprint=fingerprint_of(tuned),
            stage=RULES[tuned].stage,
        script:
            "../scripts/tuned.py"
