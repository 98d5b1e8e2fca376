#pragma once
// The register of purposes: every kind of random draw has a number of its own, so that two kinds never share a number
// by accident. A number is never reused, not even after its purpose is gone: old results must stay reproducible.
//
//   1 -  31  training
//  32 -  63  programming a chip: once per chip
//  64 - 127  reads: once per application of inputs
// 128 - 159  made data
// 160 - 255  free

#include <cstdint>

namespace ohmcarlo {

enum class Purpose : std::uint8_t {
  none = 0,  ///< an address nobody filled in; it is refused

  // Training.
  initialisation = 1,    ///< first weights, so that runs that differ in method start from the same network
  shuffle = 2,           ///< order of the training images, independent of the noise added to the weights
  training_noise = 3,    ///< weight noise of the training passes: a fresh draw for each minibatch and pass
  validation_noise = 4,  ///< the chips on which the epoch is chosen: the same for every epoch, never the test's chips
  validation_split = 5,  ///< which training images are held out, so that the split does not move with the shuffle
  augmentation = 6,      ///< how an image is shifted and mirrored in an epoch, wherever it comes in the order
  dropout = 7,           ///< which values a training pass drops
  training_read = 8,     ///< noise of the conversions of a training pass: keys derived from it, one a step

  // Programming a chip.
  programming = 32,             ///< conductance error of each device: what chips differ in
  programming_equivalent = 33,  ///< one normal for a whole weight where its devices add up to one Gaussian; apart from
                                ///< `programming`, because the two describe the same chip at different resolution
  fault = 34,                   ///< whether a cell is stuck, or a row, a column or the centre of a cluster of cells
  fault_kind = 35,      ///< where a stuck cell is stuck, so that the kind of a fault does not move with the rate
  defect = 36,          ///< whether a cell is defective (paper 003): apart from `fault`, the two never go together
  defect_kind = 37,     ///< whether a defective cell is stuck
  defect_sigma = 38,    ///< the sigma of a defective cell that is not stuck
  die = 39,             ///< what all cells of a chip have in common
  gradient = 40,        ///< the slope over an array: address of the tile, not of its cells
  drift_exponent = 41,  ///< how fast a cell drifts
  in_situ_order = 42,   ///< which training images an update of in-situ training sees: the same at every point
  in_situ_write = 43,   ///< how far a write of in-situ training misses
  retrain_order = 44,   ///< which training images retraining around the defects of a chip sees

  // Reads.
  read_cell = 64,    ///< noise of every cell at every read
  read_column = 65,  ///< one normal for the sum of a column, apart from `read_cell`: the same noise in another form
  adc = 66,          ///< noise of a conversion
  read_defect = 67,  ///< conductance of a defective cell that varies from read to read: event = cell, element = image
                     ///< and position, so that the numbers of a cell come in runs
  // What a chip reads before it is judged has keys derived from these, so that it never meets the test's noise.
  calibration_read = 68,  ///< of standard inputs
  probe_read = 69,        ///< to see how far outputs are off
  in_situ_read = 70,      ///< of in-situ training
  // What a chip is judged on.
  image_sample = 71,  ///< which test images a chip is shown: the same at every point and for every method

  // Made data.
  made_speech = 128,  ///< what is said, by whom, how and in what noise; `layer` is the corpus, `trial` the speaker
};

}  // namespace ohmcarlo
