"""The files that rules write: what each is called in a rule -> its name in the folder of the job."""

SIGNALS = {
    "train": "train.npy",
    "labels_train": "labels_train.npy",
    "test": "test.npy",
    "labels_test": "labels_test.npy",
    "groups_train": "groups_train.npy",
    "meta": "meta.json",
}
UNLABELLED = {"unlabelled": "signals.npy", "origin": "origin.json"}
UNKNOWN = {"unknown": "signals.npy", "unknown_labels": "labels.npy", "unknown_origin": "origin.json"}
OF_UNKNOWN = {f"{what}_unknown": f"{what}_unknown.npy" for what in ("logits", "features")} | {
    "open_set": "open_set.json"
}
LOGITS_TRAIN = {"logits_train": "logits_train.npy"}
"""What a teacher says of the training signals."""
LOGITS_VAL = {"logits_val": "logits_val.npy"}
LOGITS_TEST = {"logits_test": "logits_test.npy"}
"""In a file of their own, so that no job that trains or chooses has them among its inputs."""
NETWORK = {"experts": "experts.npz", "network": "network.json"}
TRAINED = {"history": "history.csv"} | LOGITS_VAL | LOGITS_TEST | NETWORK
"""What every training leaves beside its weights: epochs, logits, gate and choices of experts, size of the network."""
SAMPLE = {"sample": "sample.npz"}
"""Features of a few test signals, for a map."""
FEATURES = {"features_train": "train.npy", "features_val": "val.npy", "features_test": "test.npy"}
RECIPE = {"recipe": "recipe.json"}
ADJUSTED = LOGITS_VAL | {"steps": "steps.json", "sweep": "sweep.csv"}
"""Validation logits after the post-hoc steps, these steps with the values chosen, and all values that they tried."""
EVALUATION = {
    "metrics": "metrics.json",
    "per_class": "per_class.csv",
    "diagnostics": "diagnostics.json",
    "confusion": "confusion.csv",
}
OF_TRIALS = LOGITS_VAL | {"archive": "trials.zip"} | RECIPE
"""Validation logits of all trials of a job, and all their other results."""
