"""Records of ``tanheng.credits.points``."""
