"""Alarms: rules that watch lines and tags, the alarm's life, and the messages that tell of it."""
