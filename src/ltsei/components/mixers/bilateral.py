"""Cumulative learning of two branches, the mixing of BBN."""

from ltsei.components.mixers._shared import Mixed, Mixer, Pair, blend
from ltsei.core.context import Context

PARTNER = True
REQUIRES = {"backbone": ["branched"]}


def build(context: Context) -> Mixer:
    """Return 2 (α f_c + (1 - α) f_r) with labels in the shares α and 1 - α, α = 1 - t² (Zhou et al., CVPR 2020, BBN).

    f_c are features of signals from the sampler, in the first branch of the backbone `branched`; f_r of signals from
    the partner sampler (`reverse` in the paper), in the second; each is 0 in the columns of the other branch. t is the
    progress: training moves from the sampler to its partner. In evaluation both branches see every signal, with the
    weight 1, as α = 1/2 gives. Label-safe: no signal is changed.
    Deviation: the paper's code has t = (epoch - 1)/epochs, epochs from 1, which ends just below 1.

    Args:
        context: not used.
    """

    def mix(pair: Pair) -> Mixed:
        share = pair.first.new_full((len(pair.first),), 1 - pair.progress**2)
        return Mixed(2 * blend(pair, share), share)

    return Mixer("features", mix)
