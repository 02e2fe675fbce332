"""Distillation: the labels and the logits of a teacher together."""

from typing import Annotated

from annotated_types import Ge, Gt, Le
from torch import Tensor, nn
from torch.nn import functional

from ltsei.components.losses._shared import Batch, LossValue, widen
from ltsei.core.context import Context, Spec
from ltsei.core.search import Search

TEACHER = True


class Distillation(nn.Module):
    """(1 - alpha) · loss + alpha T² KL(softmax(v/T) ‖ softmax(z/T)), v the teacher's logits."""

    def __init__(self, loss: nn.Module, alpha: float, temperature: float) -> None:
        super().__init__()
        self.loss, self.alpha, self.temperature = loss, alpha, temperature

    def forward(self, batch: Batch) -> LossValue:
        """Return the loss of each signal; in validation, which has no teacher, that against the labels alone."""
        value: LossValue = self.loss(batch)
        if batch.teacher is None:
            if self.training:
                raise ValueError("distillation needs the logits of a teacher")
            return value
        soft = self._divergence(batch.logits, batch.teacher)
        terms = {name: (1 - self.alpha) * term for name, term in value.terms.items()}
        return LossValue((1 - self.alpha) * value.per_sample + self.alpha * soft, terms)

    def _divergence(self, logits: Tensor, teacher: Tensor) -> Tensor:
        """Return T² KL(teacher ‖ student) at temperature T, [B]."""
        student, taught = (functional.log_softmax(widen(each) / self.temperature, 1) for each in (logits, teacher))
        return self.temperature**2 * (taught.exp() * (taught - student)).sum(1)


def build(
    context: Context,
    *,
    loss: Annotated[Spec, "losses"] = "cross_entropy",
    alpha: Annotated[float, Ge(0), Le(1), Search(0.1, 0.9)] = 0.5,
    temperature: Annotated[float, Gt(0), Search(1, 10, "log")] = 2.0,
) -> Distillation:
    """Return (1 - α) ℓ(z, y) + α T² KL(p ‖ q), p and q the softmax of v/T and z/T (Hinton et al. 2015, section 2).

    v are the logits of the method that the recipe names as `teacher`. T² keeps the share of the teacher's gradient when
    T changes. Neither a class weight nor a sampler distinguishes the two parts. The defaults are those of the paper's
    experiment on speech (section 4.1).

    Deviation: KL instead of the cross-entropy against p; the two differ by the entropy of p, which has no gradient.
    Deviation: the teacher has seen each signal without augmentation and once, not as the student sees it.

    Args:
        context: that of the loss.
        loss: ℓ, against the labels.
        alpha: α, weight of the teacher.
        temperature: T; the larger, the more the teacher's less probable classes count.
    """
    return Distillation(context.build("losses", loss), alpha, temperature)
