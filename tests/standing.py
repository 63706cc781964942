"""A hospital whose posture was measured: networks in several states of their life, and what follows from them."""

from datetime import timedelta

from networks import Story
from xingdun.obligations import services


def measured(hospital, *, days=0):
    """What the platform finds in a hospital with three networks after so many days; the networks, oldest first."""
    story = Story(hospital)
    running = story.network(name="医院信息系统", code="HIS", running_for=400)
    story.grade(running)
    story.file(running)
    late = story.network(name="影像归档系统", code="PACS", running_for=90)
    story.grade(late)
    planned = story.network(name="互联网医院", code="IH")
    services.posture_measure(institution=hospital.institution.pk, now=hospital.now + timedelta(days=days))
    return running, late, planned
