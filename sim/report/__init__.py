"""Figures and answers in words, made from the tables that runs and studies leave."""
