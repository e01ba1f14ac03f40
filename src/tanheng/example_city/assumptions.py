"""What the generator assumes where no statistic is at hand. Every number here is ours, not Shenzhen's.

Units stand in the names. The divisions of industry and services have their own table beside this
file, ``divisions.csv``.
"""

from __future__ import annotations

from typing import Final

VERSION: Final = "1"  # raised whenever the same seed gives other bytes
YEARS: Final = (2020, 2021, 2022, 2023, 2024)
ANCHOR_YEAR: Final = 2022
FACILITIES: Final = 20_000  # at scale 1; the survey of 2016 counted 18,839 units in six sectors
ABOVE_THRESHOLD: Final = 700  # units of the pilot: 750 in 2021, 708 in 2023
THRESHOLD_TCO2E: Final = 3_000.0
DRAWN_ABOVE_THRESHOLD: Final = 640  # fitting sectors to their totals brings some more over it
LARGE_SHARE: Final = 0.82  # of the enterprises' scope 1 and 2, held by those; the pilot's cap: 26 Mt, in 2024 33.5
LEAST_TCO2: Final = 4.0  # of one enterprise

# Scope 1 of the city in 2022: between CEADs 2019 (44.3) and CMCC 2021 (45.7), inside 43.7 to 47.0.
CITY_SCOPE1_TCO2: Final = 45e6
# Electricity of the city in 2022 and who buys it. The order is that of the municipal figures, which were not at hand.
INDUSTRY_MWH: Final = 48e6  # in the enterprises
SERVICES_MWH: Final = 12e6  # in the enterprises, with construction
AREA_MWH: Final = {"households": 17.5e6, "services": 28.5e6, "construction": 1.0e6}
GRID_TCO2_PER_MWH: Final = 0.5703  # in the reports of enterprises for 2022; here only to size them

# Real power plants: hours at full load, and the national benchmark of 2022 for the class of unit as factor.
POWER_PLANT_FUEL: Final = {"SZ-P01": "coal", "SZ-P02": "natural gas", "SZ-P03": "natural gas"}
POWER_PLANT_HOURS: Final = {"coal": 4_000.0, "natural gas": 2_800.0}
POWER_PLANT_TCO2_PER_MWH: Final = {"coal": 0.8729, "natural gas": 0.3901}
# Waste-to-energy: waste per head, and the defaults of the provincial inventory guide: carbon 20 %, fossil 39 %,
# burned 95 %.
WASTE_T_PER_HEAD: Final = 0.365
WASTE_TCO2_PER_T: Final = 0.20 * 0.39 * 0.95 * 44 / 12

# Carbonates of glass works and sorbents: Shenzhen makes no cement.
PROCESS_TCO2: Final = 80e3

# Guangdong's emissions of 2019 that arise in Shenzhen, enterprises included.
SHENZHEN_SHARE: Final = {
    "Transportation, Storage, Post and Telecommunication Services": 0.25,
    "Wholesale, Retail Trade and Catering Services": 0.26,
    "Others": 0.26,
    "Urban": 0.19,
    "Construction": 0.20,
}
# Shenzhen has hardly any coal boilers left: what of the province's coal in a sector is taken over.
COAL_KEPT: Final = 0.10

# A year's change of fuel and electricity per value added at constant prices. CEADs: Guangdong's CO2 grew by 2.5 % a
# year from 2015 to 2019, its economy by nearly 7 %.
FUEL_INTENSITY_CHANGE: Final = -0.042
ELECTRICITY_INTENSITY_CHANGE: Final = -0.025
# Part of the value added of the broad sector that the enterprises here make.
VALUE_ADDED_COVERED: Final = {"secondary": 0.80, "tertiary": 0.45}

# Spread. Logarithmic standard deviations.
EMPLOYEES_SIGMA: Final = 1.05
SIZE_SIGMA: Final = 0.75  # emissions for given employees and division
BODY_SIGMA: Final = 1.35  # emissions below the threshold
YEAR_SIGMA: Final = 0.07
YEAR_MEMORY: Final = 0.6
MONTH_SIGMA: Final = 0.05
MONTH_MEMORY: Final = 0.5

# The tail of the size distribution is fitted to emitters above these thresholds, t: the knee of the UK table, the
# threshold of the law in California.
FIT_FROM_T: Final = {"uk": 20_000.0, "california": 25_000.0}

MISSING_REPORT_SHARE: Final = 0.012
LATE_REPORT_SHARE: Final = 0.05
OPENED_AFTER_START_SHARE: Final = 0.03
TWO_METERS_SHARE: Final = 0.12  # of the fuels of an enterprise that make more than 100 t of CO2
MEASURED_SHARE: Final = 0.20  # of the fuels that make more than 1,000 t
MEASURED_WITHOUT_EVIDENCE_SHARE: Final = 0.3  # of those

# tCO2 per t or per 10,000 Nm3, GJ per t or 10,000 Nm3, tC per t or 10,000 Nm3, physical state.
# Set CN_OTHER_IND_2015 (NDRC guideline for other industrial enterprises, 2015); a test holds it beside the rulebook.
FUELS: Final[dict[str, tuple[float, float, float, str]]] = {
    "bituminous": (2.071509, 23.204, 23.204 * 0.02618, "coal"),
    "diesel": (3.145122, 43.33, 43.33 * 0.0202, "oil"),
    "fuel_oil": (3.047179, 40.19, 40.19 * 0.0211, "oil"),
    "gasoline": (3.042547, 44.80, 44.80 * 0.0189, "oil"),
    "jet_kerosene": (3.151713, 44.75, 44.75 * 0.0196, "oil"),
    "lpg": (2.953847, 47.31, 47.31 * 0.0172, "oil"),
    "natural_gas": (21.621888, 389.31, 389.31 * 0.0153, "gas"),
}
BY_VOLUME: Final = frozenset({"natural_gas"})
# Fuels of the Guangdong table as fuels of the guideline; manufactured gases were replaced by natural gas.
CEADS_ITEM: Final = {
    "Raw_Coal": "bituminous",
    "Cleaned_Coal": "bituminous",
    "Other_Washed_Coal": "bituminous",
    "Briquettes": "bituminous",
    "Coke": "bituminous",
    "Diesel_Oil": "diesel",
    "Fuel_Oil": "fuel_oil",
    "Gasoline": "gasoline",
    "Kerosene": "jet_kerosene",
    "LPG": "lpg",
    "Natural_Gas": "natural_gas",
    "Other_Gas": "natural_gas",
    "Coke_Oven_Gas": "natural_gas",
    "Refinery_Gas": "natural_gas",
}
# tCO2/t of carbonate, IPCC 2006 vol. 3 table 2.1 and GB/T 32151.1; a test holds them beside the rulebook.
PROCESSES: Final = {
    "carbonate_soda": 0.41492,
    "carbonate_calcite": 0.43971,
    "carbonate_dolomite": 0.47732,
    "fgd_carbonate": 0.44,
}
GJ_PER_TCE: Final = 29.3076
TCO2_PER_GJ: Final = {"coal": 0.0892738, "oil": 0.07258533, "gas": 0.055539}
