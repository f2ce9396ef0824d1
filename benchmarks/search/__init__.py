"""The search side by side: what does each engine find in the same time, on the same data, space, slots and clock?"""
