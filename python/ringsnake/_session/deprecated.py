"""What `@deprecated` becomes: `warnings.deprecated`, which came with Python 3.13."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

__all__ = ["deprecated"]

if TYPE_CHECKING:
    # Every type checker brings it.
    from typing_extensions import deprecated
elif sys.version_info >= (3, 13):
    from warnings import deprecated
else:
    import functools
    import warnings

    def deprecated(message: str, /) -> Any:
        def mark(method: Any) -> Any:
            @functools.wraps(method)
            def warned(*args: Any) -> Any:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                return method(*args)

            warned.__deprecated__ = message
            return warned

        return mark
