"""No text on which a shell acts passes for a part of a command line."""

import subprocess

import pytest
from snakemake_interface_executor_plugins.utils import format_cli_arg

from ltsei.core.shell import active_characters

PAYLOADS = (
    "res$(touch X)",
    "res`touch X`",
    "a$HOME",
    'a" ; touch X ; "',
    "a' ; touch X ; '",
    "'a' ; touch X ;",
    "a\\",
    "a\ntouch X\n",
    '\'a" ; touch X ; "',
)
HARMLESS = ("results", "/data/my folder (2)/x, y; #1 & more!*?[a]~.npy", "/Daten/Übung/数据/x=1.npy", "~/x", "a|b>c")


@pytest.mark.parametrize("text", PAYLOADS)
def test_a_text_on_which_a_shell_acts_is_named_with_what_is_allowed(text):
    clause = active_characters(text)
    assert repr(text) in clause
    assert "allowed are any characters but $ ` \" ' \\ and control characters" in clause


def test_a_control_character_is_shown_by_its_number():
    assert "with U+000A, on which" in active_characters("a\nb")


@pytest.mark.parametrize("text", HARMLESS)
def test_spaces_letters_of_any_language_and_other_punctuation_pass(text):
    assert active_characters(text) == ""


@pytest.mark.parametrize("text", HARMLESS)
def test_what_passes_is_one_word_of_the_command_that_the_slurm_plugin_writes(text, tmp_path):
    command = format_cli_arg("printf %s", [text]).replace('"', '\\"')  # as `run_job` of the plugin does
    wrapped = subprocess.run(f'printf %s "{command}"', shell=True, text=True, capture_output=True, cwd=tmp_path)
    run = subprocess.run(wrapped.stdout, shell=True, text=True, capture_output=True, cwd=tmp_path)
    assert run.stdout == text
    assert not [*tmp_path.iterdir()]
