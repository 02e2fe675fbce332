"""The exceptions that a job turns into one sentence."""


class InputError(ValueError):
    """A mistake in the configuration, the data or the command line.

    The message is one sentence: where it is, what is wrong, what was found, what is allowed or how to mend it.
    Whoever catches it at the outermost level shows the message without a traceback.
    """


class FinalError(InputError):
    """A failure that the same recipe, data and code bring about again, such as a training that diverges."""


class Interrupted(Exception):  # noqa: N818 (not an error: the state is saved, the job can go on)
    """A computation was asked to stop and has saved its state; running it again goes on from there."""
