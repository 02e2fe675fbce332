"""What the page lists of one cell."""

from types import SimpleNamespace

from ltsei.report.page.cells import named_files


def test_logs_of_a_teacher_are_told_apart_from_those_of_its_student():
    names = ("metrics", "per_class", "confusion", "recipe", "diagnostics", "sweep", "predictions")
    place = "results/small/ir2/seed0"
    logs = ("ce/logs/stage1.log", "crt/logs/stage2.log", "student/logs/stage1.log", "crt/trials/000-009/logs/a.log")
    files = SimpleNamespace(**dict.fromkeys(names, ""), histories=(), logs=tuple(f"{place}/{log}" for log in logs))
    listed = [name for name, path in named_files(SimpleNamespace(files=files)) if path.endswith(".log")]
    assert listed == ["log of stage1 of ce", "log of stage2", "log of stage1 of student", "log of a 000-009"]
