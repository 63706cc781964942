"""Loading Django in less time: nothing that is loaded is garbage."""

import gc


def load_django() -> None:
    """Set Django up, by the settings the environment names; a second call does nothing.

    The collector rests meanwhile and never looks through what was loaded, not even when the process ends: one that
    only loads Django takes two thirds of the time, and later collections are short.
    """
    import django

    gc.disable()
    try:
        django.setup()
    finally:
        gc.freeze()
        gc.enable()
