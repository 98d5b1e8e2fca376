"""Several results files as one body of evidence: metrics at settings, swept or fixed."""
