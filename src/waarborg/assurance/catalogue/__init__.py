"""What must hold: one file per control, with the norms it answers, the proofs it asks and how long a proof lasts."""
