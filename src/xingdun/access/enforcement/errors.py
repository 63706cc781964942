"""Why a window could not be opened or closed; `access` turns these into refusals people read."""


class EnforcementError(Exception):
    """The base: the source was left as it was."""


class NotPreparedError(EnforcementError):
    """The source has no schema of the platform yet, or one of another version: run `prepare` first."""


class SchemaTakenError(EnforcementError):
    """The source has a schema called `xingdun` that the platform did not make."""


class ConnectionInUseError(EnforcementError):
    """The connection is inside a transaction; opening and closing need one of their own."""


class NoSuchColumnError(EnforcementError):
    """A table, view or column of the specification is not in the source; the message names it."""


class BadSpecificationError(EnforcementError):
    """The specification contradicts itself: no column, two views of one name, an end that has passed."""


class PublicAlreadyReadsError(EnforcementError):
    """Everyone may read this table already, so a mask would hide nothing: the source's owner must revoke that first."""


class HostRowSecurityError(EnforcementError):
    """The table has row security of the hospital's own, which would leave the view empty without a policy for it."""


class BadRowFilterError(EnforcementError):
    """A value of a row filter is no value of its column's type."""


class NoRightToGrantError(EnforcementError):
    """The connection's role may not hand on SELECT on these tables: their owner must grant it WITH GRANT OPTION."""


class SourceBusyError(EnforcementError):
    """Another session held a table too long; nothing was opened, and trying again is safe."""
