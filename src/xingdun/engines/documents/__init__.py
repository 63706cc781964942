"""Documents people file and print: Word from templates of ours, PDF by typst; offline, the same bytes each time.

Text of people is data in both: it is never read as markup, whatever it holds.
"""

from xingdun.engines.documents.errors import DocumentError
from xingdun.engines.documents.print import PDF, pdf_from_typst
from xingdun.engines.documents.word import DOCX, docx_from_template

__all__ = ["DOCX", "PDF", "DocumentError", "docx_from_template", "pdf_from_typst"]
