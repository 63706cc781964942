"""What the sample hospital refuses."""

from django.utils.translation import gettext_lazy as _

from xingdun.frame.errors import Refusal


class DatabaseNotEmpty(Refusal):
    """The database holds tables of someone else."""

    code = "XD-SAMPLE-001"
    what = _("The database {database} is not empty, so the synthetic hospital is not loaded into it.")
    todo = _("Give an empty database; nothing in this one was touched.")


class AnotherSampleLoaded(Refusal):
    """The database holds a synthetic hospital of another seed or scale."""

    code = "XD-SAMPLE-002"
    what = _("The database {database} already holds the synthetic hospital of seed {seed} at scale {scale}.")
    todo = _("Use that one, or give an empty database.")


class ScaleOutOfRange(Refusal):
    """The scale is not a number the generator can serve."""

    code = "XD-SAMPLE-003"
    what = _("The scale {scale} is not above 0 and at most {largest}.")
    todo = _("Choose a scale in that range; 1.0 gives about six hundred thousand rows.")
    status = 422
