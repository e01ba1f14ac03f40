"""Records of ``tanheng.credits.filing``; Django finds them here."""

from __future__ import annotations

from tanheng.credits.filing.methodology_cases import MethodologyCase
from tanheng.credits.filing.opinions import ExpertOpinion, PublicComment, Verdict
from tanheng.credits.filing.scene_cases import SceneCase
from tanheng.credits.filing.trials import Trial

__all__ = ["ExpertOpinion", "MethodologyCase", "PublicComment", "SceneCase", "Trial", "Verdict"]
