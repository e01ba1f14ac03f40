"""Records of the quiet city: studies that were worked out, communities and their titles, complaints, monitors
and what they measured."""

from __future__ import annotations

from tanheng.communities.community_cases import Community
from tanheng.communities.complaint_cases import Complaint
from tanheng.communities.monitored import Hour, Monitor
from tanheng.communities.studied import Study

__all__ = ["Community", "Complaint", "Hour", "Monitor", "Study"]
