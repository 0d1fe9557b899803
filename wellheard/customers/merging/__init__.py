"""Merging two records of one customer: what is chosen, what moves, and the way back. The actions are in actions/duplicates."""

from wellheard.customers.merging.moving import Step, carry_over, step_back
from wellheard.customers.merging.planning import Line, Plan, planned
from wellheard.customers.merging.rules import Moves, Stays, register_rule

__all__ = ["Line", "Moves", "Plan", "Stays", "Step", "carry_over", "planned", "register_rule", "step_back"]
