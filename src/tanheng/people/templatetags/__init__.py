"""What templates can say of people and what they did."""
