"""Records of ``tanheng.credits.intake``."""
