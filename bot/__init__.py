"""What happens to a conversation; knows no platform."""
