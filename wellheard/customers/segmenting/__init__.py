"""Who belongs to which segment: rules that a person can read, groups found in the data, and who was in when.

rules        a rule as it is kept, checked, and as a statement of the database
sentences    a rule as one sentence
running      a look at who belongs: who joins, who leaves
hand         what follows from the segment that stands on the account itself
membership   who was in at a moment, and what is frozen with an answer
history      how a segment grew and shrank, and who came from where
clusters     groups found in the data
"""
