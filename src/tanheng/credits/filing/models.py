"""Records of ``tanheng.credits.filing``."""
