"""Small tables in the column forms of other registries; projects, names and numbers are made up."""

# A row of these tables is a line.

from __future__ import annotations

from pathlib import Path

VERRA_PROJECTS = """\
ID,Name,Proponent,Project Type,AFOLU Activities,Methodology,Status,Country/Area,Estimated Annual Emission Reductions,Region,Project Registration Date,Crediting Period Start Date,Crediting Period End Date
7001,Nanshan Landfill Gas to Power Project,Made-up Gas Ltd,Waste handling and disposal,,ACM0001,Registered,China,"56,373",Asia,2020-05-01,2019-01-01,2028-12-31
7002,Highland Wind Farm,Made-up Wind Ltd,Energy industries,,ACM0002,Registered,Brazil,1000,Latin America,2021-05-01,2020-01-01,2029-12-31
"""
VERRA_UNITS = """\
Issuance Date,Sustainable Development Goals,Vintage Start,Vintage End,ID,Name,Country/Area,Project Type,Methodology,Total Vintage Quantity,Quantity Issued,Serial Number,Additional Certifications,Retirement/Cancellation Date,Retirement Beneficiary,Retirement Reason,Retirement Details
2023-04-03,,2022-01-01,2022-12-31,7001,Nanshan,China,Waste,ACM0001,"1,500",425,19385-1001-1425-VCS-VCU-1507-VER-CN-13-7001-01012022-31122022-0,,2023-06-01,A Bank,Environmental Benefit,
2023-04-03,,2022-01-01,2022-12-31,7001,Nanshan,China,Waste,ACM0001,"1,500","1,075",19386-1426-2500-VCS-VCU-1507-VER-CN-13-7001-01012022-31122022-0,,,,,
"""
GOLD_PROJECTS = """\
GSID,Project Name,Project Developer Name,Status,Sustainable Development Goals,Project Type,Country,Description,Estimated Annual Credits,Methodology,Size,Programme of Activities,POA GSID
8001,Cook stoves of the hills,Made-up Stoves,Gold Standard Certified Project,"1,13",Energy Efficiency - Domestic,China,"Two lines,
of text",12000,TPDDTEC,Small Scale,Standalone,
"""
GOLD_ISSUANCES = """\
Vintage,Credit Status,Quantity,GSID,Project Name,Project Developer,Country,Project Type,Methodology,Programme of Activities,POA GSID,Product Type,Issuance Date,Monitoring Period Start,Monitoring Period End,Serial Number,Label,Article Six Authorization
2022,Issued,500,8001,Cook stoves of the hills,Made-up Stoves,China,EE,,Standalone,,VER,2023-04-13T12:35:58.842275,2022-01-01,2022-12-08,GS1-1-CN-GS8001-16-2022-30307-1-500,Emission Reduction,Not Applicable
"""
GOLD_RETIREMENTS = """\
Vintage,Credit Status,Quantity,GSID,Project Name,Project Developer,Country,Product Type,Project Type,Methodology,Programme of Activities,POA GSID,Issuance Date,Retirement Date,Monitoring Period Start,Monitoring Period End,Serial Number,Note,Aeroplane Operator Name,Label,Use Case,Using Entity,Article Six Authorization
2022,Retired,110,8001,Cook stoves of the hills,Made-up Stoves,China,VER,EE,,Standalone,,2023-03-31,2023-05-10,2022-01-01,2022-12-08,GS1-1-CN-GS8001-16-2022-30307-1-110,for the fair,,Emission Reduction,Neutrality,A fair,Not Applicable
"""
ACR_PROJECTS = """\
Project ID,Compliance Program ID (ARB or Ecology),Project Developer,Project Name,Project Type,Project Methodology/Protocol,Initial Crediting Period Start Date,Current Crediting Period Start Date,Current Crediting Period End Date,Voluntary Status,Compliance Program Status (ARB or Ecology),Project Status Date,Project Site Location,Project Site State,Project Site Country,Total Number of Credits Registered ,Documents
ACR586,,Made-up Trust,Reserve Forest,Forest Carbon,IFM,1/15/2020,1/15/2020,1/14/2040,Registered,Not Eligible,1/21/2022 6:27:06 PM,Near Cleveland,OHIO,US,550369.0,View
"""
ACR_ISSUANCES = """\
Date Issued (GMT),Vintage,ReportingPeriodBegin,ReportingPeriodEnd,Total Credits Issued,Credits Issued to Project,Credits Issued to Buffer Pool,Project Developer,Project ID,Project Name,Project Site Country
3/24/2023 9:08:01 PM,2022,2/1/2021,1/31/2022,1000,900,100,Made-up Trust,ACR586,Reserve Forest,US
"""
ACR_RETIREMENTS = """\
fiid,Credit Serial Numbers,Date Issued (GMT),Vintage,Vintage Assignment Period Start Date,Vintage Assignment Period End Date,Quantity of Credits,Account Holder,Status Effective (GMT),Retired on Behalf of,Retirement Reason,Project ID,Project Name,Project Site Country
1129,ACR-US-586-2022-2917-1 to 250,3/24/2023 9:08:01 PM,2022,2/1/2021,1/31/2022,250,Made-up Trust,4/13/2023 7:17:56 PM,A cloud,Environmental Benefit,ACR586,Reserve Forest,US
"""
CAR_PROJECTS = """\
Project ID,Project Developer,Project Owner,Project Name,Project Type,Status,Project Site Location,Project Site State,Project Site Country,Total Number of Offset Credits Registered ,Project Listed Date,Project Registered Date
CAR1335,Made-up Acid,Made-up Acid,Nitric plant,Nitric Acid N2O,Registered,Coffeyville,KANSAS,US,,04/05/2019,04/05/2020
"""
CAR_ISSUANCES = """\
Date Issued,Project ID,Project Name,Project Owner,Vintage,Total Offset Credits Issued,Project Site Country
03/19/2023,CAR1335,Nitric plant,Made-up Acid,2022,9166,US
"""
CAR_RETIREMENTS = """\
Vintage,Offset Credit Serial Numbers,Quantity of Offset Credits,Status Effective,Project ID,Project Name,Project Site Country,Account Holder,Retirement Reason
2022,CAR-1-US-1335-31-983-KS-2022-9205-1 to 5000,5000,10/27/2023,CAR1335,Nitric plant,US,A fund,On Behalf of Third Party
"""
CDM_PROJECTS = """\
CDM project reference number,Unique project identifier (traceable with Google),Registration project title,Project type (UNEP DTU),Website project status,List of host countries,Methodologies used at registration,Registered or rejected,Start of first crediting period,End of first crediting period,Start of Second crediting period,End of second crediting period
0042,ABC,Shenzhen Xiaping Landfill Gas Collection and Utilization Project,Landfill gas,Registered,China,ACM0001,2008-03-01,2008-04-01,2015-03-31,2015-04-01,2022-03-31
"""
CDM_ISSUANCES = """\
CDM project reference number,Issuance date,Units - Total
0042,2010-05-06,123456
"""

ALL = {
    ("verra", "projects"): (VERRA_PROJECTS, 2),
    ("verra", "issuances"): (VERRA_UNITS, 2),
    ("gold_standard", "projects"): (GOLD_PROJECTS, 1),
    ("gold_standard", "issuances"): (GOLD_ISSUANCES, 1),
    ("gold_standard", "retirements"): (GOLD_RETIREMENTS, 1),
    ("acr", "projects"): (ACR_PROJECTS, 1),
    ("acr", "issuances"): (ACR_ISSUANCES, 1),
    ("acr", "retirements"): (ACR_RETIREMENTS, 1),
    ("car", "projects"): (CAR_PROJECTS, 1),
    ("car", "issuances"): (CAR_ISSUANCES, 1),
    ("car", "retirements"): (CAR_RETIREMENTS, 1),
    ("cdm", "projects"): (CDM_PROJECTS, 1),
    ("cdm", "issuances"): (CDM_ISSUANCES, 1),
}


def write(folder: Path, text: str, name: str = "table.csv") -> Path:
    """The text as a file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
