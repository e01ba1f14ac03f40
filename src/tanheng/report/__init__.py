"""A run as a report: one self-contained HTML page in Chinese and English, and an Excel workbook.

    run folder ──contents──> what the report shows ──html──>  report.html
                                                   └─excel──> tables.xlsx

A report is made of the run folder alone, and reads nothing else; the same run gives the same bytes.

- ``contents``  what a report shows, gathered from a run folder
- ``figures``   numbers and units as people read them, in both languages
- ``charts``    Vega-Lite charts as pictures; ``maps`` does it for map layers, ``look`` says how they look
- ``cells``     the cells of tables as people read them
- ``html``      the page; its parts are in ``templates/``
- ``why``       the trees behind its first figures
- ``excel``     the workbook
- ``names``     what people call parameters and columns
- ``words``     what the report itself says, in both languages
"""

from tanheng.report.contents import INTAKE, Contents, geometry_folder
from tanheng.report.excel import write_workbook
from tanheng.report.html import page

PAGE = "report.html"
WORKBOOK = "tables.xlsx"

__all__ = ["INTAKE", "PAGE", "WORKBOOK", "Contents", "geometry_folder", "page", "write_workbook"]
