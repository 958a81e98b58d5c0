"""Turns an article into statements with stances. Inference only: no torch, no training code."""
