"""The audit: what does a reward function that already exists really accept?

`gyges audit my_rewards.py:accuracy_reward --tasks tasks.jsonl` is the way in.
"""
