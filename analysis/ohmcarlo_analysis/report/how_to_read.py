"""How the numbers of the page are to be read, as HTML."""

READING = (
    "<p class=note>Intervals are 95 % Student-t intervals: over trainings where there are several, else over the "
    "chips of\n"
    "the one trained network. A fact holds when its negation is rejected (p below the level named, 0.05 unless "
    "stated), fails when it is rejected\n"
    "itself, and is undecided in between; so one that is only just false holds in 5 % of results. Claims about all of "
    "several points, and about every step of a trend, need every one of them;\n"
    "claims about the best of several are corrected for the choice. Facts whose data the files lack are not tested, and "
    "count for nothing.</p>"
)
SEQUENCES = (
    "<p class=note>Where trials.until decided on the number of chips while they came in, intervals over chips have its\n"
    "confidence. They are the rule's own (mostly fixed-width) at points that it has stopped, and else sequences:\n"
    "anytime-valid, they hold however one stops. So do the p-values of facts about such chips, which are those of the\n"
    "sequence. Facts about the spread of such chips are not tested.</p>"
)
SAMPLES = (
    "<p class=note>Where trials.images showed a sample of the test images to each chip, means and their intervals are those of\n"
    "all test images; the number of chips made up for it. Single chips are not shown, and facts about the spread of such\n"
    "chips, or about chips that are identical, are not tested.</p>"
)
