"""Papers for the authorities, filled in from the records: grading report, filing form, rectification report.

A paper is complete or it is refused with the names of what is missing. Word is what is filed; the print is the same.
"""

from xingdun.assets.filings.papers import downloads_of_inspection, downloads_of_network, paper_file

__all__ = ["downloads_of_inspection", "downloads_of_network", "paper_file"]
