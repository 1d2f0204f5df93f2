"""Calibration by history matching: what is left of the parameters' ranges when the facts have been looked at.

``comity calibrate`` does it for a scenario; :func:`comity_lab.calibration.calibrating.calibrate` for any function:

>>> from comity_lab.calibration.calibrating import calibrate
>>> from comity_lab.calibration.problem import Moved, Problem
>>> from comity_lab.calibration.target import Target
>>> moved = (Moved(name="x1", low=0, high=1, default=0.5), Moved(name="x2", low=0, high=1, default=0.5))
>>> targets = tuple(Target(key=key, fact=key, low=0.6, high=0.6, sd=0.02) for key in ("sum", "difference"))
>>> problem = Problem(base={"function": "comity_lab.known:crossing"}, moved=moved, targets=targets)
>>> calibrate(problem, "sweeps/crossing").history.table()

References
----------
Andrianakis and others (2015), PLoS Computational Biology 11(1), e1003968. Au and Beck (2001), Probabilistic Engineering
Mechanics 16, 263-277. Craig, Goldstein, Seheult and Smith (1997), Case Studies in Bayesian Statistics III, 37-93.
Duvenaud, Nickisch and Rasmussen (2011), Advances in Neural Information Processing Systems 24. Morris (1991),
Technometrics 33, 161-174. Pukelsheim (1994), The American Statistician 48, 88-91. Smyth (2004), Statistical
Applications in Genetics and Molecular Biology 3(1), 3. Sundararajan and Keerthi (2001), Neural Computation 13,
1103-1118. ter Braak (2006), Statistics and Computing 16, 239-249. Vernon, Goldstein and Bower (2010), Bayesian
Analysis 5, 619-669.
"""
