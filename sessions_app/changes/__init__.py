"""What changed for whom: the journal that phones read. At the bottom, so that every slice can write to it."""
