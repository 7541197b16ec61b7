"""Which factors decide an outcome: Morris' screening and Sobol' indices, with the seed as a factor.

A run is a function of its parameters and its seed. So the seed is varied beside the factors, by the same
design, and what it does is what luck does.
"""
