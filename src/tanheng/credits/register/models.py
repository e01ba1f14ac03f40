"""Records of ``tanheng.credits.register``."""
