"""May they: questions by wavelength and body site, and their outcome."""
