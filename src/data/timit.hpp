#pragma once
// The tree of the TIMIT corpus (Garofolo et al., NISTIR 4930, 1993; LDC93S1) and of corpora made in its shape.

#include <filesystem>

#include "data/data_set.hpp"

namespace ohmcarlo {

/// Every sentence of TRAIN|TEST/DR1..DR8/SPEAKER/SENTENCE, sound beside SENTENCE.PHN, capital or small letters. Sound:
/// SENTENCE.WAV (SPHERE or RIFF), .FLAC or .SPH; where SENTENCE.WAV.wav lies beside it, the shorter name is taken. The
/// two sentences that all speakers read, SA1 and SA2, are left out, as is usual: they would put the same words into
/// training and test. 16 kHz; names are TRAIN/DR1/FCJF0/SX127 in capitals, speakers FCJF0. Throws BadData for:
/// no directory; no folders TRAIN and TEST with sentences in both; a sentence without .PHN.
[[nodiscard]] Recordings find_timit(const std::filesystem::path& directory);

/// Training: the speakers of TRAIN. Test: the 24 speakers of the core test set (NISTIR 4930). Validation: the 50
/// speakers of TEST that Halberstadt took (Heterogeneous acoustic measurements and multiple classifiers for speech
/// recognition, PhD thesis, MIT, 1998), none of them in the core test set. Whole TIMIT: 3,696, 192 and 400 sentences.
/// Where TEST has none of these 24 speakers (a made corpus) all of its speakers are test and validation is empty: hold
/// it out of training. `split_by` says how many of the customary speakers there were.
/// Throws BadData if a speaker is in both TRAIN and TEST.
[[nodiscard]] CorpusParts timit_standard_parts(const Recordings& recordings);

/// Sentences with a phone a frame.
[[nodiscard]] DataSet timit_set();

}  // namespace ohmcarlo
