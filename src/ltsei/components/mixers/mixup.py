"""Mixup of signals or features."""

from typing import Annotated, Literal

from annotated_types import Ge

from ltsei.components.mixers._shared import Mixed, Mixer, Pair, beta_share, blend_of
from ltsei.core.context import Context
from ltsei.core.search import Search


def build(
    context: Context,
    *,
    alpha: Annotated[float, Ge(0.01), Search(0.1, 2, "log")] = 1.0,
    level: Literal["signals", "features"] = "signals",
    rescale: bool = False,
) -> Mixer:
    """Return λ x_a + (1 - λ) x_b with the labels in the same shares, λ ~ Beta(alpha, alpha) (Zhang et al., ICLR 2018).

    λ is drawn once per batch. Of signals, this is the sum of two transmissions with unrelated carriers, which no
    emitter sends: label-safe only in the sense that both fingerprints are in it. Of features, it is the manifold mixup
    of Verma et al., ICML 2019, at the last layer.
    Deviation: manifold mixup draws the layer at random; here it is the backbone's output.

    Args:
        context: not used.
        alpha: the larger, the more even the shares; the paper has 0.2 for ImageNet and 1 for CIFAR.
        level: whether signals or features are mixed.
        rescale: whether a mixed signal keeps its amplitude, the mean of both in their shares; the sum of unrelated
            signals is weaker than either, which would tell mixtures from transmissions. The paper does not rescale.
    """
    blend = blend_of(level, rescale)

    def mix(pair: Pair) -> Mixed:
        share = beta_share(alpha, pair)
        return Mixed(blend(pair, share), share)

    return Mixer(level, mix)
