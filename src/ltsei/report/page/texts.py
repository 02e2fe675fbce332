"""The texts of the page that do not depend on results: hints, notes, and explanations of columns."""

from ltsei.report import results_of_others

TEXTS = {
    # Overview
    "estimates": "Best first. Point: mean; line: its 95 % interval; small dots: single seeds.",
    "signals": "The first training signal of three classes: the first samples, and the spectrogram of all samples.",
    "no_split": "No split has been made yet.",
    "all_done": "All cells are done and match the present configuration and code.",
    "unfinished": (
        "Cells that are not done or out of date. Out of date: made with another configuration or other code than the "
        "present one; their numbers are included. Damaged: a file is not as it was written; the numbers are left out."
    ),
    "nothing_done": "No cell has finished yet.",
    "no_method": "No method is shown: choose some under Methods, or look for another name.",
    # Leaderboard
    "leaderboard": (
        "Mean ± standard deviation over n seeds, fractions in percent. Best on the test data in bold, second best "
        "underlined; “–” is undefined; an outlined n marks a single seed. Click a number for its cells, a heading to "
        "sort."
    ),
    "average_rank": "Average rank over data sets, or over the ratios of a single one; 1 is best",
    "place": "Place by the mean, over conditions if there are several; 1 is best, equal means share it",
    "difference": (
        "Mean of the paired differences with its 95 % interval, every condition weighed the same, for methods that "
        "share a seed with the control under all conditions with values"
    ),
    "corrected_p": "t-test over seeds against the control, corrected for all comparisons (Bonferroni)",
    "time": (
        "Mean wall time of the trainings and post-hoc steps of a cell, shared ones included; of a tuned method, of all "
        "its trials"
    ),
    "others": results_of_others.EXPLAINED,
    "single_seed": "A single seed, so the spread is unknown",
    # Comparisons
    "ratio_lines": (
        "Line: mean over seeds, band: one standard deviation. A natural ratio stands alone. Click a legend entry to "
        "single out its method; Shift adds more."
    ),
    "ratio_panels": (
        "A panel per method, best first. Line: mean over seeds, band: one standard deviation; faint lines: the other "
        "methods. A natural ratio stands alone."
    ),
    "heat_map": (
        "Blue is better than CONTROL under the same condition, orange worse; the nearer a colour is to the background, "
        "the smaller the difference. The scale is symmetric about 0 and reaches the largest difference, but at least "
        "5 points (0.1 for metrics that are not fractions)."
    ),
    "ratio_dots": "There is one imbalance ratio. Point: mean over seeds, line: one standard deviation.",
    "class_recalls": (
        "Faint points: classes, mean over seeds. Line: mean over classes of similar size. Without a choice under "
        "Methods: the three best and the control."
    ),
    "further_tests": (
        "Models as trained, tested on disturbed signals, or with another prior of the classes: forward is long-tailed "
        "as in training, backward the other way round. Line: mean over seeds, band: one standard deviation. Without a "
        "choice under Methods: the three best and the control."
    ),
    "class_differences": (
        "Point: mean over seeds; vertical line: from the smallest to the largest seed; grey: mean over classes of "
        "similar size. Above 0 the method recognises more signals of the class."
    ),
    "groups": (
        "Accuracy by number of training signals of the class, mean over seeds; line: one standard deviation. A group "
        "without classes is undefined (“–”)."
    ),
    "loss_by_sampler": (
        "The best method on the test data of each combination in its last training, without methods that have post-hoc "
        "steps; empty where no method has that combination. Hover over a number for its method."
    ),
    "experts": "Mean gate probability of each expert by group of the true class, over the cells shown.",
    "entropy": "0: the gate always chooses the same expert, 1: all experts are equally likely",
    "disagreement": "How often two experts choose different classes",
    # Statistics
    "not_tested": "This metric is not tested: it only describes the data or the model.",
    "spread_by_cause": (
        "Standard deviations between runs, variances averaged over conditions. Data: between splits, free of training. "
        "Training: between training seeds on one split, with what depends on both."
    ),
    "effect": "Mean over standard deviation of the differences between the seeds of a condition",
    "signed_rank": (
        "Exact signed-rank test of the means of the seeds: it needs no normal distribution, is not corrected, and has "
        "a p of at least .25 with 3 seeds, .0625 with 5, .002 with 10"
    ),
    "improvement": "That a run of the method beats one of the control under the same condition",
    "equivalence": (
        "Probabilities that the true difference is better than 1 point, within ± 1 point, and worse; by Bayes, not "
        "corrected for all comparisons"
    ),
    "p": "Student's t-test over seeds, two-sided, not corrected",
    # Tuning
    "not_tuned": "No method of this block is tuned.",
    "tuned": (
        "Each method with the recipe of the configuration, and the same method with the parameters of its best trial; "
        "a method that reuses a stage of another one builds on that one's best trial."
    ),
    "tuned_difference": "Tuned minus default, paired by condition and seed; positive: the number is higher when tuned",
    "trials": "Of a cell, those of the methods that it builds on included",
    "tuned_time": "Mean wall time of a cell with all its trials",
    "no_warnings": "No trial diverged, and no chosen value lies at the edge of its range in half of the searches.",
    "expected_best": (
        "Best validation score to expect of this many trials, drawn without replacement from those that were run "
        "(after Dodge et al. 2019); mean over conditions and seeds. A line that still rises asks for more trials. "
        "A diverged trial counts as the worst of the others."
    ),
    "responses": (
        "A point per trial and condition, mean over seeds: the larger, the more often it was chosen; the diamond is "
        "the default recipe. All parameters vary at once, so a trend counts and a single point does not."
    ),
    "chosen": (
        "Median and quartiles over the searches of the seeds. Wide quartiles: the score hardly depends on the "
        "parameter, or validation is too small to tell."
    ),
    # Protocols
    "one_protocol": "This block compares no protocols.",
    "oracle": (
        "Oracle: validation signals from outside the long-tailed set, which nobody with this tail has. Mean over "
        "ratios and seeds of the runs that both have; the training signals differ by those that validation takes."
    ),
    "selection_on_test": (
        "What choosing trials, or the free parameters of post-hoc steps, by the labels of the test part would have "
        "reported. Forbidden: such a number estimates nothing. It is computed for this table alone and enters "
        "no other number of this report."
    ),
    # Cells
    "second_cell": "Choose a method to see two cells side by side.",
    "two_cells": "On the test part; difference: second minus first. That of two single runs includes their noise.",
    "no_errors": "`figures: {cells: …}` in the experiment file chooses the cells whose errors are shown here.",
    "running": "This cell is running.",
    "damaged": "The results of this cell are damaged, and its numbers are left out everywhere:",
    "stopped": "This cell was started and has not finished.",
    "not_started": "This cell has not been started.",
    "metrics": "On the test part; mean and standard deviation over the seeds",
    "no_confusion": "Every test signal was assigned to its true class.",
    "confidence": (
        "Left: how sure the classifier is of correct and of wrong predictions. Right: how often it is correct at each "
        "confidence; on the diagonal it is as sure as it should be."
    ),
    "no_recipe": "No recipe was recorded.",
    "files_inside": "A page inside another one cannot open files. In the folder of the workflow they are:",
    # Provenance
    "provenance": (
        "A row leads to its cell, with the recipe, the files, and the fingerprint of settings and code at every stage. "
        "The command makes the numbers again in a clone of that commit; results that exist and still match are kept."
    ),
}
"""Name -> text; the scripts in `assets` refer to them as ``report.texts``."""
