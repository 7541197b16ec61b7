"""Vector instructions that numba's compiler does not find by itself: four or eight numbers at a time.

It finds them in loops over arrays, not in the few numbers of one row: the pass that would (SLP) is switched
off in numba, since it has miscompiled code. What is written here does the same sums in the same order, so the
bits are those of the plain functions that stand beside it and run where numba's compiler is switched off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import config, types
from numba.extending import intrinsic

WIDTH = 8  # numbers that `fill_from` writes at once

_FLOAT, _INT, _LONG = ir.FloatType(), ir.IntType(32), ir.IntType(64)


def vectorise(plain: Callable[..., Any]) -> Callable[[Callable[..., Any]], Any]:
    """Decorate a builder of vector code; `plain` is what it computes, and stands in without a compiler."""

    def choose(build: Callable[..., Any]) -> Any:
        return plain if config.DISABLE_JIT else intrinsic(build)  # type: ignore[attr-defined]

    return choose


def _is_array(given: Any, of: Any = types.float32, dimensions: int = 1) -> bool:
    """Whether a type is that of an array of these numbers, one after the other in memory."""
    is_array = isinstance(given, types.Array) and given.dtype == of and given.ndim == dimensions
    return is_array and given.layout == "C"


def _everywhere(builder: Any, number: Any, width: int) -> Any:
    """A vector of `width` times the same number."""
    nothing = ir.Constant(ir.VectorType(_FLOAT, width), ir.Undefined)
    one = builder.insert_element(nothing, number, _INT(0))
    return builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(_INT, width), [0] * width))


def _vector_at(builder: Any, data: Any, index: Any, width: int) -> Any:
    """Pointer to `width` numbers of a float32 array, from `index` on."""
    return builder.bitcast(builder.gep(data, [index]), ir.VectorType(_FLOAT, width).as_pointer())


def _sum_of_kin(ties, start, end, weights, sums, h, own_weight):  # type: ignore[no-untyped-def]
    f, a, n = (own_weight * x for x in sums[h, :3])
    for tie in ties[start:end].tolist():
        w = weights[tie & 3]
        j = tie >> 2
        f += w * sums[j, 0]
        a += w * sums[j, 1]
        n += w * sums[j, 2]
    return f, a, n


@vectorise(_sum_of_kin)
def sum_of_kin(
    typing: Any, ties: Any, start: Any, end: Any, weights: Any, sums: Any, h: Any, own_weight: Any
) -> Any:
    """Add up the first three columns of `sums` (float32[H, 4]) over the ties of household row `h`, by weight.

    Its own row counts with `own_weight` (float32). Its ties are `start` to `end` - 1 (uint64) of `ties`
    (uint32, packed as in `PackedTies`). Returns three float32.
    """
    if not (
        (_is_array(ties, types.uint32) or _is_array(ties, types.uint16))
        and _is_array(weights)
        and _is_array(sums, dimensions=2)
    ):
        return None  # numba then says that there is no such function
    signature = types.UniTuple(types.float32, 3)(ties, start, end, weights, sums, h, own_weight)  # type: ignore[no-untyped-call]

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        arrays = {k: context.make_array(signature.args[k])(context, builder, arguments[k]) for k in (0, 3, 4)}
        tie_data, weight_data, rows = (arrays[k].data for k in (0, 3, 4))

        def row(j: Any) -> Any:
            return builder.load(_vector_at(builder, rows, builder.shl(j, _LONG(2)), 4), align=4)

        own = builder.fmul(_everywhere(builder, arguments[6], 4), row(arguments[5]))
        before, start, end = builder.block, arguments[1], arguments[2]
        loop, done = builder.append_basic_block("ties"), builder.append_basic_block("summed")
        builder.cbranch(builder.icmp_unsigned("<", start, end), loop, done)
        builder.position_at_end(loop)
        e, total = builder.phi(_LONG), builder.phi(own.type)
        tie = builder.zext(builder.load(builder.gep(tie_data, [e])), _LONG)
        weight = builder.load(builder.gep(weight_data, [builder.and_(tie, _LONG(3))]))
        pull = builder.fmul(_everywhere(builder, weight, 4), row(builder.lshr(tie, _LONG(2))))
        so_far, following = builder.fadd(total, pull), builder.add(e, _LONG(1))
        builder.cbranch(builder.icmp_unsigned("<", following, end), loop, done)
        builder.position_at_end(done)
        found = builder.phi(own.type)
        for value, first, later in ((e, start, following), (total, own, so_far), (found, own, so_far)):
            value.add_incoming(first, before)
            value.add_incoming(later, loop)
        return context.make_tuple(
            builder, signature.return_type, [builder.extract_element(found, _INT(k)) for k in range(3)]
        )

    return signature, build


def _fill_from(array, index, number):  # type: ignore[no-untyped-def]
    array[index : index + WIDTH] = number


@vectorise(_fill_from)
def fill_from(typing: Any, array: Any, index: Any, number: Any) -> Any:
    """Write a number (float32) into the WIDTH places of `array` (float32[n]) from `index` (uint64) on.

    Nothing checks that there are so many.
    """
    if not _is_array(array):
        return None

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        place = _vector_at(builder, data, arguments[1], WIDTH)
        builder.store(_everywhere(builder, arguments[2], WIDTH), place, align=4)
        return context.get_dummy_value()

    return types.void(array, index, number), build
