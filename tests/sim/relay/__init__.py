"""A whole relay in virtual time: server, bridges, panels, phones, and the faults between them, all from one seed.

The bridge is the product's own code; the server keeps its rows in memory and moves them by the product's own pure rules; the
panel is the firmware's model. What is judged is the panel's true light.
"""
