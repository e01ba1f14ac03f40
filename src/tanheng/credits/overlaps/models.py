"""Records of ``tanheng.credits.overlaps``."""
