"""What templates of every app can say."""
