#include "crossbar/tiles.hpp"
