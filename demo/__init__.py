"""What the demonstration needs beside Waarborg itself; none of it is installed with it."""
