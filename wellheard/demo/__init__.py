"""The demo organisation, made by the same actions as real use: Rosetau, irrigation, with sites in Leipzig and Lyon."""
