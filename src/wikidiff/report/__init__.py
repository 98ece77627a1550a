"""Values to output: the terminal and every machine format. It alone knows rich."""
