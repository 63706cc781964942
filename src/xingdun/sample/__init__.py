"""The sample hospital: a synthetic hospital information system to be discovered, graded and governed.

`load` puts it into a database, `truth` says what each column holds, `hospital` describes the institution.
"""

from xingdun.sample import hospital, truth
from xingdun.sample.loading import Loaded, load

__all__ = ["Loaded", "hospital", "load", "truth"]
