"""What customers buy, and what follows: figures of buyers, RFM, cohorts, worth, early warnings."""
