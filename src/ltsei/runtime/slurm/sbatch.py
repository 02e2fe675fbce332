"""`sbatch` as Snakemake's Slurm plugin calls it: hands over a job of a dead run, or submits with patience.

Slurm refuses a job while the controller is away, and while the user has as many jobs as a limit of the site allows. The
plugin would count each refusal as a failure of the cell. Here such a submission is repeated until it succeeds.
"""

import json
import os
import sys
from collections.abc import Sequence

from ltsei.runtime.slurm import exits, patience, queue, submission
from ltsei.runtime.slurm.commands import ask, pass_on, value_of
from ltsei.runtime.slurm.submission import Submission

FOR_NOW = (
    "Unable to contact slurm controller",
    "Socket timed out",
    "Zero Bytes were transmitted or received",
    "Connection refused",
    "Communication connection failure",
    "Resource temporarily unavailable",
    "Slurm temporarily unable to accept job",
    "Transport endpoint is not connected",
    "slurm_load",
)
"""Parts of the messages of a controller that is away or busy."""
FULL = ("MaxSubmit", "GrpSubmit", "SubmitJobLimit", "MaxJobCount", "job submit limit")
"""Parts of the messages about limits on the number of jobs; other limits never admit the job."""
NOT_ONLY_FULL = ("Wall", "TimeLimit", "PerJob", "MinCpus", "Invalid")


def main(arguments: Sequence[str]) -> int:
    """Hand over or submit; write the number of the job to standard output and return an exit status."""
    command = value_of("--wrap", arguments)
    sent = submission.of_command(command) if command else None
    if command is None or sent is None:
        return pass_on("sbatch", arguments)
    number = queue.claim(sent.digest)
    if number is not None:
        name = value_of("--job-name", arguments)
        if ask("scontrol", "update", f"JobId={number}", f"Name={name}").returncode == 0:
            sys.stdout.write(f"{number}\n")
            return 0
        if queue.final_state(number) == "COMPLETED":  # meanwhile: with an empty job, Snakemake finds its files
            command = "true"
    submission.note(sent)
    os.environ[submission.SENT] = json.dumps(dict(sent.fingerprints))
    return submit(_marked(arguments, command, sent))


def submit(arguments: Sequence[str]) -> int:
    """Submit until Slurm accepts the job, refuses it for good, or patience ends; return an exit status."""
    wait = patience.Patience()
    while True:
        done = ask("sbatch", *arguments)
        if done.returncode == 0 or not _for_now(done.stderr) or not wait.another():
            break
        try:
            wait.pause()
        except KeyboardInterrupt:
            break
    sys.stdout.write(done.stdout)
    sys.stderr.write(done.stderr)
    if wait.over:
        sys.stderr.write(f"{wait.sentence('Slurm has not accepted the job')}\n")
    return done.returncode


def _for_now(message: str) -> bool:
    """Return whether a message of `sbatch` means that the same job may be accepted later."""
    limit = any(text in message for text in FULL) and not any(text in message for text in NOT_ONLY_FULL)
    return limit or any(text in message for text in FOR_NOW)


def _marked(arguments: Sequence[str], command: str, sent: Submission) -> list[str]:
    """Return the arguments with a comment that says what the job computes, and a command that notes how it ended."""
    comment = value_of("--comment", arguments) or ""
    replaced = {
        "--comment": submission.comment_with_mark(comment, sent),
        "--wrap": exits.recorded(command),
    }
    marked, skip = [], False
    for argument in arguments:
        option = argument.partition("=")[0]
        if not skip and option not in replaced:
            marked.append(argument)
        skip = argument in replaced  # its value is the next argument
    return [*marked, *(f"{option}={value}" for option, value in replaced.items())]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
