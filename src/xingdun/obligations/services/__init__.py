"""The only way to change what is known of applicability and posture."""

from xingdun.obligations.services.following import posture_follow, posture_turn
from xingdun.obligations.services.posture import Measured, posture_measure

__all__ = [
    "Measured",
    "posture_follow",
    "posture_measure",
    "posture_turn",
]
