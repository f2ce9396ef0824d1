"""Pretrained checkpoints as files: where they lie, their tokenizers, and the fields of their configs."""
