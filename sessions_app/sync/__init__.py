"""The one door for what phones wrote offline."""
