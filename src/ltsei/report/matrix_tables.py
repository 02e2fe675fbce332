"""The tables of a report by name."""

from collections.abc import Callable, Mapping
from functools import partial

from ltsei.report.matrix_results import MatrixResults
from ltsei.report.open_set_panels import write_open_sets
from ltsei.report.tables import cells, fold_tables, further_tests_csv, latex, procedures_csv, ranking

WRITERS: Mapping[str, Callable[[str, MatrixResults], None]] = {
    "tidy": cells.write_tidy,
    "summary": cells.write_summary,
    "statistics": cells.write_statistics,
    "all_results_full": cells.write_full,
    "ranking_overall": ranking.write_ranking,
    "comparison_by_type": partial(ranking.write_comparison, by="kind"),
    "comparison_sampling": partial(ranking.write_comparison, by="sampler"),
    "comparison_loss": partial(ranking.write_comparison, by="loss"),
    "matrix_oa": partial(ranking.write_matrix, name="overall_accuracy"),
    "matrix_macc": partial(ranking.write_matrix, name="balanced_accuracy"),
    "matrix_hm": partial(ranking.write_matrix, name="harmonic_mean"),
    "best_configurations": ranking.write_best,
    "improvement_over_baseline": ranking.write_improvement,
    "tuning": procedures_csv.write_tuning,
    "protocols": procedures_csv.write_protocols,
    "folds": fold_tables.write_folds,
    "domains": fold_tables.write_domains,
    "open_set": write_open_sets,
    "test_conditions": further_tests_csv.write_test_conditions,
    "test_priors": further_tests_csv.write_test_priors,
    "latex": latex.write_latex,
}
"""Name -> how it is written, path first. ``markdown`` also needs heading and note (`markdown.write_markdown`)."""
TITLES: Mapping[str, str] = {
    "tidy": "Every number, one per row",
    "summary": "Mean, standard deviation and seeds of each method",
    "statistics": "Comparisons with the control",
    "all_results_full": "Every cell, one per row",
    "ranking_overall": "Ranking of the methods",
    "comparison_by_type": "Methods by kind",
    "comparison_sampling": "Methods by sampler",
    "comparison_loss": "Methods by loss",
    "matrix_oa": "Overall accuracy by loss and sampler",
    "matrix_macc": "Balanced accuracy by loss and sampler",
    "matrix_hm": "Harmonic mean by loss and sampler",
    "best_configurations": "Best method of each condition",
    "improvement_over_baseline": "Differences from the control under each condition",
    "tuning": "Every trial of tuned methods, one per row",
    "protocols": "What an oracle, or selection on test (forbidden), changes",
    "folds": "Mean, worst fold and drop over the folds of each family",
    "domains": "Every score by domain, one per row",
    "open_set": "Known against unknown classes, one metric per row",
    "test_conditions": "Scores on disturbed test signals",
    "test_priors": "Accuracy under other test priors",
}
"""Name of a CSV file -> title for readers."""
