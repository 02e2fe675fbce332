"""Readers of a cell's files."""

from ltsei.report import result_files
from ltsei.report.result_files import Choice
from ltsei.runtime import timings

HEADER = "step,parameter,value,balanced_accuracy,chosen\n"


def choices(tmp_path, *lines):
    path = tmp_path / "sweep.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return result_files.choices(str(path))


def test_a_value_chosen_among_several_is_not_fixed(tmp_path):
    chosen = choices(tmp_path, "tau_norm,tau,1.0,0.4,False", "tau_norm,tau,1.1,0.5,True")
    assert chosen == [Choice("tau_norm", "tau", "1.1", fixed=False)]


def test_a_single_value_is_fixed_even_without_validation_data(tmp_path):
    assert choices(tmp_path, "tau_norm,tau,1.0,,True") == [Choice("tau_norm", "tau", "1", fixed=True)]


def test_a_chain_of_steps_has_a_value_for_each(tmp_path):
    chosen = choices(
        tmp_path, "tau_norm,tau,0,0.4,True", "tau_norm,tau,1,0.3,False", "logit_adjustment,tau,off,0.5,True"
    )
    assert [(choice.step, choice.value, choice.fixed) for choice in chosen] == [
        ("tau_norm", "0", False),
        ("logit_adjustment", "off", True),
    ]


def test_a_method_without_a_sweep_has_no_choices(tmp_path):
    assert result_files.choices("") == result_files.choices(str(tmp_path / "absent.csv")) == []


def test_empty_columns_of_a_history_are_left_out(matrix):
    assert "gate_entropy" not in result_files.history(matrix.cells[0].histories[0][1])


def test_an_absent_benchmark_has_no_wall_time(tmp_path):
    assert timings.read(str(tmp_path / "absent.tsv")) is None


def test_a_job_too_short_to_measure_memory_still_has_its_wall_time(tmp_path):
    path = tmp_path / "benchmark.tsv"
    path.write_text("s\th:m:s\tmax_rss\n0.5\t0:00:00\tNA\n", encoding="utf-8")
    assert timings.read(str(path)) == (0.5, None)
