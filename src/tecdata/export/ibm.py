"""IEEE doubles as the IBM System/360 doubles an XPT file holds, exactly or not at all.

An IBM double has a sign, a base-16 exponent in excess 64 and a 56-bit fraction in [1/16, 1):
at least 53 of its bits count, so every IEEE double within range converts without rounding.
Source: SAS technical note TS-140, "Record layout of a SAS version 5 or 6 data set".
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["LARGEST", "SMALLEST", "from_ibm", "in_range", "to_ibm"]

#: Largest magnitude: the largest double below 16**63.
LARGEST: Final = float(np.nextafter(16.0**63, 0.0))
#: Smallest magnitude other than zero: 16**-65.
SMALLEST: Final = 16.0**-65

#: Missing ``.``: the character in the first byte, zeros after it.
MISSING: Final = np.uint64(0x2E << 56)

_FRACTION: Final = np.uint64((1 << 52) - 1)
_LEADING: Final = np.uint64(1 << 52)
_SIGN: Final = np.uint64(1 << 63)


def in_range(values: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which values an IBM double holds exactly; NaN counts as held (it is missing).

    >>> in_range(np.array([0.0, 1e75, 1e76, float("inf"), float("nan")])).tolist()
    [True, True, False, False, True]
    """
    size = np.abs(values)
    held: npt.NDArray[np.bool_] = (size >= SMALLEST) & (size <= LARGEST)
    held |= (size == 0) | np.isnan(values)
    return held


def to_ibm(values: npt.NDArray[np.float64]) -> npt.NDArray[np.uint64]:
    """Convert to IBM doubles, each as a native 64-bit word (store it big-endian).

    Parameters
    ----------
    values
        Shape (n,). Every value must pass :func:`in_range`; NaN becomes the missing value ``.``.
        -0.0 becomes 0.0: an IBM double has a negative zero, but readers do not tell it apart.

    Examples
    --------
    >>> [hex(word) for word in to_ibm(np.array([1.0, -118.625, 0.0])).tolist()]
    ['0x4110000000000000', '0xc276a00000000000', '0x0']
    """
    bits = values.view(np.uint64)
    exponent = ((bits >> np.uint64(52)) & np.uint64(0x7FF)).astype(np.int64) - 1022
    # value = fraction x 2**exponent = (fraction x 2**-shift) x 16**power, with shift in 0..3.
    power = (exponent + 3) >> 2
    shift = (power << 2) - exponent
    fraction = ((bits & _FRACTION) | _LEADING) << (3 - shift).astype(np.uint64)
    words: npt.NDArray[np.uint64] = (
        (bits & _SIGN) | ((power + 64).astype(np.uint64) << np.uint64(56)) | fraction
    )
    words[values == 0] = 0
    words[np.isnan(values)] = MISSING
    return words


def from_ibm(words: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """Read IBM doubles (native 64-bit words); every missing value becomes NaN.

    A fraction that uses more than 53 bits is rounded half-even by the processor, as any reader does.

    >>> from_ibm(to_ibm(np.array([0.1, -7e-70, 1e75]))).tolist()
    [0.1, -7e-70, 1e+75]
    """
    fraction = (words & np.uint64((1 << 56) - 1)).astype(np.float64)
    power = ((words >> np.uint64(56)) & np.uint64(0x7F)).astype(np.int64) - 64
    values = np.ldexp(fraction, (4 * power - 56).astype(np.int32))
    values[(words & _SIGN) != 0] *= -1.0
    first = words >> np.uint64(56)
    code = (first == 0x2E) | (first == 0x5F) | ((first >= 0x41) & (first <= 0x5A))
    values[code & ((words & np.uint64((1 << 56) - 1)) == 0)] = np.nan
    return values
