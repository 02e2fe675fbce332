"""Functions for the inputs of rules: whose results a job reads."""


def source_files(wildcards):
    """The files which a data set's source reads; none where it makes its signals itself."""
    return gate.source_files(MATRIX, wildcards.dataset)


def stage1_of_stage2(wildcards):
    """What stage 2 takes from the stage 1 that its method builds on."""
    owner = MATRIX.owner(wildcards.method, "stage1")
    return {
        "model": path_of(rules.stage1.output.model, wildcards, method=owner),
        "features_train": path_of(rules.features.output.train, wildcards, method=owner),
        "features_val": path_of(rules.features.output.val, wildcards, method=owner),
        "features_test": path_of(rules.features.output.test, wildcards, method=owner),
        "before": path_of(rules.features.output.recipe, wildcards, method=owner),
    }


def classifier_of_stage3(wildcards):
    """What stage 3 takes from the last trained stage, and features where a step needs them."""
    stage = MATRIX.last_stage(wildcards.method, before="stage3")
    trained = rules.stage1.output if stage == "stage1" else rules.stage2.output
    owner = MATRIX.owner(wildcards.method, stage)
    found = {
        "classifier": path_of(trained.model, wildcards, method=owner),
        "logits": path_of(trained.logits, wildcards, method=owner),
        "before": [path_of(trained.recipe, wildcards, method=owner)],
    }
    if MATRIX.uses_features(wildcards.method, "stage3"):
        representation = MATRIX.owner(wildcards.method, "stage1")
        found["features_val"] = path_of(rules.features.output.val, wildcards, method=representation)
        found["features_test"] = path_of(rules.features.output.test, wildcards, method=representation)
        found["before"].append(path_of(rules.features.output.recipe, wildcards, method=representation))
    return found


def last_stage(wildcards):
    """Logits and recipe of a method's last stage, whoever owns it."""
    stage = MATRIX.last_stage(wildcards.method)
    found = {"stage1": rules.stage1, "stage2": rules.stage2, "stage3": rules.stage3}[stage].output
    owner = MATRIX.owner(wildcards.method, stage)
    return {
        "logits": path_of(found.logits, wildcards, method=owner),
        "before": path_of(found.recipe, wildcards, method=owner),
    }
