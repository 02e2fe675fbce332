"""Functions for the inputs of rules: whose results a job reads."""


def source_files(wildcards):
    """The files which a data set's source reads; none where it makes its signals itself."""
    return files_of_source(MATRIX, wildcards.dataset)


def stage1_of_stage2(wildcards):
    """The stage 1 that a method builds on, and its features."""
    owner = MATRIX.owner(wildcards.method, "stage1")
    return {
        "model": path_of(rules.stage1.output.model, wildcards, method=owner),
        "before": path_of(rules.features.output.recipe, wildcards, method=owner),
        **features_of(wildcards, "train", "val", "test"),
    }


def stage1_of_network(wildcards):
    """The stage 1 that a method builds on."""
    owner = MATRIX.owner(wildcards.method, "stage1")
    return {
        "model": path_of(rules.stage1.output.model, wildcards, method=owner),
        "before": path_of(rules.stage1.output.recipe, wildcards, method=owner),
    }


def classifier_of_stage3(wildcards):
    """The last trained stage, and features where a step needs them."""
    stage = MATRIX.last_stage(wildcards.method, before="stage3")
    owner = MATRIX.owner(wildcards.method, stage)
    trained = getattr(rules, MATRIX.stage_rule(owner, stage)).output
    found = {
        "classifier": path_of(trained.model, wildcards, method=owner),
        "logits": path_of(trained.logits, wildcards, method=owner),
        "before": [path_of(trained.recipe, wildcards, method=owner)],
    }
    if MATRIX.uses_features(wildcards.method, "stage3"):
        level, representation = MATRIX.representation(wildcards.method)
        found |= features_of(wildcards, "val", "test")
        found["before"].append(path_of(getattr(rules, level).output.recipe, wildcards, method=representation))
    if MATRIX.uses_features(wildcards.method, "stage3", "train_features"):
        found |= features_of(wildcards, "train")
    return found


def features_of(wildcards, *parts):
    """The features of a method's backbone, whoever owns it."""
    level, owner = MATRIX.representation(wildcards.method)
    output = getattr(rules, level).output
    names = [f"features_{part}" for part in parts]
    return {name: path_of(getattr(output, name), wildcards, method=owner) for name in names}


def last_stage(wildcards):
    """Logits and recipe of a method's last stage, whoever owns it."""
    found, owner = stage_output(wildcards.method, MATRIX.last_stage(wildcards.method))
    return {
        "logits": path_of(found.logits, wildcards, method=owner),
        "before": path_of(found.recipe, wildcards, method=owner),
    }


def trained_stage(wildcards):
    """The logits of a method's last trained stage, which say how many parameters its network has."""
    found, owner = stage_output(wildcards.method, MATRIX.last_stage(wildcards.method, before="stage3"))
    return path_of(found.logits, wildcards, method=owner)


def backbone_of(method):
    """The wildcards of the stage that made a method's backbone."""
    level, owner = MATRIX.representation(method)
    return {"method": owner, "network": "stage1" if level == "features" else "stage2"}


def network_logits(wildcards):
    """The logits of a stage that trained a backbone, with which features of a sample lie."""
    network = {"stage1": rules.stage1, "stage2": rules.stage2_finetune}[wildcards.network]
    return path_of(network.output.logits, wildcards)


def stage_output(method, stage):
    """The outputs of a method's stage, and who owns it."""
    owner = MATRIX.owner(method, stage)
    return getattr(rules, MATRIX.stage_rule(owner, stage)).output, owner
