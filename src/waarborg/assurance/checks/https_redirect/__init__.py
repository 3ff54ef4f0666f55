"""What happens to who types the name without https: sent on at once, or served in the clear?"""
