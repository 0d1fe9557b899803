"""The journey in chapters: each does in the browser what people do in that part of the loop."""
