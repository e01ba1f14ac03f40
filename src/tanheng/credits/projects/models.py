"""Records of ``tanheng.credits.projects``."""
