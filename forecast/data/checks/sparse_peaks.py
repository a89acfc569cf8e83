"""Peak FLOP/s that count structured sparsity: twice what training reaches, so utilization comes out half."""

from __future__ import annotations

from collections.abc import Iterator

from forecast.data.checks._check import Check, Subject, Suspicion

#: Dense 8-bit arithmetic is at least about twice as fast as dense 16-bit.
_RATIO = 1.5


def _find(subject: Subject) -> Iterator[Suspicion]:
    half = subject.numbers("peak_fp16_flop_per_s")
    sparse, eight = subject.numbers("sparse_fp16_flop_per_s"), subject.numbers("peak_fp8_flop_per_s")
    remedy = "write the dense peak: half of what a data sheet gives 'with sparsity'"
    yield Suspicion("peak_fp16_flop_per_s", half >= sparse, "is not below the peak with sparsity", remedy, "error")
    rule = "is hardly below the 8-bit peak: one counts sparsity and the other does not"
    yield Suspicion("peak_fp16_flop_per_s", half * _RATIO > eight, rule, remedy)


ENTRY = Check("peaks of accelerators that count sparsity", ("peak_fp16_flop_per_s",), _find)
